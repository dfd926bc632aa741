"""What goes for good waits for processes that work by earlier definitions."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import update

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.purging import make_purge
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.reflection import read_columns
from cardwright_entities.changes.waiting import StillWaiting, wait_for_others
from cardwright_entities.store.platform_tables import cw_process
from cardwright_entities.store.processes import leave, report

FIRM = "kind: entity\nname: firm\nfields:\n  name: {type: text}\n"


@pytest.fixture
def retired(bench):
    """A field is retired, and a process says that it works by the commit in which it lived."""
    bench.apply(FIRM + "  code: {type: text}\n")
    bench.apply(FIRM)
    told(bench, 1)
    return bench


def told(bench, commit: int) -> None:
    with bench.store.write(bench.context) as session:
        report(session, "p", "web", commit)


def columns(bench) -> frozenset[str]:
    with bench.store.read(bench.context) as session:
        return read_columns(session)["e_firm"]


def leaping(bench):
    """Return a clock that goes on by 10 s whenever one looks at it."""
    moments = count()
    return lambda: bench.context.now + timedelta(seconds=10 * next(moments))


def test_it_waits_until_the_last_process_has_gone_on(retired) -> None:
    looked = iter([1, 2, 5])
    wait_for_others(
        retired.store,
        retired.context,
        lambda: retired.context.now,
        5,
        pause=lambda _: told(retired, next(looked)),
    )
    assert next(looked, None) is None


def test_a_silent_process_is_waited_for_until_it_counts_as_gone(retired) -> None:
    plan = make_purge(retired.store, retired.context, retired.types, "firm.code")
    clock = leaping(retired)
    words = {"author": "tester", "reason": "because"}
    apply(retired.store, retired.context, retired.types, plan, **words, clock=clock)
    assert "code" not in columns(retired)


def test_what_could_not_wait_longer_goes_at_the_next_start(retired) -> None:
    plan = make_purge(retired.store, retired.context, retired.types, "firm.code")
    with retired.store.write(retired.context) as session:
        # It lives on, and never goes on to another commit.
        later = retired.context.now + timedelta(days=1)
        session.execute(update(cw_process).values(seen_at=later))
    words = {"author": "tester", "reason": "because"}
    with pytest.raises(StillWaiting):
        apply(retired.store, retired.context, retired.types, plan, **words, clock=leaping(retired))
    assert "code" in columns(retired)
    with retired.store.write(retired.context) as session:
        leave(session, "p")
    assert reconcile(retired.store, retired.context, retired.types)
    assert "code" not in columns(retired)
    assert compare_tables(retired.store, retired.context, retired.types) == ()
