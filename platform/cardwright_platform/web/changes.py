"""Changes of definitions: what waits and what was applied, one of them, taking it back, packs."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.commits import list_commits
from cardwright_entities.changes.kept_plans import (
    keep_plan,
    note_commit,
    read_plan,
    waiting_plans,
)
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, Message, NotFoundError
from cardwright_platform.current import current_account, current_context, current_instance
from cardwright_platform.installed_packs import pack_parts
from cardwright_platform.installing import plan_revert
from cardwright_platform.permissions import DEFINITIONS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.cells import Action
from cardwright_platform.views.changes import ChangesPage, PacksPage
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.changes import (
    change_page,
    change_row,
    pack_row,
    plan_page,
    waiting_row,
)
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import CHANGES, CHECKS, PACKS, with_query
from cardwright_platform.worker.changes import (
    APPLY,
    apply_kept,
    ask_for_apply,
    check_defining,
    takes_long,
)

pages = Blueprint("changes", __name__)

_SHOWN = 50


@pages.get(CHANGES)
@requires(DEFINITIONS)
def show_changes() -> ResponseReturnValue:
    """List the plans that wait and the changes that were applied."""
    before = read_number(request.args.get("before", "")) or 0
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = list_commits(desk.session, limit=_SHOWN + 1, below=before)
        shown = found[:_SHOWN]
        waiting = () if before else waiting_plans(desk.session)
        older = str(shown[-1].number) if len(found) > _SHOWN else ""
        page = ChangesPage(
            title=reader.t("changes.title"),
            waiting=tuple(waiting_row(reader, each) for each in waiting if not each.plan.is_empty),
            changes=tuple(change_row(reader, each) for each in shown),
            actions=_ways_on(desk, reader),
            older_url=with_query(CHANGES, [("before", older)]) if older else "",
        )
        return show(page, desk)


@pages.get(f"{CHANGES}/<int:number>")
@requires(DEFINITIONS)
def show_change(number: int) -> ResponseReturnValue:
    """Show one applied change: what it did, what did not convert, and the way back."""
    with reading_desk() as desk:
        found = list_commits(desk.session, limit=1, below=number + 1)
        if not found or found[0].number != number:
            raise NotFoundError(Message("not_found"))
        return show(change_page(desk, reader_at(desk), found[0]), desk)


@pages.post(f"{CHANGES}/<int:number>/revert")
@requires(DEFINITIONS)
def revert_change(number: int) -> ResponseReturnValue:
    """Plan to take a change back; what that does is shown before anything happens."""
    instance = current_instance()
    place = f"{CHANGES}/{number}"
    with reading_desk() as desk:
        reader = reader_at(desk)
    try:
        found = plan_revert(instance, number)
    except CardwrightError as error:
        return go(place, reader.say(error.message), tone="warning")
    if found.breaks:
        use = found.breaks[0]
        said = reader.t("changes.in_the_way", place=use.place, field=f"{use.entity}.{use.field}")
        return go(place, said, tone="warning")
    if found.plan.is_empty:
        return go(place, reader.t("changes.nothing"), tone="warning")
    reason = reader.t("changes.revert_reason", number=number)
    kept = write_at_desk(lambda desk: keep_plan(desk.session, found.plan, reason=reason))
    stays = reader.t("changes.stays", places=", ".join(found.conflicts[:5]))
    return go(f"{CHANGES}/plans/{kept.id}", stays if found.conflicts else "", tone="warning")


@pages.get(f"{CHANGES}/plans/<plan>")
@requires(DEFINITIONS)
def show_plan(plan: str) -> ResponseReturnValue:
    """Show a plan: three sentences, what stands against it; then it may be applied."""
    with reading_desk() as desk:
        kept = read_plan(desk.session, plan)
        if kept.commit:
            return go(f"{CHANGES}/{kept.commit}")
        job = current_instance().jobs.latest(desk.session, APPLY)
        own = job if job is not None and job.arguments.get("plan") == plan else None
        return show(plan_page(desk, reader_at(desk), kept, own), desk)


@pages.post(f"{CHANGES}/plans/<plan>/apply")
@requires(DEFINITIONS)
def apply_shown(plan: str) -> ResponseReturnValue:
    """Apply a plan that was shown; what takes long is done in the background."""
    instance, place = current_instance(), f"{CHANGES}/plans/{plan}"
    with reading_desk() as desk:
        reader = reader_at(desk)
        kept = read_plan(desk.session, plan)
        if not kept.commit:
            check_defining(desk, kept.plan)
    if kept.commit:
        return go(f"{CHANGES}/{kept.commit}")
    if takes_long(kept) and not kept.plan.blocking:
        write_at_desk(lambda desk: ask_for_apply(instance, desk.session, kept, kept.reason))
        return go(place)
    author = current_account().login
    try:
        number = apply_kept(instance, kept, author=author, reason=kept.reason, by=current_context())
    except CardwrightError as error:
        return go(place, reader.say(error.message), tone="warning")
    write_at_desk(lambda desk: note_commit(desk.session, plan, number))
    return go(f"{CHANGES}/{number}", reader.t("changes.done", number=number))


@pages.get(PACKS)
@requires(DEFINE)
def show_packs() -> ResponseReturnValue:
    """List the packs in use: versions, signatures, settings."""
    instance = current_instance()
    parts = pack_parts(instance)
    with reading_desk() as desk:
        reader = reader_at(desk)
        page = PacksPage(
            title=reader.t("packs.title"),
            back_label=reader.t("changes.title"),
            back_url=CHANGES,
            packs=tuple(pack_row(desk, reader, instance, parts[name]) for name in sorted(parts)),
        )
        return show(page, desk)


def _ways_on(desk: Desk, reader: Reader) -> tuple[Action, ...]:
    if not desk.policy.has_feature(desk.context.principal, DEFINE):
        return ()
    return (
        Action(label=reader.t("packs.title"), url=PACKS, icon="package"),
        Action(label=reader.t("checks.title"), url=CHECKS, icon="check"),
    )
