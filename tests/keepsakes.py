"""An installation with something of everything in it, how it is backed up and comes back."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from pathlib import Path

from installation import NOW, Installation

from cardwright_entities.accounts.accounts import NewAccount, create_account
from cardwright_entities.accounts.sessions import open_session
from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.manifests import Manifest
from cardwright_entities.backups.restoring import Restored, restore_backup
from cardwright_entities.backups.taking import Origin, take_backup
from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.files.register import add_file
from cardwright_platform.security.sealing import KeySealing

AWKWARD = "引号\"' %(b)s \\ 👍🏽 Я \u202eabc\r\n\t"
CONTENT = b"\x00 a content that nothing packs \xff"


@dataclass(frozen=True)
class Kept:
    """An installation, its files, and a way to copy it."""

    installation: Installation
    folder: Path

    @property
    def blobs(self) -> Blobs:
        return Blobs(self.folder / "files")

    def system(self) -> Context:
        return replace(self.installation.system(), sealing=KeySealing(bytes(range(32))))

    def back_up(self, name: str = "backup.zip") -> tuple[Path, Manifest]:
        """Take a backup beside the installation."""
        path = self.folder / name
        manifest = take_backup(
            self.installation.store,
            self.installation.system(),
            self.installation.types,
            self.blobs,
            path,
            origin=Origin(version="1.0", key="0123456789abcdef"),
            clock=lambda: NOW,
        )
        return path, manifest

    def restore(self, path: Path) -> Restored:
        """Replace what is here by a backup."""
        with read_backup(path) as backup:
            return restore_backup(
                self.installation.store,
                self.installation.system(),
                self.installation.types,
                self.blobs,
                backup,
                clock=lambda: NOW,
            )


def fill(kept: Kept) -> None:
    """Store two keepsakes that know each other, in a room within a house, and who kept them."""
    engine, context = kept.installation.engine, kept.system()
    blob = kept.blobs.put(io.BytesIO(CONTENT), limit=1_000)
    with engine.write(context) as desk:
        person = create_account(
            desk.session, NewAccount(login="ann", name="Ann", roles=("keeper",))
        )
        open_session(
            desk.session, person.id, lifetime=NOW - NOW, device="a phone", address="127.0.0.1"
        )
        file = add_file(desk.session, blob, "story.txt")
        house = desk.records.create("room", {"name": "House"}).id
        room = desk.records.create("room", {"name": AWKWARD.strip(), "within": house}).id
        first = desk.records.create("keepsake", values(file, room)).id
    with engine.write(context) as desk:
        second = desk.records.create(
            "keepsake", {"name": "Saucer", "friends": [first], "about": RecordRef("room", room)}
        ).id
        gone = desk.records.create("keepsake", {"name": "Broken"}).id
    with engine.write(context) as desk:
        desk.records.delete("keepsake", gone, version=1)
    assert (first, second) == (1, 2)


def values(file: int, room: int) -> dict[str, object]:
    """Return a value for every field that somebody sets."""
    return {
        "name": AWKWARD.strip(), "note": AWKWARD, "story": "## one\n- two", "code": "A-1",
        "known": "12345678-1234-5678-1234-567812345678", "pieces": -(2**53), "weight": "-0.001",
        "share": "0.15", "price": "9999999999.99", "stars": 5, "loved": False,
        "paint": "#1f6feb", "sort": "cup", "marks": ["old", "rare"], "day": "0001-01-03",
        "at": "2026-03-02T01:30:00.123456Z", "clock": "23:59", "effort": 5400,
        "month": "2026-07", "shown": {"start": "2026-01-01", "end": "2026-02-01"},
        "place": {"latitude": "-90", "longitude": "179.999999"}, "phone": "13800138000",
        "email": "a@acme.cn", "url": "https://example.com/?a=1&b='", "paper": file,
        "papers": [file], "rule": "name", "secret": "open sesame", "room": room,
        "parts": [{"name": "lid"}, {"name": "handle"}],
    }  # fmt: skip
