"""Choices that only some people may choose: refused to others, kept where they are already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cardwright_entities.access.choosing import may_choose
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.errors import Message
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_metadata.definitions.others import ChoiceDefinition


def check_choosing(draft: Draft, messages: Messages, model: Model, context: Context) -> None:
    """Note ``choice_of_others`` at choices that the writer set anew and may not choose.

    What a default, a move or a conversion fills in is the author's word, and what a rule of the
    system or a seed writes is the system's.
    """
    if draft.meant.read_only_too:
        return
    for found in draft.entity.limited:
        if found.name not in draft.given - draft.copied:
            continue
        before = _codes((draft.stored or {}).get(found.name))
        for choice in _choices(found, draft.values.get(found.name)):
            if choice.code not in before and not may_choose(context.principal, choice):
                message = _refusal(choice, model, context.language)
                messages.add(draft.prefix + found.name, message)


def may_put(principal: Principal, found: FieldModel, value: object) -> bool:
    """Tell whether somebody may put a value into a new record, with all choices in it."""
    return all(may_choose(principal, each) for each in _choices(found, value))


def _choices(found: FieldModel, value: object) -> Iterator[ChoiceDefinition]:
    known: Mapping[str, ChoiceDefinition] = found.definition.options["choices"]
    for code in _codes(value):
        if code in known:
            yield known[code]


def _codes(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _refusal(choice: ChoiceDefinition, model: Model, language: str) -> Message:
    label = choice.label.in_language(language, name=choice.code)
    roles = model.catalog.roles
    names = [
        roles[each].label.in_language(language, name=each)
        for each in sorted(choice.who.roles if choice.who else ())
        if each in roles
    ]
    if not names:
        return Message.of("choice_of_named", value=label)
    who = Locale(language=language).listed(names)
    return Message.of("choice_of_others", value=label, who=who)
