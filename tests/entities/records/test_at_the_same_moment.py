"""A record that goes away and a reference to it at the same moment: one of the two is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

import pytest
from installation import Installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, ConflictError, InputError


def beside(workshop: Installation, act: Callable[[Desk], object]) -> Callable[[], object]:
    """Return what acts in a transaction of its own."""
    return lambda: workshop.engine.run_write(workshop.system(), act)


def failure_of(done: Future[object]) -> CardwrightError:
    error = done.exception()
    assert isinstance(error, CardwrightError)
    return error


@pytest.fixture
def firm(workshop: Installation) -> int:
    with workshop.engine.write(workshop.system()) as desk:
        return desk.records.create("firm", {"name": "恒拓", "level": "a"}).id


def test_who_points_to_a_record_that_is_going_is_refused(workshop: Installation, firm: int) -> None:
    with ThreadPoolExecutor(1) as other:
        with workshop.engine.write(workshop.system()) as desk:
            desk.records.delete("firm", firm)
            done = other.submit(
                beside(
                    workshop, lambda own: own.records.create("firm", {"name": "李", "mother": firm})
                )
            )
            wait_for([done], timeout=0.3)
            assert not done.done()
        assert isinstance(failure_of(done), InputError)


def test_who_deletes_a_record_that_is_just_pointed_to_is_refused(
    workshop: Installation, firm: int
) -> None:
    with ThreadPoolExecutor(1) as other:
        with workshop.engine.write(workshop.system()) as desk:
            desk.records.create("firm", {"name": "李", "mother": firm})
            done = other.submit(beside(workshop, lambda own: own.records.delete("firm", firm)))
            wait_for([done], timeout=0.3)
            assert not done.done()
        assert isinstance(failure_of(done), ConflictError)
