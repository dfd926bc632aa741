"""Everything that is in the hands of one employee, as far as somebody may give it to another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.owners.kinds import ASSIGN
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.stages import processes_named
from cardwright_metadata.expressions.parsing import parse

#: Fields of people that name who stands above or leads: (part, role).
PLACES = (("employee", "superior"), ("department", "manager"), ("team", "leader"))


@dataclass(frozen=True)
class Holding:
    """How many records of an entity somebody owns: open ones, and those that have ended."""

    entity: EntityModel
    open: int
    ended: int


@dataclass(frozen=True)
class Place:
    """A field of people in which somebody stands, and in how many records."""

    entity: EntityModel
    field: FieldModel
    count: int


@dataclass(frozen=True)
class Estate:
    """What one employee has in hand, asked at one gate."""

    gate: Records
    employee: int

    def holdings(self) -> Iterator[Holding]:
        """Yield what he owns and the principal may give away, by entity."""
        for entity in self.entities():
            whole, still = self._count(entity, ended=True), self._count(entity, ended=False)
            if whole:
                yield Holding(entity, still, whole - still)

    def entities(self) -> Iterator[EntityModel]:
        """Yield the entities whose records the principal may give away."""
        may, principal = self.gate.policy.may, self.gate.context.principal
        for entity in self._owned():
            if may(principal, entity.name, "read") and may(principal, entity.name, ASSIGN):
                self.gate.reading.decided.add(entity.name)
                yield entity

    def out_of_reach(self, holdings: int) -> int:
        """Return how many of his records the principal cannot give away, beside ``holdings``."""
        every = Estate(self.gate.beyond_rights(), self.employee)
        counted = sum(every._count(entity, ended=True) for entity in self._owned())
        return max(0, counted - holdings)

    def records(
        self, entity: EntityModel, *, ended: bool, after: int = 0, most: int = 200
    ) -> list[int]:
        """Return records of an entity that he owns, in the order of ids, from behind one on."""
        number, found = self._select(entity, ended=ended)
        statement = found.with_only_columns(number).where(number > after)
        rows = self.gate.session.rows(statement.order_by(number).limit(most))
        return [int(row[0]) for row in rows]

    def places(self) -> Iterator[Place]:
        """Yield where he stands above others or leads them, as far as it may be edited."""
        for entity, field in place_fields(self.gate):
            records = self.standing_in(entity, field)
            if records:
                yield Place(entity, field, len(records))

    def standing_in(self, entity: EntityModel, field: FieldModel) -> list[int]:
        """Return the records whose field names him and that the principal may edit."""
        table = entity.table
        condition = rows_condition(self.gate.reading, entity, table, "edit")
        statement = select(table.c["id"]).where(
            table.c["deleted_at"].is_(None), field.columns[0] == self.employee, condition
        )
        rows = self.gate.session.rows(statement.order_by(table.c["id"]))
        return [int(row[0]) for row in rows]

    def _owned(self) -> Iterator[EntityModel]:
        for name, definition in self.gate.model.catalog.entities.items():
            if definition.retired or definition.owner or definition.kept:
                continue
            if "owner" in definition.fields:
                yield self.gate.model.entity(name)

    def _count(self, entity: EntityModel, *, ended: bool) -> int:
        number, found = self._select(entity, ended=ended)
        return int(self.gate.session.scalar(found.with_only_columns(func.count(number))))

    def _select(self, entity: EntityModel, *, ended: bool):  # type: ignore[no-untyped-def]
        player = self.gate.model.catalog.player("employee")
        assert player is not None  # somebody is handed over
        text = f"owner = record('{player.name}', {self.employee})"
        if not ended:
            text += "".join(f" and {each}" for each in _still_open(self.gate, entity))
        # Whether a record has ended is asked with all rights; which records, with those one has.
        system = self.gate.beyond_rights().reading
        where = typed_condition(system, entity.name, parse(text).tree)
        names, inside = open_records(system, entity, PageRequest(entity=entity.name, where=where))
        reading, source, sources = self.gate.reading, names.source, names.sources
        allowed = [
            rows_condition(reading, entity, source, each, sources) for each in ("read", ASSIGN)
        ]
        clause = names.joins.clause if names.joins is not None else source
        number = source.c["id"]
        return number, select(number).select_from(clause).where(inside, *allowed)


def place_fields(gate: Records) -> Iterator[tuple[EntityModel, FieldModel]]:
    """Yield the fields that say who stands above or leads, and that may be edited here."""
    principal = gate.context.principal
    for part, role in PLACES:
        player, name = gate.model.catalog.player(part), gate.model.catalog.part(part, role)
        if player is None or not name or not gate.policy.may(principal, player.name, "edit"):
            continue
        entity = gate.model.entity(player.name)
        field = entity.fields.get(name)
        writable = gate.policy.fields(principal, entity.name, "write")
        if field is not None and field.columns and name in writable:
            gate.reading.decided.add(entity.name)
            yield entity, field


def owner_of(gate: Records, employee: int) -> RecordRef:
    """Return an employee as an owner."""
    player = gate.model.catalog.player("employee")
    assert player is not None  # there is an employee
    return RecordRef(player.name, employee)


def _still_open(gate: Records, entity: EntityModel) -> Iterator[str]:
    """Yield conditions that hold for records that have not ended."""
    for found in entity.fields.values():
        if found.type.computed == "stage" and found.columns:
            processes = (
                gate.model.catalog.stages.get(each)
                for each in processes_named(found.definition.options.get("stages"))
            )
            ended = sorted(
                {
                    name
                    for process in processes
                    if process is not None
                    for name, state in process.states.items()
                    if state.final or state.outcome
                }
            )
            if ended:
                written = ", ".join(f"'{each}'" for each in ended)
                yield f"({found.name} is empty or {found.name} not in ({written}))"
    active = entity.fields.get("active")
    if active is not None and active.columns and active.definition.type == "boolean":
        yield "active = true"
