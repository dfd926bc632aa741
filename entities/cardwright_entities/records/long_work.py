"""What work over many stored records needs: one desk after the other, and a rest in between."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeVar

from cardwright_entities.contexts import Context
from cardwright_entities.records.gate import Records
from cardwright_entities.store.sessions import Session

Result = TypeVar("Result")


class Desk(Protocol):
    """What such work needs of a desk."""

    session: Session

    @property
    def records(self) -> Records:
        """Return the write gate."""
        ...


class Engine(Protocol):
    """What such work needs of the engine."""

    def read(self, context: Context) -> AbstractContextManager[Desk]:
        """Open a desk that reads."""
        ...

    def run_write(self, context: Context, action: Callable[[Any], Result]) -> Result:
        """Do something at a writing desk."""
        ...

    def giving_way(self) -> AbstractContextManager[None]:
        """Leave others time to write."""
        ...
