"""The running condition of a list: as chips that can be taken away, and in the builder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.json_filters import to_json
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Literal, Node
from cardwright_metadata.expressions.walking import operands
from cardwright_platform.views.lists import FilterBuilder, FilterChip
from cardwright_platform.web.list_state import EVERYTHING
from cardwright_platform.web.presenting.asked_lists import Asked
from cardwright_platform.web.presenting.filters import describe_condition, records_asked
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import bulk_url, list_url


def chips_of(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked
) -> tuple[FilterChip, ...]:
    """Return a chip for each part of the condition; those that cannot be asked are marked."""
    if asked.problem is not None:
        return tuple(_wrong_chips(desk, reader, entity, asked))
    if asked.own is None or asked.own == Literal(True):
        return ()
    parts = operands(asked.own, "and")
    chips: list[FilterChip] = []
    for index, part in enumerate(parts):
        chip = describe_condition(desk, reader, entity, part)
        chips.append(replace(chip, remove_url=_without(asked, parts, index)))
    return tuple(chips)


def builder_of(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> FilterBuilder:
    """Return the condition as a tree to click together and as text to edit."""
    state, own = asked.state, asked.own
    tree, text = "", asked.text
    if own is not None and asked.problem is None:
        tree = "" if own == Literal(True) else json.dumps(to_json(own), ensure_ascii=False)
        text = "" if own == Literal(True) else write(own)
    kept = asked.view is not None and asked.view.stored is not None
    known = reader.locale.titles
    records = records_asked(desk, entity, own)
    return FilterBuilder(
        action=list_url(entity.name),
        fields_url=bulk_url(entity.name, "fields"),
        clear_url=state.under("").url() if kept else "",
        everything=EVERYTHING if kept else "",
        tree=tree,
        text=text,
        titles=tuple((key, known[each]) for key, each in records.items() if each in known),
        hidden=state.hidden("filter", "where"),
        error=asked.error,
    )


def _wrong_chips(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked
) -> Iterator[FilterChip]:
    """Yield the parts of a condition that cannot be asked as a whole, the wrong ones marked."""
    try:
        parts = [] if asked.state.filter else operands(parse(asked.text).tree, "and")
    except ExpressionError:
        parts = []
    if not parts:
        clear = asked.state.under("").url()
        label = asked.text[:60] or asked.error
        yield FilterChip(label=label, remove_url=clear, wrong=True)
    for index, part in enumerate(parts):
        chip = _one_chip(desk, reader, entity, part)
        yield replace(chip, remove_url=_without(asked, parts, index))


def _one_chip(desk: Desk, reader: Reader, entity: EntityModel, part: Node) -> FilterChip:
    try:
        known = desk.condition(entity.name, write(part))
    except QueryError:
        known = None
    if known is None:
        return FilterChip(label=write(part)[:60], wrong=True)
    return describe_condition(desk, reader, entity, known)


def _without(asked: Asked, parts: list[Node], index: int) -> str:
    """Return the address of the list without one part of its condition."""
    rest = [f"({write(each)})" for place, each in enumerate(parts) if place != index]
    return asked.state.under(" and ".join(rest)).url()
