"""``cardwright user``: people who may sign in, added and helped from the command line."""

from __future__ import annotations

import click

from cardwright_entities.accounts import accounts, sessions, tokens
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.identities import drop_identities, list_identities
from cardwright_entities.accounts.one_time_links import Purpose
from cardwright_entities.accounts.passkeys import drop_passkeys
from cardwright_entities.store.sessions import Session
from cardwright_platform import second_steps
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance
from cardwright_platform.people import add_user, change_roles
from cardwright_platform.signing_in import create_link, set_password


@click.group()
def user() -> None:
    """Add, disable and help people who sign in."""


@user.command("add")
@click.argument("login")
@click.option("--name", default="", help="The person's name; the login by default.")
@click.option("--role", "roles", multiple=True, help="A role; may be given several times.")
@click.option("--email", default="")
@as_json_option
@pass_workplace
def add(
    workplace: Workplace,
    login: str,
    name: str,
    roles: tuple[str, ...],
    email: str,
    as_json: bool,
) -> int:
    """Add a user without a password and print a link with which to set one."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        prepare(instance)
        account = add_user(instance, login=login, name=name, roles=roles, email=email)
        link = create_link(instance, account, "set_password")
    output.say("cli.user_added", login=account.login)
    _show_link(output, workplace, link)
    output.write_json({"id": account.id, "login": account.login, "link": link})
    return 0


@user.command("roles")
@click.argument("login")
@click.option("--add", "added", multiple=True, help="A role to give; may be said several times.")
@click.option("--remove", "removed", multiple=True, help="A role to take away; likewise.")
@as_json_option
@pass_workplace
def roles(
    workplace: Workplace,
    login: str,
    added: tuple[str, ...],
    removed: tuple[str, ...],
    as_json: bool,
) -> int:
    """Give roles to a user or take them away, from the next request on; then print what is left."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        found = _find(instance, login)
        account = change_roles(instance, login, added, removed) if added or removed else found
    held = sorted(account.roles)
    output.say(
        "cli.user_roles" if held else "cli.user_no_roles",
        login=account.login,
        roles=", ".join(held),
    )
    output.write_json({"login": account.login, "roles": held})
    return 0


@user.command("link")
@click.argument("login")
@click.option("--password", "for_password", is_flag=True, help="To set a password with.")
@as_json_option
@pass_workplace
def link(workplace: Workplace, login: str, for_password: bool, as_json: bool) -> int:
    """Print a link with which a user signs in once."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        account = _find(instance, login)
        purpose: Purpose = "set_password" if for_password else "sign_in"
        made = create_link(instance, account, purpose)
    _show_link(output, workplace, made)
    output.write_json({"login": account.login, "link": made})
    return 0


@user.command("password")
@click.argument("login")
@click.password_option()
@pass_workplace
def password(workplace: Workplace, login: str, password: str) -> int:
    """Set a user's password; sessions, links and tokens end."""
    output = Output.of()
    with workplace.instance() as instance:
        account = _find(instance, login)
        set_password(instance, account, password)
    output.say("cli.user_password", login=account.login)
    return 0


@user.command("disable")
@click.argument("login")
@click.option("--undo", is_flag=True, help="Let the user sign in again.")
@pass_workplace
def disable(workplace: Workplace, login: str, undo: bool) -> int:
    """Keep a user out from the next request on."""
    output = Output.of()
    with workplace.instance() as instance:
        account = _find(instance, login)

        def write(session: Session) -> None:
            accounts.set_disabled(session, account.id, disabled=not undo)
            sessions.close_sessions(session, account.id)
            if not undo:
                tokens.revoke_tokens(session, account.id)

        instance.store.run_write(instance.system_context(), write)
    output.say("cli.user_enabled" if undo else "cli.user_disabled", login=account.login)
    return 0


@user.command("second-step")
@click.argument("login")
@click.option("--off", is_flag=True, help="Ask for the password only, and forget his passkeys.")
@as_json_option
@pass_workplace
def second_step(workplace: Workplace, login: str, off: bool, as_json: bool) -> int:
    """Tell whether a user signs in by two steps, or let one who lost his phone in without."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        account = _find(instance, login)
        if off:
            second_steps.turn_off(instance, account, instance.system_context())
            instance.store.run_write(
                instance.system_context(), lambda session: drop_passkeys(session, account.id)
            )
        step = second_steps.read_step(instance, account)
    is_on = step is not None and step.confirmed_at is not None
    output.say("cli.user_two_steps" if is_on else "cli.user_one_step", login=account.login)
    output.write_json({"login": account.login, "second_step": is_on})
    return 0


@user.command("identities")
@click.argument("login")
@click.option("--unlink", default="", help="A provider at which the user is linked no longer.")
@click.option("--subject", default="", help="With --unlink: only this subject of it.")
@as_json_option
@pass_workplace
def identities(workplace: Workplace, login: str, unlink: str, subject: str, as_json: bool) -> int:
    """List who a user is at sign-in providers, or forget it; sessions stay open."""
    output = Output(Output.of().language, as_json)
    with workplace.instance() as instance:
        account = _find(instance, login)
        if unlink:
            dropped = instance.store.run_write(
                instance.system_context(),
                lambda session: drop_identities(
                    session, account.id, provider=unlink, subject=subject
                ),
            )
            output.say("cli.user_unlinked", login=account.login, count=dropped)
        with instance.store.read(instance.system_context()) as session:
            found = list_identities(session, account.id)
    keys = ("provider", "subject", "label", "linked", "used")
    rows = [
        (
            each.provider,
            each.subject,
            each.label,
            f"{each.created_at:%Y-%m-%d}",
            f"{each.used_at:%Y-%m-%d}" if each.used_at else "",
        )
        for each in found
    ]
    output.write_table(keys, rows)
    output.write_json(
        {
            "login": account.login,
            "identities": [dict(zip(keys, row, strict=True)) for row in rows],
        }
    )
    return 0


@user.command("list")
@as_json_option
@pass_workplace
def show(workplace: Workplace, as_json: bool) -> int:
    """List who may sign in."""
    output = Output(Output.of().language, as_json)
    with (
        workplace.instance() as instance,
        instance.store.read(instance.system_context()) as session,
    ):
        found = accounts.list_accounts(session)
    rows = [
        (each.login, each.name, ", ".join(sorted(each.roles)), "no" if each.disabled_at else "yes")
        for each in found
    ]
    output.write_table(("login", "name", "roles", "active"), rows)
    keys = ("login", "name", "roles", "active")
    output.write_json([dict(zip(keys, row, strict=True)) for row in rows])
    return 0


def _find(instance: Instance, login: str) -> Account:
    with instance.store.read(instance.system_context()) as session:
        return accounts.find_account(session, login)


def _show_link(output: Output, workplace: Workplace, made: str) -> None:
    output.say("cli.link")
    if not output.as_json:
        click.echo(f"  {made}")
    output.say("cli.link_valid", minutes=workplace.config.link_minutes)
