"""``cardwright dev``: watch packs, check at each save, apply to a scratch installation, reload."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import click
from watchfiles import watch

from cardwright_entities.accounts.accounts import has_accounts
from cardwright_entities.errors import CardwrightError
from cardwright_metadata.checking import write_problems
from cardwright_metadata.problems import MetadataError
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.cli.output import Output, write_failure
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.config import Config, ConfigError
from cardwright_platform.installing import LATER, apply_plan, plan_packs, prepare, read_packs
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user, first_admin
from cardwright_platform.serving import serve
from cardwright_platform.signing_in import create_link

_PAUSE_MS = 150
_LINK_LASTS = timedelta(hours=12)


@click.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--keep", is_flag=True, help="Keep the scratch installation in var/dev.")
@pass_workplace
def dev(workplace: Workplace, path: Path, port: int, keep: bool) -> int:
    """Try a pack while writing it: every save is checked, applied and shown.

    PATH is the folder of a pack. Nothing of the real installation is touched.
    """
    output = Output.of()
    with tempfile.TemporaryDirectory(prefix="cardwright-dev-") as scratch:
        folder = workplace.config.folder / "dev" if keep else Path(scratch)
        instance = open_instance(_scratch(workplace.config, folder, path, port))
        try:
            _run(output, instance, path)
        except KeyboardInterrupt:
            return 0
        finally:
            instance.close()
    return 0


def _scratch(config: Config, folder: Path, path: Path, port: int) -> Config:
    bundled = tuple(name for name in config.packs if name != path.name)
    return replace(
        config,
        folder=folder,
        database_url="",
        packs=(*bundled, str(path.absolute())),
        port=port,
        host="127.0.0.1",
        base_url="",
        demo=True,
        develop=True,
    )


def _run(output: Output, instance: Instance, path: Path) -> None:
    prepare(instance, may_apply=True)
    stopping = threading.Event()
    watcher = threading.Thread(
        target=_watch, args=(output, instance, path, stopping), name="watcher", daemon=True
    )
    app = create_app(instance, make_theming(instance, watch=True))

    def announce() -> None:
        output.say("cli.serving", address=instance.config.address)
        output.say("cli.link")
        click.echo(f"  {_link(instance)}")
        watcher.start()

    try:
        serve(app, instance, when_ready=announce)
    finally:
        stopping.set()


def _link(instance: Instance) -> str:
    with instance.store.read(instance.system_context()) as session:
        is_empty = not has_accounts(session)
    account = (
        add_user(instance, login="admin", roles=("admin",)) if is_empty else first_admin(instance)
    )
    return create_link(instance, account, "sign_in", lifetime=_LINK_LASTS)


def _watch(output: Output, instance: Instance, path: Path, stopping: threading.Event) -> None:
    for _ in watch(path, debounce=_PAUSE_MS, stop_event=stopping):
        take_save(output, instance)


def take_save(output: Output, instance: Instance, more: Sequence[Path] = ()) -> bool:
    """Check and apply what was saved; say what is wrong and return False when it cannot be."""
    try:
        plan = plan_packs(instance, read_packs(instance, more), accepted=LATER)
        if plan.is_empty:
            return True
        number = apply_plan(instance, plan, author="dev", reason="Saved.")
    except MetadataError as error:
        click.echo(write_problems(error.problems))
        return False
    except ConfigError as error:
        click.echo(str(error))
        return False
    except CardwrightError as error:
        write_failure(error, output)
        return False
    for sentence in plan.describe(output.language):
        click.echo(sentence)
    output.say("cli.applied", number=number)
    return True
