"""Records as JSON objects: what is done to each value is settled once per answer, not per row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.dates import DateTimeType, DateType
from cardwright_entities.model.entities import FieldModel

Titles = Mapping[tuple[str, int], str]
#: A value that is not empty → its JSON.
Convert = Callable[[Any], object]
#: Values by path → the JSON object.
WriteRow = Callable[[Mapping[str, object]], dict[str, object]]

#: What orjson writes just as these do: the types that do not override them need no call a value.
_WRITTEN_ALIKE = frozenset({FieldType.to_json, DateType.to_json, DateTimeType.to_json})


def row_writer(
    fields: Mapping[str, FieldModel], expand: Collection[str] = (), titles: Titles | None = None
) -> WriteRow:
    """Return what turns rows with these fields into JSON objects.

    Links named in ``expand`` become objects with id and title. Raise QueryError for a name in
    ``expand`` that is no link among the fields.
    """
    for path in expand:
        if path not in fields or not fields[path].type.relation:
            raise QueryError(Message.of("not_expandable", name=path))
    converts = {
        path: expansion(found, titles or {}) if path in expand else conversion(found)
        for path, found in fields.items()
    }
    changed = tuple((path, each) for path, each in converts.items() if each is not None)

    def write(values: Mapping[str, object]) -> dict[str, object]:
        row = dict(values)
        for path, convert in changed:
            value = row.get(path)
            if value is not None:
                row[path] = convert(value)
        return row

    return write


def conversion(field: FieldModel) -> Convert | None:
    """Return what makes JSON of a field's values, None where ``dumps`` writes them as they are."""
    if type(field.type).to_json in _WRITTEN_ALIKE:
        return None
    return partial(field.type.to_json, field=field.definition)


def expansion(field: FieldModel, titles: Titles) -> Convert:
    """Return what makes objects with id and title of a link's values."""
    target = field.targets[0] if field.targets else ""

    def named(record: int) -> dict[str, object]:
        return {"id": record, "title": titles.get((target, record), "")}

    def expand(value: object) -> object:
        if isinstance(value, RecordRef):
            title = titles.get((value.entity, value.id), "")
            return {"entity": value.entity, "id": value.id, "title": title}
        if isinstance(value, tuple):
            return [named(each) for each in value]
        return named(value) if isinstance(value, int) else value

    return expand
