"""The one syntax tree of the expression language: formulas, checks, defaults and conditions.

Nodes are frozen and compare by meaning; ``at`` (offset of the first character in the text, for
messages) takes no part in equality.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

type_of_literal = str | bool | Decimal | date | datetime | time | None


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: text, decimal, boolean, date, datetime, time, or None for ``null``."""

    value: type_of_literal
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Path:
    """Names read from left to right over links: ``customer.region``.

    ``root`` is empty for the record in question, or one of ``$record`` (in a link's ``where``, the
    record that holds the link), ``$old``, ``$head`` (of a line), ``$each``, ``$me``, ``$user``,
    ``$contact``, ``$my_department``, ``$my_departments``, ``$my_organisation``,
    ``$my_organisations``, ``$my_subordinates``, ``$my_teams``, ``$setting``, ``$self``,
    ``$shared``, ``$shared_to_edit``, ``$tagged``, ``$favourites`` (of the entity that is named
    behind it; of the latter two ``mark`` is the name of one tag or folder, empty for any).
    ``whole``: nothing is asked of the value but whether it is one that is written beside it; no
    text says so, the compiler finds it out.
    """

    names: tuple[str, ...]
    root: str = ""
    whole: bool = field(default=False, kw_only=True, repr=False)
    mark: str = field(default="", kw_only=True)
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """``not x`` or ``-x``."""

    operator: str
    operand: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """``and or = != < <= > >= + - * / contains starts under`` between two nodes."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """``x in (a, b)`` or ``x not in (…)``; an empty list holds for nothing."""

    operand: Node
    items: tuple[Node, ...]
    negated: bool = False
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Between:
    """``x between a and b``, both ends included."""

    operand: Node
    low: Node
    high: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Emptiness:
    """``x is empty`` / ``x is not empty`` (also written ``x empty`` / ``x not empty``)."""

    operand: Node
    negated: bool = False
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TypeTest:
    """``company is customer``: a link to any entity points to this one."""

    operand: Path
    entity: str
    negated: bool = False
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Related:
    """A question about to-many records: ``lines any (amount > 10)``, ``sum(lines, amount)``.

    ``quantifier`` is any, none, all, count, sum, min, max or average. ``path`` ends in a lines or
    links field, or in the name of an entity that links here (``opportunity any (…)``; when several
    of its fields link here: ``opportunity.customer any (…)``). ``value`` is what is added up,
    None for any, none, all and count.
    """

    quantifier: str
    path: Path
    value: Node | None = None
    where: Node | None = None
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RecordAt:
    """The one of to-many records that is valid on a day: ``at(employments, joined_on).company``.

    ``day`` is an expression of the record that has the others, ``value`` what is read of the one
    found, without names the record itself. The type checker puts in the names of the fields that
    hold the ``first`` and the ``last`` day.
    """

    records: Path
    day: Node
    value: Path = Path(())
    first: str = ""
    last: str = ""
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Find:
    """The first record of an entity under a condition: ``find(price, item = $record.item).price``.

    Inside, names mean the record that is looked for, ``$record``, ``$self`` and ``$head`` the one
    that asks, which never finds itself. ``order`` holds paths, those with a minus in front from
    high to low. ``value`` is what is read of the record found, without names the record itself;
    ``tests`` asks only whether there is one: ``exists(price, …)``.
    """

    entity: str
    where: Node | None = None
    order: tuple[Node, ...] = ()
    value: Path = Path(())
    tests: bool = False
    at: int = field(default=0, compare=False, repr=False)

    @property
    def function(self) -> str:
        """Return the name under which it is written."""
        return "exists" if self.tests else "find"


@dataclass(frozen=True, slots=True)
class Call:
    """A function by its English name with positional and named arguments."""

    function: str
    arguments: tuple[Node, ...] = ()
    named: tuple[tuple[str, Node], ...] = ()
    at: int = field(default=0, compare=False, repr=False)


Node = (
    Literal
    | Path
    | Unary
    | Binary
    | Membership
    | Between
    | Emptiness
    | TypeTest
    | Related
    | RecordAt
    | Find
    | Call
)


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as its author wrote it, with its tree."""

    text: str
    tree: Node
