"""The Studio: objects and lists that can be shaped, and the draft of who shapes them."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.changes.commits import load_whole_entity, read_active
from cardwright_entities.changes.definition_drafts import drop_draft, read_draft
from cardwright_entities.changes.kept_plans import KeptPlan, note_commit, read_plan
from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    Message,
    NotFoundError,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_account, current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.studio import drafting
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.studio import StudioDraftPage, StudioPage
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.studio import entity_groups, field_groups, picklist_groups
from cardwright_platform.web.presenting.studio_drafts import (
    deed_text,
    draft_action,
    draft_page,
    new_field,
)
from cardwright_platform.web.presenting.studio_preview import Preview, sample_of
from cardwright_platform.web.urls import (
    CHANGES,
    STUDIO,
    STUDIO_DRAFT,
    STUDIO_EXPORT,
    STUDIO_LISTS,
    STUDIO_NEW_OBJECT,
    is_local,
    studio_card_url,
)
from cardwright_platform.worker.changes import (
    apply_kept,
    ask_for_apply,
    check_defining,
    takes_long,
)

pages = Blueprint("studio", __name__)


@pages.get(STUDIO)
@requires(DEFINE)
def show_objects() -> ResponseReturnValue:
    """List the objects whose fields can be changed."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        groups = tuple(entity_groups(desk, reader))
        page = StudioPage(
            title=reader.t("studio.title"),
            text=reader.t("studio.about"),
            tabs=_tabs(reader, STUDIO),
            groups=groups,
            actions=(_export(reader), _new_object(reader)),
            draft=draft_action(desk, reader),
        )
        return show(page, desk)


@pages.get(STUDIO_LISTS)
@requires(DEFINE)
def show_lists() -> ResponseReturnValue:
    """List the lists whose choices can be changed."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        page = StudioPage(
            title=reader.t("studio.title"),
            text=reader.t("studio.about"),
            tabs=_tabs(reader, STUDIO_LISTS),
            groups=tuple(picklist_groups(desk, reader)),
            draft=draft_action(desk, reader),
        )
        return show(page, desk)


@pages.get(f"{STUDIO}/objects/<entity>")
@requires(DEFINE)
def show_fields(entity: str) -> ResponseReturnValue:
    """List the fields of an object."""
    with reading_desk() as desk:
        reader, model = reader_at(desk), find_entity(desk.model, entity)
        page = StudioPage(
            title=reader.t("studio.fields_of", entity=reader.entity_label(model)),
            back_label=reader.t("studio.title"),
            back_url=STUDIO,
            groups=tuple(field_groups(reader, load_whole_entity(desk.session, model.name))),
            actions=(_arrange(reader, model), new_field(reader, model, primary=True)),
            draft=draft_action(desk, reader),
        )
        return show(page, desk)


@pages.get(STUDIO_DRAFT)
@requires(DEFINE)
def show_draft() -> ResponseReturnValue:
    """Show what waits: the deeds, what they mean, and the way to put them into effect."""
    with reading_desk() as desk:
        reader, draft = reader_at(desk), read_draft(desk.session)
        if draft is None:
            page = StudioDraftPage(
                title=reader.t("studio.draft"),
                back_label=reader.t("studio.title"),
                back_url=STUDIO,
                empty=Empty(
                    title=reader.t("studio.draft_empty"),
                    text=reader.t("studio.draft_empty_text"),
                    kind="done",
                ),
            )
            return show(page, desk)
        try:
            kept = read_plan(desk.session, draft.plan)
        except NotFoundError:
            kept = None
        return show(draft_page(desk, reader, draft, kept), desk)


@pages.get(f"{STUDIO}/preview/<entity>")
@requires(DEFINE)
def show_preview(entity: str) -> ResponseReturnValue:
    """Show a real record by the definitions of the draft, as those with a role would see it."""
    with reading_desk() as desk:
        draft = read_draft(desk.session)
        if draft is None:
            return go(STUDIO_DRAFT)
        plan = read_plan(desk.session, draft.plan).plan
        role = request.args.get("role", "")
        if (
            f"entity/{entity}" not in dict(plan.parts)
            or plan.base != read_active(desk.session).number
        ):
            raise NotFoundError(Message("not_found"))
        wanted = read_number(request.args.get("record", "")) or 0
        record, reader = sample_of(desk, reader_at(desk), entity, wanted)
        preview = Preview(
            desk=desk,
            reader=reader,
            plan=plan,
            record=record,
            entity=entity,
            role=role if role in desk.model.catalog.roles else "",
        )
        return show(preview.page(), desk)


@pages.post(f"{STUDIO_DRAFT}/<int:place>/remove")
@requires(DEFINE)
def remove_deed(place: int) -> ResponseReturnValue:
    """Take one deed out of the draft, unless a later one needs it."""
    return _changed(
        lambda: drafting.drop_deed(current_instance(), current_context(), place), "studio.removed"
    )


@pages.post(f"{STUDIO_DRAFT}/check")
@requires(DEFINE)
def check_draft() -> ResponseReturnValue:
    """Make the plan of the draft anew, with the offences that may stay for now."""
    kinds = request.form.getlist("accept")
    return _changed(lambda: drafting.accept(current_instance(), current_context(), kinds), "")


@pages.post(f"{STUDIO_DRAFT}/discard")
@requires(DEFINE)
def discard_draft() -> ResponseReturnValue:
    """Forget the draft."""
    with reading_desk() as desk:
        draft = read_draft(desk.session)
    drafting.discard(current_instance(), current_context())
    back = draft.back if draft is not None and is_local(draft.back) else STUDIO
    return go(back, current_reader().t("studio.discarded"))


@pages.post(f"{STUDIO_DRAFT}/apply")
@requires(DEFINE)
def apply_draft() -> ResponseReturnValue:
    """Put the draft into effect as it was looked at."""
    instance, plan = current_instance(), request.form.get("plan", "")
    with reading_desk() as desk:
        reader, draft = reader_at(desk), read_draft(desk.session)
        if draft is None or draft.plan != plan:
            return go(STUDIO_DRAFT, reader.say(Message("draft_moved")), tone="warning")
        kept = read_plan(desk.session, plan)
        reason = reader.listed(deed_text(desk, reader, each) for each in draft.deeds)
        try:
            check_defining(desk, kept.plan)
        except AccessError as error:
            return go(STUDIO_DRAFT, reader.say(error.message), tone="warning")
    if takes_long(kept) and not kept.plan.blocking:
        write_at_desk(lambda desk: ask_for_apply(instance, desk.session, kept, reason))
        return go(f"{CHANGES}/plans/{plan}")
    return _apply(kept, reason[:300], draft.back)


def _apply(kept: KeptPlan, reason: str, back: str) -> Response:
    instance, author = current_instance(), current_account().login
    try:
        number = apply_kept(instance, kept, author=author, reason=reason, by=current_context())
    except CardwrightError as error:
        return go(STUDIO_DRAFT, current_reader().say(error.message), tone="warning")

    def done(desk: Desk) -> None:
        note_commit(desk.session, kept.id, number)
        drop_draft(desk.session)

    write_at_desk(done)
    reader = current_reader()
    return go(back if is_local(back) else STUDIO, reader.t("studio.applied", number=number))


def _changed(work: Callable[[], None], said: str) -> Response:
    """Change the draft and lead to it; what stands in the way is told there."""
    reader = current_reader()
    try:
        work()
    except MetadataError as error:
        return go(STUDIO_DRAFT, error.problems[0].message, tone="warning")
    except ConflictError as error:
        return go(STUDIO_DRAFT, reader.say(error.message), tone="warning")
    return go(STUDIO_DRAFT, reader.t(said) if said else "")


def _new_object(reader: Reader) -> Action:
    label = reader.t("studio.new_object")
    return Action(label=label, url=STUDIO_NEW_OBJECT, icon="plus", primary=True)


def _export(reader: Reader) -> Action:
    return Action(label=reader.t("studio.export"), url=STUDIO_EXPORT, icon="package-export")


def _arrange(reader: Reader, entity: EntityModel) -> Action:
    url = studio_card_url(entity.name)
    return Action(label=reader.t("studio.arrange"), url=url, icon="layout-cards")


def _tabs(reader: Reader, here: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(value=url, label=reader.t(key), selected=url == here)
        for url, key in ((STUDIO, "studio.objects"), (STUDIO_LISTS, "studio.lists"))
    )
