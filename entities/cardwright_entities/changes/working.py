"""One step of a plan is done or undone, its journal entry in the same transaction."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from cardwright_entities.changes import journal
from cardwright_entities.changes.converting import Conversion
from cardwright_entities.changes.filling import fill
from cardwright_entities.changes.holders import Clock, Hold
from cardwright_entities.changes.purging import archive_lines
from cardwright_entities.changes.reflection import read_indexes
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import TypesOfFields, build_tables
from cardwright_entities.changes.waiting import StillWaiting, wait_for_others
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.store.doors import Store
from cardwright_entities.store.driver_errors import Contention
from cardwright_entities.store.fault_points import reach
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

#: DDL waits no longer than this for a lock, so that nobody queues behind it.
_LOCK_TIMEOUT = "200ms"
_TRIES = 50
_PAUSE_SECONDS = 0.1
#: A single statement of a change may take this long.
_STATEMENT_SECONDS = 3_600.0
#: Clocks of machines differ: records changed so long before a commit are filled again too.
_SLACK = timedelta(minutes=5)


#: Writes lines to a file of this name, whole or not at all.
Archive = Callable[[str, Iterator[Mapping[str, Any]]], object]


@dataclass(frozen=True)
class Worker:
    """Does the steps of one commit under the lease of its apply."""

    store: Store
    context: Context
    clock: Clock
    hold: Hold
    commit: int
    catalog: Catalog
    types: TypesOfFields
    begun: datetime
    archive: Archive | None = None

    def do(self, entry: journal.Entry) -> None:
        """Do one step and mark it: applied, or active if publishing is over."""
        step = entry.step
        if step.is_final:
            wait_for_others(self.store, self.context, self.clock, self.commit)
        done = journal.ACTIVE if step.phase == "contract" else journal.APPLIED
        if step.concurrent:
            self._build_index(step)
        elif step.kind == "archive":
            self._archive(step)
        elif step.kind == "convert":
            self._convert(step)
        elif step.fills:
            self._fill(step)
        statements = () if step.concurrent else step.statements
        self._write(statements, entry.number, done)

    def converting(self, step: Step) -> Conversion:
        """Return the move of values that a step asks for."""
        return Conversion(self._now(), self.catalog, self.types, step, self.store.dialect)

    def follow(self, step: Step) -> None:
        """Convert what was written since it was converted, until only a little is left."""
        conversion = self.converting(step)
        while self._tell(lambda session: conversion.again(session, self.commit)):
            pass

    def undo(self, entry: journal.Entry) -> None:
        """Take one step back and mark it."""
        self._write(entry.step.undo, entry.number, journal.UNDONE)

    def transact(self, action: Callable[[Session], None]) -> None:
        """Run an action in a short transaction that waits for no lock, again and again."""
        for tried in range(1, _TRIES + 1):
            try:
                with self.store.write(self._now(), timeout=_STATEMENT_SECONDS) as session:
                    if session.dialect == "postgresql":
                        session.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'"))
                    self.hold.keep(session)
                    action(session)
                return
            except Contention:
                if tried == _TRIES:
                    raise
                time.sleep(_PAUSE_SECONDS * (0.5 + random.random()))

    def _tell(self, action: Callable[[Session], bool]) -> bool:
        """Run an action like ``transact``, leave others as much time, and return its answer."""
        answers: list[bool] = []
        with self.store.giving_way():
            self.transact(lambda session: answers.append(action(session)))
        return answers[-1]

    def _convert(self, step: Step) -> None:
        conversion = self.converting(step)
        while self._tell(lambda session: conversion.batch(session, self.commit)):
            reach("between batches of a conversion")
        self.follow(step)

    def _archive(self, step: Step) -> None:
        """Write what goes to a file, whole; the step may be done again."""
        if self.archive is None:
            raise StillWaiting(Message.of("archive_unwritten", name=step.name))
        label = step.name.partition("-")[0]
        try:
            self.archive(
                step.name,
                archive_lines(self.store, self._now(), self.types, self.commit, label),
            )
        except OSError as error:
            raise StillWaiting(Message.of("archive_unwritten", name=step.name)) from error

    def _now(self) -> Context:
        return replace(self.context, now=self.clock())

    def _write(self, statements: Sequence[str], number: int, state: str) -> None:
        def act(session: Session) -> None:
            for statement in statements:
                session.execute(text(statement.replace(":", r"\:")))
            journal.mark(session, self.commit, state, step=number)

        self.transact(act)

    def _fill(self, step: Step) -> None:
        definition = self.catalog.entity(step.target.partition("/")[2])
        tables = build_tables(definition, self.catalog, self.types, self.store.dialect)
        since = self.begun - _SLACK if step.phase == "contract" else None
        fill(self.store, self._now(), tables, self.types, step, since=since)

    def _build_index(self, step: Step) -> None:
        """Build an index while others write; what a broken build left is dropped first."""
        with self.store.read(self._now()) as session:
            there = read_indexes(session).get(step.name)
        if there is not None and there.valid:
            return
        with self.store.alone() as connection:
            if there is not None:
                connection.execute(text(f'DROP INDEX CONCURRENTLY IF EXISTS "{step.name}"'))
            reach("before building an index")
            for statement in step.statements:
                connection.execute(text(statement.replace(":", r"\:")))
            reach("after building an index")
