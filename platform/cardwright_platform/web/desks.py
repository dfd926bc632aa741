"""The request's desk: the engine with what the opening of the request has found out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from cardwright_entities.engine import Desk
from cardwright_platform.current import current_instance, current_opening
from cardwright_platform.web.presenting.reader import Reader

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


def reader_at(desk: Desk) -> Reader:
    """Return the reader of a desk."""
    return Reader.of(current_instance().words, desk.model, desk.context)


def current_reader() -> Reader:
    """Return the reader of this request, for pages that read no records."""
    opening = current_opening()
    return Reader.of(current_instance().words, opening.model, opening.context)
