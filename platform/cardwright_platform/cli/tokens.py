"""``cardwright token``: tokens with which programs act for a user."""

from __future__ import annotations

from datetime import timedelta

import click

from cardwright_entities.accounts import accounts, tokens
from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.workplace import Workplace, pass_workplace


@click.group()
def token() -> None:
    """Make tokens for programs that use the API."""


@token.command("create")
@click.argument("login")
@click.option("--name", default="command line", help="What the token is for.")
@click.option("--read-only", is_flag=True, help="The token may look but not write.")
@click.option("--days", type=click.IntRange(1, 3660), help="How long it is good; for ever without.")
@as_json_option
@pass_workplace
def create(
    workplace: Workplace, login: str, name: str, read_only: bool, days: int | None, as_json: bool
) -> int:
    """Print a new token of a user; it is shown only this once."""
    output = Output(Output.of().language, as_json)
    scopes = ("read",) if read_only else tokens.SCOPES
    lifetime = timedelta(days=days) if days else None
    with workplace.instance() as instance:
        context = instance.system_context()
        with instance.store.write(context) as session:
            account = accounts.find_account(session, login)
            made = tokens.create_token(session, account.id, name, scopes=scopes, lifetime=lifetime)
    if not as_json:
        click.echo(made)
        click.echo(output.text("cli.token_once"), err=True)
    output.write_json({"token": made, "login": account.login})
    return 0
