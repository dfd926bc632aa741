"""A walk of random deeds on each engine: the log tells of exactly those that were committed."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from installation import PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.audit.chain import seal_rows
from cardwright_entities.records.noted import verify_log
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_entities.store.platform_tables import cw_change, cw_change_set

STEPS = 120


@pytest.fixture
def crew(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "crew")
    yield installation
    installation.store.close()


class Walk:
    """Does something at random, and keeps what the state must be afterwards."""

    def __init__(self, crew: Installation, seed: int) -> None:
        self.crew, self.random = crew, random.Random(seed)
        self.context = crew.acting("admin")
        self.titles: dict[int, str] = {}
        self.committed = 0

    def step(self) -> None:
        deeds = self.random.randint(1, 3)
        fails = self.random.random() < 0.3
        before = dict(self.titles)
        try:
            with self.crew.engine.write(self.context) as desk:
                for _ in range(deeds):
                    self._do(desk.records)
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            self.titles = before
        else:
            self.committed += deeds

    def _do(self, records) -> None:
        title = f"watch {self.random.random()}"
        if not self.titles or self.random.random() < 0.4:
            self.titles[records.create("watch", {"title": title}).id] = title
            return
        chosen = self.random.choice(sorted(self.titles))
        if self.random.random() < 0.3:
            records.delete("watch", chosen)
            del self.titles[chosen]
        else:
            records.update("watch", chosen, {"title": title}, None)
            self.titles[chosen] = title


def test_the_log_replays_what_was_committed_and_nothing_else(crew: Installation) -> None:
    walk = Walk(crew, 4)
    with crew.store.read(crew.system()) as session:
        known = {row.id for row in session.rows(select(cw_change_set.c.id))}
    for number in range(STEPS):
        walk.step()
        if number % 10 == 0:
            with crew.store.write(crew.system()) as session:
                seal_rows(session)
    with crew.store.read(crew.system()) as session:
        sets = [row.id for row in session.rows(select(cw_change_set.c.id)) if row.id not in known]
        rows = session.rows(
            select(cw_audit).where(cw_audit.c.change_set.is_not(None)).order_by(cw_audit.c.id)
        )
        rows = [row for row in rows if row.change_set not in known]
        deeds = session.rows(select(cw_change.c.change_set, cw_change.c.record, cw_change.c.op))
        found = verify_log(session)
    assert len(sets) == walk.committed
    assert sorted(row.change_set for row in rows) == sorted(sets)
    done = {each.change_set: (each.record, each.op) for each in deeds}
    assert {row.change_set: (row.record, row.kind) for row in rows} == {n: done[n] for n in sets}
    alive: set[int] = set()
    for row in rows:
        if row.kind == "delete":
            alive.discard(row.record)
        else:
            alive.add(row.record)
    assert alive == set(walk.titles)
    assert found.broken is None
    assert {row.actor for row in rows} == {"user"}
