"""The values that a field has had, as a small line beside the one that it has."""

from __future__ import annotations

from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RecordView
from cardwright_entities.records.series import series_of
from cardwright_platform.views.cards import Spark
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader

_WIDTH, _HEIGHT = 100, 20
#: The last values that a line shows and that it tells in words.
_MOST, _MOST_TOLD = 60, 12


def spark_of(
    desk: Desk, reader: Reader, entity: EntityModel, record: RecordView, field: FieldModel
) -> Spark | None:
    """Return the line of a field with `history: series`, None for others and for a single value."""
    if not field.definition.series:
        return None
    points = series_of(desk.session, desk.reading, entity, record.id, record.values, field)[-_MOST:]
    if len(points) < 2:
        return None
    told = [
        f"{reader.locale.date(each.since.astimezone(desk.context.zone).date())}: {text}"
        for each in points[-_MOST_TOLD:]
        if each.since is not None and (text := cell_of(reader, field, each.value).text)
    ]
    numbers = [number_of(each.value) for each in points]
    return Spark(points=_line(numbers), text="; ".join(told))


def _line(numbers: list[Decimal | None]) -> str:
    """Return the points of the line; values that are no numbers leave it out."""
    known = [each for each in numbers if each is not None]
    if len(known) < 2:
        return ""
    lowest, span = min(known), (max(known) - min(known)) or Decimal(1)
    last = len(numbers) - 1
    return " ".join(
        f"{index * _WIDTH // last},{_HEIGHT - int((number - lowest) * _HEIGHT / span)}"
        for index, number in enumerate(numbers)
        if number is not None
    )
