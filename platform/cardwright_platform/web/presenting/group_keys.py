"""Keys by which lists are grouped: which fields can be one, and what records of a group meet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import GroupKey
from cardwright_entities.reports.ordering import following
from cardwright_metadata.expressions.tree import Binary, Call, Emptiness, Literal, Node, Path
from cardwright_platform.web.list_state import MOST_GROUPS, ListState
from cardwright_platform.web.presenting.columns import end_field

#: Grains of dates, the usual one first.
GRAINS = ("month", "year", "quarter", "week", "day")
_DATES = ("date", "datetime")
#: Kinds of values that a condition can name again.
_KINDS = frozenset({"text", "decimal", "date", "datetime", "boolean", "record"})
#: Fields whose values are too many or too long to be groups.
_NEVER = frozenset(
    {"long_text", "rich_text", "file", "image", "files", "images", "masked", "money"}
)


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key with the field behind it, which the reader may read."""

    written: str
    path: str
    grain: str
    field: FieldModel

    @property
    def asked(self) -> GroupKey:
        """Return the key as the compiler wants it."""
        return GroupKey(self.path, self.grain)

    def holds(self, value: object) -> Node:
        """Return the condition that records of the group with a value meet."""
        path = Path(tuple(self.path.split(".")))
        match value:
            case None:
                return Emptiness(path)
            case date() if self.grain:
                return _in_period(path, self.field, value, self.grain)
            case date():
                return Binary("=", path, Literal(value.isoformat()))
            case RecordRef() if len(self.field.targets) == 1 and self.field.type.relation != "any":
                return Binary("=", path, Literal(Decimal(value.id)))
            case RecordRef():
                named = (Literal(value.entity), Literal(Decimal(value.id)))
                return Binary("=", path, Call("record", named))
            case bool() | str() | Decimal():
                return Binary("=", path, Literal(value))
            case int():
                return Binary("=", path, Literal(Decimal(value)))
        return Binary("=", path, Literal(str(value)))


def keys_of(desk: Desk, entity: EntityModel, state: ListState) -> Iterator[Key]:
    """Yield the keys of a state; what is no key for this reader is left out."""
    for written in state.group:
        path, _, grain = written.partition(":")
        # A value of which one sees a part alone makes no groups.
        found = end_field(desk.reading, entity, path)
        if found is None or not can_group(found):
            continue
        is_date = found.value_type.kind in _DATES
        grain = (grain if grain in GRAINS else GRAINS[0]) if is_date else ""
        yield Key(written=written, path=path, grain=grain, field=found)


def can_group(field: FieldModel) -> bool:
    """Tell whether a list can be grouped by a field."""
    if (
        field.type.cell in _NEVER
        or field.value_type.kind not in _KINDS
        or field.type.relation not in ("", "one", "any")
    ):
        return False
    return field.type.sortable or field.type.relation == "any"


def group_url(state: ListState, path: str, field: FieldModel) -> str:
    """Return the list grouped by one column more; empty where it cannot be or already is."""
    paths = [each.partition(":")[0] for each in state.group]
    if path in paths or len(paths) >= MOST_GROUPS or not can_group(field):
        return ""
    return state.grouped((*state.group, path)).url()


def _in_period(path: Path, field: FieldModel, day: date, grain: str) -> Node:
    first: Node = Call("date", (path,)) if field.value_type.kind == "datetime" else path
    if grain == "day":
        return Binary("=", first, Literal(day.isoformat()))
    last = following(day, grain) - timedelta(days=1)
    return Binary(
        "and",
        Binary(">=", first, Literal(day.isoformat())),
        Binary("<=", first, Literal(last.isoformat())),
    )
