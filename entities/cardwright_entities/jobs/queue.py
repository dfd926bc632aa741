"""Jobs as people see them: asked for with a change, watched, cancelled, resumed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message, NotFoundError
from cardwright_entities.store.platform_tables import cw_job, cw_job_row
from cardwright_entities.store.sessions import Session

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
#: States in which nothing happens any more, unless somebody resumes the job.
ENDED = (DONE, FAILED, CANCELLED)

COLUMNS = (
    cw_job.c.id,
    cw_job.c.kind,
    cw_job.c.state,
    cw_job.c.arguments,
    cw_job.c.principal,
    cw_job.c.account,
    cw_job.c.attempts,
    cw_job.c.progress,
    cw_job.c.result,
    cw_job.c.error,
    cw_job.c.cancel_requested,
    cw_job.c.created_at,
    cw_job.c.started_at,
    cw_job.c.finished_at,
)


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a job is; ``cursor`` is where its function goes on after a crash."""

    done: int = 0
    total: int = 0
    cursor: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job as it stands."""

    id: int
    kind: str
    state: str
    arguments: Mapping[str, Any]
    principal: Mapping[str, Any]
    account: int | None
    attempts: int
    progress: Progress
    result: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    cancel_requested: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


def job_of(row: Row[Any]) -> Job:
    """Make a Job of a row of COLUMNS."""
    values = dict(row._mapping)
    values["progress"] = Progress(**(values["progress"] or {}))
    return Job(**values)


def written_principal(context: Context) -> dict[str, Any]:
    """Return who asks for a job, as it is kept: rights are looked up again when it runs."""
    return {
        "account": context.principal.account,
        "kind": context.principal.kind,
        "language": context.language,
        "zone": str(context.zone),
    }


def wait_to_be_found() -> None:
    """Wake nobody: workers look for jobs by themselves, now and then."""


class Jobs:
    """Jobs of one installation. ``ring`` wakes the workers after the commit."""

    def __init__(self, ring: Callable[[], None] = wait_to_be_found) -> None:
        self._ring = ring

    def enqueue(
        self,
        session: Session,
        kind: str,
        arguments: Mapping[str, Any],
        *,
        key: str | None = None,
        run_after: datetime | None = None,
        cause: str = "",
    ) -> int:
        """Ask for work in the transaction of its reason; return the job's id.

        ``arguments`` hold ids, never content. A ``key`` that was used gives the job of that time.
        """
        context = session.context
        values = {
            "kind": kind,
            "arguments": dict(arguments),
            "principal": written_principal(context),
            "account": context.principal.account,
            "cause": cause or None,
            "state": WAITING,
            "attempts": 0,
            "idempotency_key": key,
            "run_after": run_after or context.now,
            "cancel_requested": False,
            "created_at": context.now,
        }
        job = self._insert(session, values, key)
        session.after_commit(self._ring)
        return job

    def _insert(self, session: Session, values: Mapping[str, Any], key: str | None) -> int:
        if key is None:
            return int(session.scalar(insert(cw_job).values(**values).returning(cw_job.c.id)))
        into = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
        statement = into(cw_job).values(**values)
        added = session.scalar(
            statement.on_conflict_do_nothing(index_elements=["idempotency_key"]).returning(
                cw_job.c.id
            )
        )
        if added is None:
            added = session.scalar(select(cw_job.c.id).where(cw_job.c.idempotency_key == key))
        return int(added)

    def read(self, session: Session, job: int) -> Job:
        """Return a job; raise NotFoundError."""
        row = session.row(select(*COLUMNS).where(cw_job.c.id == job))
        if row is None:
            raise NotFoundError(Message("not_found"))
        return job_of(row)

    def page(
        self,
        session: Session,
        *,
        account: int | None = None,
        states: tuple[str, ...] = (),
        before: int | None = None,
        limit: int = 50,
        uneventful: bool = True,
    ) -> list[Job]:
        """Return the newest jobs, of one account or of all, with an id below ``before``.

        Those that nobody asked for and that ended well are ``uneventful``.
        """
        query = select(*COLUMNS).order_by(cw_job.c.id.desc()).limit(min(limit, 200))
        if account is not None:
            query = query.where(cw_job.c.account == account)
        if states:
            query = query.where(cw_job.c.state.in_(states))
        if before is not None:
            query = query.where(cw_job.c.id < before)
        if not uneventful:
            query = query.where(or_(cw_job.c.account.is_not(None), cw_job.c.state != "done"))
        return [job_of(row) for row in session.rows(query)]

    def latest(self, session: Session, kind: str) -> Job | None:
        """Return the newest job of a kind, None if there never was one."""
        query = select(*COLUMNS).where(cw_job.c.kind == kind).order_by(cw_job.c.id.desc()).limit(1)
        row = session.row(query)
        return None if row is None else job_of(row)

    def cancel(self, session: Session, job: int) -> Job:
        """Stop a job: at once if it waits, at its next step if it runs; ended ones stay as is."""
        stopped = session.execute(
            update(cw_job)
            .where(cw_job.c.id == job, cw_job.c.state == WAITING)
            .values(state=CANCELLED, finished_at=session.context.now)
        )
        if not stopped.rowcount:
            session.execute(
                update(cw_job)
                .where(cw_job.c.id == job, cw_job.c.state == RUNNING)
                .values(cancel_requested=True)
            )
        return self.read(session, job)

    def resume(self, session: Session, job: int) -> Job:
        """Let a failed or cancelled job go on where it stopped; raise ConflictError otherwise."""
        resumed = session.execute(
            update(cw_job)
            .where(cw_job.c.id == job, cw_job.c.state.in_((FAILED, CANCELLED)))
            .values(
                state=WAITING,
                attempts=0,
                cancel_requested=False,
                error=None,
                finished_at=None,
                run_after=session.context.now,
            )
        )
        found = self.read(session, job)
        if not resumed.rowcount:
            raise ConflictError(Message.of("job_not_resumable", state=found.state))
        session.after_commit(self._ring)
        return found

    def fail_running(self, session: Session) -> int:
        """Give up the jobs that were running when their database was copied; return how many.

        Nobody knows what they have done since: who resumes them decides.
        """
        lost = {"state": FAILED, "leased_by": None, "finished_at": session.context.now}
        statement = update(cw_job).where(cw_job.c.state == RUNNING)
        return int(
            session.execute(statement.values(error={"code": "job_restored"}, **lost)).rowcount
        )

    def forget(self, session: Session, *, ended_before: datetime, limit: int = 1000) -> int:
        """Delete jobs that ended before a time; return how many."""
        old = [
            row.id
            for row in session.rows(
                select(cw_job.c.id)
                .where(cw_job.c.state.in_(ENDED), cw_job.c.finished_at < ended_before)
                .limit(limit)
            )
        ]
        if old:
            session.execute(delete(cw_job_row).where(cw_job_row.c.job.in_(old)))
            session.execute(delete(cw_job).where(cw_job.c.id.in_(old)))
        return len(old)


def all_jobs() -> Select[tuple[int]]:
    """Return the ids of the jobs that are not forgotten, as a part of a statement."""
    return select(cw_job.c.id)


def owns_job(session: Session, account: int | None, jobs: Sequence[int]) -> bool:
    """Tell whether an account asked for one of the jobs."""
    owned = select(cw_job.c.id).where(cw_job.c.id.in_(jobs), cw_job.c.account == account)
    return session.row(owned.limit(1)) is not None
