"""What a document should have in its ledgers as it stands: one wanted entry for each of its parts.

Worked out from the stored record alone, so that it does not matter by which way it came there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from cardwright_entities.errors import InputError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.flows import LedgerDefinition, PostingDefinition
from cardwright_metadata.expressions.tree import Path

#: Dimensions in their order; an optional one may be empty.
Dimensions = tuple[int | None, ...]

#: Where an entry comes from: the posting, the id of the line, the id of what lies behind it.
Place = tuple[str, int, int]


@dataclass(frozen=True)
class Wanted:
    """One entry as it should stand."""

    posting: PostingDefinition
    ledger: LedgerDefinition
    place: Place
    dimensions: Dimensions
    measures: tuple[Decimal, ...]
    day: date | None  #: None: whatever day it is made


def wanted_of(gate: Records, entity: EntityModel, record: int) -> list[Wanted]:
    """Return the entries that a stored document should have; none once it is deleted."""
    values = gate.loader.record(entity, record)
    if values is None:
        return []
    head = RecordValues(gate.evaluator, entity, values)
    found: list[Wanted] = []
    for posting in entity.definition.post.values():
        ledger = gate.model.catalog.ledgers.get(posting.ledger)
        if ledger is None or not gate.evaluator.holds(posting.condition or True, head):
            continue
        for line, part, names in _parts(head, posting.path):
            wanted = _wanted(gate, posting, ledger, (posting.name, line, part), names)
            if any(wanted.measures):
                found.append(wanted)
    return found


def _parts(head: RecordValues, path: tuple[str, ...]) -> Iterator[tuple[int, int, RecordValues]]:
    """Yield what posts: the ids of line and further record, and the names that expressions say."""
    if not path:
        yield 0, 0, head
        return
    for line in head.related(Path(path[:1])):
        number = _id_of(line)
        if len(path) == 1:
            yield number, 0, line
            continue
        for each in line.related(Path(path[1:])):
            # Known in conditions over further records too, so it belongs to the evaluator.
            evaluator = replace(line.evaluator, roots={"$each": each})
            names = replace(line, evaluator=evaluator)
            yield number, _id_of(each), names


def _id_of(names: RecordValues) -> int:
    return int(str(names.values["id"]))


def _wanted(
    gate: Records,
    posting: PostingDefinition,
    ledger: LedgerDefinition,
    place: Place,
    names: RecordValues,
) -> Wanted:
    worth = names.evaluator.value
    said = {name: worth(expression, names) for name, expression in posting.values.items()}
    measures = tuple(_measure(gate, ledger, name, said.get(name)) for name in ledger.measures)
    for name, dimension in ledger.dimensions.items() if any(measures) else ():
        if not dimension.optional and not isinstance(said.get(name), int):
            field_name = _field_of(posting, name, names.entity)
            raise InputError({field_name: [Message.of("dimension_missing", name=name)]})
    dimensions = tuple(
        value if isinstance(value := said.get(name), int) else None for name in ledger.dimensions
    )
    day = worth(posting.day, names) if posting.day is not None else None
    return Wanted(
        posting, ledger, place, dimensions, measures, day if isinstance(day, date) else None
    )


def _measure(gate: Records, ledger: LedgerDefinition, name: str, value: object) -> Decimal:
    """Return a measure as the ledger keeps it, rounded to its places."""
    found = gate.model.entity(ledger.entry).fields[name]
    parsed = found.parse(value if isinstance(value, Decimal | int) else 0, gate.context)
    return parsed if isinstance(parsed, Decimal) else Decimal(0)


def _field_of(posting: PostingDefinition, name: str, entity: EntityModel) -> str:
    """Return the field of the document itself from which a value comes; empty for a line's."""
    text = posting.values[name].text if name in posting.values else ""
    return text if not posting.path and text in entity.fields else ""
