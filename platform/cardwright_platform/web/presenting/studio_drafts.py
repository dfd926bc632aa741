"""The draft of who shapes objects → its page: what was done, in words, and what it means."""

from __future__ import annotations

from collections.abc import Iterator

from cardwright_entities.access.defining import needed_features
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.definition_drafts import Deed, DefinitionDraft, read_draft
from cardwright_entities.changes.kept_plans import KeptPlan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.security.numbers import read_number
from cardwright_platform.studio.drafting import LATER
from cardwright_platform.views.cells import Action
from cardwright_platform.views.studio import DeedRow, StudioDraftPage
from cardwright_platform.web.presenting.access_marks import feature_label
from cardwright_platform.web.presenting.changes import offended_places
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import (
    STUDIO,
    STUDIO_DRAFT,
    card_url,
    is_local,
    studio_new_field_url,
    studio_preview_url,
)


def new_field(
    reader: Reader, entity: EntityModel, back: str = "", *, primary: bool = False
) -> Action:
    """Return the way to the form of a new field."""
    return Action(
        label=reader.t("studio.add_field"),
        url=studio_new_field_url(entity.name, back),
        icon="plus",
        primary=primary,
    )


def draft_action(desk: Desk, reader: Reader) -> Action | None:
    """Return the way to the draft, None where nothing waits."""
    draft = read_draft(desk.session)
    if draft is None:
        return None
    label = reader.t("studio.draft_of", count=len(draft.deeds))
    return Action(label=label, url=STUDIO_DRAFT, icon="pencil")


def deed_text(desk: Desk, reader: Reader, deed: Deed) -> str:
    """Return in words what was done."""
    names = dict(deed.names)
    known = desk.model.catalog.entities
    if names.get("entity", "") in known:
        names["entity"] = reader.entity_label(desk.model.entity(names["entity"]))
    return reader.t(f"studio.deed_{deed.kind}", **names)


def draft_page(
    desk: Desk, reader: Reader, draft: DefinitionDraft, kept: KeptPlan | None
) -> StudioDraftPage:
    """Return the page of a draft; without a plan it has to be looked at again."""
    stale = kept is None or kept.plan.base != read_active(desk.session).number
    notes = [reader.t("studio.moved")] if stale else []
    missing = [] if kept is None or stale else list(_missing(desk, reader, kept))
    if missing:
        notes.append(reader.t("studio.needs", features=reader.listed(missing)))
    plan = kept.plan if kept is not None and not stale else None
    blocked = plan is None or bool(plan.blocking) or bool(missing)
    return StudioDraftPage(
        title=reader.t("studio.draft_of", count=len(draft.deeds)),
        back_label=reader.t("studio.back_to"),
        back_url=draft.back if is_local(draft.back) else STUDIO,
        deeds=tuple(
            DeedRow(text=deed_text(desk, reader, each), remove=_remove(reader, place))
            for place, each in enumerate(draft.deeds)
        ),
        sentences=plan.describe(reader.locale.language) if plan is not None else (),
        notes=tuple(notes),
        places=tuple(offended_places(desk, reader, plan)) if plan is not None else (),
        accept=_accept(reader, plan) if plan is not None and plan.blocking else None,
        apply=None if blocked or kept is None else _apply(reader, kept),
        previews=tuple(_previews(desk, reader, draft)) if plan is not None else (),
        actions=(*((_check(reader),) if stale else ()), _discard(reader, draft)),
    )


def _missing(desk: Desk, reader: Reader, kept: KeptPlan) -> Iterator[str]:
    """Yield the features that whoever looks lacks for what the plan changes."""
    needed = needed_features(desk.session, kept.plan, desk.model.catalog)
    for each in sorted(needed):
        if not desk.policy.has_feature(desk.context.principal, each):
            yield feature_label(reader, each)


def _previews(desk: Desk, reader: Reader, draft: DefinitionDraft) -> Iterator[Action]:
    """Yield the ways to a real record of each object that the draft changes."""
    targets = dict.fromkeys(each.target for each in draft.edits)
    for target in targets:
        kind, _, name = target.partition("/")
        if kind == "entity" and name in desk.model.catalog.entities:
            label = reader.entity_label(desk.model.entity(name))
            here = card_url(name, 0).removesuffix("0")
            record = draft.back.removeprefix(here) if draft.back.startswith(here) else ""
            yield Action(
                label=reader.t("studio.preview_of", entity=reader.inside(label)),
                url=studio_preview_url(name, read_number(record) or 0),
                icon="eye",
            )


def _remove(reader: Reader, place: int) -> Action:
    return Action(
        label=reader.t("studio.remove"), url=f"{STUDIO_DRAFT}/{place}/remove", icon="x", post=True
    )


def _accept(reader: Reader, plan: Plan) -> Action | None:
    """Return the way to leave records as they are, where that is all that stands against it."""
    kinds = {each.kind for each in plan.blocking}
    if not kinds <= LATER:
        return None
    hidden = tuple(("accept", each) for each in sorted(kinds | plan.accepted))
    url = f"{STUDIO_DRAFT}/check"
    return Action(label=reader.t("studio.accept"), url=url, icon="check", post=True, hidden=hidden)


def _apply(reader: Reader, kept: KeptPlan) -> Action:
    return Action(
        label=reader.t("studio.apply"),
        url=f"{STUDIO_DRAFT}/apply",
        icon="check",
        post=True,
        primary=True,
        hidden=(("plan", kept.id),),
    )


def _check(reader: Reader) -> Action:
    url = f"{STUDIO_DRAFT}/check"
    return Action(label=reader.t("studio.check_again"), url=url, icon="refresh", post=True)


def _discard(reader: Reader, draft: DefinitionDraft) -> Action:
    return Action(
        label=reader.t("studio.discard"),
        url=f"{STUDIO_DRAFT}/discard",
        icon="trash",
        post=True,
        confirm=reader.t("studio.discard_confirm", count=len(draft.deeds)),
    )
