"""The layout of a card that somebody arranges on screen, as edits of its entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.changes.definition_drafts import Deed, Edit
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.cards import SectionDefinition, TabDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_platform.studio.fields import places_of

#: Where fields stand on a card that no author made.
_TAB, _SECTION = "main", "basics"
_LABEL = {"zh": "基本信息", "en": "Basics"}

Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SectionWish:
    """The fields of a section in their order."""

    tab: str
    name: str
    label: str = ""  #: empty: as it is
    fields: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class CardWish:
    """Tabs in their order, those that are not shown, and the sections with their fields."""

    tabs: Sequence[str]
    hidden: frozenset[str] = frozenset()
    sections: Sequence[SectionWish] = field(default_factory=tuple)


def is_authored(entity: EntityModel) -> bool:
    """Tell whether an author placed fields on the card; else it lays itself out."""
    return any(places_of(entity))


def sections_of(entity: EntityModel) -> list[SectionWish]:
    """Return the sections in which fields can stand; of a card that nobody made, one of all."""
    if is_authored(entity):
        return [
            SectionWish(tab=tab, name=each.name, fields=each.fields)
            for tab, each in places_of(entity)
        ]
    first = next((each.name for each in entity.definition.card.tabs if each.sections), _TAB)
    return [SectionWish(tab=first, name=_SECTION, fields=tuple(placeable(entity)))]


def placeable(entity: EntityModel) -> Iterator[str]:
    """Yield the fields that can stand in a section."""
    for name, each in entity.fields.items():
        if not each.definition.system and each.type.relation != "lines":
            yield name


def change_card(entity: EntityModel, wish: CardWish) -> Deed | None:
    """Return the deed that lays a card out so, None if it already is."""
    if is_authored(entity):
        edits = list(_edits(entity, wish))
    else:
        edits = [_edit(entity, (), _whole(entity, wish))] if _differs(entity, wish) else []
    if not edits:
        return None
    return Deed(kind="card_changed", names={"entity": entity.name}, edits=tuple(edits))


def _edits(entity: EntityModel, wish: CardWish) -> Iterator[Edit]:
    tabs = {each.name: each for each in entity.definition.card.tabs}
    if [each for each in wish.tabs if each in tabs] != list(tabs):
        for number, name in enumerate(wish.tabs, 1):
            yield _edit(entity, ("tabs", name, "order"), number)
    for name, tab in tabs.items():
        # What a condition says stays the author's.
        if (tab.visible is False) != (name in wish.hidden) and isinstance(tab.visible, bool):
            yield _edit(entity, ("tabs", name, "visible"), name not in wish.hidden)
    there = {(tab, each.name): each for tab, each in places_of(entity)}
    for each in wish.sections:
        found = there.get((each.tab, each.name))
        if found is not None:
            yield from _section_edits(entity, found, each)


def _section_edits(
    entity: EntityModel, found: SectionDefinition, wish: SectionWish
) -> Iterator[Edit]:
    place = ("tabs", wish.tab, "sections", found.name)
    if wish.label and wish.label != found.label.in_language("zh"):
        yield _edit(entity, (*place, "label"), {"zh": wish.label, "en": wish.label})
    if list(wish.fields) == list(found.fields):
        return
    for name in found.fields:
        if name not in wish.fields:
            yield _edit(entity, (*place, "fields", name), None)
    for number, name in enumerate(wish.fields, 1):
        path = (*place, "fields", name)
        if name in found.fields:
            yield _edit(entity, (*path, "order"), number)
        else:
            yield _edit(entity, path, {"order": number})


def _differs(entity: EntityModel, wish: CardWish) -> bool:
    """Tell whether a card that nobody made is wished otherwise than it lays itself out."""
    tabs = [each.name for each in entity.definition.card.tabs]
    usual = {(each.tab, each.name): list(each.fields) for each in sections_of(entity)}
    wanted = {(each.tab, each.name): list(each.fields) for each in wish.sections}
    return bool(wish.hidden) or list(wish.tabs) != tabs or wanted != usual


def _whole(entity: EntityModel, wish: CardWish) -> dict[str, Any]:
    """Return the whole card as files write it: what laid itself out is said from now on."""
    known = {each.name: each for each in entity.definition.card.tabs}
    fields = {(each.tab, each.name): each.fields for each in wish.sections}
    tabs: dict[str, Any] = {}
    for number, name in enumerate(wish.tabs, 1):
        if name in known:
            tabs[name] = _tab(known[name], fields, shown=name not in wish.hidden)
            tabs[name]["order"] = number
    return {"tabs": tabs}


def _tab(
    tab: TabDefinition, fields: Mapping[tuple[str, str], Sequence[str]], *, shown: bool
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if tab.label:
        content["label"] = _words(tab.label)
    if not shown:
        content["visible"] = False
    if tab.panel:
        content["panel"] = tab.panel
    if tab.related is not None:
        content["related"] = {"of": f"{tab.related.entity}.{tab.related.field}"}
    sections: dict[str, Any] = {}
    placed = fields.get((tab.name, _SECTION), ())
    if placed:
        listed = {name: {"order": number} for number, name in enumerate(placed, 1)}
        sections[_SECTION] = {"label": _LABEL, "fields": listed, "order": 1}
    for each in tab.sections:
        number = len(sections) + 1
        if each.grid:
            label = _words(each.label)
            sections[each.name] = {"grid": each.grid, "label": label, "order": number}
        elif each.auto:
            sections[each.name] = {"auto": True, "order": number}
    if sections:
        content["sections"] = sections
    return content


def _words(text: Text) -> dict[str, str]:
    return dict(text.words)


def _edit(entity: EntityModel, path: Path, value: object) -> Edit:
    return Edit(target=f"entity/{entity.name}", path=("card", *path), value=value)
