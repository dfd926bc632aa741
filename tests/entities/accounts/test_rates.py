from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from cardwright_entities.accounts.rates import Limit, count_try, sweep_rates
from cardwright_entities.contexts import Context
from cardwright_entities.errors import LimitError
from cardwright_entities.store.doors import Store

At = Callable[..., Context]
FIVE = Limit(5, timedelta(minutes=10))


def attempt(store: Store, context: Context, key: str) -> bool:
    try:
        store.run_write(context, lambda session: count_try(session, key, FIVE))
    except LimitError:
        return False
    return True


def test_the_sixth_try_in_a_window_is_refused_with_the_time_to_wait(store: Store, at: At) -> None:
    with store.write(at(minutes=4)) as session:
        for _ in range(5):
            count_try(session, "sixth", FIVE)
        with pytest.raises(LimitError) as refused:
            count_try(session, "sixth", FIVE)
    assert refused.value.retry_after == 361


def test_the_next_window_begins_anew(store: Store, at: At) -> None:
    for _ in range(5):
        assert attempt(store, at(), "anew")
    assert attempt(store, at(minutes=10), "anew")


def test_keys_do_not_share_a_count(store: Store, at: At) -> None:
    for number in range(10):
        assert attempt(store, at(), f"own {number}")


def test_tries_at_the_same_time_are_all_counted(store: Store, at: At) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = [pool.submit(attempt, store, at(), "same time") for _ in range(20)]
    assert sum(each.result() for each in tries) == 5


def test_old_counts_are_swept(store: Store, at: At) -> None:
    assert attempt(store, at(), "old")
    with store.write(at(days=3)) as session:
        assert sweep_rates(session) >= 1
        assert sweep_rates(session) == 0
