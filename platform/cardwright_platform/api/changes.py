"""Changes of definitions: plan them, look, apply; what was applied, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.changes.commits import Commit, list_commits, load_documents, read_active
from cardwright_entities.changes.conversion_rows import list_rejects
from cardwright_entities.changes.kept_plans import KeptPlan, keep_plan, note_commit, read_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.reverting import Reversal
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError, Message
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, location, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, flag, load_body, many, text
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.current import current_instance, current_opening
from cardwright_platform.installed_packs import still_installed
from cardwright_platform.installing import apply_plan, plan_packs, plan_revert
from cardwright_platform.permissions import requires
from cardwright_platform.written_packs import packs_of

pages = Blueprint("api_changes", __name__, url_prefix=BASE)

#: The feature with which one changes definitions.
DEFINE = "define_objects"

_COMMIT = "<int(min=1, max=2147483647):number>"
_LIMIT = Parameter(
    "limit", "How many at most, 200.", {"type": "integer", "minimum": 0, "maximum": 200}
)
_KINDS = ("convert", "required", "check", "value")
_ACCEPTED = many(
    text("convert: empty what does not convert; others: rules hold from the next save.",
         choices=_KINDS),
    "Records that stand against the plan and shall not stop it, by kind.",
    len(_KINDS),
)  # fmt: skip


class PlanBody(Body):
    """Definitions as they should be: texts by pack and path, over those in use."""

    documents = Plain("Texts by pack/path; null takes a document away.")
    accept = _ACCEPTED


class ApplyBody(Body):
    """Why a plan is applied."""

    reason = text("Why, for the history of changes.", most=500)


class RevertBody(Body):
    """How a change is taken back."""

    accept = _ACCEPTED
    conflicts = flag("Plan it although later changes of the same places stay.")


@pages.get("/commits")
@requires(DEFINE)
@operation(Operation(answer="Commits", parameters=(_LIMIT,)))
def show_commits() -> ResponseReturnValue:
    """Answer the applied changes, newest first."""
    limit = read_parameters().number("limit", 50)
    with reading_desk() as desk:
        found = list_commits(desk.session, limit=min(limit, 200))
    return respond(dumps({"items": [_commit_json(each) for each in found]}))


@pages.get(f"/commits/{_COMMIT}/rejects")
@requires(DEFINE)
@operation(Operation(answer="Rejects", parameters=(_LIMIT,)))
def show_rejects(number: int) -> ResponseReturnValue:
    """Answer which values did not convert in a change; the values stay in the kept field."""
    limit = read_parameters().number("limit", 50)
    with reading_desk() as desk:
        found = list_rejects(desk.session, number, limit=min(limit, 200))
    items = [
        {
            "entity": each.entity,
            "field": each.field,
            "record": each.record,
            "link": _card(each.entity, each.record),
            "kept_in": each.kept_in,
            "code": each.message.code,
        }
        for each in found
    ]
    return respond(dumps({"items": items}))


@pages.post("/plans")
@requires(DEFINE)
@operation(Operation(answer="Plan", status=201, body=PlanBody))
def make_plan() -> ResponseReturnValue:
    """Plan a change of documents; nothing changes until the plan is applied."""
    read_parameters()
    asked = load_body(PlanBody(), read_object())
    instance = current_instance()
    with reading_desk() as desk:
        documents = load_documents(desk.session, read_active(desk.session).number)
    changed = _texts(asked.get("documents", {}))
    with packs_of(documents, changed) as packs:
        wanted = still_installed(instance, packs)
        plan = plan_packs(instance, wanted, accepted=asked.get("accept", ()))
    return _keep(plan)


@pages.get("/plans/<plan>")
@requires(DEFINE)
@operation(Operation(answer="Plan"))
def show_plan(plan: str) -> ResponseReturnValue:
    """Answer a plan."""
    read_parameters()
    with reading_desk() as desk:
        found = read_plan(desk.session, plan)
    return respond(dumps(_plan_json(found)))


@pages.post("/plans/<plan>/apply")
@requires(DEFINE)
@operation(Operation(answer="Applied", body=ApplyBody, conflicts=True))
def do_plan(plan: str) -> ResponseReturnValue:
    """Apply a plan while everybody works on; a plan that became stale is refused."""
    read_parameters()
    asked = load_body(ApplyBody(), read_object())
    with reading_desk() as desk:
        found = read_plan(desk.session, plan)
    if found.commit:
        return respond(dumps({"commit": found.commit}))
    account = current_opening().account
    author = account.login if account is not None else ""
    reason = asked.get("reason", "")
    number = apply_plan(current_instance(), found.plan, author=author, reason=reason)

    def note(desk: Desk) -> Answer:
        note_commit(desk.session, plan, number)
        return Answer(value={"commit": number})

    return answer_write(note)


@pages.post(f"/commits/{_COMMIT}/revert")
@requires(DEFINE)
@operation(Operation(answer="Plan", status=201, body=RevertBody, conflicts=True))
def revert_commit(number: int) -> ResponseReturnValue:
    """Plan to take a change back, with its data; it is done by applying the plan."""
    read_parameters()
    asked = load_body(RevertBody(), read_object())
    found = plan_revert(current_instance(), number, accepted=asked.get("accept", ()))
    if found.breaks or (found.conflicts and not asked.get("conflicts")):
        raise ConflictError(Message("revert_conflicts"), _stays(found))
    return _keep(found.plan, found)


def _keep(plan: Plan, reversal: Reversal | None = None) -> ResponseReturnValue:
    def work(desk: Desk) -> Answer:
        kept = keep_plan(desk.session, plan)
        headers = {"Location": location(f"plans/{kept.id}")}
        return Answer(value=_plan_json(kept, reversal), status=201, headers=headers)

    return answer_write(work)


def _plan_json(kept: KeptPlan, reversal: Reversal | None = None) -> dict[str, Any]:
    told = {"id": kept.id, "commit": kept.commit, **kept.plan.to_json()}
    # What the database is told is of no use to anybody outside.
    told["steps"] = [
        {key: value for key, value in step.items() if key not in ("statements", "undo")}
        for step in told["steps"]
    ]
    told["offences"] = [
        {**each, "links": [_card(_entity_of(each["target"]), n) for n in each["records"]]}
        for each in told["offences"]
    ]
    if reversal is not None:
        told["conflicts"] = list(reversal.conflicts)
    return told


def _card(entity: str, record: int) -> str:
    """Return the address of a record's card."""
    return f"/card/{entity}/{record}"


def _entity_of(target: str) -> str:
    return target.partition("/")[2].partition("#")[0]


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


def _texts(documents: Mapping[str, object]) -> dict[str, str | None]:
    wrong = [path for path, each in documents.items() if not isinstance(each, str | None)]
    if wrong:
        raise InputError({f"documents.{path[:100]}": (Message("not_a_text"),) for path in wrong})
    return {path: each for path, each in documents.items() if isinstance(each, str | None)}
