"""What a command works on: the configuration, and the instance once somebody needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click

from cardwright_platform.config import Config
from cardwright_platform.installing import upgrade
from cardwright_platform.instance import Instance, open_instance


@dataclass(frozen=True)
class Workplace:
    """Travels from the group to its verbs."""

    config: Config

    @contextmanager
    def instance(self) -> Iterator[Instance]:
        """Open the instance with up-to-date platform tables, and close it afterwards."""
        instance = open_instance(self.config)
        try:
            upgrade(instance)
            yield instance
        finally:
            instance.close()


pass_workplace = click.make_pass_decorator(Workplace)
