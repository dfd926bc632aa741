"""A list as a board: a column for each state, with its first records and what they add up to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.flows.moves import Track, tracks_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import (
    GroupKey,
    Page,
    PageRequest,
)
from cardwright_entities.queries.titles import pointed, titles_of
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.stages import processes_named
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Emptiness, Literal, Node, Path
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import BoardColumn, Row
from cardwright_platform.web.presenting.asked_lists import COUNT, Asked, grouped, request_of
from cardwright_platform.web.presenting.cells import cells_of_row
from cardwright_platform.web.presenting.columns import totals_row
from cardwright_platform.web.presenting.phone_rows import phone_row
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url

#: Records of one column; the list of the state shows all.
SHOWN = 30


@dataclass(frozen=True, kw_only=True)
class Board:
    """The columns, and how many records stand in all of them."""

    columns: tuple[BoardColumn, ...]
    count: str


def board_field(desk: Desk, entity: EntityModel) -> FieldModel | None:
    """Return the field whose choices are columns: where a record stands; None without one."""
    readable = desk.reading.readable(entity)
    stages = (each for each in entity.fields.values() if each.type.computed == "stage")
    return next((each for each in stages if each.name in readable), None)


def board_of(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> Board | None:
    """Read a board; None for a list that is shown otherwise or has no states."""
    field = board_field(desk, entity)
    if asked.state.shown_as != "board" or field is None or asked.problem is not None:
        return None
    base = request_of(desk, entity, asked)
    found = desk.aggregate(grouped(base, GroupKey(field.name)))
    sums = {str(group.key[0] or ""): group.values for group in found.groups}
    choices = _choices(field, sums)
    pages = {code: desk.page(_part(base, field, code)) for code in choices if code in sums}
    reader = reader.knowing(_titles(desk, asked, pages.values()))
    columns = tuple(
        _column(desk, reader, entity, asked, field, choice, pages.get(code), sums.get(code, {}))
        for code, choice in choices.items()
    )
    total = sum(int(str(each.get(COUNT) or 0)) for each in sums.values())
    return Board(columns=columns, count=reader.locale.number(total))


def _choices(field: FieldModel, sums: Mapping[str, object]) -> dict[str, ChoiceDefinition]:
    """Return the columns: the states in use, and those in which records still stand."""
    known: Mapping[str, ChoiceDefinition] = field.definition.options["choices"]
    found = {code: each for code, each in known.items() if not each.retired or code in sums}
    others = (code for code in sums if code not in found)
    return found | {code: ChoiceDefinition(code=code) for code in others}


def _inside(field: FieldModel, code: str) -> Node:
    path = Path((field.name,))
    return Binary("=", path, Literal(code)) if code else Emptiness(path)


def _part(base: PageRequest, field: FieldModel, code: str) -> PageRequest:
    """Return what is asked for the records of one column; their titles are read for all at once."""
    inside = _inside(field, code)
    where = inside if base.where is None else Binary("and", base.where, inside)
    return replace(
        base,
        where=where,
        limit=SHOWN,
        after="",
        offset=0,
        count="none",
        totals={},
        titles=False,
    )


def _titles(desk: Desk, asked: Asked, pages: Iterable[Page]) -> dict[tuple[str, int], str]:
    wanted: defaultdict[str, set[int]] = defaultdict(set)
    for page in pages:
        for row in page.rows:
            for path, field in asked.columns.items():
                for target, record in pointed(desk.reading, field, row.values.get(path)):
                    wanted[target].add(record)
    titles: dict[tuple[str, int], str] = {}
    for target, records in wanted.items():
        titles |= titles_of(desk.session, desk.reading, target, records)
    return titles


def _column(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    asked: Asked,
    field: FieldModel,
    choice: ChoiceDefinition,
    page: Page | None,
    sums: Mapping[str, object],
) -> BoardColumn:
    totals = {
        path: sums[f"t{number}"] for number, path in enumerate(asked.totals) if f"t{number}" in sums
    }
    told = totals_row(reader, asked.columns, asked.totals, totals)
    labels = (reader.field_label(each) for each in asked.columns.values())
    inside = _inside(field, choice.code)
    if asked.own is not None and asked.own != Literal(True):
        inside = Binary("and", asked.own, inside)
    whole = replace(asked.state.under(write(inside)), mode="table").url()
    return BoardColumn(
        code=choice.code,
        label=reader.text(choice.label, choice.code) or reader.t("group.none"),
        hue=choice.colour,
        count=reader.locale.number(int(str(sums.get(COUNT) or 0))),
        figures=tuple(
            (f"{label} {each.function}", each.text)
            for label, each in zip(labels, told, strict=False)
            if each.text
        ),
        leads=tuple(dict.fromkeys(leads_to(desk, entity, field, choice.code))),
        rows=tuple(_rows(reader, entity, asked, field, page)) if page is not None else (),
        all=Action(label=reader.t("related.all"), url=whole)
        if page is not None and page.next
        else None,
    )


def _rows(
    reader: Reader, entity: EntityModel, asked: Asked, field: FieldModel, page: Page
) -> Iterator[Row]:
    # Where a card stands is told by its column.
    columns = {path: each for path, each in asked.columns.items() if path != field.name}
    for found in page.rows:
        cells = cells_of_row(reader, columns, found)
        title = next((cell.text for cell in cells if cell.text), f"#{found.id}")
        yield Row(
            id=str(found.id),
            url=card_url(entity.name, found.id),
            cells=cells,
            title=title,
            phone=phone_row(entity, list(columns), cells, title),
        )


def leads_to(desk: Desk, entity: EntityModel, field: FieldModel, state: str) -> Iterator[str]:
    """Yield the states to which somebody may move a record that stands in one, as far as roles say.

    What must hold of the record is asked when it is moved.
    """
    principal = desk.context.principal
    if not desk.policy.may(principal, entity.name, "edit"):
        return
    for name in processes_named(field.definition.options["stages"]):
        for move in desk.model.catalog.stages[name].moves.values():
            if move.leads(state) and (not move.roles or move.roles & principal.roles):
                yield move.target


def move_to(desk: Desk, entity: EntityModel, record: int, state: str) -> str:
    """Return the action that brings a record to a state; empty where none is offered."""
    values = desk.records.loader.record(entity, record)
    if values is None:
        return ""
    names = RecordValues(desk.records.evaluator.computing, entity, values)
    tracks: Sequence[Track] = tracks_of(desk.records, names)
    for offered in desk.actions.offered(entity.name, record):
        if offered.kind != "move":
            continue
        name = offered.name.rpartition(".")[2]
        moves = (each.process.moves.get(name) for each in tracks)
        if any(each is not None and each.target == state for each in moves):
            return offered.name
    return ""
