"""What a step says must be true of a record, beside what its reader finds there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.scenarios.outcomes import StepFailure
from cardwright_entities.scenarios.values import Known, read_path
from cardwright_metadata.definitions.scenarios import StepDefinition


def check_record(desk: Desk, record: RecordRef, step: StepDefinition, known: Known) -> None:
    """Compare a record with everything a step expects of it; raise StepFailure at the first."""
    for path, expected in step.expect.items():
        _check_value(desk, record, path, expected, known)
    for text in step.holds:
        _check_holds(desk, record, text)
    if step.offers or step.withholds:
        _check_actions(desk, record, step)
    readable = desk.reading.readable(desk.model.entity(record.entity))
    for name in step.hides:
        if name in readable:
            raise StepFailure(Message.of("scenario_shown", name=name))


def is_same(found: object, expected: object) -> bool:
    """Compare a value with what an author wrote, 12.5 being 12.50."""
    if expected in (None, "", [], ()):
        return found in (None, "", ())
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, Decimal | int):
        return _number(expected) == found
    if isinstance(found, datetime | date):
        return found.isoformat() == expected
    if isinstance(found, RecordRef):
        return found == expected or {"entity": found.entity, "id": found.id} == expected
    if isinstance(found, tuple):
        return _is_same_set(found, expected)
    return str(found) == str(expected)


def show(value: object) -> str:
    """Return a value for people who read a failure; a dash for an empty one."""
    if value is None or value in ((), []):
        return "—"
    if isinstance(value, RecordRef):
        return f"{value.entity} {value.id}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return ", ".join(map(show, value)) if isinstance(value, tuple | list) else str(value)


def _check_value(desk: Desk, record: RecordRef, path: str, expected: Any, known: Known) -> None:
    found, own = read_path(desk, record, path)
    wanted = known.raw(desk, None, own, expected)
    if is_same(found, wanted) or (own is not None and _parses_to(desk, own, wanted, found)):
        return
    raise StepFailure(
        Message.of("scenario_expected", name=path, expected=show(wanted), found=show(found))
    )


def _parses_to(desk: Desk, own: FieldModel, written: object, found: object) -> bool:
    try:
        return own.parse(written, desk.context) == found
    except ValueProblem:
        return False


def _check_holds(desk: Desk, record: RecordRef, text: str) -> None:
    request = PageRequest(
        entity=record.entity,
        columns=("id",),
        where=desk.condition(record.entity, text),
        ids=(record.id,),
        limit=1,
        count="none",
    )
    if not desk.page(request).rows:
        raise StepFailure(Message.of("scenario_holds", expression=text))


def _check_actions(desk: Desk, record: RecordRef, step: StepDefinition) -> None:
    offered = [
        each.name for each in desk.actions.offered(record.entity, record.id) if each.blocked is None
    ]
    for name in step.offers:
        if name not in offered:
            raise StepFailure(Message.of("scenario_offers", name=name, found=show(offered)))
    for name in step.withholds:
        if name in offered:
            raise StepFailure(Message.of("scenario_withholds", name=name))


def _number(written: object) -> Decimal | None:
    try:
        return Decimal(str(written))
    except InvalidOperation:
        return None


def _is_same_set(found: tuple[object, ...], expected: object) -> bool:
    wanted = expected if isinstance(expected, Sequence) and not isinstance(expected, str) else ()
    return sorted(map(str, found)) == sorted(map(str, wanted))
