"""A process tells the oldest commit by which it still works."""

from __future__ import annotations

from threading import Thread

from cardwright_entities.store.in_flight import InFlight


def in_another_thread(action) -> None:
    thread = Thread(target=action)
    thread.start()
    thread.join()


def test_nothing_in_flight_is_the_newest() -> None:
    assert InFlight().oldest(7) == 7


def test_the_oldest_work_counts_until_it_ends() -> None:
    flight = InFlight()
    flight.begin(5)
    in_another_thread(lambda: flight.begin(6))
    assert flight.oldest(7) == 5
    flight.end()
    assert flight.oldest(7) == 6


def test_the_end_of_the_last_work_by_an_older_commit_is_told() -> None:
    flight = InFlight()
    flight.begin(5)
    flight.end()
    assert not flight.passed.is_set()
    flight.begin(5)
    in_another_thread(lambda: flight.begin(6))
    flight.end()
    assert flight.passed.is_set()


def test_work_that_lets_go_early_is_not_counted_twice() -> None:
    flight = InFlight()
    with flight.work(5):
        flight.end()
        assert flight.oldest(7) == 7
    assert flight.oldest(7) == 7
