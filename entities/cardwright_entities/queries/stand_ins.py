"""Statements made for nobody in particular: who reads them is said when they are sent.

Rights that compare a record's own values with who reads differ between readers of a kind in a few
values only. Such a statement is made for a reader who cannot exist, and his numbers in it become
parameters. One that was forgotten would let nobody see anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeVar, cast

from sqlalchemy import BindParameter, Integer, String, bindparam, literal_column
from sqlalchemy.sql.elements import ClauseElement
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from cardwright_entities.contexts import Context
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.expressions.tree import (
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
    TypeTest,
)
from cardwright_metadata.expressions.words import SHARED_ROOTS

#: Texts that need no quoting, as identifiers and choices are.
_NAME = re.compile(r"[A-Za-z0-9_]+")
Made = TypeVar("Made", bound=ClauseElement)

#: What a principal is, and the number under which nobody is that.
_NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        name: -7_203_685_477_580_001 - number
        for number, name in enumerate(
            ("account", "employee", "contact", "department", "organisation")
        )
    }
)
#: A moment at which nobody reads.
_NEVER = datetime(7203, 6, 8, 5, 47, 58, 1, tzinfo=UTC)
_NOW = "reader_now"
_NAMES: Mapping[object, str] = MappingProxyType(
    {number: f"reader_{name}" for name, number in _NUMBERS.items()} | {_NEVER: _NOW}
)

#: What a right may name beside the record's own values: each is a number or select of the reader.
#: Said in full, so that another name is kept out until somebody has thought of it.
_READERS = SHARED_ROOTS | {
    "$me",
    "$user",
    "$contact",
    "$my_department",
    "$my_departments",
    "$my_organisation",
    "$my_organisations",
    "$my_subordinates",
    "$my_teams",
}


def stand_in(reading: Reading) -> Reading:
    """Return a reading with the same rights by somebody who has only what the reader has."""
    given: dict[str, Any] = {name: _NUMBERS[name] for name in _given(reading.context)}
    principal = replace(reading.context.principal, **given)
    context = replace(reading.context, principal=principal, now=_NEVER)
    return replace(reading, context=context, selects={})


def kind_of_reader(context: Context) -> tuple[object, ...]:
    """Return what readers have in common for whom a stand-in reads."""
    return tuple(_given(context)), context.principal.roles


def _given(context: Context) -> list[str]:
    return [name for name in _NUMBERS if getattr(context.principal, name) is not None]


def parameters_of(context: Context) -> dict[str, object]:
    """Return what the parameters of a statement are to whoever reads."""
    told: dict[str, object] = {
        f"reader_{name}": getattr(context.principal, name) for name in _NUMBERS
    }
    return told | {_NOW: context.now}


def for_any_reader(statement: Made) -> Made:
    """Return a statement of a stand-in in which what stands for him are parameters.

    Its other numbers and names stand written in it: PostgreSQL then knows as much of it before it
    is told who reads, and plans it once.
    """
    return cast(Made, replacement_traverse(statement, {}, _told_or_written))


def _told_or_written(element: ExternallyTraversible, **_: object) -> ExternallyTraversible | None:
    if not isinstance(element, BindParameter):
        return None
    value = element.value
    if type(value) in (int, datetime) and value in _NAMES:
        return bindparam(_NAMES[value], type_=element.type)
    if type(value) is int and value >= 0 and isinstance(element.type, Integer):
        return literal_column(str(value), element.type)
    if type(value) is str and _NAME.fullmatch(value) and isinstance(element.type, String):
        return literal_column(f"'{value}'", element.type)
    return None


def speaks_of_reader(tree: Node | bool, entity: EntityModel) -> bool:
    """Tell whether all that a right compares are stored values of the record, and who reads.

    Nothing in it may be judged before it is sent: neither by the clock nor between two constants.
    """
    match tree:
        case bool():
            return True
        case Binary(operator="and" | "or"):
            return speaks_of_reader(tree.left, entity) and speaks_of_reader(tree.right, entity)
        case Binary(operator="=" | "!="):
            return _is_stored(tree.left, entity) and _is_said(tree.right)
        case Membership():
            return _is_stored(tree.operand, entity) and all(map(_is_said, tree.items))
        case Emptiness():
            return _is_stored(tree.operand, entity) or _is_said(tree.operand)
        case TypeTest():
            return _is_stored(tree.operand, entity)
    return False


def _is_stored(node: Node, entity: EntityModel) -> bool:
    if not isinstance(node, Path) or node.root or len(node.names) > 1:
        return False
    if not node.names:
        return True
    found = entity.fields.get(node.names[0])
    return found is not None and bool(found.columns) and not found.type.computed


def _is_said(node: Node) -> bool:
    match node:
        case Literal():
            return isinstance(node.value, str | bool | Decimal)
        case Path():
            several = node.root in SHARED_ROOTS
            return node.root in _READERS and len(node.names) == int(several)
        case Call(function="record"):
            return all(map(_is_said, node.arguments))
    return False
