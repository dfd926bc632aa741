"""Random records and random expressions of known kinds, from a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from expression_worlds.world import Record

from cardwright_entities.expressions.values import RecordRef
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
    RecordAt,
    Related,
    TypeTest,
    Unary,
)

T = TypeVar("T")

_WORDS = [
    "华为", "华为技术", "Tech", "tech", "ＴＥＣＨ", "a", "B", "b", "ab", " x ", "中国 China",
    "0", "12.50", "-3", "100%", "it's",
    "_", "Ä", "ß", "ﬁ", "é", "①", "ア", "ｱ", "😀", "Ω", "İ", "a\u3000", "1e5",
]  # fmt: skip
_NUMBERS = [
    "0", "1", "-1", "2", "3", "7", "10", "0.5", "-0.5", "0.005", "2.5", "-2.5", "99.99", "12.50",
    "1000", "123456789.12", "-123456789.12", "0.01", "33.33",
]  # fmt: skip
_TAGS = ["new", "old", "重点", "a'b"]


def records(seed: int, count: int) -> list[Record]:
    """Return things with lines, many of their values empty, at edges or equal to others."""
    random = Random(seed)
    world: dict[int, Record] = {}
    for id_ in range(1, count + 1):
        lines = [
            _line(random, id_, id_ * 100 + index, world) for index in range(random.randrange(4))
        ]
        world[id_] = Record("thing", _thing(random, id_), world, lines)
    return list(world.values())


def _maybe(random: Random, value: T) -> T | None:
    return None if random.random() < 0.3 else value


def _date(random: Random) -> date:
    edges = [date(2026, 3, 31), date(2026, 4, 1), date(2026, 1, 31), date(2024, 2, 29)]
    far = [date(1, 1, 1), date(9999, 12, 31), date(1999, 12, 31)]
    if random.random() < 0.1:
        return random.choice(far)
    if random.random() < 0.5:
        return random.choice(edges)
    return date(2025, 1, 1) + timedelta(days=random.randrange(700))


def _datetime(random: Random) -> datetime:
    if random.random() < 0.4:
        # Around midnight in Shanghai and in UTC.
        start = datetime(2026, 3, 31, random.choice([0, 16]), tzinfo=UTC)
        return start + timedelta(microseconds=random.choice([-1, 0, 1, 500_000]))
    return datetime(2025, 6, 1, tzinfo=UTC) + timedelta(seconds=random.randrange(40_000_000))


def _thing(random: Random, id_: int) -> dict[str, object]:
    kinds = ["k-customer", "k-employee", "k-thing"]
    return {
        "id": id_,
        "price": _maybe(random, Decimal(random.choice(_NUMBERS)).quantize(Decimal("0.01"))),
        "rate": _maybe(random, Decimal(random.choice(_NUMBERS)).quantize(Decimal("0.0001"))),
        "number": _maybe(random, random.choice([0, 1, -1, 2, 3, 7, 10, 1000, 10**9])),
        "name": _maybe(random, random.choice(_WORDS)),
        "note": _maybe(random, random.choice(_WORDS)),
        "open": _maybe(random, random.random() < 0.5),
        "due": _maybe(random, _date(random)),
        "since": _maybe(random, _date(random)),
        "at": _maybe(random, _datetime(random)),
        "until": _maybe(random, _datetime(random)),
        "hour_of_day": _maybe(random, time(random.randrange(24), random.choice([0, 30]))),
        "tags": _maybe(random, tuple(sorted(random.sample(_TAGS, random.randrange(1, 4))))),
        "parent": _maybe(random, random.randrange(1, id_ + 1)) if id_ > 1 else None,
        "company": _maybe(random, RecordRef(random.choice(kinds), random.randrange(1, 5))),
        "owner": _maybe(random, RecordRef(random.choice(kinds), random.randrange(1, 5))),
    }


def _line(random: Random, head: int, id_: int, world: Mapping[int, Record]) -> Record:
    values = {
        "id": id_,
        "head": head,
        "amount": _maybe(random, Decimal(random.choice(_NUMBERS)).quantize(Decimal("0.01"))),
        "quantity": _maybe(random, random.randrange(-3, 12)),
        "word": _maybe(random, random.choice(_WORDS)),
        "day": _maybe(random, _date(random)),
        "last": _maybe(random, _date(random)),
    }
    return Record("line", values, world)


def _unless_true(node: Node) -> Node | None:
    """Leave out a condition that the parser leaves out too."""
    return None if isinstance(node, Literal) and node.value is True else node


@dataclass
class Generator:
    """Makes trees of a kind; ``plain`` ones consist of what a text can say before typing."""

    random: Random
    plain: bool = False
    in_lines: bool = False

    def node(self, kind: str, depth: int) -> Node:
        """Return a tree whose value is of a kind."""
        makers: dict[str, Callable[[int], Node]] = {
            "decimal": self.number,
            "text": self.text,
            "boolean": self.condition,
            "date": self.day,
            "datetime": self.moment,
        }
        return makers[kind](depth)

    def _pick(self, *choices: T) -> T:
        return self.random.choice(choices)

    def _path(self, *names: str) -> Path:
        return Path((self.random.choice(names),))

    def _choice(self, kind: str, depth: int) -> Node:
        """Return a conditional or replaced value of a kind."""
        if self._pick(True, False):
            return Call("coalesce", (self.node(kind, depth), self.node(kind, depth)))
        return Call("if", (self.condition(depth), self.node(kind, depth), self.node(kind, depth)))

    def number(self, depth: int) -> Node:
        if depth <= 0 or self.random.random() < 0.2:
            return self._number_leaf()
        below = depth - 1
        makers: list[Callable[[], Node]] = [
            lambda: Binary(self._pick(*"+-*/"), self.number(below), self.number(below)),
            lambda: Binary(self._pick(*"+-*/"), self.number(below), self.number(below)),
            lambda: Unary("-", self.number(below)),
            lambda: Call("round", (self.number(below), Literal(Decimal(self._pick(0, 1, 2, -1))))),
            lambda: Call("round", (self.number(below), self.number(0))),
            lambda: Call("truncate", (self.number(below), Literal(Decimal(1)))),
            lambda: Call(
                self._pick("floor", "ceiling", "abs", "sign", "round"), (self.number(below),)
            ),
            lambda: Call("mod", (self.number(below), self.number(below))),
            lambda: Call(
                self._pick("min", "max", "average"),
                (self.number(below), self.number(below), self.number(0)),
            ),
            lambda: Call("length", (self.text(below),)),
            lambda: Call("number", (self.text(below),)),
            lambda: Call(
                self._pick("year", "month", "day", "weekday", "quarter"), (self.day(below),)
            ),
            lambda: Call(self._pick("year", "day", "hour", "minute"), (self.moment(below),)),
            lambda: Call("days", (self.day(below), self.day(below))),
            lambda: Binary("-", self.day(below), self.day(below)),
            lambda: Binary("-", self.moment(below), self.moment(below)),
            lambda: self._choice("decimal", below),
            lambda: self._aggregate("decimal", below),
            lambda: self._valid("decimal"),
        ]
        return self.random.choice(makers)()

    def _number_leaf(self) -> Node:
        if self.random.random() < 0.3:
            return Literal(Decimal(self.random.choice(_NUMBERS)))
        if self.in_lines:
            return self._path("amount", "quantity")
        if self.random.random() < 0.1:
            return Path(("parent", self._pick("price", "number")))
        if self.random.random() < 0.1:
            return Path((self._pick("least", "nothing"),), "$setting")
        return self._path("price", "rate", "number")

    def _aggregate(self, kind: str, depth: int) -> Node:
        if self.in_lines:
            return self.node(kind, 0)
        inner = Generator(self.random, self.plain, in_lines=True)
        where = _unless_true(inner.condition(depth)) if self._pick(True, False) else None
        path = Path(("lines",))
        if kind == "decimal":
            if self._pick(True, False, False):
                return Related("count", path, where=where)
            quantifier = self._pick("sum", "average", "min", "max")
            return Related(quantifier, path, inner.number(depth - 1), where)
        return Related(self._pick("min", "max"), path, inner.node(kind, depth - 1), where)

    def _valid(self, kind: str) -> Node:
        """Return a value of the line that is valid on a day."""
        if self.in_lines:
            return self.node(kind, 0)
        names = {
            "decimal": [("amount",), ("quantity",), ("head", "price")],
            "text": [("word",), ("head", "name")],
            "date": [("day",), ("last",)],
        }
        value = Path(self.random.choice(names[kind]))
        return RecordAt(Path(("lines",)), self._any_day(), value)

    def _any_day(self) -> Node:
        """Return a day, or a moment, on which a record may be valid; it asks no other records."""
        if self.plain and self._pick(True, False):
            return Literal(_date(self.random).isoformat())
        day = self.moment(0) if self._pick(1, 2, 3, 4) == 4 else self.day(0)
        return Binary(self._pick("+", "-"), day, self._span(0)) if self._pick(1, 2, 3) == 3 else day

    def text(self, depth: int) -> Node:
        if depth <= 0 or self.random.random() < 0.2:
            if self.random.random() < 0.3:
                return Literal(self.random.choice(_WORDS))
            if self.in_lines:
                return Path(("word",))
            return (
                Path(("parent", "name")) if self._pick(1, 2, 3) == 3 else self._path("name", "note")
            )
        below = depth - 1
        makers: list[Callable[[], Node]] = [
            lambda: Call("concat", (self.text(below), self.text(below))),
            lambda: Call("concat", (self.number(below), self.text(below), self.day(0))),
            lambda: Call(self._pick("left", "right"), (self.text(below), self.number(0))),
            lambda: Call("middle", (self.text(below), self.number(0), self.number(0))),
            lambda: Call(self._pick("lower", "upper", "trim"), (self.text(below),)),
            lambda: Call("replace", (self.text(below), self.text(0), self.text(0))),
            lambda: Call(self._pick("min", "max"), (self.text(below), self.text(0))),
            lambda: self._choice("text", below),
            lambda: self._aggregate("text", below),
            lambda: self._valid("text"),
        ]
        return self.random.choice(makers)()

    def day(self, depth: int) -> Node:
        if depth <= 0 or self.random.random() < 0.3:
            if self.random.random() < 0.2:
                return Call(self._pick("today", "yesterday", "tomorrow"))
            if self.random.random() < 0.2 and not self.plain:
                return Literal(_date(self.random))
            return self._path("day", "last") if self.in_lines else self._path("due", "since")
        below = depth - 1
        makers: list[Callable[[], Node]] = [
            lambda: Binary(self._pick("+", "-"), self.day(below), self._span(0)),
            lambda: Call(self._pick("add_months", "add_years"), (self.day(below), self.number(0))),
            lambda: Call(
                self._pick("start_of", "end_of"),
                (Literal(self._pick("week", "month", "quarter", "year", "月")), self.day(below)),
            ),
            lambda: Call("date", (self.moment(below),)),
            lambda: Call(self._pick("min", "max"), (self.day(below), self.day(below))),
            lambda: self._choice("date", below),
            lambda: self._aggregate("date", below),
            lambda: self._valid("date"),
        ]
        return self.random.choice(makers)()

    def _span(self, depth: int) -> Node:
        return Call(self._pick("days", "weeks", "hours", "minutes"), (self.number(depth),))

    def moment(self, depth: int) -> Node:
        if depth <= 0 or self.random.random() < 0.4:
            if self.in_lines or self.random.random() < 0.2:
                return Call("now")
            if self.random.random() < 0.1 and not self.plain:
                return Literal(_datetime(self.random))
            return self._path("at", "until")
        below = depth - 1
        makers: list[Callable[[], Node]] = [
            lambda: Binary(self._pick("+", "-"), self.moment(below), self._span(0)),
            lambda: Call("add_months", (self.moment(below), self.number(0))),
            lambda: self._choice("datetime", below),
        ]
        return self.random.choice(makers)()

    def condition(self, depth: int) -> Node:
        if depth <= 0:
            return self._test(0)
        below = depth - 1
        roll = self.random.random()
        if roll < 0.35:
            return Binary(self._pick("and", "or"), self.condition(below), self.condition(below))
        if roll < 0.5:
            return Unary("not", self.condition(below))
        return self._test(below)

    def _test(self, depth: int) -> Node:
        if self.in_lines and self.random.random() < 0.2:
            return Call("valid_at", (self._any_day(),))
        kind = self._pick("decimal", "decimal", "text", "date", "datetime", "boolean")
        makers: list[Callable[[], Node]] = [
            lambda: self._compared(kind, depth),
            lambda: self._compared(kind, depth),
            lambda: self._mixed(depth),
            lambda: Binary(self._pick("contains", "starts"), self.text(depth), self.text(0)),
            lambda: self._member(depth),
            lambda: self._between(depth),
            lambda: Emptiness(self.node(kind, depth), self._pick(True, False)),
            self._leaf_test,
            lambda: self._quantified(depth),
        ]
        return self.random.choice(makers)()

    def _compared(self, kind: str, depth: int) -> Node:
        operators = ["=", "!="] if kind == "boolean" else ["=", "!=", "<", "<=", ">", ">="]
        left, right = self.node(kind, depth - 1), self.node(kind, depth - 1)
        if self.random.random() < 0.1:
            right = Literal(None)
        return Binary(self.random.choice(operators), left, right)

    def _mixed(self, depth: int) -> Node:
        """Compare a datetime with a day, or test that it lies in a period."""
        moment = self.moment(depth - 1)
        if self._pick(True, False):
            period = Call(self._pick("this_month", "last_month", "this_week", "next_year"))
            counted = Call(self._pick("last_n_days", "next_n_months"), (Literal(Decimal(3)),))
            return Membership(self._pick(moment, self.day(0)), (self._pick(period, counted),))
        sides = [moment, self.day(depth - 1)]
        self.random.shuffle(sides)
        return Binary(self._pick("=", "!=", "<", "<=", ">", ">="), *sides)

    def _member(self, depth: int) -> Node:
        kind = self._pick("decimal", "text", "date")
        count = self._pick(0, 1, 3, 25)
        constant = Generator(self.random, self.plain)
        items: tuple[Node, ...] = tuple(self._constant(kind) for _ in range(count))
        if self._pick(True, False, False) and not self.in_lines:
            column = {"decimal": "price", "text": "note", "date": "since"}[kind]
            if depth <= 1:
                items = (*items[:1], Path((column,)))
                return Membership(constant.node(kind, 0), items, self._pick(True, False))
        return Membership(self.node(kind, depth), items, self._pick(True, False))

    def _constant(self, kind: str) -> Node:
        if kind == "decimal":
            return Literal(Decimal(self.random.choice(_NUMBERS)))
        if kind == "text":
            return Literal(self.random.choice(_WORDS))
        return Literal(_date(self.random).isoformat() if self.plain else _date(self.random))

    def _between(self, depth: int) -> Node:
        kind = self._pick("decimal", "text", "date", "datetime")
        return Between(self.node(kind, depth - 1), self.node(kind, 0), self.node(kind, depth - 1))

    def _leaf_test(self) -> Node:
        if self.in_lines:
            return Binary(self._pick("=", "!=", "<"), Path(("word",)), Literal("Tech"))
        me = Call("record", (Literal("employee"), Path((), "$me")))
        makers: list[Callable[[], Node]] = [
            lambda: Path(("open",)),
            lambda: Binary("contains", Path(("tags",)), Literal(self.random.choice(_TAGS))),
            lambda: Membership(self.text(0), (Path(("tags",)),), self._pick(True, False)),
            lambda: TypeTest(Path(("company",)), "customer", self._pick(True, False)),
            lambda: Binary(self._pick("=", "!="), Path(("company",)), Path(("owner",))),
            lambda: Binary(self._pick("=", "!="), Path(("owner",)), me),
            lambda: Binary(self._pick("=", "!="), Path(("parent",)), Path((), "$contact")),
            lambda: Binary(self._pick("=", "!="), Path(("parent",)), Literal(Decimal(2))),
            lambda: Binary("under", Path(("parent",)), Literal(Decimal(2))),
            lambda: Membership(Path(("owner",)), (Path((), "$my_subordinates"),)),
            lambda: Literal(self._pick(True, False)),
            lambda: Emptiness(RecordAt(Path(("lines",)), self._any_day())),
            lambda: Binary("<", Path(("hour_of_day",)), Literal("12:30")),
        ]
        return self.random.choice(makers)()

    def _quantified(self, depth: int) -> Node:
        if self.in_lines:
            return self._leaf_test()
        inner = Generator(self.random, self.plain, in_lines=True)
        where = _unless_true(inner.condition(depth - 1)) if self._pick(1, 2, 3) > 1 else None
        return Related(self._pick("any", "none", "all"), Path(("lines",)), where=where)
