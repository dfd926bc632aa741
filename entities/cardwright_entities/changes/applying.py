"""A plan becomes true: expand, publish, contract, each step journalled with its work."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError

from cardwright_entities.changes import journal
from cardwright_entities.changes.commits import (
    activate,
    forget_commit,
    load_catalog,
    note_published,
    read_active,
    read_commit,
    read_moment,
    write_commit,
)
from cardwright_entities.changes.conversion_rows import forget_conversions
from cardwright_entities.changes.holders import Clock, Hold, hold_apply
from cardwright_entities.changes.identity_rows import (
    count_identities,
    moved_names,
    record_identities,
    reserve_names,
)
from cardwright_entities.changes.personal_lists import carry_over, new_names
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.changes.working import Archive, Worker
from cardwright_entities.contexts import Context
from cardwright_entities.errors import CardwrightError, Message, PlanError
from cardwright_entities.store.doors import Store, wait_for_writers
from cardwright_entities.store.driver_errors import Contention, UniqueViolation
from cardwright_entities.store.fault_points import reach
from cardwright_entities.store.sessions import Session


def utc_now() -> datetime:
    """Return the present moment; an apply lasts longer than one context."""
    return datetime.now(UTC)


def apply(
    store: Store,
    context: Context,
    types: TypesOfFields,
    plan: Plan,
    *,
    author: str,
    reason: str,
    clock: Clock = utc_now,
    archive: Archive | None = None,
) -> int:
    """Do a plan and return the number of its commit, the active one's if the plan is empty.

    Raise PlanError if the plan is stale or records stand against it, UnavailableError while
    another apply is running, StillWaiting if it is in use and what goes for good is still there.
    What an apply that was killed has left is finished first. ``archive`` writes what is purged.
    """
    if plan.blocking:
        raise PlanError(Message.of("records_stand_against_it"), stale=False)
    with hold_apply(store, context, clock) as hold:
        finish_all(store, context, types, hold, clock, archive)
        number = _begin(store, replace(context, now=clock()), plan, hold, author, reason)
        if number is None:
            return plan.base
        _run(_worker(store, context, types, hold, clock, archive, number))
    return number


def finish_all(
    store: Store,
    context: Context,
    types: TypesOfFields,
    hold: Hold,
    clock: Clock,
    archive: Archive | None,
) -> bool:
    """Finish every commit that has something left to do; what cannot be done is taken back."""
    with store.read(context) as session:
        left = journal.unfinished(session)
    for number in left:
        # Taken back already, with everything as before: the definitions in use stay.
        with suppress(PlanError):
            _run(_worker(store, context, types, hold, clock, archive, number))
    return bool(left)


def _begin(
    store: Store, context: Context, plan: Plan, hold: Hold, author: str, reason: str
) -> int | None:
    def begin(session: Session) -> int | None:
        hold.keep(session)
        state = (read_active(session).number, count_identities(session), session.dialect)
        if state != (plan.base, plan.identities, plan.dialect):
            raise PlanError(Message.of("plan_stale"), stale=True)
        if plan.is_empty:
            return None
        number = max(journal.newest(session), plan.base) + 1
        write_commit(
            session,
            number,
            plan.base,
            author=author,
            reason=reason,
            plan=plan.to_json(),
            parts=plan.parts,
            bodies=plan.bodies,
            documents=plan.documents,
        )
        journal.write_plan(
            session,
            number,
            [step for step in plan.steps if step.works],
            new=plan.new_identities,
            changed=plan.changed_identities,
        )
        return number

    return store.run_write(context, begin)


def _worker(
    store: Store,
    context: Context,
    types: TypesOfFields,
    hold: Hold,
    clock: Clock,
    archive: Archive | None,
    number: int,
) -> Worker:
    with store.read(context) as session:
        catalog = load_catalog(session, read_commit(session, number))
        begun = read_moment(session, number)
    return Worker(store, context, clock, hold, number, catalog, types, begun, archive)


def _run(worker: Worker) -> None:
    with worker.store.read(worker.context) as session:
        entries = journal.entries_of(session, worker.commit)
        published = read_active(session).number == worker.commit
    if not published and any(entry.state == journal.UNDONE for entry in entries):
        # It was being taken back: what is undone already is no ground to build on.
        applied = [entry for entry in entries if entry.state == journal.APPLIED]
        _take_back(worker, applied[::-1])
        return
    if not published:
        _expand(worker, entries)
        _publish(worker, entries)
    for entry in entries:
        if entry.step.phase == "contract" and entry.state == journal.PLANNED:
            worker.do(entry)
    if published:
        worker.transact(lambda session: journal.mark(session, worker.commit, journal.ACTIVE))


def _expand(worker: Worker, entries: Sequence[journal.Entry]) -> None:
    done: list[journal.Entry] = []
    for entry in entries:
        if entry.number == 0 or entry.step.phase != "expand":
            continue
        if entry.state == journal.PLANNED:
            try:
                worker.do(entry)
            except Contention:
                # Nothing is wrong with the plan: the next start or the next try finishes it.
                raise
            except (CardwrightError, DBAPIError) as error:
                _take_back(worker, [entry, *reversed(done)])
                raise _refusal(entry, error) from error
        done.append(entry)


def _take_back(worker: Worker, entries: Sequence[journal.Entry]) -> None:
    """Undo what was done, newest first; on SQLite new tables and columns stay, empty, unused.

    A crash in between leaves steps that are undone, by which the next start knows to go on here.
    """
    for entry in entries:
        worker.undo(entry)
        reach("between steps taken back")

    def forget(session: Session) -> None:
        new, changed = journal.identities_of(session, worker.commit)
        reserve_names(session, (*new, *moved_names(session, changed)), worker.commit)
        forget_conversions(session, worker.commit)
        journal.mark(session, worker.commit, journal.UNDONE)
        forget_commit(session, worker.commit)

    worker.transact(forget)


def _refusal(entry: journal.Entry, error: Exception) -> PlanError:
    if isinstance(error, PlanError):
        return error
    if isinstance(error, UniqueViolation):
        return PlanError(Message.of("duplicates", target=entry.step.target), stale=False)
    return PlanError(
        Message.of("step_failed", step=entry.step.kind, target=entry.step.target), stale=False
    )


def _publish(worker: Worker, entries: Sequence[journal.Entry]) -> None:
    conversions = [entry.step for entry in entries if entry.step.kind == "convert"]
    with worker.store.read(worker.context) as session:
        names = new_names(session, worker.commit)

    def publish(session: Session) -> None:
        if conversions:
            wait_for_writers(session)
        for step in conversions:
            worker.converting(step).catch_up(session, worker.commit)
        record_identities(session, *journal.identities_of(session, worker.commit))
        activate(session, worker.commit)
        note_published(session, worker.commit)
        if names is not None:
            carry_over(session, names)
        journal.mark_published(session, worker.commit)

    try:
        for step in conversions:
            worker.follow(step)
        worker.transact(publish)
    except PlanError as error:
        if not error.stale:
            _take_back(worker, [each for each in reversed(entries) if _was_expanded(each)])
        raise


def _was_expanded(entry: journal.Entry) -> bool:
    return entry.number != 0 and entry.step.phase == "expand"
