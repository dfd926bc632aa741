"""Why somebody takes data away: asked where the company or the entity wants it, kept in the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cardwright_entities.errors import InputError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model

#: The setting of the pack base by which every export is asked why.
SETTING = "export.reason"
#: The feature of an entity by which those of its records are.
FEATURE = "export_reason"
#: Under which name a reason is sent, refused, and kept in the log.
PLACE = "reason"
LONGEST = 500


def asks_reason(
    model: Model, settings: Mapping[str, object], entities: Iterable[EntityModel]
) -> bool:
    """Tell whether who exports records of these entities has to say why; lines follow their head.

    ``settings`` are looked at only where no entity asks by itself.
    """
    heads = [model.head_of(each) or each for each in entities]
    if any(FEATURE in each.definition.features for each in heads):
        return True
    return settings.get(SETTING) is True


def checked_reason(text: str, *, required: bool) -> str:
    """Return a reason as it is kept: one line; raise InputError if it is missing or too long."""
    reason = " ".join(text.split())
    if required and not reason:
        raise InputError({PLACE: [Message("export_reason_missing")]})
    if len(reason) > LONGEST:
        raise InputError({PLACE: [Message.of("too_long", max=LONGEST, length=len(reason))]})
    return reason


def reason_detail(reason: str) -> dict[str, str] | None:
    """Return what the log keeps of a reason, nothing of none."""
    return {PLACE: reason} if reason else None
