"""The folder of a pack → its archive, with the two lock files written beside its definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardwright_entities.changes.identities import field_address, former_names, new_id
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.loading import BESIDE, Pack, files_of_pack, load_pack
from cardwright_metadata.lock_files import BASES_FILE, IDS_FILE, write_bases, write_ids
from cardwright_metadata.problems import MetadataError, Place, Problem
from cardwright_platform.packs.archives import write_archive
from cardwright_platform.packs.manifests import MANIFEST, Manifest, manifest_of
from cardwright_platform.packs.powers import undeclared_powers

#: What may be in an archive: definitions, tables, words for people.
SUFFIXES = (".yaml", ".yml", *BESIDE, ".md", ".txt")
#: The prefix of what sites make for themselves.
OF_SITES = "x"


@dataclass(frozen=True)
class Built:
    """An archive, and what it says about itself."""

    manifest: Manifest
    content: bytes


def build_archive(folder: Path, catalog: Catalog) -> Built:
    """Write the lock files of a pack and return its archive; raise MetadataError.

    ``catalog`` is that of the pack with all that it requires.
    """
    pack = load_pack(folder)
    problems = [*check_for_travel(pack)]
    if problems:
        raise MetadataError(problems)
    (folder / IDS_FILE).write_text(write_ids(_ids(pack, catalog)), "utf-8")
    entries = [
        each
        for merging in catalog.merged
        if merging.pack == pack.definition.name
        for each in merging.entries
    ]
    (folder / BASES_FILE).write_text(write_bases(entries), "utf-8")
    files = {
        path: file.read_bytes() for path, file in files_of_pack(folder) if path.endswith(SUFFIXES)
    }
    manifest = manifest_of(pack.definition, files)
    return Built(manifest, write_archive({**files, MANIFEST: manifest.to_bytes()}))


def check_for_travel(pack: Pack) -> Sequence[Problem]:
    """Return what keeps a pack from going to others, although it may be right at home."""
    return [*_prefix_problems(pack), *undeclared_powers(pack)]


def _prefix_problems(pack: Pack) -> list[Problem]:
    prefix = pack.definition.prefix
    if prefix and prefix != OF_SITES:
        return []
    document = next((each for each in pack.documents if each.kind == "pack"), None)
    place: Place | None = document.place if document else None
    says = f"'{OF_SITES}' is for what sites make for themselves" if prefix else "it says none"
    return [
        Problem(
            place=place,
            path="prefix",
            code="no_prefix",
            message=f"A pack for others needs a prefix of its vendor; {says}.",
            found=prefix,
            expected="prefix: acme",
        )
    ]


def _ids(pack: Pack, catalog: Catalog) -> Mapping[str, str]:
    """Return the identities of what the pack defines: those it had, new ones for the rest."""
    ids: dict[str, str] = {}
    name = pack.definition.name
    for address, part in catalog.to_parts().items():
        if not address.startswith(("entity/", "picklist/")):
            continue
        if part.get("pack") == name:
            ids[address] = _kept(pack, address, [f"entity/{was}" for was in former_names(part)])
        for field, body in part.get("fields", {}).items():
            if body.get("pack") == name and not body.get("system"):
                was = [field_address(part["name"], each) for each in former_names(body)]
                ids[field_address(part["name"], field)] = _kept(
                    pack, field_address(part["name"], field), was
                )
    return ids


def _kept(pack: Pack, address: str, former: Sequence[str]) -> str:
    return next((pack.ids[each] for each in (address, *former) if each in pack.ids), "") or new_id()
