"""Objects that somebody makes on screen, as edits: the object, its place in the menu, its tabs."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_entities.changes.definition_drafts import Deed, DefinitionDraft, Edit
from cardwright_entities.model.model import Model
from cardwright_metadata.words import RESERVED_FIELDS
from cardwright_platform.studio.fields import FieldWish, Labels, content_of, places_of
from cardwright_platform.studio.names import code_of, site_name

_TITLE = "name"


@dataclass(frozen=True, kw_only=True)
class ObjectWish:
    """An object that somebody wants; its first field is what a record is called."""

    label: Labels
    fields: Sequence[FieldWish]
    menu: str = ""  #: the group of the menu in which it stands
    icon: str = ""


def add_object(model: Model, wish: ObjectWish, waiting: Collection[str] = ()) -> Deed:
    """Return the deed that makes an object; ``waiting`` are names of objects of the draft."""
    label = next(filter(None, wish.label.values()), "")
    name = site_name(label, {*model.catalog.entities, *waiting}, "object")
    fields = dict(_named(wish.fields))
    content: dict[str, Any] = {"label": dict(wish.label), "title": _TITLE, "fields": fields}
    if wish.icon:
        content["icon"] = wish.icon
    edits = [Edit(target=f"entity/{name}", value=content)]
    for field, each in fields.items():
        to = each.get("to", "")
        if _has(model, to):
            edits.append(_tab(name, field, wish.label, to))
    if wish.menu:
        item = {"entity": name, "label": dict(wish.label)}
        edits.append(Edit(target=f"menu/{wish.menu}", path=("items", name), value=item))
    return Deed(kind="object_added", names={"object": label, "name": name}, edits=tuple(edits))


def objects_waiting(draft: DefinitionDraft | None) -> frozenset[str]:
    """Return the names of the objects that a draft makes."""
    deeds = draft.deeds if draft is not None else ()
    return frozenset(each.names["name"] for each in deeds if each.kind == "object_added")


def _named(wishes: Sequence[FieldWish]) -> list[tuple[str, dict[str, Any]]]:
    """Return the fields by names that are made of their labels, in their order."""
    taken = {*RESERVED_FIELDS, _TITLE}
    found: list[tuple[str, dict[str, Any]]] = []
    for number, wish in enumerate(wishes, 1):
        name = _TITLE
        if number > 1:
            name = code_of(next(filter(None, wish.label.values()), ""), taken)
            taken.add(name)
        found.append((name, content_of(wish) | {"order": number}))
    return found


def _tab(name: str, field: str, label: Labels, to: str) -> Edit:
    """Return the tab by which the records stand on the card of what they point to."""
    tab = {"label": dict(label), "related": {"of": f"{name}.{field}"}}
    return Edit(target=f"entity/{to}", path=("card", "tabs", name), value=tab)


def _has(model: Model, entity: str) -> bool:
    """Tell whether an author made the card: one that nobody made shows what points to it anyway."""
    return entity in model.catalog.entities and any(places_of(model.entity(entity)))
