"""The chain of a record, the sources of a new one, and what their form begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.flows.chains import Chain, Linked, read_chain
from cardwright_entities.flows.proposals import propose
from cardwright_entities.flows.pulls import pulls_of, sources_request
from cardwright_entities.flows.strands import strands_into
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RowOfPage
from cardwright_metadata.definitions.flows import ConversionDefinition
from cardwright_platform.views.cells import Action
from cardwright_platform.views.flowing import ChainPanel, ChainRecord, ChainStep, SourcePage
from cardwright_platform.views.lists import Column, Empty, Row, SearchBox
from cardwright_platform.web.presenting.cells import cell_of, cells_of_row
from cardwright_platform.web.presenting.columns import end_field
from cardwright_platform.web.presenting.new_records import new_values
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, edit_url, list_url, new_url, sources_url

_ROWS = 100
_COLUMNS = 7


def chain_panel(
    desk: Desk, reader: Reader, entity: EntityModel, record: int, title: str
) -> ChainPanel:
    """Return the records around one record, from where it began to what came of it."""
    chain = read_chain(desk, entity.name, record)
    steps = sorted({each.step for each in chain.records})
    return ChainPanel(
        steps=tuple(_step(desk, reader, chain, step) for step in steps),
        here=title,
        note=reader.entity_label(entity),
        icon=entity.definition.icon,
        more=reader.t("chain.more") if chain.cut else "",
        empty=reader.t("chain.empty"),
    )


def _step(desk: Desk, reader: Reader, chain: Chain, step: int) -> ChainStep:
    key = "chain.before" if step < 0 else "chain.after"
    found = [each for each in chain.records if each.step == step]
    return ChainStep(
        label=reader.t(key, step=abs(step)),
        before=step < 0,
        records=tuple(_record(desk, reader, each) for each in found),
    )


def _record(desk: Desk, reader: Reader, linked: Linked) -> ChainRecord:
    record = linked.record
    entity = desk.model.entity(record.entity)
    return ChainRecord(
        text=linked.title or f"#{record.id}",
        href=card_url(record.entity, record.id),
        note=reader.entity_label(entity),
        icon=entity.definition.icon,
    )


def pull_actions(
    desk: Desk, reader: Reader, entity: EntityModel, record: int = 0
) -> tuple[Action, ...]:
    """Return what leads to the sources of a new record, or of further lines of one."""
    return tuple(
        Action(
            label=reader.t("pull.from", entity=_source_label(desk, reader, each)),
            url=sources_url(each.name, record),
            icon="list-check",
        )
        for each in pulls_of(desk.records, entity.name)
        if not record or each.lines
    )


def source_page(
    desk: Desk, reader: Reader, conversion: ConversionDefinition, words: str, record: int
) -> SourcePage:
    """Return the page on which the sources of one target are chosen."""
    source = desk.model.entity(conversion.source)
    columns = _columns(desk, source)
    request = sources_request(desk, conversion)
    rows: Sequence[RowOfPage] = ()
    more = False
    if request is not None:
        shown = tuple(columns)
        request = replace(request, columns=shown, search=words.strip(), limit=_ROWS)
        page = desk.page(request)
        rows, more = page.rows, page.next is not None
        reader = reader.knowing(page.titles)
    target = conversion.target
    return SourcePage(
        title=reader.t("pull.from", entity=_source_label(desk, reader, conversion)),
        action=edit_url(target, record) if record else new_url(target),
        cancel_url=card_url(target, record) if record else list_url(target),
        search=SearchBox(
            action=sources_url(conversion.name, 0),
            text=words,
            placeholder=reader.t("picker.search"),
            hidden=(("record", str(record)),) if record else (),
        ),
        columns=tuple(
            Column(path=path, label=reader.field_label(each), numeric=each.type.numeric)
            for path, each in columns.items()
        ),
        rows=tuple(
            Row(
                id=str(row.id),
                url=card_url(source.name, row.id),
                cells=cells_of_row(reader, columns, row),
                title=_title(reader, source, row),
            )
            for row in rows
        ),
        hidden=(("convert", conversion.name),),
        empty=None if rows else Empty(title=reader.t("pull.nothing")),
        more=reader.t("pull.more", most=_ROWS) if more else "",
    )


def proposed(
    desk: Desk, name: str, sources: Sequence[int]
) -> tuple[Mapping[str, object], Mapping[str, tuple[RowOfPage, ...]]]:
    """Return the values and lines with which a form begins that some sources fill."""
    conversion = desk.model.catalog.conversions[name]
    proposal = propose(desk.records, conversion, sources, shown=True)
    target = desk.model.entity(conversion.target)
    lines = {
        field: tuple(
            RowOfPage(0, new_values(desk, desk.model.lines_of(target, field), values))
            for values in rows
        )
        for field, rows in proposal.lines.items()
    }
    return proposal.values, lines


def carried_fields(desk: Desk, entity: EntityModel, line: EntityModel) -> frozenset[str]:
    """Return the links of lines that say where they came from, which no grid may lose."""
    writable = desk.policy.fields(desk.context.principal, line.name, "write")
    return frozenset(
        strand.link.name
        for strand in strands_into(desk.model, entity.name)
        if strand.target is line and strand.link.name in writable
    )


def hidden_of_row(row: RowOfPage, carried: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Return what a row sends along unseen: which line it is, or where it came from."""
    if row.id:
        return (("id", str(row.id)), ("version", str(row.values.get("version", ""))))
    return tuple((name, str(row.values[name])) for name in sorted(carried) if name in row.values)


def _columns(desk: Desk, source: EntityModel) -> dict[str, FieldModel]:
    shipped = (each.path for each in source.definition.list.columns)
    paths = list(dict.fromkeys((source.definition.title, *shipped)))[:_COLUMNS]
    found = {path: end_field(desk.reading, source, path) for path in paths}
    return {
        path: each
        for path, each in found.items()
        if each is not None and each.type.relation not in ("many", "lines")
    }


def _source_label(desk: Desk, reader: Reader, conversion: ConversionDefinition) -> str:
    return reader.inside(reader.entity_label(desk.model.entity(conversion.source)))


def _title(reader: Reader, entity: EntityModel, row: RowOfPage) -> str:
    title = entity.title
    if title is None or title.name not in row.values:
        return f"#{row.id}"
    return cell_of(reader, title, row.values[title.name]).text or f"#{row.id}"
