"""What waits for the caller's approval; the decisions themselves are actions of records."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.flows.approvals.progress import Asked, Progress, asked_now, progress_of
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_approvals", __name__, url_prefix=BASE)

MOST = 200


@pages.get("/approvals")
@requires(RECORDS)
@operation(Operation(answer="Approvals"))
def list_waiting() -> ResponseReturnValue:
    """Answer what waits for the caller's approval, the oldest first, at most 200."""
    read_parameters()
    with reading_desk() as desk:
        found = asked_now(desk, MOST + 1)
    items = [_asked_json(each) for each in found[:MOST]]
    return respond(dumps({"items": items, "more": len(found) > MOST}))


@pages.get(f"/records/<entity>/{RECORD}/approvals")
@requires(RECORDS)
@operation(Operation(answer="RecordApprovals", action=("read",)))
def list_of_record(entity: str, record: int) -> ResponseReturnValue:
    """Answer how a record's approvals stand and stood, newest first."""
    read_parameters()
    with reading_desk() as desk:
        find_entity(desk, entity)
        desk.records.may_read(entity, record)
        items = [_progress_json(each) for each in progress_of(desk, entity, record)]
    return respond(dumps({"items": items}))


def _asked_json(asked: Asked) -> dict[str, object]:
    return {
        "entity": asked.entity,
        "record": asked.record,
        "title": asked.title,
        "approval": asked.approval,
        "label": dict(asked.label.words),
        "step": asked.step,
        "step_label": dict(asked.step_label.words),
        "by": asked.account,
        "asked_at": plain_value(asked.asked_at),
    }


def _progress_json(progress: Progress) -> dict[str, object]:
    kept = progress.kept
    return {
        "approval": kept.approval,
        "state": kept.state,
        "step": kept.step,
        "coming": list(progress.coming()),
        "by": kept.account,
        "began_at": plain_value(kept.began_at),
        "ended_at": plain_value(kept.ended_at),
        "comment": kept.comment,
        "tasks": [
            {
                "step": each.step,
                "account": each.account,
                "state": each.state,
                "added": each.added,
                "gone": each.gone,
                "asked_at": plain_value(each.asked_at),
                "decided_at": plain_value(each.decided_at),
                "decided_by": each.decided_by,
                "comment": each.comment,
            }
            for each in progress.tasks
        ],
    }
