"""The draft of somebody who shapes objects: every deed makes its plan before it is kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace

from cardwright_entities.changes.definition_drafts import (
    Deed,
    DefinitionDraft,
    drop_draft,
    keep_draft,
    read_draft,
)
from cardwright_entities.changes.kept_plans import KeptPlan, keep_plan
from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance
from cardwright_platform.packs.screen_pack import plan_edits

#: Offences with which a draft may be put into effect: they hold from the next save on.
LATER = frozenset({"required", "check", "value"})

Change = Callable[[DefinitionDraft], DefinitionDraft]


def add_deed(instance: Instance, context: Context, deed: Deed, *, back: str = "") -> None:
    """Add a deed to the draft of the principal.

    Raise MetadataError for what the language refuses, PlanError for what cannot be done.
    """
    change_draft(
        instance,
        context,
        lambda draft: replace(draft, deeds=(*draft.deeds, deed), back=back or draft.back),
    )


def drop_deed(instance: Instance, context: Context, place: int) -> None:
    """Take a deed out of the draft; raise MetadataError if a later one needs it."""
    change_draft(
        instance,
        context,
        lambda draft: replace(
            draft, deeds=tuple(each for at, each in enumerate(draft.deeds) if at != place)
        ),
    )


def accept(instance: Instance, context: Context, kinds: Collection[str]) -> None:
    """Let the draft be put into effect although records stand against it in these ways."""
    wanted = frozenset(kinds) & LATER
    change_draft(instance, context, lambda draft: replace(draft, accepted=wanted))


def discard(instance: Instance, context: Context) -> None:
    """Forget the draft of the principal."""
    instance.store.run_write(context, drop_draft)


def change_draft(instance: Instance, context: Context, change: Change) -> KeptPlan | None:
    """Keep the draft as changed with its plan, None of a draft of nothing."""
    with instance.store.read(context) as session:
        before = read_draft(session)
    wanted = change(before or DefinitionDraft(deeds=()))
    plan = plan_edits(instance, wanted.edits, wanted.accepted) if wanted.deeds else None

    def keep(session: Session) -> KeptPlan | None:
        if read_draft(session) != before:
            raise ConflictError(Message("draft_moved"))
        kept = keep_plan(session, plan) if plan is not None else None
        keep_draft(session, replace(wanted, plan=kept.id if kept is not None else ""))
        return kept

    return instance.store.run_write(context, keep)
