"""Records that may be one and the same (查重): found by the keys of their entity's rules.

Nobody is told of a record that he may not read, nor by a field that he may not read: for him a
rule finds what he could have found by a search of his own, and nothing is said of the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select

from cardwright_entities.changes.stored_keys import TypedField, duplicate_key
from cardwright_entities.errors import Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.entities import DuplicateDefinition

#: Records that one rule names beside one record.
MOST_NAMED = 5
#: Records of one group that a list of suspects shows; as many as one merge takes.
MOST_GROUPED = 10
#: Before the name of a rule where warnings and confirmations are known by names.
PREFIX = "duplicate_"

Rule = tuple[DuplicateDefinition, tuple[TypedField, ...]]


class Gate(Protocol):
    """What looking for duplicates needs of the write gate."""

    session: Session
    reading: Reading


@dataclass(frozen=True)
class Suspects:
    """Records that one rule takes for the same as another."""

    rule: DuplicateDefinition
    records: tuple[int, ...]


class DuplicateEffect:
    """Tells whoever writes a record of those that look the same."""

    def settle(self, gate: Gate, draft: Draft, messages: Messages) -> None:
        """Note a warning for each rule that finds others, or ask for a confirmation."""
        entity = draft.entity
        if not entity.duplicates or gate.reading.context.principal.is_system:
            return
        for found in suspects_of(gate.session, gate.reading, entity, draft.values, draft.stored):
            name = PREFIX + found.rule.name
            message = _told(gate, entity, found)
            if found.rule.level != "confirm":
                messages.warnings[name] = message
            elif name not in draft.meant.confirmed:
                messages.confirm[name] = message

    def follow(self, gate: Gate, written: Sequence[Written], change_set: int) -> None:
        """Do nothing: what was found has been said."""


def readable_rules(reading: Reading, entity: EntityModel) -> Iterator[Rule]:
    """Yield the rules whose fields all exist for the reader."""
    for rule, matched in entity.duplicates:
        if all(reading.has_field(entity, field.name) for _, field in matched):
            yield rule, matched


def suspects_of(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    values: Mapping[str, object],
    stored: Mapping[str, object] | None = None,
) -> list[Suspects]:
    """Return by rule the readable records that look like these values, without the record itself.

    With what is stored only rules whose key has changed since.
    """
    found: list[Suspects] = []
    for rule, matched in readable_rules(reading, entity):
        key = duplicate_key(rule, matched, values)
        if key is None or (stored is not None and key == duplicate_key(rule, matched, stored)):
            continue
        records = _others(session, reading, entity, rule, key, values.get("id"))
        if records:
            found.append(Suspects(rule, records))
    return found


def _others(
    session: Session,
    reading: Reading,
    entity: EntityModel,
    rule: DuplicateDefinition,
    key: str,
    record: object,
) -> tuple[int, ...]:
    table = entity.table
    statement = (
        select(table.c["id"])
        .where(
            table.c[entity.tables.duplicate_columns[rule.name].name] == key,
            table.c["deleted_at"].is_(None),
            table.c["id"] != (record if isinstance(record, int) else 0),
            rows_condition(reading, entity, table),
        )
        .order_by(table.c["id"])
        .limit(MOST_NAMED)
    )
    return tuple(int(row[0]) for row in session.rows(statement))


def _told(gate: Gate, entity: EntityModel, found: Suspects) -> Message:
    titles = titles_of(gate.session, gate.reading, entity.name, found.records)
    names = [titles.get((entity.name, each)) or f"#{each}" for each in found.records]
    records = " ".join(map(str, found.records))
    return Message.of("possible_duplicate", names=" · ".join(names), records=records)


def groups_of(
    session: Session, reading: Reading, entity: EntityModel, rule: str, most: int
) -> list[tuple[int, ...]]:
    """Return the readable records that one rule takes for the same, group by group.

    The groups with the newest records come first; a rule that the reader may not know has none.
    """
    if rule not in {each.name for each, _ in readable_rules(reading, entity)}:
        return []
    table = entity.table
    key = table.c[entity.tables.duplicate_columns[rule].name]
    seen = (
        key.is_not(None),
        table.c["deleted_at"].is_(None),
        rows_condition(reading, entity, table),
    )
    keys = (
        select(key)
        .where(*seen)
        .group_by(key)
        .having(func.count() > 1)
        .order_by(func.max(table.c["id"]).desc())
        .limit(most)
    )
    order = [row[0] for row in session.rows(keys)]
    members = select(key, table.c["id"]).where(key.in_(order), *seen).order_by(table.c["id"])
    found: dict[str, list[int]] = {each: [] for each in order}
    for text, record in session.rows(members.limit(most * MOST_GROUPED)):
        found[text].append(int(record))
    return [tuple(each[:MOST_GROUPED]) for each in found.values() if len(each) > 1]
