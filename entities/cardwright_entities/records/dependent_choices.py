"""Choices that depend on another choice: refused where they belong to a different one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cardwright_entities.errors import Message
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_metadata.definitions.others import ChoiceDefinition


def check_choices(draft: Draft, messages: Messages, language: str) -> None:
    """Note ``choice_elsewhere`` at choices that do not stand under the one they depend on."""
    for found in draft.entity.dependent:
        other = draft.entity.fields.get(str(found.definition.options["depends_on"]))
        if other is None or not _was_touched(draft, found, other):
            continue
        above = draft.values.get(other.name)
        for choice in _choices(found, draft.values.get(found.name)):
            # Without a choice above every one fits: a file may bring the lower one alone.
            if above is not None and choice.parent and choice.parent != above:
                message = Message.of(
                    "choice_elsewhere",
                    value=choice.label.in_language(language, name=choice.code),
                    above=_label(other, str(above), language),
                )
                messages.add(draft.prefix + found.name, message)


def _was_touched(draft: Draft, *fields: FieldModel) -> bool:
    stored = draft.stored or {}
    return any(draft.values.get(each.name) != stored.get(each.name) for each in fields)


def _choices(found: FieldModel, value: object) -> Iterator[ChoiceDefinition]:
    known: Mapping[str, ChoiceDefinition] = found.definition.options.get("choices", {})
    for code in value if isinstance(value, tuple) else (value,):
        if code in known:
            yield known[code]


def _label(found: FieldModel, code: str, language: str) -> str:
    known: Mapping[str, ChoiceDefinition] = found.definition.options.get("choices", {})
    return known[code].label.in_language(language, name=code) if code in known else code
