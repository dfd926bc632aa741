"""Suggested values on a form: what fills an input, and what the input has to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.titles import pointed, titles_of
from cardwright_entities.records.suggesting import BY_HAND, remembers
from cardwright_platform.views.forms import Suggested
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.reader import Reader


def suggested_of(
    entity: EntityModel, values: Mapping[str, object], typed: Typed, prefix: str
) -> Mapping[str, Suggested]:
    """Return what the inputs of a record have to know of suggestions and equations, by field."""
    if not remembers(entity):
        return {}
    kept = values.get(BY_HAND)
    by_hand = {str(each) for each in kept} if isinstance(kept, list | tuple) else set()
    offered = {each.name for each in entity.suggested}
    equations = [each.fields for each in entity.definition.solve.values()]
    bound = {name for fields in equations for name in fields}
    found: dict[str, Suggested] = {}
    for name in (each for each in entity.fields if each in offered | bound):
        place = f"{prefix}{name}.suggested"
        hand = name in by_hand
        if typed:
            hand = (typed.get(place) or [""])[-1] != "1"
        found[name] = Suggested(
            by_hand=hand, offers=name in offered, bound=_bound_to(name, equations)
        )
    return found


def _bound_to(name: str, equations: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return the fields that follow when a field is set: those of its equations, and so on."""
    found, waiting = {name}, [name]
    while waiting:
        current = waiting.pop()
        for fields in equations:
            if current in fields:
                waiting += [each for each in fields if each not in found]
                found.update(fields)
    return tuple(sorted(found - {name}))


def titled_reader(
    desk: Desk, reader: Reader, values: Sequence[tuple[FieldModel, object]]
) -> Reader:
    """Return the reader, knowing the titles of the records in some values."""
    wanted: dict[str, set[int]] = {}
    for field, value in values:
        for entity, record in pointed(desk.reading, field, value):
            wanted.setdefault(entity, set()).add(record)
    titles: dict[tuple[str, int], str] = {}
    for entity, ids in sorted(wanted.items()):
        titles |= titles_of(desk.session, desk.reading, entity, ids)
    return reader.knowing(titles)


def filled_value(reader: Reader, field: FieldModel, value: object) -> dict[str, str]:
    """Return what fills an input: its text, and the title of a record."""
    if value is None:
        return {"text": "", "title": ""}
    text = field.type.input_text(value, field.definition, reader.locale)
    title = ""
    if isinstance(value, RecordRef):
        title = reader.locale.title(value.entity, value.id)
    elif isinstance(value, int) and field.targets and field.type.relation == "one":
        title = reader.locale.title(field.targets[0], value)
    return {"text": text, "title": title or text}
