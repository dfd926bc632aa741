"""Changes of definitions that were applied, what did not convert in them, and taking them back."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.commits import Commit, list_commits
from cardwright_entities.changes.conversion_rows import count_rejects, list_rejects
from cardwright_entities.changes.reverting import Reversal
from cardwright_entities.errors import ConflictError, Message
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, flag, load_body
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.plans import ACCEPTED, card_link, keep
from cardwright_platform.api.values import plain_value
from cardwright_platform.current import current_instance
from cardwright_platform.installing import plan_revert
from cardwright_platform.permissions import DEFINITIONS, requires

pages = Blueprint("api_changes", __name__, url_prefix=BASE)

_COMMIT = "<int(min=1, max=2147483647):number>"
_MOST = 200
_LIMIT = Parameter(
    "limit", f"How many at most, {_MOST}.", {"type": "integer", "minimum": 0, "maximum": _MOST}
)


class RevertBody(Body):
    """How a change is taken back."""

    accept = ACCEPTED
    conflicts = flag("Plan it although later changes of the same places stay.")


@pages.get("/commits")
@requires(DEFINITIONS)
@operation(Operation(answer="Commits", parameters=(_LIMIT,)))
def show_commits() -> ResponseReturnValue:
    """Answer the applied changes, newest first."""
    limit = read_parameters().number("limit", 50)
    with reading_desk() as desk:
        found = list_commits(desk.session, limit=min(limit, _MOST))
    return respond(dumps({"items": [_commit_json(each) for each in found]}))


@pages.get(f"/commits/{_COMMIT}/rejects")
@requires(DEFINE)
@operation(Operation(answer="Rejects", parameters=(_LIMIT,)))
def show_rejects(number: int) -> ResponseReturnValue:
    """Answer the values that did not convert in a change, those that you may read."""
    limit = read_parameters().number("limit", 50)
    with reading_desk() as desk:
        found = list_rejects(desk.session, number, limit=_MOST)
        count = count_rejects(desk.session, number)
        former = desk.former_values.of_commit(found)
    items = [
        {
            "entity": each.entity,
            "field": each.field,
            "record": each.record,
            "link": card_link(each.entity, each.record),
            "kept_in": each.kept_in,
            "value": told.value,
            "code": each.message.code,
        }
        for each, told in zip(found, former, strict=True)
        if told is not None
    ]
    return respond(dumps({"items": items[:limit], "count": count}))


@pages.post(f"/commits/{_COMMIT}/revert")
@requires(DEFINITIONS)
@operation(Operation(answer="Plan", status=201, body=RevertBody, conflicts=True))
def revert_commit(number: int) -> ResponseReturnValue:
    """Plan to take a change back, with its data; it is done by applying the plan."""
    read_parameters()
    asked = load_body(RevertBody(), read_object())
    found = plan_revert(current_instance(), number, accepted=asked.get("accept", ()))
    if found.breaks or (found.conflicts and not asked.get("conflicts")):
        raise ConflictError(Message("revert_conflicts"), _stays(found))
    return keep(found.plan, found)


def _stays(found: Reversal) -> dict[str, object]:
    breaks = [{"place": use.place, "field": f"{use.entity}.{use.field}"} for use in found.breaks]
    return {"conflicts": list(found.conflicts), "breaks": breaks}


def _commit_json(commit: Commit) -> dict[str, Any]:
    return {
        "number": commit.number,
        "parent": commit.parent,
        "author": commit.author,
        "reason": commit.reason,
        "at": plain_value(commit.at),
        "effects": commit.plan.get("effects", {}),
    }
