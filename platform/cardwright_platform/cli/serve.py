"""``cardwright serve``: the server, ready with its first sign-in link."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import click
from flask import Flask

from cardwright_entities.accounts.accounts import has_accounts, list_accounts
from cardwright_entities.accounts.one_time_links import Purpose
from cardwright_platform.app import create_app, make_theming
from cardwright_platform.cli.output import Output
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.config import Config
from cardwright_platform.installing import Prepared, prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user, first_admin
from cardwright_platform.preforking import serve_processes
from cardwright_platform.serving import AddressInUseError
from cardwright_platform.serving import serve as serve_app
from cardwright_platform.signing_in import create_link
from cardwright_platform.worker.assembly import Bell, build_loop, open_bell

#: The link on the operator's own screen may wait for him.
_LINK_LASTS = timedelta(hours=12)


@click.command()
@click.option("--demo", is_flag=True, help="Make a demo company whose users come in by a click.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@pass_workplace
def serve(workplace: Workplace, demo: bool, host: str | None, port: int | None) -> int:
    """Serve the installation until Ctrl+C."""
    output = Output.of()
    config = _with_options(workplace.config, demo=demo, host=host, port=port)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    bell = open_bell(config)
    instance = open_instance(config, ring=bell.ring)
    try:
        prepared = prepare(instance, may_apply=config.demo)
        link = _first_link(instance)
        app = create_app(instance, make_theming(instance))
        _run(app, instance, bell, lambda: _announce(output, instance, prepared, link))
    except AddressInUseError as error:
        said = output.text("cli.address_in_use", {"address": str(error)})
        raise click.ClickException(said) from error
    except KeyboardInterrupt:
        return 0
    finally:
        bell.close()
        instance.close()
    return 0


def _run(app: Flask, instance: Instance, bell: Bell, announce: Callable[[], None]) -> None:
    if instance.config.processes > 1:
        serve_processes(app, instance, when_ready=announce, beside=lambda: _worker(instance, bell))
        return
    with _worker(instance, bell):
        serve_app(app, instance, when_ready=announce)


@contextmanager
def _worker(instance: Instance, bell: Bell) -> Iterator[None]:
    """Run jobs in a thread of this process while it serves, unless others run them."""
    if instance.config.worker != "embedded":
        yield
        return
    loop = build_loop(instance, bell)
    loop.start()
    try:
        yield
    finally:
        loop.stop()


def _with_options(config: Config, *, demo: bool, host: str | None, port: int | None) -> Config:
    return replace(
        config, demo=demo or config.demo, host=host or config.host, port=port or config.port
    )


def _first_link(instance: Instance) -> str:
    """Make a link for the first administrator, in a demo at every start."""
    with instance.store.read(instance.system_context()) as session:
        is_empty = not has_accounts(session)
    if is_empty:
        account = add_user(instance, login="admin", name="admin", roles=("admin",))
        purpose: Purpose = "sign_in" if instance.config.demo else "set_password"
        return create_link(instance, account, purpose, lifetime=_LINK_LASTS)
    if not instance.config.demo:
        return ""
    return create_link(instance, first_admin(instance), "sign_in", lifetime=_LINK_LASTS)


def _announce(output: Output, instance: Instance, prepared: Prepared, link: str) -> None:
    if prepared.is_repaired:
        output.say("cli.repaired")
    if prepared.plan_needed:
        output.say("cli.plan_needed")
    output.say("cli.serving", address=instance.config.address)
    if link:
        output.say("cli.link")
        click.echo(f"  {link}")
    if instance.config.demo:
        output.say("cli.demo_users")
        with instance.store.read(instance.system_context()) as session:
            found = [each for each in list_accounts(session) if each.disabled_at is None]
        output.write_table(
            ("", "login", "name", "roles"),
            [("", each.login, each.name, ", ".join(sorted(each.roles))) for each in found],
        )
    output.say("cli.stop_hint")
