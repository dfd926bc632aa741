"""What a form would compute if it were saved as it stands: told while somebody types, never stored.

Told are only formulas over the record itself, its head and its lines: what stands behind a link may
be hidden from the writer, and nobody has checked yet what he has chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from cardwright_entities.errors import CardwrightError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.gate import Records
from cardwright_entities.records.parsing import Parser
from cardwright_entities.records.solving import solve
from cardwright_entities.records.suggesting import Offer, Suggesting
from cardwright_metadata.expressions.tree import Binary, Expression, Node, Path, RecordAt, Related
from cardwright_metadata.expressions.walking import children
from cardwright_metadata.expressions.words import CONTEXT_ROOTS

TOLD = frozenset({"formula", "rollup"})
#: By entity, the fields of it that are told.
Live = Mapping[str, Sequence[FieldModel]]
#: Formulas in formulas are followed so far.
_DEEPEST = 8


class Computed(NamedTuple):
    """A computed value and where it belongs: ``total``, or ``items.0.amount`` of the first line.

    A stored line that was not sent is told by its id: ``items.#17.amount``.
    """

    place: str
    field: FieldModel
    value: object


def live_fields(reading: Reading, entity: EntityModel) -> tuple[FieldModel, ...]:
    """Return the formulas of an entity that are told to its reader while he types."""
    return tuple(
        each
        for each in entity.fields.values()
        if each.type.computed in TOLD
        and reading.has_field(entity, each.name)
        and is_near(reading, entity, each.definition.options["formula"])
    )


class Ahead(NamedTuple):
    """What a save would make of a form: what it computes, and what it fills in by itself."""

    computed: list[Computed]
    filled: list[Computed]


def preview(
    records: Records, entity_name: str, record: int | None, raw: Mapping[str, Any]
) -> list[Computed]:
    """Return what raw values would compute, in a new record or over a stored one.

    Raise NotFoundError or AccessError as saving would. What cannot be taken counts as empty.
    """
    return look_ahead(records, entity_name, record, raw).computed


def look_ahead(
    records: Records, entity_name: str, record: int | None, raw: Mapping[str, Any]
) -> Ahead:
    """Return what raw values would compute, and what suggestions and equations would fill in."""
    parts = _parts(records, entity_name, record, raw)
    filled = [each for part in parts for each in _filled(records, part) if _is_news(part, each)]
    live = _live_of(records.reading, parts)
    computed = [
        each for part in parts for each in _computed(records, part, live) if _is_news(part, each)
    ]
    return Ahead(computed, filled)


def _is_news(part: Draft, told: Computed) -> bool:
    """Tell whether a value has to be told: of a line that was not sent, only if it changes."""
    stored = part.stored or {}
    name = told.field.name
    return part.is_sent or name not in stored or stored[name] != told.value


def typed_draft(
    records: Records, entity_name: str, record: int | None, raw: Mapping[str, Any]
) -> Draft:
    """Return a record as it stands on a form, nothing computed yet."""
    draft = _begin(records, records.model.entity(entity_name), record)
    loader, messages = records.loader, Messages()
    Parser(records.model, records.policy, records.context, loader, messages).read(draft, raw)
    return draft


def offers_at(
    records: Records,
    entity_name: str,
    record: int | None,
    raw: Mapping[str, Any],
    is_meant: Callable[[str], bool],
) -> list[tuple[FieldModel, Offer]]:
    """Return every suggestion for the field of a form whose place is meant."""
    suggesting = Suggesting(records.evaluator)
    return [
        (found, each)
        for part in _parts(records, entity_name, record, raw)
        for found in part.entity.suggested
        if is_meant(part.prefix + found.name) and records.reading.has_field(part.entity, found.name)
        for each in suggesting.offers(part, found)
    ]


def _parts(
    records: Records, entity_name: str, record: int | None, raw: Mapping[str, Any]
) -> list[Draft]:
    """Return the drafts of what stands on a form, made ready to be computed."""
    entity = records.model.entity(entity_name)
    draft = _begin(records, entity, record)
    messages = Messages()
    loader = records.loader
    Parser(records.model, records.policy, records.context, loader, messages).read(draft, raw)
    if record is not None and not sees_its_lines(records, entity, record):
        return []
    Suggesting(records.evaluator).mark(draft)
    live = _live_of(records.reading, list(draft.walk()))
    for part in draft.walk():
        _prepare(records.reading, part, messages, live)
    solve(draft, records.evaluator.reader, Messages())
    return list(draft.walk())


def _live_of(reading: Reading, drafts: Sequence[Draft]) -> Live:
    """Return by entity what is told of drafts: found once, for there may be a thousand lines."""
    entities = {each.entity.name: each.entity for each in drafts}
    return {name: live_fields(reading, each) for name, each in entities.items()}


def _filled(records: Records, draft: Draft) -> Iterator[Computed]:
    """Yield the values that nobody set by hand: of suggestions, and of equations."""
    bound = {name for each in draft.entity.definition.solve.values() for name in each.fields}
    bound |= {each.name for each in draft.entity.suggested}
    names = records.evaluator.of_draft(draft)
    for name in draft.entity.fields:
        if name not in bound or name in draft.given:
            continue
        if not records.reading.has_field(draft.entity, name):
            continue
        try:
            value = names.value(Path((name,)))
        except CardwrightError:
            continue
        yield Computed(draft.prefix + name, draft.entity.fields[name], value)


def _begin(records: Records, entity: EntityModel, record: int | None) -> Draft:
    if record is None:
        records.may_create(entity.name)
        return Draft(entity, {})
    records.may_edit(entity.name, record)
    stored = records.loader.records(entity, [record])[record]
    return Draft(entity, dict(stored), stored)


def sees_its_lines(records: Records, entity: EntityModel, record: int) -> bool:
    """Tell whether a record has no line that is hidden from its writer."""
    reading = records.reading
    for each in entity.lines:
        line = reading.model.lines_of(entity, each.name)
        if reading.rows(line.name) is True:
            continue
        ids = [int(str(row["id"])) for row in records.loader.lines(entity, each.name, [record])]
        shown = rows_condition(reading, line, line.table)
        if len(records.loader.records(line, ids, condition=shown)) < len(ids):
            return False
    return True


def _prepare(reading: Reading, draft: Draft, messages: Messages, live: Live) -> None:
    for name, found in draft.entity.fields.items():
        if draft.prefix + name in messages.fields:
            draft.values[name] = None
        default = found.definition.default
        shown = not draft.is_new or name in draft.given
        # What a form did not show a save fills.
        if default is not None and not shown and is_near(reading, draft.entity, default):
            draft.pending.add(name)
    draft.pending.update(each.name for each in live[draft.entity.name] if each.columns)


def _computed(records: Records, draft: Draft, live: Live) -> Iterator[Computed]:
    names = records.evaluator.of_draft(draft)
    for each in live[draft.entity.name]:
        try:
            yield Computed(draft.prefix + each.name, each, names.value(Path((each.name,))))
        except CardwrightError:
            continue  # too much for a form; the save says so in words


def is_near(reading: Reading, entity: EntityModel, source: Expression, depth: int = 0) -> bool:
    """Tell whether an expression reads the record, its head and its lines only, all readable."""
    return depth < _DEEPEST and _are_near(
        reading, entity, reading.model.tree(entity, source), depth
    )


def _are_near(reading: Reading, entity: EntityModel, node: Node, depth: int) -> bool:
    match node:
        case Path():
            return _is_near_path(reading, entity, node, depth)
        case RecordAt() | Binary(operator="under"):
            return False
        case Related():
            found = entity.fields.get(node.path.names[0])
            if node.path.root or len(node.path.names) > 1 or found is None:
                return False
            if found.type.relation != "lines" or not reading.has_field(entity, found.name):
                return False
            entity = reading.model.lines_of(entity, found.name)
    return all(_are_near(reading, entity, each, depth) for each in children(node))


def _is_near_path(reading: Reading, entity: EntityModel, path: Path, depth: int) -> bool:
    if path.root in CONTEXT_ROOTS:
        return path.root == "$setting" or not path.names
    path = said_of_head(entity, path)
    if path.root == "$head":
        head = reading.model.head_of(entity)
        return head is not None and _is_near_name(reading, head, path.names, depth)
    return path.root in ("", "$self") and _is_near_name(reading, entity, path.names, depth)


def said_of_head(entity: EntityModel, path: Path) -> Path:
    """Return ``head.days`` of a line as ``$head.days``; any other path as it is."""
    if path.root or len(path.names) < 2 or path.names[0] != "head" or not entity.definition.owner:
        return path
    return replace(path, names=path.names[1:], root="$head")


def _is_near_name(
    reading: Reading, entity: EntityModel, names: tuple[str, ...], depth: int
) -> bool:
    found = entity.fields.get(names[0]) if len(names) == 1 else None
    if found is None or not reading.has_field(entity, found.name):
        return False
    if found.type.computed not in TOLD:
        return bool(found.columns)
    if is_near(reading, entity, found.definition.options["formula"], depth + 1):
        return True
    return bool(found.columns) and found.type.computed == "rollup"
