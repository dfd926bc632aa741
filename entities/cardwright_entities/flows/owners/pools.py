"""What holds of records that are claimed out of the pool: limits and protection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal

from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import read_count
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.assigning import own_reference
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import lock_rows
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.pools import (
    CLAIMED_BY,
    OWNED_SINCE,
    RELEASED_AT,
    RELEASED_BY,
    PoolDefinition,
)
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Binary, Expression, Node


@dataclass(frozen=True)
class Pool:
    """The pool of one entity, asked at one gate.

    What it counts it counts with all rights: a limit that one may not see holds all the same.
    """

    gate: Records
    entity: EntityModel
    definition: PoolDefinition

    @classmethod
    def of(cls, gate: Records, entity: EntityModel) -> Pool | None:
        """Return the pool of an entity, None where it has none."""
        found = entity.definition.pool
        return None if found is None else cls(gate, entity, found)

    def number(self, said: Expression | None, values: Values) -> int | None:
        """Return what a number of the pool comes to for a record, None for no such limit."""
        if said is None:
            return None
        found = self.gate.evaluator.computing.value(said, self._names(values))
        return int(found) if isinstance(found, int | Decimal) else None

    def holds(self, values: Values) -> bool:
        """Tell whether a record that nobody owns is one that may be claimed."""
        said = self.definition.condition
        return said is None or self.gate.evaluator.computing.holds(said, self._names(values))

    def refusals(self, values: Values, owner: object) -> Iterator[Message]:
        """Yield why somebody does not get a record out of the pool.

        Whoever asks while it is being written holds the receiver's lock, see ``hold``.
        """
        if not self.holds(values):
            yield Message("pool_not_claimable")
        me = own_reference(self.gate.reading)
        employee = self._employee(owner)
        if employee is None:
            return
        most = self.number(self.definition.limit, values)
        if most is not None and self._held(employee) >= most:
            yield Message.of("pool_limit" if owner == me else "pool_limit_of", most=most)
        if owner == me:
            yield from self._refuse_claim(values, employee)

    def hold(self, owner: object) -> None:
        """Let one employee get one record at a time, so that his limits hold."""
        employee = self._employee(owner)
        player = self.gate.model.catalog.player("employee")
        if employee is not None and player is not None:
            lock_rows(self.gate.session, self.gate.model.entity(player.name), [employee])

    def _refuse_claim(self, values: Values, employee: int) -> Iterator[Message]:
        daily = self.number(self.definition.daily, values)
        if daily is not None and self._claimed_today(employee) >= daily:
            yield Message.of("pool_daily", most=daily)
        protect = self.number(self.definition.protect, values)
        released = values.get(RELEASED_AT)
        if protect is None or values.get(RELEASED_BY) != employee:
            return
        if isinstance(released, datetime):
            left = released + timedelta(days=protect) - self.gate.context.now
            if left > timedelta(0):
                yield Message.of("pool_protected", days=-(-left // timedelta(days=1)))

    def _held(self, employee: int) -> int:
        player = self.gate.model.catalog.player("employee")
        assert player is not None  # there is an employee
        owned = parse(f"owner = record('{player.name}', {employee})").tree
        counted = self.definition.counted
        return self._count(owned if counted is None else Binary("and", owned, counted.tree))

    def _claimed_today(self, employee: int) -> int:
        zone = self.gate.context.zone
        midnight = datetime.combine(self.gate.context.now.astimezone(zone), time(), zone)
        text = f"{CLAIMED_BY} = {employee} and {OWNED_SINCE} >= '{midnight:%Y-%m-%d %H:%M}'"
        return self._count(parse(text).tree)

    def _count(self, where: Node) -> int:
        reading = self.gate.beyond_rights().reading
        typed = typed_condition(reading, self.entity.name, where)
        request = PageRequest(entity=self.entity.name, where=typed, count="exact")
        return read_count(self.gate.session, reading, request).value

    def _employee(self, owner: object) -> int | None:
        player = self.gate.model.catalog.player("employee")
        if not isinstance(owner, RecordRef) or player is None or owner.entity != player.name:
            return None  # what a team holds is nobody's holding
        return owner.id

    def _names(self, values: Values) -> RecordValues:
        return RecordValues(self.gate.evaluator.computing, self.entity, values)
