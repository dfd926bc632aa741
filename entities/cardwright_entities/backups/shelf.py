"""The folder of backups: what lies there, and what became of each.

The notes lie beside the files and not in the database: after a restore the database knows nothing
of the backups that were taken since, and the folder still tells the truth.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import disk_usage
from typing import Any, BinaryIO

from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.errors import BackupError
from cardwright_entities.backups.manifests import Manifest
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.files.register import contents_size
from cardwright_entities.store.doors import Store
from cardwright_entities.store.whole_database import database_size

BY_HAND, BY_CLOCK = "hand", "schedule"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.zip")
_NOTES = ".json"
#: A draft that nobody has written to for so long belongs to a process that is dead.
_DEAD = timedelta(hours=6)


@dataclass(frozen=True, kw_only=True)
class Download:
    """Somebody took a backup away."""

    at: str
    by: str


@dataclass(frozen=True, kw_only=True)
class Notes:
    """What is known of a backup beside its content; moments are ISO texts.

    ``verified`` is None until somebody has tried it, and ``problem`` a code and parameters.
    """

    taken_at: str = ""
    by: str = ""
    how: str = ""  #: hand, schedule; empty for one that was put there
    version: str = ""
    engine: str = ""
    rows: int = 0
    files: int = 0
    lost: int = 0
    verified: bool | None = None
    verified_at: str = ""
    problem: Mapping[str, Any] = field(default_factory=dict)
    downloads: tuple[Download, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shelved:
    """One backup in the folder; ``readable`` is false for a file that is no whole backup."""

    name: str
    size: int
    notes: Notes
    readable: bool = True


class Shelf:
    """The backups of an installation, in a folder that nothing serves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def all(self) -> list[Shelved]:
        """Return the backups, the newest first."""
        if not self.folder.is_dir():
            return []
        names = [each.name for each in self.folder.iterdir() if _NAME.fullmatch(each.name)]
        found = [self.find(name) for name in names if self._is_file(name)]
        return sorted(found, key=lambda each: (each.notes.taken_at, each.name), reverse=True)

    def find(self, name: str) -> Shelved:
        """Return one by its name; raise NotFoundError."""
        path = self.path(name)
        size = path.stat().st_size
        try:
            return Shelved(name=name, size=size, notes=self._notes_of(path))
        except BackupError:
            return Shelved(name=name, size=size, notes=Notes(), readable=False)

    def path(self, name: str) -> Path:
        """Return where a backup lies; raise NotFoundError for any other name."""
        if not _NAME.fullmatch(name) or not self._is_file(name):
            raise NotFoundError(Message("not_found"))
        return self.folder / name

    def open(self, name: str) -> BinaryIO:
        """Open a backup for reading; raise NotFoundError."""
        return self.path(name).open("rb")

    def place(self, context: Context) -> Path:
        """Return where the next backup is written; drafts of dead processes go on the way."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.clear_drafts(context.now)
        return self.folder / f"cardwright-{context.now.astimezone(context.zone):%Y%m%d-%H%M%S}.zip"

    def note(self, name: str, notes: Notes) -> None:
        """Write down what is known of a backup: all of it, or nothing."""
        target = self.folder / f"{name}{_NOTES}"
        draft = target.with_name(f".{target.name}.{os.getpid()}.part")
        draft.write_text(json.dumps(asdict(notes), ensure_ascii=False), "utf-8")
        draft.replace(target)

    def remove(self, name: str) -> None:
        """Delete a backup and what was noted of it; raise NotFoundError."""
        self.path(name).unlink()
        (self.folder / f"{name}{_NOTES}").unlink(missing_ok=True)

    def keep_last(self, count: int) -> tuple[str, ...]:
        """Delete backups made by the clock but the newest, and but the newest that was proven.

        Return the names of those that went. What somebody made or put there stays.
        """
        scheduled = [each for each in self.all() if each.notes.how == BY_CLOCK]
        proven = [each.name for each in scheduled if each.notes.verified][:1]
        gone = [each.name for each in scheduled[max(count, 1) :] if each.name not in proven]
        for name in gone:
            self.remove(name)
        return tuple(gone)

    def clear_drafts(self, now: datetime) -> None:
        """Delete what a backup that was killed has left."""
        for path in self.folder.glob(".*.part"):
            if path.stat().st_mtime < (now - _DEAD).timestamp():
                path.unlink(missing_ok=True)

    def free(self) -> int:
        """Return how many bytes the disk of the folder takes."""
        folder = self.folder
        while not folder.exists():
            folder = folder.parent
        return disk_usage(folder).free

    def _is_file(self, name: str) -> bool:
        path = self.folder / name
        return path.is_file() and not path.is_symlink()

    def _notes_of(self, path: Path) -> Notes:
        written = path.with_name(f"{path.name}{_NOTES}")
        try:
            return _read(json.loads(written.read_text("utf-8")))
        except (OSError, ValueError, TypeError, KeyError):
            with read_backup(path) as backup:
                return notes_of(backup.manifest)


def notes_of(manifest: Manifest, *, by: str = "", how: str = "") -> Notes:
    """Return what a manifest tells, and who wanted the backup."""
    return Notes(
        taken_at=manifest.taken_at.isoformat(),
        by=by,
        how=how,
        version=manifest.version,
        engine=manifest.engine,
        rows=manifest.rows,
        files=manifest.files.count,
        lost=len(manifest.files.missing),
    )


def with_download(notes: Notes, at: datetime, by: str) -> Notes:
    """Return notes that also say who took the backup away."""
    return replace(notes, downloads=(*notes.downloads, Download(at=at.isoformat(), by=by)))


def check_space(store: Store, context: Context, shelf: Shelf) -> None:
    """Raise BackupError unless the disk takes all that there is, packed or not."""
    with store.read(context) as session:
        needed = database_size(session) + contents_size(session)
    free = shelf.free()
    if free < needed:
        values = {"needed": needed // 1_000_000, "free": free // 1_000_000}
        raise BackupError(Message.of("backup_no_space", **values))


def _read(body: Mapping[str, Any]) -> Notes:
    downloads = tuple(Download(**each) for each in body.get("downloads", ()))
    return Notes(**{**body, "downloads": downloads})
