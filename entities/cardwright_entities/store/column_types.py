"""SQL types that behave alike on PostgreSQL and SQLite: exact decimals, UTC times, arrays, JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, DateTime, Dialect, Numeric, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from cardwright_entities.expressions.numbers import DIGITS

_BOUND = 10**DIGITS


class Scaled(TypeDecorator[Decimal]):
    """A decimal of at most 18 digits with a fixed scale: numeric(18, s), or a scaled integer.

    Binding a value with more decimals than the scale raises ValueError: rounding is the gate's.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int = 4) -> None:
        super().__init__()
        self.scale = scale

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Numeric(DIGITS, self.scale))
        return dialect.type_descriptor(BigInteger())

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        scaled = scaled_integer(Decimal(value), self.scale)
        return Decimal(value) if dialect.name == "postgresql" else scaled

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None or dialect.name == "postgresql":
            return value  # type: ignore[no-any-return]  # numeric comes as Decimal
        # SQLite's avg() gives a float; str keeps its shortest digits.
        exact = Decimal(value) if isinstance(value, int) else Decimal(str(value))
        return exact.scaleb(-self.scale)

    def process_literal_param(self, value: Decimal | int | None, dialect: Dialect) -> str:
        return str(self.process_bind_param(value, dialect)) if value is not None else "null"


def scaled_integer(value: Decimal, scale: int) -> int:
    """Return value × 10^scale; raise ValueError if that is no integer of at most 18 digits."""
    shifted = value.scaleb(scale)
    if shifted != shifted.to_integral_value() or abs(shifted) >= _BOUND:
        raise ValueError(f"{value} does not fit numeric({DIGITS}, {scale})")
    return int(shifted)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime: timestamptz, or text ``YYYY-MM-DD HH:MM:SS.ffffff`` in UTC."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored datetime has a zone")
        if dialect.name == "postgresql":
            return value
        # Fixed width, so that text order is the order of time.
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return datetime.fromisoformat(value).replace(tzinfo=UTC)

    def process_literal_param(self, value: datetime | None, dialect: Dialect) -> str:
        return f"'{self.process_bind_param(value, dialect)}'" if value is not None else "null"


class Texts(TypeDecorator[tuple[str, ...]]):
    """Several short texts: text[], or a JSON array as text (read with ``json_each``)."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return list(value)
        return json.dumps(list(value), ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        if value is None:
            return None
        return tuple(json.loads(value)) if isinstance(value, str) else tuple(value)


class Tokens(TypeDecorator[tuple[str, ...]]):
    """Search tokens: text[] for GIN, or words with blanks between them for FTS5.

    Tokens hold letters and digits only, so FTS5's ``tokenize = 'ascii'`` reads them back unchanged.
    """

    impl = Text
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[tuple[str, ...]]):
        """What PostgreSQL asks of an array of tokens."""

        def contains(self, other: Any, **kw: Any) -> ColumnElement[bool]:
            """Tell whether all the given tokens are there."""
            return cast(ColumnElement[bool], self.bool_op("@>")(other))

        def overlaps(self, other: Any) -> ColumnElement[bool]:
            """Tell whether any of the given tokens is there."""
            return cast(ColumnElement[bool], self.bool_op("&&")(other))

    comparator_factory = Comparator

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(ARRAY(Text()))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        return list(value) if dialect.name == "postgresql" else " ".join(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[str, ...] | None:
        if value is None:
            return None
        return tuple(value.split()) if isinstance(value, str) else tuple(value)


class JsonDocument(TypeDecorator[Any]):
    """Any JSON: jsonb, or compact text. Python's None is SQL's null, never JSON's."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "postgresql":
            return dialect.type_descriptor(JSONB(none_as_null=True))
        return dialect.type_descriptor(Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return json.loads(value)
