"""Who may do what with a record, and which claims of his roles were tried for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import EXPLAIN
from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.errors import AccessError, Message
from cardwright_entities.queries.explaining import Explanation, Tried
from cardwright_metadata.expressions.text import write
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.reading import record_json
from cardwright_platform.api.records import RECORD
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_explaining", __name__, url_prefix=BASE)

_ACCOUNT = Parameter(
    "account",
    "Whose rights: the number of an account, the caller's without it. Others' take explain_rights.",
    {"type": "integer", "minimum": 1},
)


@pages.get(f"/records/<entity>/{RECORD}/rights")
@requires(RECORDS)
@operation(Operation(answer="Rights", action=("read",), parameters=(_ACCOUNT,)))
def show_rights(entity: str, record: int) -> ResponseReturnValue:
    """Answer what somebody may do with a record and its fields, and why."""
    asked = read_parameters().number("account", 0)
    with reading_desk() as desk:
        record_json(desk, entity, record, fields=("id",))
        own = desk.context.principal
        principal = None
        if asked and asked != own.account:
            if not desk.policy.has_feature(own, EXPLAIN):
                raise AccessError(Message("forbidden"))
            principal, _ = principal_of(desk.session, desk.model, asked)
        found = desk.explained(entity, record, principal)
        who = own if principal is None else principal
    return respond(dumps({"account": who.account, **rights_json(found)}))


def rights_json(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain JSON; null is what the caller may not know."""
    return {
        "actions": [
            {
                "action": each.action,
                "holds": each.holds,
                "granted": each.granted,
                "tried": [_tried_json(tried) for tried in each.tried],
            }
            for each in found.verdicts
        ],
        "fields": [
            {
                "field": each.field.name,
                "level": each.level,
                "missing": list(each.missing),
                "claims": [
                    {
                        "role": claim.role,
                        "entity": claim.entity,
                        "level": LEVEL_NAMES[claim.level],
                        "source": claim.source,
                        "group": claim.group,
                    }
                    for claim in each.claims
                ],
            }
            for each in found.fields
        ],
    }


def _tried_json(tried: Tried) -> dict[str, Any]:
    written = tried.claim.written if tried.may_know else None
    return {
        "role": tried.claim.role,
        "entity": tried.claim.entity,
        "scope": tried.claim.scope,
        "condition": "" if written is None else write(written),
        "holds": tried.holds,
        "within": tried.within,
        "condition_holds": tried.condition,
    }
