"""Changes of definitions as plans: of documents, packs, and what is retired; looked at, applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_entities.changes.kept_plans import KeptPlan, keep_plan, note_commit, read_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.purging import list_retired, make_purge, make_restore
from cardwright_entities.changes.reverting import Reversal
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, Message
from cardwright_entities.files.rights import readable_file
from cardwright_entities.queries.former_values import Failing
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, location, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, flag, load_body, many, text, whole
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.jobs import job_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.values import plain_value
from cardwright_platform.archiving import archive_name
from cardwright_platform.current import current_context, current_instance, current_opening
from cardwright_platform.installed_packs import pack_parts, still_installed
from cardwright_platform.installing import plan_packs
from cardwright_platform.permissions import DEFINITIONS, requires
from cardwright_platform.worker.changes import (
    apply_kept,
    ask_for_apply,
    ask_for_plan,
    check_defining,
    takes_long,
)
from cardwright_platform.written_packs import packs_of

pages = Blueprint("api_plans", __name__, url_prefix=BASE)

_KINDS = ("convert", "required", "check", "value")
ACCEPTED = many(
    text("convert: empty what does not convert; others: rules hold from the next save.",
         choices=_KINDS),
    "Records that stand against the plan and shall not stop it, by kind.",
    len(_KINDS),
)  # fmt: skip
_NAMES = text("ENTITY or ENTITY.FIELD that is retired.", most=200)
_FILE = 9_007_199_254_740_991
_WISHES = ("documents", "purge", "restore", "install", "upgrade", "uninstall")


class PlanBody(Body):
    """What should be, in one of six ways."""

    documents = Plain("Texts by pack/path over those in use; null takes a document away.")
    purge = many(_NAMES, "What is retired and goes for good, after it was archived.", 100)
    restore = many(_NAMES, "What is retired and is put to use again, with its values.", 100)
    install = whole("A file that was brought: the archive of a pack.", 1, _FILE)
    upgrade = whole("A file that was brought: the archive of a newer version.", 1, _FILE)
    uninstall = text("The name of an installed pack.", most=61)
    fate = text(
        "What becomes of its data: it stays, retired; the site takes all over; it is archived "
        "and deleted.",
        choices=("keep", "hand_over", "purge"),
    )
    take = many(
        text("entity/customer:label.zh: the pack's value is taken, not the site's.", most=300),
        "What an upgrade decides where both changed a property.",
        1_000,
    )
    early = flag("Purge also what has been retired for less than 90 days.")
    accept = ACCEPTED


class ApplyBody(Body):
    """Why a plan is applied."""

    reason = text("Why, for the history of changes.", most=500)


@pages.post("/plans")
@requires(DEFINITIONS)
@operation(Operation(answer="Plan", status=201, body=PlanBody, later=True))
def make_plan() -> ResponseReturnValue:
    """Plan a change; nothing changes until the plan is applied. Packs are looked at in a job."""
    read_parameters()
    asked = load_body(PlanBody(), read_object())
    wishes = [each for each in _WISHES if each in asked]
    if len(wishes) != 1:
        raise InputError({"documents": (Message("one_wish"),)})
    (wish,) = wishes
    if wish != "documents":
        _may_define()
    if wish in ("install", "upgrade", "uninstall"):
        return _plan_pack(wish, asked)
    if wish == "documents":
        return keep(_plan_documents(asked))
    return keep(_plan_retired(wish, asked))


@pages.get("/plans/<plan>")
@requires(DEFINITIONS)
@operation(Operation(answer="Plan"))
def show_plan(plan: str) -> ResponseReturnValue:
    """Answer a plan."""
    read_parameters()
    with reading_desk() as desk:
        told = plan_json(desk, read_plan(desk.session, plan))
    return respond(dumps(told))


@pages.post("/plans/<plan>/apply")
@requires(DEFINITIONS)
@operation(Operation(answer="Applied", body=ApplyBody, conflicts=True, later=True))
def do_plan(plan: str) -> ResponseReturnValue:
    """Apply a plan while everybody works on; what takes long is done in a job."""
    read_parameters()
    asked = load_body(ApplyBody(), read_object())
    with reading_desk() as desk:
        found = read_plan(desk.session, plan)
        if not found.commit:
            check_defining(desk, found.plan)
    if found.commit:
        return respond(dumps({"commit": found.commit}))
    reason = asked.get("reason", "")
    instance = current_instance()
    if takes_long(found) and not found.plan.blocking:
        return _in_background(lambda desk: ask_for_apply(instance, desk.session, found, reason))
    account = current_opening().account
    author = account.login if account is not None else ""
    number = apply_kept(instance, found, author=author, reason=reason, by=current_context())

    def note(desk: Desk) -> Answer:
        note_commit(desk.session, plan, number)
        return Answer(value={"commit": number})

    return answer_write(note)


@pages.get("/retired")
@requires(DEFINE)
@operation(Operation(answer="Retired"))
def show_retired() -> ResponseReturnValue:
    """Answer what is retired: it may be restored, or purged after 90 days."""
    read_parameters()
    instance = current_instance()
    context = current_opening().context
    items = [
        {
            "name": each.name,
            "since": plain_value(each.since),
            "values": each.values,
            "kept_of": each.kept_of or None,
            "early": each.is_early(context.now),
        }
        for each in list_retired(instance.store, context, instance.types)
    ]
    return respond(dumps({"items": items}))


@pages.get("/packs")
@requires(DEFINE)
@operation(Operation(answer="Packs"))
def show_packs() -> ResponseReturnValue:
    """Answer the packs in use, with their versions and where they come from."""
    read_parameters()
    items = [
        {
            "name": name,
            "version": part.get("version", ""),
            "vendor": part.get("vendor", ""),
            "archive": part.get("archive", ""),
        }
        for name, part in pack_parts(current_instance()).items()
    ]
    return respond(dumps({"items": items}))


def keep(plan: Plan, reversal: Reversal | None = None) -> ResponseReturnValue:
    """Keep a plan and answer it, with what stays of later changes if it takes one back."""

    def work(desk: Desk) -> Answer:
        kept = keep_plan(desk.session, plan)
        headers = {"Location": location(f"plans/{kept.id}")}
        told = plan_json(desk, kept)
        if reversal is not None:
            told["conflicts"] = list(reversal.conflicts)
        return Answer(value=told, status=201, headers=headers)

    return answer_write(work)


def plan_json(desk: Desk, kept: KeptPlan) -> dict[str, Any]:
    """Return a plan as the API shows it; records and values only as far as they may be read."""
    told = {"id": kept.id, "commit": kept.commit, **kept.plan.to_json()}
    if kept.pack:
        told["pack"] = dict(kept.pack)
        told["safe"] = told["safe"] and not kept.pack.get("failed")
    # What the database is told is of no use to anybody outside.
    told["steps"] = [
        {key: value for key, value in step.items() if key not in ("statements", "undo")}
        for step in told["steps"]
    ]
    told["offences"] = [
        each.to_json() | _named(desk.former_values.of_plan(kept.plan, each))
        for each in kept.plan.offences
    ]
    return told


def _named(found: Sequence[Failing]) -> dict[str, Any]:
    return {
        "records": [each.record for each in found],
        "links": [card_link(each.entity, each.record) for each in found],
        "values": [each.value for each in found],
        "reasons": [each.reason.code for each in found if each.reason is not None],
    }


def card_link(entity: str, record: int) -> str:
    """Return the address of a record's card."""
    return f"/card/{entity}/{record}"


def _may_define() -> None:
    opening = current_opening()
    if not opening.policy.has_feature(opening.context.principal, DEFINE):
        raise AccessError(Message("forbidden"))


def _plan_documents(asked: Mapping[str, Any]) -> Plan:
    instance = current_instance()
    with reading_desk() as desk:
        documents = load_documents(desk.session, read_active(desk.session).number)
    changed = _texts(asked["documents"])
    with packs_of(documents, changed) as packs:
        wanted = still_installed(instance, packs)
        return plan_packs(instance, wanted, accepted=asked.get("accept", ()))


def _plan_retired(wish: str, asked: Mapping[str, Any]) -> Plan:
    instance, context = current_instance(), current_opening().context
    names = asked[wish]
    if not names:
        raise InputError({wish: (Message("required"),)})
    if wish == "restore":
        return make_restore(instance.store, context, instance.types, *names)
    if not asked.get("early"):
        retired = list_retired(instance.store, context, instance.types)
        early = [each.name for each in retired if each.name in names and each.is_early(context.now)]
        if early:
            said = tuple(Message.of("purge_early", name=name) for name in early)
            raise InputError({wish: said})
    label = names[0] if len(names) == 1 else "retired"
    file = archive_name(label, context.now)
    return make_purge(instance.store, context, instance.types, *names, archive=file)


def _plan_pack(wish: str, asked: Mapping[str, Any]) -> ResponseReturnValue:
    arguments: dict[str, Any] = {"action": wish, "take": list(asked.get("take", ()))}
    if wish == "uninstall":
        fate = asked.get("fate", "keep")
        arguments |= {"action": wish if fate == "keep" else fate, "pack": asked[wish]}
    else:
        arguments["file"] = asked[wish]

    def work(desk: Desk) -> int:
        if "file" in arguments:
            readable_file(desk.session, desk.reading, arguments["file"])
        return ask_for_plan(current_instance(), desk.session, arguments)

    return _in_background(work)


def _in_background(work: Callable[[Desk], int]) -> ResponseReturnValue:
    """Ask for a job and answer where one watches it."""

    def ask(desk: Desk) -> Answer:
        job = work(desk)
        told = job_json(current_instance().jobs.read(desk.session, job))
        headers = {"Location": location(f"jobs/{job}")}
        return Answer(value=told, status=202, headers=headers)

    return answer_write(ask)


def _texts(documents: Mapping[str, object]) -> dict[str, str | None]:
    wrong = [path for path, each in documents.items() if not isinstance(each, str | None)]
    if wrong:
        raise InputError({f"documents.{path[:100]}": (Message("not_a_text"),) for path in wrong})
    return {path: each for path, each in documents.items() if isinstance(each, str | None)}
