"""What the deeds 加标签 and 加入收藏夹 ask of a selection, and what was answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardwright_entities.errors import InputError, Message
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.flows.actions import Action
from cardwright_entities.marks.keeping import Mark
from cardwright_entities.marks.reaching import FOLDER, TAG
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.marking import LONGEST_NAME, MARK
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.texts import Text

#: Names of the deeds, by the kind of mark that they give.
DEEDS: Mapping[str, str] = {TAG: "tag", FOLDER: "keep"}
#: What the questions are called; no field of a record may be mistaken for them.
KNOWN, NEW = "mark_known", "mark_new"
_LABELS: Mapping[str, Text] = {
    TAG: Text.of({"zh": "加标签", "en": "Tag"}),
    FOLDER: Text.of({"zh": "加入收藏夹", "en": "Add to favourites"}),
}
_KNOWN: Mapping[str, Text] = {
    TAG: Text.of({"zh": "我的标签", "en": "My tags"}),
    FOLDER: Text.of({"zh": "收藏夹", "en": "Folders"}),
}
_NEW: Mapping[str, Text] = {
    TAG: Text.of({"zh": "新标签", "en": "New tag"}),
    FOLDER: Text.of({"zh": "新收藏夹", "en": "New folder"}),
}
_ICONS: Mapping[str, str] = {TAG: "tag", FOLDER: "star"}


def marking_action(model: Model, kind: str, marks: Sequence[Mark] = ()) -> Action:
    """Return the deed with what it asks: marks that are there, and the name of a new one."""
    mine = [each for each in marks if each.kind == kind]
    asks = [_field(model, NEW, "text", _NEW[kind], {"max_length": LONGEST_NAME})]
    if mine:
        choices = {str(each.id): {"label": _said(each), "order": each.id} for each in mine}
        asks.insert(0, _field(model, KNOWN, "picklists", _KNOWN[kind], {"values": choices}))
    first = [str(min(each.id for each in mine))] if mine and kind == FOLDER else []
    return Action(
        name=DEEDS[kind],
        label=_LABELS[kind],
        kind=MARK,
        icon=_ICONS[kind],
        asks=tuple(asks),
        values={KNOWN: tuple(first)} if first else {},
    )


def chosen_names(action: Action, raw: Mapping[str, Any], marks: Sequence[Mark]) -> list[str]:
    """Return the names of the marks that were chosen or typed; raise InputError for none."""
    known = {str(each.id): each.name for each in marks}
    names = [known[each] for each in raw.get(KNOWN) or () if each in known]
    typed = str(raw.get(NEW) or "").strip()
    if typed:
        names.append(typed)
    if not names:
        raise InputError({action.asks[-1].name: [Message("required")]})
    return names


def _said(mark: Mark) -> dict[str, str]:
    return {"zh": mark.name, "en": mark.name}


def _field(
    model: Model, name: str, kind: str, label: Text, options: Mapping[str, Any]
) -> FieldModel:
    definition = FieldDefinition(name=name, type=kind, label=label, options=options)
    if "values" in options:
        # What is written in a field is found out once, as the model does for fields of records.
        resolved = {**options, "choices": choices_of(definition)}
        definition = replace(definition, options=resolved)
    return free_field(definition, model.types)
