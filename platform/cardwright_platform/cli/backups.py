"""``cardwright backup``: a whole installation into a file, and out of it again on either engine."""

from __future__ import annotations

from pathlib import Path

import click
from click.exceptions import Exit

from cardwright_entities.backups.archives import BackupReader, read_backup
from cardwright_entities.backups.manifests import Manifest
from cardwright_entities.backups.restoring import (
    Target,
    check_room,
    look_at,
    restore_backup,
)
from cardwright_entities.files.blobs import Blobs
from cardwright_platform.backing_up import back_up, key_mark, try_backup
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, operator, pass_workplace
from cardwright_platform.instance import Instance, open_instance

_NEW = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def backup() -> None:
    """Write everything into one file, try it, and take it back, on SQLite or PostgreSQL."""


@backup.command("create")
@click.argument("file", type=_NEW)
@as_json_option
@pass_workplace
def create(workplace: Workplace, file: Path, as_json: bool) -> int:
    """Write a backup while people go on working; exit code 1 if some content was already lost.

    FILE must not be there yet. The secret key of the installation is not in it: keep that apart.
    """
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        manifest = back_up(instance, file)
    lost = manifest.files.missing
    output.write_json({"file": str(file), **_summary(manifest), "lost": list(lost)})
    output.say("cli.backup_created", file=file, **_counts(manifest))
    for each in lost:
        output.say("cli.backup_lost", sha256=each)
    return 1 if lost else 0


@backup.command("verify")
@click.argument("file", type=_THERE)
@as_json_option
@pass_workplace
def verify(workplace: Workplace, file: Path, as_json: bool) -> int:
    """Restore a backup into a scratch database and compare every table; exit code 1 if it differs.

    Nothing of this installation is touched.
    """
    output = Output(Output.of().language, as_json)
    instance = open_instance(workplace.config, system=operator())
    try:
        manifest = try_backup(instance, file)
        _warn_of_key(instance, manifest, output)
    finally:
        instance.close()
    output.write_json({"good": True, **_summary(manifest)})
    output.say("cli.backup_good", file=file, taken=_moment(instance, manifest), **_counts(manifest))
    return 0


@backup.command("show")
@click.argument("file", type=_THERE)
@as_json_option
@pass_workplace
def show(workplace: Workplace, file: Path, as_json: bool) -> int:
    """List what a backup says that it holds, table by table; nothing is compared."""
    output = Output(Output.of().language, as_json)
    with read_backup(file) as found:
        manifest = found.manifest
    tables = [
        {"table": each.shape.name, "rows": each.rows, "digest": each.digest}
        for each in manifest.tables
    ]
    output.write_json({**_summary(manifest), "tables": tables})
    output.write_table(
        ("table", "rows", "digest"),
        [(each["table"], each["rows"], str(each["digest"])[:16]) for each in tables],
    )
    return 0


@backup.command("restore")
@click.argument("file", type=_THERE)
@click.option("--confirm", default="", help="Name of the database to be replaced, unasked.")
@as_json_option
@pass_workplace
def restore(workplace: Workplace, file: Path, confirm: str, as_json: bool) -> int:
    """Make the installation again from a backup: database, definitions, files, numbers.

    What is there is replaced, after its name was typed, all at once or not at all. Afterwards
    nobody is signed in, and messages wait for ``cardwright outbox release``.
    """
    output = Output(Output.of().language, as_json)
    workplace.config.folder.mkdir(parents=True, exist_ok=True)
    instance = open_instance(workplace.config, system=operator())
    try:
        with read_backup(file) as found:
            check_room(instance.config.folder, found)
            _confirm(instance, look_at(instance.store, instance.system_context()), confirm, output)
            _restore(instance, found, output)
    finally:
        instance.close()
    return 0


def _restore(instance: Instance, found: BackupReader, output: Output) -> None:
    manifest = found.manifest
    restored = restore_backup(
        instance.store,
        instance.system_context(),
        instance.types,
        Blobs(instance.config.files_folder),
        found,
        clock=instance.clock,
    )
    output.write_json({**_summary(manifest), "jobs_given_up": restored.given_up})
    output.say("cli.backup_restored", taken=_moment(instance, manifest), **_counts(manifest))
    output.say("cli.backup_aftermath", jobs=restored.given_up)
    _warn_of_key(instance, manifest, output)


def _confirm(instance: Instance, target: Target, confirm: str, output: Output) -> None:
    """Go on over an empty target, or where the name of the database was typed."""
    if target.is_empty:
        return
    name = instance.store.name
    if target.is_alive:
        output.say("cli.backup_alive", name=name)
        output.write_json({"error": {"code": "in_use"}})
        raise Exit(1)
    if not confirm and not output.as_json:
        confirm = click.prompt(output.text("cli.backup_question", {"name": name}))
    if confirm != name:
        output.say("cli.backup_not_confirmed", name=name)
        output.write_json({"error": {"code": "not_confirmed"}})
        raise Exit(1)


def _warn_of_key(instance: Instance, manifest: Manifest, output: Output) -> None:
    if manifest.key != key_mark(instance):
        output.say("cli.backup_other_key", file=instance.config.key_file)


def _moment(instance: Instance, manifest: Manifest) -> str:
    return f"{manifest.taken_at.astimezone(instance.system_context().zone):%Y-%m-%d %H:%M:%S}"


def _counts(manifest: Manifest) -> dict[str, str]:
    return {
        "rows": f"{manifest.rows:,}",
        "tables": str(len(manifest.tables)),
        "files": f"{manifest.files.count:,}",
    }


def _summary(manifest: Manifest) -> dict[str, object]:
    return {
        "version": manifest.version,
        "engine": manifest.engine,
        "revision": manifest.revision,
        "commit": manifest.commit,
        "taken_at": manifest.taken_at,
        "rows": manifest.rows,
        "files": manifest.files.count,
    }
