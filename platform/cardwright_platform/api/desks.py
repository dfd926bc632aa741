"""The request's desk, and whether an entity may be used at it at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.current import current_instance, current_opening

Result = TypeVar("Result")


@contextmanager
def reading_desk() -> Iterator[Desk]:
    """Open a reading desk for this request, with the model that it began with."""
    opening = current_opening()
    with current_instance().engine.read(opening.context, opening.model) as desk:
        yield desk


def write_at_desk(action: Callable[[Desk], Result]) -> Result:
    """Do something in one writing transaction for this request."""
    return current_instance().engine.run_write(current_opening().context, action)


def find_entity(desk: Desk, name: str, action: str = "read") -> EntityModel:
    """Return an entity on which the action is granted.

    Raise NotFoundError alike for one that is not there and one that may not be read, AccessError
    for one that may be read.
    """
    if name not in desk.model.catalog.entities:
        raise NotFoundError(Message("not_found"))
    may = desk.policy.may
    if not may(desk.context.principal, name, action):
        if may(desk.context.principal, name, "read"):
            raise AccessError(Message("not_allowed"))
        raise NotFoundError(Message("not_found"))
    return desk.model.entity(name)
