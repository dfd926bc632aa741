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


def write_if_done(action: Callable[[Desk], Result], is_done: Callable[[Result], bool]) -> Result:
    """Do several things in one writing transaction; where none could be done nothing stays of it.

    A change set is opened before it is known whether anything comes of it, and noted in the log.
    """
    result: list[Result] = []

    def work(desk: Desk) -> Result:
        result[:] = [action(desk)]
        if not is_done(result[0]):
            raise _NothingDone
        return result[0]

    try:
        return write_at_desk(work)
    except _NothingDone:
        return result[0]


class _NothingDone(Exception):  # noqa: N818 - no error: it takes a transaction back
    """Nothing of what was asked could be done."""


def reader_at(desk: Desk) -> Reader:
    """Return the reader of a desk."""
    return Reader.of(current_instance().words, desk.model, desk.context)


def current_reader() -> Reader:
    """Return the reader of this request, for pages that read no records."""
    opening = current_opening()
    return Reader.of(current_instance().words, opening.model, opening.context)
