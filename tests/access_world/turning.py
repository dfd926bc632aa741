"""Takes fields of the workshop out of use and back: the packs as somebody would write them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

from access_world.merged import Field
from installation import PACKS, Installation

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.purging import make_purge

#: Fields that nothing else of the workshop is made of, with the rights that speak of them.
TURNED: dict[Field, tuple[str, ...]] = {
    ("firm", "note"): (),
    ("firm", "partner"): (),
    ("firm", "email"): ("email: read, ",),
    ("deal", "about"): ("about: hidden, ",),
}
#: Where a right of branch is written down, by entity.
_BRANCH = {"firm": "name: write, level: hidden", "deal": "items: read, items.sums: hidden"}


@dataclass(frozen=True)
class Wording:
    """What the workshop says: which fields are left out, and which are hidden from branch."""

    retired: frozenset[Field] = frozenset()
    #: fields that came back, with which rights of theirs nobody repeated
    forgotten: frozenset[Field] = frozenset()
    hidden: frozenset[Field] = frozenset()

    def write(self, folder: Path) -> Path:
        """Write the pack into a folder; return the file with the roles."""
        copytree(PACKS / "workshop", folder)
        things, scopes = folder / "things.yaml", folder / "scopes.yaml"
        said = things.read_text(encoding="utf-8")
        for entity, name in self.retired:
            before, start, after = said.partition(f"\nname: {entity}\n")
            after = re.sub(rf"(?m)^  {name}: .*\n", "", after, count=1)
            said = before + start + after.replace(f"[phone, {name}]", "[phone]")
        things.write_text(said, encoding="utf-8")
        rights = scopes.read_text(encoding="utf-8")
        for field in self.retired | self.forgotten:
            for each in TURNED[field]:
                assert each in rights
                rights = rights.replace(each, "")
        for entity, name in self.hidden - self.retired:
            rights = rights.replace(_BRANCH[entity], f"{_BRANCH[entity]}, {name}: hidden")
        scopes.write_text(rights, encoding="utf-8")
        return scopes


def install(installation: Installation, wording: Wording, folder: Path) -> Path:
    """Apply a wording; return the file with the roles as they are now."""
    scopes = wording.write(folder)
    installation.install(folder)
    return scopes


def purge(installation: Installation, fields: Collection[Field]) -> None:
    """Let the values of retired fields go for good."""
    store, types, system = installation.store, installation.types, installation.system()
    names = [".".join(each) for each in fields]
    plan = make_purge(store, system, types, *names)
    apply(store, system, types, plan, author="test", reason="test")
