"""What can be done with a record beside editing it: told, and done by name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.owners.buttons import OWNER
from cardwright_entities.flows.owners.kinds import OWNING
from cardwright_entities.flows.selections import MOST_RECORDS, Done, perform_on_all
from cardwright_entities.records.gate import Saved
from cardwright_entities.records.history import open_change_set
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, load_body, many, whole
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.errors import error_json, say
from cardwright_platform.api.json_schemas import value_schema
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.reading import record_json
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.saving import check_confirmed, outcome
from cardwright_platform.api.versions import entity_tag, given_version
from cardwright_platform.failures import explain
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_actions", __name__, url_prefix=BASE)


class ActionBody(Body):
    """What an action asks, and checks that are confirmed."""

    values = Plain("Answers to what the action asks, by field.")
    confirmed = Plain(
        "Checks that are confirmed, with the reason given.",
        {"additionalProperties": {"type": "string"}},
    )


@pages.get(f"/records/<entity>/{RECORD}/actions")
@requires(RECORDS)
@operation(Operation(answer="Actions", action=("read",)))
def list_actions(entity: str, record: int) -> ResponseReturnValue:
    """Answer what the caller can do with a record, what it asks, and what stands in the way."""
    read_parameters()
    with reading_desk() as desk:
        find_entity(desk, entity)
        items = [_action_json(each) for each in desk.actions.offered(entity, record)]
    return respond(dumps({"items": items}))


@pages.post(f"/records/<entity>/{RECORD}/actions/<action>")
@requires(RECORDS)
@operation(
    Operation(
        answer="Performed",
        action=("read",),
        body=ActionBody,
        takes_version="optional",
        once=True,
        tagged=True,
    )
)
def perform_action(entity: str, record: int, action: str) -> ResponseReturnValue:
    """Do an action on a record; with If-Match only in the version that was seen."""
    read_parameters()
    version = given_version()
    body = load_body(ActionBody(), read_object())
    confirmed = body.get("confirmed", {})
    check_confirmed("confirmed", confirmed)
    asking = Asking(values=body.get("values", {}), version=version, confirmed=confirmed)

    def work(desk: Desk) -> Answer:
        performed = desk.actions.perform(entity, record, action, asking)
        shown = _record(desk, entity, record)
        headers = {} if shown is None else {"ETag": entity_tag(int(shown["version"]))}
        return Answer(value={"record": shown, **_performed_json(performed)}, headers=headers)

    return answer_once(work, lambda desk: find_entity(desk, entity))


class SelectionBody(ActionBody):
    """An action on several records."""

    ids = many(whole("A record.", 1, 2**53 - 1), "The records.", MOST_RECORDS, least=1)


@pages.post("/records/<entity>/actions/<action>")
@requires(RECORDS)
@operation(Operation(answer="PerformedOnAll", action=("read",), body=SelectionBody, once=True))
def perform_on_records(entity: str, action: str) -> ResponseReturnValue:
    """Do an action on several records, each by itself; tell what refused the others."""
    read_parameters()
    body = load_body(SelectionBody(), read_object())
    confirmed = body.get("confirmed", {})
    check_confirmed("confirmed", confirmed)
    asking = Asking(values=body.get("values", {}), confirmed=confirmed)
    if "ids" not in body:
        raise InputError({"ids": [Message("required")]})

    def work(desk: Desk) -> Answer:
        done = _perform_on_all(desk, entity, body["ids"], action, asking)
        failed = sum(each.refusal is not None for each in done)
        results = [_done_json(each) for each in done]
        return Answer(value={"done": len(done) - failed, "failed": failed, "results": results})

    return answer_once(work, lambda desk: find_entity(desk, entity))


class _NothingDone(Exception):  # noqa: N818 - no error: it carries results out
    """Nothing could be done; not even a change set stays of it."""


def _perform_on_all(
    desk: Desk, entity: str, ids: Sequence[int], action: str, asking: Asking
) -> list[Done]:
    """Do an action on records; those that get another owner are one change set, if any does."""
    kind = action.removeprefix(OWNER)
    if kind not in OWNING or kind == action:
        return perform_on_all(desk.actions, entity, ids, action, asking)
    done: list[Done] = []
    try:
        with desk.session.savepoint():
            change_set = open_change_set(desk.session, desk.context, kind)
            done = perform_on_all(desk.actions, entity, ids, action, asking, change_set)
            if all(each.refusal is not None for each in done):
                raise _NothingDone
    except _NothingDone:
        pass
    return done


def _done_json(done: Done) -> dict[str, Any]:
    if done.refusal is not None:
        failure = explain(done.refusal)
        return {"id": done.record, "status": failure.status, "error": error_json(failure)}
    assert done.performed is not None
    return {"id": done.record, "status": 200, **_performed_json(done.performed)}


def _record(desk: Desk, entity: str, record: int) -> dict[str, Any] | None:
    # An action may take the record away, or out of the caller's sight.
    try:
        return record_json(desk, entity, record)
    except NotFoundError:
        return None


def _performed_json(performed: Performed) -> dict[str, Any]:
    told: dict[str, Any] = {"goes_to": None, "message": None, "job": performed.job}
    if performed.goes_to is not None:
        told["goes_to"] = {"entity": performed.goes_to.entity, "id": performed.goes_to.id}
    if performed.message is not None:
        told["message"] = say(performed.message)
    if isinstance(performed.saved, Saved):
        return {**told, **outcome(performed.saved)}
    return {**told, "$change_set": None}


def _action_json(action: Action) -> dict[str, Any]:
    return {
        "name": action.name,
        "label": dict(action.label.words),
        "kind": action.kind,
        "icon": action.icon,
        "tone": action.tone,
        "asks": [
            {
                "name": each.name,
                "label": dict(each.definition.label.words),
                "type": each.definition.type,
                "required": each.name in action.required,
                "schema": value_schema(each, settable=True),
                "value": _shown(action, each.name),
            }
            for each in action.asks
        ],
        "confirm": dict(action.confirm.words) if action.confirm else None,
        "blocked": None if action.blocked is None else say(action.blocked),
    }


def _shown(action: Action, name: str) -> object:
    field = next(each for each in action.asks if each.name == name)
    value = action.values.get(name)
    return None if value is None else field.type.to_json(value, field.definition)
