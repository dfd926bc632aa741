"""Jobs: how far they are, what came out, and stopping them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import SEE_JOBS
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.jobs.queue import Job
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.errors import said, say
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.values import plain_value
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import SIGNED_IN, requires

pages = Blueprint("api_jobs", __name__, url_prefix=BASE)

#: The feature with which one sees the jobs of others.

_JOB = "<int(min=1, max=9007199254740991):job>"


@pages.get(f"/jobs/{_JOB}")
@requires(SIGNED_IN)
@operation(Operation(answer="Job"))
def show_job(job: int) -> ResponseReturnValue:
    """Answer how far a job is and what came out of it."""
    read_parameters()
    with reading_desk() as desk:
        found = own_job(desk, job)
    return respond(dumps(job_json(found)))


@pages.post(f"/jobs/{_JOB}/cancel")
@requires(SIGNED_IN)
@operation(Operation(answer="Job"))
def cancel_job(job: int) -> ResponseReturnValue:
    """Stop a job: at once if it waits, at its next step if it runs."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        own_job(desk, job)
        return Answer(value=job_json(current_instance().jobs.cancel(desk.session, job)))

    return answer_write(work)


def own_job(desk: Desk, job: int) -> Job:
    """Return a job of the caller's; raise NotFoundError alike for others' and missing ones."""
    found = current_instance().jobs.read(desk.session, job)
    principal = desk.context.principal
    if found.account != principal.account and not desk.policy.has_feature(principal, SEE_JOBS):
        raise NotFoundError(Message("not_found"))
    return found


def job_json(job: Job) -> dict[str, Any]:
    """Return a job as the API shows it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": job.state,
        "progress": {"done": job.progress.done, "total": job.progress.total},
        "result": dict(job.result) if job.result is not None else None,
        "error": _error_json(job.error) if job.error else None,
        "cancel_requested": job.cancel_requested,
        "created_at": plain_value(job.created_at),
        "started_at": plain_value(job.started_at),
        "finished_at": plain_value(job.finished_at),
    }


def _error_json(error: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"code": error["code"], "message": say(_message(error))}
    fields = error.get("fields") or {}
    if fields:
        told["fields"] = said(
            {name: tuple(map(_message, messages)) for name, messages in fields.items()}
        )
    return told


def _message(written: Mapping[str, Any]) -> Message:
    return Message(written["code"], tuple(written.get("params", {}).items()))
