"""The verbs of the product: a command imports its own file and no other verb's."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

import click

#: Every verb of the product, with the file of this package that it stands in; plugins add theirs.
VERBS: Mapping[str, str] = MappingProxyType(
    {
        "apply": "plans",
        "audit": "auditing",
        "backup": "backups",
        "check": "checking",
        "commits": "plans",
        "dev": "development",
        "docs": "docs",
        "doctor": "doctor",
        "explain": "explaining",
        "export": "exchange",
        "import": "exchange",
        "ledger": "ledgers",
        "outbox": "outbox",
        "pack": "packs",
        "plan": "plans",
        "purge": "purges",
        "revert": "plans",
        "rule": "rules",
        "serve": "serve",
        "token": "tokens",
        "user": "users",
        "worker": "worker",
    }
)


class Verbs(click.Group):
    """A group that finds the product's verbs by their names; what is added to it goes first."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*VERBS, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) or find_verb(cmd_name)


def find_verb(name: str) -> click.Command | None:
    """Import a verb of the product; None when there is no such verb."""
    if name not in VERBS:
        return None
    # By name: the server's half of the product is no business of a command that stores a user.
    module = import_module(f"cardwright_platform.cli.{VERBS[name]}")
    return next(
        each
        for each in vars(module).values()
        if isinstance(each, click.Command) and each.name == name
    )
