"""Backups of an installation, as the command line, the screen and the clock all take them."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.manifests import Manifest
from cardwright_entities.backups.restoring import verify_backup
from cardwright_entities.backups.shelf import Shelf
from cardwright_entities.backups.taking import Origin, Told, nobody, take_backup
from cardwright_entities.files.blobs import Blobs
from cardwright_platform.instance import Instance


def shelf_of(instance: Instance) -> Shelf:
    """Return where backups are kept that were made on screen or by the clock."""
    return Shelf(instance.config.backups)


def back_up(instance: Instance, path: Path, told: Told = nobody) -> Manifest:
    """Write a backup of everything into a new file; raise BackupError or ApplyRunning."""
    return take_backup(
        instance.store,
        instance.system_context(),
        instance.types,
        Blobs(instance.config.files_folder),
        path,
        origin=Origin(version=version("cardwright"), key=key_mark(instance)),
        clock=instance.clock,
        told=told,
    )


def try_backup(instance: Instance, path: Path, told: Told = nobody) -> Manifest:
    """Restore a backup into a scratch database and compare; raise BackupError if it fails."""
    with read_backup(path) as found:
        verify_backup(instance.system_context(), instance.types, found, told=told)
        return found.manifest


def key_mark(instance: Instance) -> str:
    """Return what tells keys apart: a key of its own purpose, cut."""
    return instance.key_for("backup").hex()[:16]
