"""What a reader narrows a report by: choices of its dimensions, and the condition they mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.measuring import TIMES, Way, field_at, way_of
from cardwright_entities.queries.conditions import read_expression
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.reports.naming import name_of_axis
from cardwright_entities.reports.seeing import Measured, joined, measured_for
from cardwright_entities.reports.tables import Axis
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.definitions.reports import AxisDefinition, ReportDefinition
from cardwright_metadata.expressions.tree import Binary, Call, Literal, Node, Path
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.reports import Narrowing
from cardwright_platform.web.presenting.reader import Reader

#: Times that are offered; each is a function of the expression language.
PERIODS = (
    "this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year",
)  # fmt: skip
#: Records of a link that are offered.
_MOST_CHOICES = 200


@dataclass(frozen=True)
class _Asked:
    """A dimension as the first number of the report knows it."""

    name: str
    way: Way
    field: FieldModel | None
    measured: Measured
    entities: tuple[str, ...]

    @property
    def timed(self) -> bool:
        return self.way.type.kind in TIMES


def narrowings(
    desk: Desk, reader: Reader, report: ReportDefinition, sent: Mapping[str, str]
) -> tuple[Narrowing, ...]:
    """Return what the reader may choose, with what he has chosen."""
    return tuple(
        Narrowing(
            name=each.name,
            label=_label(reader, each),
            choices=tuple(_choices(desk, reader, each, sent.get(each.name, ""))),
            timed=each.timed,
            start=sent.get(f"{each.name}.from", ""),
            end=sent.get(f"{each.name}.to", ""),
        )
        for each in _asked(desk, report)
    )


def narrowed_by(desk: Desk, report: ReportDefinition, sent: Mapping[str, str]) -> Node | None:
    """Return the condition over dimensions that was chosen; what cannot be read is left out."""
    return joined(*(each for asked in _asked(desk, report) for each in _conditions(asked, sent)))


def _asked(desk: Desk, report: ReportDefinition) -> Iterator[_Asked]:
    measured = measured_for(desk.reading, report) if report.asks else ()
    for name in report.asks if measured else ():
        first = measured[0]
        way = way_of(first.scope, first.measure, name)
        entities = tuple(dict.fromkeys(each.entity.name for each in measured))
        yield _Asked(name, way, field_at(desk.model, first.entity, way), first, entities)


def _label(reader: Reader, asked: _Asked) -> str:
    if asked.way.kind:
        return reader.t("report.kind")
    axis = Axis(AxisDefinition(path=asked.name), asked.field)
    return reader.text(name_of_axis(axis, (asked.measured.figure,)), asked.name)


def _conditions(asked: _Asked, sent: Mapping[str, str]) -> Iterator[Node]:
    chosen, path = sent.get(asked.name, ""), Path((asked.name,))
    if asked.timed:
        if chosen in PERIODS:
            yield read_expression(f"{asked.name} in {chosen}()")
        day: Node = Call("date", (path,)) if asked.way.type.kind == "datetime" else path
        for operator, end in ((">=", "from"), ("<=", "to")):
            text = sent.get(f"{asked.name}.{end}", "")
            if _is_day(text):
                yield Binary(operator, day, Literal(text))
    elif asked.way.type.kind == "record":
        entity, _, record = chosen.rpartition(":")
        if is_number(record) and entity:
            named = (Literal(entity), Literal(Decimal(record)))
            yield Binary("=", path, Call("record", named))
        elif is_number(record):
            yield Binary("=", path, Literal(Decimal(record)))
    elif chosen:
        yield Binary("=", path, Literal(chosen))


def _choices(desk: Desk, reader: Reader, asked: _Asked, chosen: str) -> Iterator[Choice]:
    if asked.timed:
        words = [(each, reader.t(f"report.{each}")) for each in PERIODS]
    elif asked.way.kind:
        words = [(each, reader.entity_label(desk.model.entity(each))) for each in asked.entities]
    elif asked.way.type.kind == "record":
        words = list(_records(desk, asked))
    elif asked.field is not None and asked.field.type.cell == "pill":
        field = asked.field
        words = [
            (code, field.type.display(code, field.definition, reader.locale))
            for code in choices_of(field.definition)
        ]
    else:
        words = []
    for value, label in words:
        yield Choice(value=value, label=label, selected=value == chosen)


def _records(desk: Desk, asked: _Asked) -> Iterator[tuple[str, str]]:
    """Yield the first records of the entities that a link may point to."""
    targets = asked.field.targets if asked.field is not None else ()
    for target in targets:
        entity = desk.model.entity(target)
        title = entity.title
        if title is None or title.name not in desk.reading.readable(entity):
            continue
        page = desk.page(
            PageRequest(
                entity=target,
                columns=(title.name,),
                sort=(SortDefinition(path=title.name),) if title.sort_column is not None else (),
                limit=_MOST_CHOICES,
                count="none",
                titles=False,
            )
        )
        for row in page.rows:
            several = not asked.way.type.entity
            text = title.type.search_text(row.values.get(title.name), title.definition)
            yield (f"{target}:{row.id}" if several else str(row.id)), text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10
