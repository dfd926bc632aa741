"""Restores a backup where people will work with it, or in a scratch database to see that it would.

What comes back must not act on its own: nobody is signed in, jobs that ran are given up, messages
wait for somebody to release them.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from shutil import disk_usage

from cardwright_entities.accounts.accounts import has_accounts
from cardwright_entities.backups.archives import BackupReader
from cardwright_entities.backups.errors import BackupError, damaged
from cardwright_entities.backups.rebuilding import rebuild
from cardwright_entities.backups.taking import SECONDS, Told, nobody
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.holders import Clock
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.restores import note_restore
from cardwright_entities.store.doors import Store
from cardwright_entities.store.processes import oldest_commit
from cardwright_entities.store.sessions import Session
from cardwright_entities.store.upgrading import upgrade
from cardwright_entities.store.whole_database import our_tables

_NEEDED = frozenset({"cw_account", "cw_active", "cw_commit", "cw_process"})


@dataclass(frozen=True, kw_only=True)
class Target:
    """What stands where a backup is to come back."""

    is_empty: bool
    is_alive: bool = False  #: a server or worker uses it at this moment


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore has stopped, for whoever goes on from here."""

    given_up: int  #: jobs that were running


def look_at(store: Store, context: Context) -> Target:
    """Look at what a restore would replace."""
    with store.read(context) as session:
        if not set(our_tables(session)) >= _NEEDED:
            return Target(is_empty=not our_tables(session))
        used = read_active(session).number > 0 or has_accounts(session)
        return Target(is_empty=not used, is_alive=oldest_commit(session) is not None)


def restore_backup(
    store: Store,
    context: Context,
    types: TypesOfFields,
    blobs: Blobs,
    backup: BackupReader,
    *,
    clock: Clock,
) -> Restored:
    """Replace what is there by what a backup holds; raise BackupError and change nothing.

    Contents of files come first: until a row names them they mean nothing.
    """
    for sha256 in backup.files:
        with backup.content(sha256) as source:
            blob = blobs.put(source, limit=backup.size_of(sha256))
        if blob.sha256 != sha256:
            raise damaged(f"files/{sha256}")
    with store.rebuild(context, timeout=SECONDS) as session:
        rebuild(session, types, backup)
        upgrade(session.connection)
        session.context = replace(context, now=clock())
        return _quieten(session, backup)


def verify_backup(
    context: Context, types: TypesOfFields, backup: BackupReader, *, told: Told = nobody
) -> None:
    """Restore a backup into a scratch SQLite file and compare; raise BackupError if it fails.

    ``told`` hears how many of how many tables are there; what it raises ends the trial.
    """
    with tempfile.TemporaryDirectory(prefix="cardwright-verify-") as folder:
        check_room(Path(folder), backup)
        store = Store(f"sqlite:///{folder}/scratch.sqlite", synchronous="normal")
        try:
            with store.rebuild(context, timeout=SECONDS) as session:
                rebuild(session, types, backup, told=told)
                upgrade(session.connection)
        finally:
            store.close()
    for sha256 in backup.files:
        backup.check_content(sha256)


def check_room(folder: Path, backup: BackupReader) -> None:
    """Raise BackupError if a backup unpacks to more than the disk of a folder takes."""
    free = disk_usage(folder).free
    if backup.unpacked > free:
        needed, there = backup.unpacked // 1_000_000, free // 1_000_000
        raise BackupError(Message.of("backup_no_room", needed=needed, free=there))


def _quieten(session: Session, backup: BackupReader) -> Restored:
    note_restore(session, backup.manifest.taken_at)
    return Restored(given_up=Jobs().fail_running(session))
