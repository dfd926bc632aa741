"""What stands in a scenario → values: records of earlier steps, days counted from the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.ends import end_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import mirrored
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.relative_days import moment_of
from cardwright_entities.scenarios.outcomes import StepFailure


@dataclass(eq=False)
class Known:
    """The first day of a scenario, and the records that its steps have made."""

    day: date
    zone: ZoneInfo
    records: dict[str, RecordRef] = field(default_factory=dict)

    def record(self, written: str) -> RecordRef:
        """Return the record that ``$order`` means."""
        found = self.records.get(written.removeprefix("$"))
        if found is None:
            raise StepFailure(Message.of("scenario_no_record", name=written))
        return found

    def moment(self, written: str) -> str:
        """Return the day or time that ``@+3`` or ``@+3 09:30`` means; other text as it is."""
        return moment_of(written, self.day, self.zone)

    def raw_values(
        self, desk: Desk, entity: EntityModel | None, values: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return what the gate takes: fields of the entity, lines by their own fields."""
        return {
            name: self.raw(desk, entity, entity.fields.get(name) if entity else None, value)
            for name, value in values.items()
        }

    def raw(
        self, desk: Desk, entity: EntityModel | None, own: FieldModel | None, value: Any
    ) -> Any:
        """Return one value as the gate takes it."""
        if isinstance(value, Mapping):
            return {key: self.raw(desk, None, None, each) for key, each in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._item(desk, entity, own, each) for each in value]
        if not isinstance(value, str):
            return value
        if value.startswith("$$"):
            return value[1:]
        if value.startswith("$"):
            if own is not None and entity is not None and own.type.computed == "mirror":
                own = _end_of_mirror(desk, entity, own)
            return self._referred(desk, own, value)
        return self.moment(value)

    def _item(
        self, desk: Desk, entity: EntityModel | None, own: FieldModel | None, value: Any
    ) -> Any:
        if own is None or entity is None or own.type.relation != "lines":
            return self.raw(desk, entity, own, value)
        line = desk.model.lines_of(entity, own.name)
        return self.raw_values(desk, line, value) if isinstance(value, Mapping) else value

    def _referred(self, desk: Desk, own: FieldModel | None, written: str) -> Any:
        name, _, path = written.partition(".")
        found = self.record(name)
        if path:
            value, end = read_path(desk, found, path)
            if isinstance(value, RecordRef):
                found = value
            elif end is None:
                return value
            else:
                return end.type.to_json(value, end.definition)
        if own is None or own.type.relation != "any":
            return found.id
        return {"entity": found.entity, "id": found.id}


def _end_of_mirror(desk: Desk, entity: EntityModel, own: FieldModel) -> FieldModel:
    """Return the field that an edit of a mirror fills, of the line that is valid too."""
    names = mirrored(own)
    timed = entity.fields[names[0]].type.relation == "lines"
    return end_of(desk.model, entity, (names[0], *names[2:]) if timed else names)


def lay_over(proposed: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return proposed values with others over them; ``lines.0.quantity`` changes one line."""
    laid: dict[str, Any] = dict(proposed)
    for path, value in own.items():
        name, _, rest = path.partition(".")
        index, _, inner = rest.partition(".")
        lines = laid.get(name)
        if not inner or not isinstance(lines, list) or not index.isdigit():
            laid[path] = value
            continue
        if int(index) >= len(lines):
            raise StepFailure(Message.of("scenario_no_line", name=path, count=len(lines)))
        at = int(index)
        laid[name] = [*lines[:at], {**lines[at], inner: value}, *lines[at + 1 :]]
    return laid


def read_path(desk: Desk, record: RecordRef, path: str) -> tuple[object, FieldModel | None]:
    """Return the value at a path of a record; ``items.0`` is the first line itself."""
    entity = desk.model.entity(record.entity)
    first, _, rest = path.partition(".")
    own = entity.fields.get(first)
    if own is not None and own.type.relation == "lines":
        line = _line(desk, record, entity, first, rest)
        after = rest.partition(".")[2]
        return (line, None) if not after else read_path(desk, line, after)
    request = PageRequest(
        entity=record.entity, columns=(path,), ids=(record.id,), limit=1, count="none"
    )
    page = desk.page(request)
    if not page.rows:
        raise StepFailure(Message.of("scenario_unseen", name=path))
    if path in page.unreadable:
        raise StepFailure(Message.of("scenario_hidden", name=path))
    return page.rows[0].values.get(path), page.fields.get(path)


def _line(desk: Desk, record: RecordRef, entity: EntityModel, name: str, rest: str) -> RecordRef:
    index = rest.partition(".")[0]
    shown = desk.record(record.entity, record.id, fields=(name,)).lines.get(name, ())
    if not index.isdigit() or int(index) >= len(shown):
        raise StepFailure(Message.of("scenario_no_line", name=f"{name}.{index}", count=len(shown)))
    return RecordRef(desk.model.lines_of(entity, name).name, shown[int(index)].id)
