"""Records that point to a record: a few on its card, and the ways to all and to a new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_metadata.definitions.cards import RelatedDefinition, TabDefinition
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Call, Literal, Node, Path
from cardwright_metadata.expressions.tree import Related as RelatedRecords
from cardwright_platform.views.cards import RelatedList
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Column, Row
from cardwright_platform.web.presenting.cells import cells_of_row
from cardwright_platform.web.presenting.columns import (
    shown_columns,
    shown_field,
    totals_row,
)
from cardwright_platform.web.presenting.orders import readable_sort
from cardwright_platform.web.presenting.phone_rows import phone_row
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, list_url, new_url

#: Records shown on the card; the list shows all.
SHOWN = 20


@dataclass(frozen=True)
class Related:
    """A related list ready to be read."""

    definition: RelatedDefinition
    entity: EntityModel
    link: FieldModel


def related_of(desk: Desk, entity: EntityModel, definition: RelatedDefinition) -> Related | None:
    """Return the related list, None when this reader may not read what it shows."""
    if not desk.policy.may(desk.context.principal, definition.entity, "read"):
        return None
    pointing = desk.model.entity(definition.entity)
    link = pointing.fields.get(definition.field)
    if link is None or definition.field not in desk.reading.readable(pointing):
        return None
    try:
        desk.typed(pointing.name, definition.where)
    except QueryError:
        return None
    return Related(definition, pointing, link)


def related_list(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    record: int,
    related: Related | None,
    tab: TabDefinition,
) -> RelatedList | None:
    """Read the records that point to a record and lay them out."""
    if related is None:
        return None
    columns = _columns(desk, related)
    page = desk.page(_request(desk, entity, record, related, columns))
    reader = reader.knowing(page.titles)
    label = reader.text(tab.label, "") or reader.entity_label(related.entity)
    count = page.count.value if page.count else len(page.rows)
    functions = _totals(related, columns)
    return RelatedList(
        name=tab.name,
        label=label,
        columns=tuple(_column(reader, path, field) for path, field in columns.items()),
        rows=tuple(_row(reader, related, columns, row) for row in page.rows),
        count=str(count) if page.count is None or page.count.exact else f"{count}+",
        new=_new(desk, reader, record, related, entity, tab.name),
        all=_all(desk, reader, entity, record, related) if page.next else None,
        empty=reader.t("related.empty", entity=reader.inside(label)),
        totals=totals_row(reader, columns, functions, page.totals) if page.rows else (),
    )


def _request(
    desk: Desk,
    entity: EntityModel,
    record: int,
    related: Related,
    columns: Mapping[str, FieldModel],
) -> PageRequest:
    shown = related.entity.definition.list
    return PageRequest(
        entity=related.entity.name,
        columns=tuple(columns) + _shown_link(related),
        where=related_condition(desk, entity, record, related),
        sort=readable_sort(desk, related.entity, shown.sort),
        limit=SHOWN,
        totals=_totals(related, columns),
        masked=True,
    )


def _totals(related: Related, columns: Mapping[str, FieldModel]) -> dict[str, str]:
    """Return which shown columns have a total, and by which function."""
    functions = related.entity.definition.list.totals
    return {path: function for path, function in functions.items() if path in columns}


def _row(
    reader: Reader, related: Related, columns: Mapping[str, FieldModel], row: RowOfPage
) -> Row:
    cells = cells_of_row(reader, columns, row)
    title = next((cell.text for cell in cells if cell.text), f"#{row.id}")
    return Row(
        id=str(row.id),
        url=_row_url(related, row.id, row.values.get(related.definition.show)),
        cells=cells,
        title=title,
        phone=phone_row(related.entity, list(columns), cells, title),
    )


def _column(reader: Reader, path: str, field: FieldModel) -> Column:
    return Column(
        path=path,
        label=reader.field_label(field),
        numeric=field.type.numeric,
        unit=reader.text(field.definition.unit),
    )


def related_condition(desk: Desk, entity: EntityModel, record: int, related: Related) -> Node:
    """Return the condition under which a record belongs to the related list."""
    value: Node = Literal(Decimal(record))
    if related.link.type.relation == "any":
        value = Call("record", (Literal(entity.name), Literal(Decimal(record))))
    link = Path((related.definition.field,))
    here: Node = Binary("=", link, value)
    if related.link.type.relation == "many":
        here = RelatedRecords("any", link, where=Binary("=", Path(("id",)), value))
    if related.definition.where is not None:
        here = Binary("and", here, related.definition.where.tree)
    return typed_condition(desk.reading, related.entity.name, here)


def _columns(desk: Desk, related: Related) -> dict[str, FieldModel]:
    named = list(related.definition.columns) or None
    if named is None:
        columns = shown_columns(desk.reading, related.entity)
        columns.pop(related.definition.field, None)
        return dict(list(columns.items())[:6])
    found = {path: shown_field(desk.reading, related.entity, path) for path in named}
    return {path: field for path, field in found.items() if field is not None}


def _shown_link(related: Related) -> tuple[str, ...]:
    return (related.definition.show,) if related.definition.show else ()


def _row_url(related: Related, record: int, shown: object) -> str:
    if isinstance(shown, RecordRef):
        return card_url(shown.entity, shown.id)
    if related.definition.show and isinstance(shown, int):
        target = related.entity.fields[related.definition.show].targets
        return card_url(target[0], shown) if target else ""
    if related.entity.definition.owner:
        return ""
    return card_url(related.entity.name, record)


def _new(
    desk: Desk, reader: Reader, record: int, related: Related, entity: EntityModel, tab: str
) -> Action | None:
    target, field = _made(desk, related)
    if target is None or not desk.policy.may(desk.context.principal, target.name, "create"):
        return None
    value = f"{entity.name}:{record}" if related.link.type.relation == "any" else str(record)
    back = card_url(entity.name, record, (("tab", tab),))
    pairs = ((field, value), ("return", back))
    return Action(label=reader.t("new"), url=new_url(target.name, pairs), icon="plus")


def _made(desk: Desk, related: Related) -> tuple[EntityModel | None, str]:
    """Return what a new entry is, and which of its fields points back.

    For lines it is their head, where one of its mirrors opens such a line: a new contact of a
    company is a contact whose company is given.
    """
    head = desk.model.head_of(related.entity)
    if head is None:
        return related.entity, related.definition.field
    for name, field in head.fields.items():
        path = str(field.definition.options.get("path", "")).split(".")
        lines = head.fields.get(path[0])
        if lines is None or field.definition.options.get("on_edit") is None:
            continue
        if lines.targets == (related.entity.name,) and path[-1] == related.definition.field:
            return head, name
    return None, ""


def _all(
    desk: Desk, reader: Reader, entity: EntityModel, record: int, related: Related
) -> Action | None:
    where = write(related_condition(desk, entity, record, related))
    url = list_url(related.entity.name, (("where", where),))
    return Action(label=reader.t("related.all"), url=url)
