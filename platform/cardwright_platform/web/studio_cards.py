"""Arranging a card in the Studio: what is moved of tabs and fields goes into the draft."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_context, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.studio.cards import (
    CardWish,
    SectionWish,
    change_card,
    placeable,
    sections_of,
)
from cardwright_platform.studio.drafting import add_deed
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.studio import (
    PlacedField,
    PlacedSection,
    PlacedTab,
    StudioCardForm,
)
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.studio import LONGEST_LABEL
from cardwright_platform.web.presenting.studio_drafts import draft_action
from cardwright_platform.web.urls import (
    STUDIO,
    STUDIO_DRAFT,
    is_local,
    studio_card_url,
    studio_entity_url,
)

pages = Blueprint("studio_cards", __name__)

_MOST = 1_000


@pages.get(f"{STUDIO}/objects/<entity>/card")
@requires(DEFINE)
def show_layout(entity: str) -> ResponseReturnValue:
    """Show the layout of a card, to be rearranged."""
    with reading_desk() as desk:
        model = find_entity(desk.model, entity)
        return _form(desk, model, _as_it_is(model))


@pages.post(f"{STUDIO}/objects/<entity>/card")
@requires(DEFINE)
def arrange(entity: str) -> ResponseReturnValue:
    """Put the layout as it was arranged into the draft."""
    back = _back(entity)
    with reading_desk() as desk:
        model, reader = find_entity(desk.model, entity), reader_at(desk)
        wish = _typed(reader, model)
        deed = change_card(model, wish)
        if deed is None:
            return go(studio_card_url(entity), reader.t("studio.nothing"), tone="warning")
    try:
        add_deed(current_instance(), current_context(), deed, back=back)
    except MetadataError as error:
        problems = tuple(each.message for each in error.problems[:5])
    except CardwrightError as error:
        problems = (reader.say(error.message),)
    else:
        return go(STUDIO_DRAFT)
    with reading_desk() as desk:
        model = find_entity(desk.model, entity)
        return _form(desk, model, wish, problems=problems, status=422)


def _as_it_is(entity: EntityModel) -> CardWish:
    tabs = entity.definition.card.tabs
    return CardWish(
        tabs=[each.name for each in tabs],
        hidden=frozenset(each.name for each in tabs if each.visible is False),
        sections=sections_of(entity),
    )


def _typed(reader: Reader, entity: EntityModel) -> CardWish:
    """Return the layout as it was sent; fields that nobody sent stay where they are."""
    there, labels = _as_it_is(entity), section_labels(reader, entity)
    known = {f"{each.tab}/{each.name}": each for each in there.sections}
    usual = {
        name: (f"{each.tab}/{each.name}", place)
        for each in there.sections
        for place, name in enumerate(each.fields, 1)
    }
    placed: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for at, name in enumerate([*placeable(entity)][:_MOST]):
        section, place = usual.get(name, ("", 0))
        section = request.form.get(f"{name}.section", section)
        place = read_number(request.form.get(f"{name}.place", "")) or place
        placed[section].append((place, at, name))
    tabs = sorted(
        there.tabs,
        key=lambda each: (
            read_number(request.form.get(f"tab.{each}.place", "")) or there.tabs.index(each) + 1
        ),
    )
    shown = request.form.getlist("shown")
    sent = request.form.getlist("tab")
    return CardWish(
        tabs=tabs,
        hidden=frozenset(each for each in tabs if each in sent and each not in shown)
        | (there.hidden - frozenset(sent)),
        sections=[
            replace(
                each,
                label=_new_label(labels.get(key, ""), key),
                fields=tuple(name for _, _, name in sorted(placed[key])),
            )
            for key, each in known.items()
        ],
    )


def _new_label(there: str, key: str) -> str:
    """Return the title that was typed of a section, empty where it is the one that it has."""
    typed = request.form.get(f"label.{key}", "").strip()[:LONGEST_LABEL]
    return "" if typed == there else typed


def section_labels(reader: Reader, entity: EntityModel) -> dict[str, str]:
    """Return what the sections are called, by ``tab/section``."""
    return {
        f"{tab.name}/{each.name}": reader.text(each.label, each.name)
        for tab in entity.definition.card.tabs
        for each in tab.sections
    }


def _form(
    desk: Desk,
    entity: EntityModel,
    wish: CardWish,
    *,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    reader = reader_at(desk)
    label = reader.entity_label(entity)
    placed = {name for each in wish.sections for name in each.fields}
    unplaced = [each for each in placeable(entity) if each not in placed]
    maker = _Placing(reader, entity, wish)
    page = StudioCardForm(
        title=reader.t("studio.arrange_of", entity=label),
        back_label=label,
        back_url=_back(entity.name),
        action=studio_card_url(entity.name, _back(entity.name)),
        tabs=maker.tabs(),
        unplaced=maker.section("", reader.t("studio.unplaced"), unplaced),
        text=reader.t("studio.arrange_about"),
        errors=problems,
        draft=draft_action(desk, reader),
    )
    return show(page, desk, status=status)


class _Placing:
    """Lays out a form of a layout."""

    def __init__(self, reader: Reader, entity: EntityModel, wish: CardWish) -> None:
        self._reader, self._entity, self._wish = reader, entity, wish
        self._labels = section_labels(reader, entity)

    def tabs(self) -> tuple[PlacedTab, ...]:
        """Return the tabs in the order that is wished, each with its sections."""
        known = {each.name: each for each in self._entity.definition.card.tabs}
        return tuple(
            PlacedTab(
                name=name,
                label=self._reader.text(known[name].label) or self._usual(name),
                place=place,
                shown=name not in self._wish.hidden,
                fixed=not isinstance(known[name].visible, bool),
                sections=tuple(
                    self.section(f"{name}/{each.name}", self._label(each), each.fields)
                    for each in self._wish.sections
                    if each.tab == name
                ),
            )
            for place, name in enumerate(self._wish.tabs, 1)
        )

    def section(self, key: str, label: str, fields: Sequence[str]) -> PlacedSection:
        """Return a section with its fields."""
        return PlacedSection(
            key=key,
            label=label,
            fields=tuple(
                PlacedField(
                    name=name,
                    label=self._reader.field_label(self._entity.fields[name]),
                    type=self._entity.fields[name].type.label.get(self._reader.language, ""),
                    place=place,
                    sections=self._sections(key),
                )
                for place, name in enumerate(fields, 1)
                if name in self._entity.fields
            ),
        )

    def _sections(self, chosen: str) -> tuple[Choice, ...]:
        nowhere = Choice(value="", label=self._reader.t("studio.unplaced"), selected=not chosen)
        found = ((f"{each.tab}/{each.name}", self._label(each)) for each in self._wish.sections)
        return (
            nowhere,
            *(Choice(value=key, label=label, selected=key == chosen) for key, label in found),
        )

    def _label(self, section: SectionWish) -> str:
        key = f"{section.tab}/{section.name}"
        return section.label or self._labels.get(key) or self._reader.t("card.overview")

    def _usual(self, tab: str) -> str:
        found = next(each for each in self._entity.definition.card.tabs if each.name == tab)
        if found.panel:
            return self._reader.t(f"panel.{found.panel}")
        model = self._reader.model
        if found.related is not None and found.related.entity in model.catalog.entities:
            return self._reader.entity_label(model.entity(found.related.entity))
        return self._reader.t("card.overview")


def _back(entity: str) -> str:
    wanted = request.values.get("back", "")
    return wanted if is_local(wanted) else studio_entity_url(entity)
