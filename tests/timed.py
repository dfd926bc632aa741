"""An installation of tests/packs/upkeep with a clock that tests set, and a worker beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from installation import PACKS, Installation, build_installation

from cardwright_entities.contexts import Context, Principal
from cardwright_entities.flows.timing.effects import RECKON
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.rule_jobs import SWEEP as SWEEP_RULES
from cardwright_entities.rule_jobs import rule_kinds
from cardwright_entities.timing_jobs import SWEEP, timing_kinds

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Plant:
    """Records whose time runs, and what o'clock it is in Shanghai."""

    installation: Installation
    now: datetime

    def at(self, moment: str) -> Plant:
        """Set the clock: 2026-11-20 17:00."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
        return self

    def context(self, account: int = 1) -> Context:
        """Return the context of somebody who works here."""
        who = Principal(account, "Somebody", frozenset({"crew"}))
        return replace(self.installation.system(), now=self.now, principal=who)

    def create(self, entity: str, **values: Any) -> int:
        """Store a record."""
        with self.installation.engine.write(self.context()) as desk:
            return desk.records.create(entity, values).id

    def update(self, entity: str, record: int, **values: Any) -> int:
        """Change a record; return the change set."""
        with self.installation.engine.write(self.context()) as desk:
            return desk.records.update(entity, record, values, None).change_set

    def read(self, entity: str, record: int) -> Mapping[str, Any]:
        """Return what is stored of a record."""
        with self.installation.engine.read(self.context()) as desk:
            return desk.record(entity, record).values

    def all(self, entity: str, column: str) -> list[Any]:
        """Return one value of all records, in the order of their ids."""
        request = PageRequest(entity=entity, columns=("id", column), limit=200)
        with self.installation.engine.read(self.context()) as desk:
            rows = desk.page(request).rows
        return [row.values[column] for row in sorted(rows, key=lambda each: each.id)]

    def work(self, *kinds: str) -> int:
        """Ask for what the clock asks for, and do all that waits; return how many jobs ran."""
        system = replace(self.installation.system(), now=self.now)
        for kind in kinds or (SWEEP, SWEEP_RULES):
            with self.installation.store.write(system) as session:
                Jobs().enqueue(session, kind, {})
        runner, count = self._runner(), 0
        while runner.run_next():
            count += 1
        return count

    def take_back(self) -> None:
        """Take back the jobs that a dead worker had in hand."""
        self._runner().sweep()

    def _runner(self) -> JobRunner:
        system = replace(self.installation.system(), now=self.now)
        desk_of = self.installation.engine.desk
        known = JobKinds((*timing_kinds(desk_of), *rule_kinds(desk_of)))

        def acting(asker: Mapping[str, Any]) -> Context:
            return system if asker["kind"] == "system" else self.context()

        worker = Worker(self.installation.store, known, acting, lambda: self.now, "test")
        return JobRunner(worker)

    def reckon(self) -> int:
        """Count anew all that is open."""
        return self.work(RECKON)


def build_plant(url: str, moment: str = "2026-11-20 17:00") -> Plant:
    """Return a plant on a Friday in November; the caller closes its store."""
    installation = build_installation(url, PACKS / "upkeep")
    plant = Plant(installation, installation.system().now).at(moment)
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("login", {"name": "甲", "login": "somebody"})
    return plant


def shown(moment: object) -> str:
    """Return a moment as clocks in Shanghai show it, a day as it is."""
    if isinstance(moment, datetime):
        return f"{moment.astimezone(ZONE):%m-%d %H:%M}"
    return moment.isoformat() if isinstance(moment, date) else ""
