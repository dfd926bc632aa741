"""Fields that somebody adds or changes on screen, as edits of their entity."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.changes.definition_drafts import Deed, DefinitionDraft, Edit
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.cards import SectionDefinition
from cardwright_platform.studio.names import code_of, site_name

Labels = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a field stands on a card: behind another one, or first of its section without one."""

    tab: str
    section: str
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class FieldWish:
    """A field that somebody wants an entity to have."""

    label: Labels  #: by language
    type: str
    help: Labels = field(default_factory=dict)
    required: bool = False
    series: bool = False  #: every value is kept with its day
    choices: Sequence[str] = ()  #: labels of choices of its own
    picklist: str = ""  #: a maintained list, instead of choices of its own
    to: str = ""  #: the entity that a link points to
    place: Place | None = None


def offered_types(types: FieldTypes) -> Iterator[FieldType]:
    """Yield the types of which a form can ask everything that they need."""
    for name in types.names():
        found = types.named(name)
        asked = {found.reference} if found.reference else set()
        is_typed = found.editable and not found.computed and not found.write_only
        is_one = not found.tree and found.relation in ("", "one", "many")
        if is_typed and is_one and set(found.required_options) <= asked:
            yield found


def places_of(entity: EntityModel) -> Iterator[tuple[str, SectionDefinition]]:
    """Yield the sections of a card in which an author placed fields, each with its tab."""
    for tab in entity.definition.card.tabs:
        for section in tab.sections:
            if section.fields and not section.auto:
                yield tab.name, section


def add_field(entity: EntityModel, wish: FieldWish, waiting: Collection[str] = ()) -> Deed:
    """Return the deed that adds a field; ``waiting`` are names of fields of the draft."""
    taken = {*entity.definition.fields, *waiting}
    name = site_name(_first(wish.label), taken, "field")
    edits = [Edit(target=_target(entity), path=("fields", name), value=content_of(wish))]
    if wish.place is not None:
        edits.append(_placed(entity, name, wish.place))
    names = {"field": _first(wish.label), "entity": entity.name}
    return Deed(kind="field_added", names=names, edits=tuple(edits))


def content_of(wish: FieldWish) -> dict[str, Any]:
    """Return a field as files write it, in canonical form."""
    content: dict[str, Any] = {"type": wish.type, "label": dict(wish.label)}
    if wish.help:
        content["help"] = dict(wish.help)
    if wish.required:
        content["required"] = True
    if wish.series:
        content["history"] = "series"
    if wish.picklist:
        content["of"] = wish.picklist
    elif wish.choices:
        content["values"] = dict(new_choices(wish.choices))
    if wish.to:
        content["to"] = wish.to
    return content


def fields_waiting(draft: DefinitionDraft | None, entity: EntityModel) -> frozenset[str]:
    """Return the names of the fields of an entity that a draft adds or changes."""
    edits = draft.edits if draft is not None else ()
    return frozenset(
        each.path[1]
        for each in edits
        if each.target == _target(entity) and each.path[:1] == ("fields",)
    )


def change_field(
    entity: EntityModel, name: str, changed: Mapping[str, Any], place: Place | None = None
) -> Deed:
    """Return the deed that changes keys of a field; None takes what a key says away."""
    edits = [
        Edit(target=_target(entity), path=("fields", name, key), value=value)
        for key, value in changed.items()
    ]
    if place is not None:
        edits.append(_placed(entity, name, place))
    return Deed(kind="field_changed", names=_names(entity, name), edits=tuple(edits))


def retire_field(entity: EntityModel, name: str, *, back: bool = False) -> Deed:
    """Return the deed that hides a field and keeps its values, or brings it back."""
    edit = Edit(
        target=_target(entity), path=("fields", name, "retired"), value=None if back else True
    )
    kind = "field_back" if back else "field_retired"
    return Deed(kind=kind, names=_names(entity, name), edits=(edit,))


def new_choices(labels: Sequence[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield choices with these labels, by codes that are made of them."""
    taken: set[str] = set()
    for number, label in enumerate(labels, 1):
        code = code_of(label, taken)
        taken.add(code)
        yield code, {"label": {"zh": label, "en": label}, "order": number}


def _placed(entity: EntityModel, name: str, place: Place) -> Edit:
    path = ("card", "tabs", place.tab, "sections", place.section, "fields", name)
    value = {"after": place.after} if place.after else {"order": 0}
    return Edit(target=_target(entity), path=path, value=value)


def _names(entity: EntityModel, name: str) -> dict[str, str]:
    found = entity.definition.fields.get(name)
    label = found.label.in_language("zh", name=name) if found is not None else name
    return {"field": label, "entity": entity.name}


def _target(entity: EntityModel) -> str:
    return f"entity/{entity.name}"


def _first(label: Labels) -> str:
    return next(filter(None, label.values()), "")
