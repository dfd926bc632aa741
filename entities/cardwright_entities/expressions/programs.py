"""Calculations as programs: on SQLite a whole expression runs in one call of the evaluator.

One function for each operator would nest, and SQLite's parser takes some twenty levels only.
A program is the text of an expression over ``a0, a1 …`` and a signature, the letters of their
kinds: ``n2`` is a decimal held as an integer of scale 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NoReturn
from zoneinfo import ZoneInfo

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.expressions.wire import KINDS, decode, encode
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Path


@lru_cache(maxsize=1_024)
def program(text: str, signature: str) -> TypedExpression:
    """Return the expression of a program, its literals as values."""
    types = tuple(_type(letter) for letter in signature.split())
    return check_types(parse(text), _Parameters(types), exact=False)


def run(text: str, signature: str, zone: str, *raw: object) -> str | int | None:
    """Return the value of a program, as SQLite holds it, for its arguments as SQLite holds them."""
    typed = program(text, signature)
    arguments = [
        decode(value, letter) for value, letter in zip(raw, signature.split(), strict=True)
    ]
    return encode(evaluate(typed, _Arguments(arguments), _StatementClock(zone_of(zone))))


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """Return a time zone by its name."""
    return ZoneInfo(name)


def _type(letter: str) -> ValueType:
    kind = KINDS[letter[0]]
    # Which entity does not matter: links are compared outside of programs.
    entity = "record" if kind == "record" else ""
    return ValueType(kind, entity=entity, scale=int(letter[1:] or -1))


@dataclass(frozen=True)
class _Parameters:
    """The types of ``a0, a1 …``."""

    types: Sequence[ValueType]

    def type_of(self, path: Path) -> ValueType:
        return self.types[int(path.names[0][1:])]

    def related(self, path: Path) -> NoReturn:
        raise UnknownNameError(path.names[0])

    def found(self, entity: str) -> _Parameters:
        raise UnknownNameError(entity)

    def ledger(self, name: str) -> dict[str, ValueType]:
        raise UnknownNameError(name)

    def period(self) -> None:
        return None

    def is_entity(self, name: str) -> bool:
        return True


@dataclass(frozen=True)
class _Arguments:
    """The values of ``a0, a1 …``."""

    values: Sequence[object]

    def value(self, path: Path) -> object:
        return self.values[int(path.names[0][1:])]

    def related(self, path: Path) -> NoReturn:
        raise UnknownNameError(path.names[0])

    def variable(self, name: str) -> NoReturn:
        raise UnknownNameError(name)

    def entity_key(self, name: str) -> str:
        return name

    def is_under(self, value: object, operand: object) -> NoReturn:
        raise UnknownNameError(str(value))


@dataclass(frozen=True)
class _StatementClock:
    """The zone of a statement; its now is never asked: such calls are bound before."""

    zone: ZoneInfo
    now: datetime = datetime(1, 1, 1, tzinfo=UTC)
