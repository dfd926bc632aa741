"""What a command works on: the configuration, and the instance once somebody needs it."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from cardwright_entities.contexts import SYSTEM, Principal
from cardwright_platform.config import Config
from cardwright_platform.installing import upgrade
from cardwright_platform.instance import Instance, open_instance


@dataclass(frozen=True)
class Workplace:
    """Travels from the group to its verbs."""

    config: Config

    @contextmanager
    def instance(self, *, attended: bool = True) -> Iterator[Instance]:
        """Open the instance with up-to-date platform tables, and close it afterwards.

        ``attended``: what is done is the doing of who typed the command, and told so in the log.
        """
        instance = open_instance(self.config, system=operator() if attended else SYSTEM)
        try:
            upgrade(instance)
            yield instance
        finally:
            instance.close()


def operator() -> Principal:
    """Return the system as it acts for who sits at the command line, by his login there."""
    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # a number without a name, as in containers
        return SYSTEM
    return replace(SYSTEM, name=login, login=login)


pass_workplace = click.make_pass_decorator(Workplace)
