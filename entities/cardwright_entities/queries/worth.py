"""Parts of values in statements: columns of their own, and what a calculated amount is worth."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from sqlalchemy import ColumnElement

from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.names import Clock, SqlNames
from cardwright_entities.expressions.sql import compile_value
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.currencies import way_to_rate
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.currencies import RATE
from cardwright_metadata.expressions.tree import Binary, Call, Emptiness, Literal, Path

#: A value of a statement, and its kind.
_Figure = tuple[ColumnElement[Any], ValueType]

_AMOUNT, _CURRENCY, _RATE = Path(("amount",)), Path(("currency",)), Path(("rate",))


class RatedNames(SqlNames, Protocol):
    """The names of a record whose amounts are asked for what they are worth."""

    reading: Reading
    entity: EntityModel

    def trusting(self) -> SqlNames:
        """Return names of the same record that read every field."""
        ...


def column_part(found: FieldModel, part: str) -> str:
    """Return the name of the column that holds a part of a value, empty if none does."""
    main = {"amount": "", "start": "", "latitude": ""}
    wanted = main.get(part, f"_{part}")
    stem = found.definition.column or found.name
    names = [column.name for column in found.columns]
    return stem + wanted if stem + wanted in names else ""


def calculated_part(names: RatedNames, found: FieldModel, part: str) -> ColumnElement[Any]:
    """Return a calculated amount, or its worth at the rate that its record keeps."""
    amount = names.column(Path((found.name,)))
    way = way_to_rate(names.reading.model, names.entity)
    if part == "amount" or (part == "base" and way == ()):
        return amount[0]
    if part != "base" or way is None:
        raise QueryError(Message.of("unknown_field", name=part, entity=names.entity.name))
    # Whoever may read an amount may know what it is worth, as of one that is kept.
    lender = names.trusting()
    currency, rate = lender.column(Path(way)), lender.column(Path((*way[:-1], RATE)))
    return _Worth(names, amount, currency, rate).compile(found.value_type.scale)


@dataclass(frozen=True, eq=False)
class _Worth:
    """An amount and the rate of its record; of the names of expressions only these three."""

    names: SqlNames
    amount: _Figure
    currency: _Figure
    rate: _Figure

    @property
    def dialect(self) -> str:
        return self.names.dialect

    @property
    def context(self) -> Clock:
        return self.names.context

    def column(self, path: Path) -> _Figure:
        figure: _Figure = getattr(self, path.names[0])
        return figure

    def compile(self, scale: int) -> ColumnElement[Any]:
        """Return the amount at the rate; itself where its record has no currency or no rate."""
        own = Binary("or", Emptiness(_CURRENCY), Emptiness(_RATE))
        rounded = Call("round", (Binary("*", _AMOUNT, _RATE), Literal(Decimal(scale))))
        return compile_value(Call("if", (own, _AMOUNT, rounded)), self)  # type: ignore[arg-type] # of SqlNames only what three names need
