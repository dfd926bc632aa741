"""What ledgers hold, now or at the end of a day, over what a reader may read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import reduce

from cardwright_entities.queries.aggregates import read_aggregate
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import AggregateRequest, Measure
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Binary, Emptiness, Literal, Node, Path


class LedgerBalances:
    """Answers ``balance(…)``; stateless, so that one serves all transactions."""

    def balance(
        self,
        session: Session,
        reading: Reading,
        ledger: str,
        dimensions: Mapping[str, object],
        measure: str = "",
        at: date | None = None,
    ) -> Decimal | None:
        """Return a balance, None where the reader may not see the ledger.

        Dimensions that are not named are summed over; one that is None means the empty one.
        Without ``measure`` it is the ledger's first.
        """
        definition = reading.model.catalog.ledgers.get(ledger)
        if definition is None:
            return None
        entity = definition.balance if at is None else definition.entry
        measure = measure or definition.measures[0]
        needed = {measure, *dimensions, *(() if at is None else ("day",))}
        readable = reading.readable(reading.model.entity(entity))
        if reading.rows(entity) is False or not needed <= readable:
            return None
        terms: list[Node] = [_equal(name, value) for name, value in dimensions.items()]
        if at is not None:
            terms.append(Binary("<=", Path(("day",)), Literal(at)))
        where = reduce(lambda left, right: Binary("and", left, right), terms) if terms else None
        request = AggregateRequest(
            entity=entity,
            where=None if where is None else typed_condition(reading, entity, where),
            measures={"sum": Measure("sum", measure)},
            titles=False,
        )
        found = read_aggregate(session, reading, request).totals.get("sum")
        return Decimal(str(found)) if found is not None else Decimal(0)


def _equal(name: str, value: object) -> Node:
    if value is None:
        return Emptiness(Path((name,)))
    return Binary("=", Path((name,)), Literal(Decimal(str(value))))
