"""What every reader may see and what every question answers, by brute force over plain dicts.

Written from the paper alone: nothing here comes from the engine, and nothing may. Records are
dicts by field name, deleted ones included; conditions are the JSON that the API takes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Context, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from access_world.masks import as_stored
from access_world.schema import FIELDS, INPUTS, PERIODS, TREES
from access_world.sight import Row, Sight, World

Filter = Mapping[str, Any]

ORDERINGS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": lambda one, two: bool(one < two),
    "<=": lambda one, two: bool(one <= two),
    ">": lambda one, two: bool(one > two),
    ">=": lambda one, two: bool(one >= two),
}
_WIDE = Context(prec=60)


class Refused(Exception):  # noqa: N818 - what the oracle raises is an answer, not an error
    """There is no such thing for this reader."""


@dataclass
class Eyes:
    """One reader's view of a world: ``rules`` say which records, ``hidden`` which fields not."""

    world: World
    rules: Mapping[str, Filter]
    hidden: Mapping[str, frozenset[str]]
    zone: ZoneInfo
    today: date
    #: scopes of roles instead of rules
    sight: Sight | None = None
    #: whoever judges rights sees what is in the recycle bin together as it was before
    judging: bool = False
    #: fields, hidden ones too, of which a part is shown
    masked: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _seen: dict[tuple[str, int], bool] = field(default_factory=dict)

    # -- rights ----------------------------------------------------------------------------------

    def visible(self, entity: str, record: int) -> bool:
        """Tell whether the reader may see a record; living or in the recycle bin."""
        key = (entity, record)
        if key not in self._seen:
            row = self.world[entity][record]
            if self.sight is not None:
                self._seen[key] = self.sight.sees(self.world, entity, row)
                return self._seen[key]
            rule = self.rules.get(entity)
            everything = Eyes(self.world, {}, {}, self.zone, self.today, judging=True)
            self._seen[key] = rule is None or everything.sure(entity, row, rule) is True
        return self._seen[key]

    def readable(self, entity: str, name: str) -> bool:
        """Tell whether a field exists for the reader; of a computed one all that it reads."""
        if name not in FIELDS[entity] or name in self.hidden.get(entity, ()):
            return False
        return all(self.readable(*each) for each in INPUTS.get((entity, name), ()))

    def sure(self, entity: str, row: Row, rule: Filter) -> bool | None:
        """Return what a rule of rights says; None where an empty value leaves it open."""
        if "related" in rule:
            link, _, further = rule["related"].partition(".")
            if further and self.value(entity, row, f"{link}.created_at") is None:
                return None
            found = self.related(entity, row, rule["related"])
            part = next(each for each in ("any", "none", "all") if each in rule)
            answers = [self.sure(*each, rule[part]) if rule[part] else True for each in found]
            if part == "any":
                return True in answers
            return all(each is (part == "all") for each in answers)
        if "all" in rule or "any" in rule:
            key, wins = ("all", False) if "all" in rule else ("any", True)
            answers = [self.sure(entity, row, each) for each in rule[key]]
            if wins in answers:
                return wins
            return None if None in answers else not wins
        if "not" in rule:
            inner = self.sure(entity, row, rule["not"])
            return None if inner is None else not inner
        if (
            rule["op"] not in ("empty", "not_empty")
            and self.value(entity, row, rule["field"]) is None
        ):
            return None
        return self.holds(entity, row, rule)

    # -- values ----------------------------------------------------------------------------------

    def end(self, entity: str, path: str) -> tuple[str, str]:
        """Return entity and field at the end of a path; raise Refused where it does not exist."""
        names = path.split(".")
        if not self.readable(entity, names[0]):
            raise Refused(path)
        if len(names) == 1:
            return entity, names[0]
        kind, rest = FIELDS[entity][names[0]], ".".join(names[1:])
        if kind == "any":
            for target in ("person", "thing"):
                try:
                    return self.end(target, rest)
                except Refused:
                    continue
        if kind.startswith("mirror "):
            return self.end(entity, f"{kind[7:]}.{rest}")
        if kind.startswith("lines ") and names[1] == "current" and self._has_period(kind[6:]):
            return self.end(kind[6:], ".".join(names[2:]))
        if kind.startswith("> "):
            return self.end(kind[2:], rest)
        raise Refused(path)

    def partly(self, entity: str, path: str) -> tuple[str, str] | None:
        """Return entity and field at the end of a path of which a part is shown, else None."""
        name, _, rest = path.partition(".")
        if not rest:
            return (entity, name) if name in self.masked.get(entity, ()) else None
        kind = FIELDS[entity].get(name, "")
        there = kind.startswith("> ") and self.readable(entity, name)
        return self.partly(kind[2:], rest) if there else None

    def _has_period(self, entity: str) -> bool:
        return all(self.readable(entity, each) for each in PERIODS[entity])

    def value(self, entity: str, row: Row, path: str) -> Any:
        """Return the value at a path; empty behind what may not be seen or is gone."""
        names = path.split(".")
        kind, rest = FIELDS[entity][names[0]], ".".join(names[1:])
        if kind.startswith("mirror "):
            return self.value(entity, row, f"{kind[7:]}.{rest}" if rest else kind[7:])
        if kind.startswith("lines ") and rest:
            found = self._current(entity, row, names[0])
            return None if found is None else self.value(kind[6:], found, ".".join(names[2:]))
        own = row.get(names[0])
        if kind.startswith("links "):
            return tuple(each for each in own or () if self._there(kind[6:], each)) or None
        if not rest or own is None:
            return own
        target, record = own if kind == "any" else (kind[2:], own)
        if rest == "id" and kind != "any":
            return record
        together = names[0] == "head" and self._gone_together(row, target, record)
        if not (together or self._there(target, record)):
            return None
        if kind == "any" and (rest not in FIELDS[target] or not self.readable(target, rest)):
            return None
        return self.value(target, self.world[target][record], rest)

    def _gone_together(self, row: Row, entity: str, record: int) -> bool:
        return self.judging and bool(row["deleted"] and self.world[entity][record]["deleted"])

    def _there(self, entity: str, record: int) -> bool:
        row = self.world[entity].get(record)
        return row is not None and not row["deleted"] and self.visible(entity, record)

    def _current(self, entity: str, row: Row, lines: str) -> Row | None:
        found = [
            each
            for _, each in self.related(entity, row, lines)
            if (each["since"] is None or each["since"] <= self.today)
            and (each["until"] is None or each["until"] >= self.today)
        ]
        return max(found, key=lambda each: (each["since"] or date.min, each["id"]), default=None)

    def related(self, entity: str, row: Row, path: str) -> list[tuple[str, Row]]:
        """Return the records behind lines, links, or an entity that points here."""
        names = path.split(".")
        kind = FIELDS[entity].get(names[0], "")
        if kind.startswith("> ") and len(names) > 1:
            self.end(entity, names[0])
            target, rest = kind[2:], ".".join(names[1:])
            record = row.get(names[0])
            empty: Row = {"id": None, "deleted": False}
            there = record is not None and (
                self._there(target, record) or self._gone_together(row, target, record)
            )
            return self.related(target, self.world[target][record] if there else empty, rest)
        if kind.startswith(("lines ", "links ")):
            self.end(entity, names[0])
            target = kind[6:]
            ids = row.get(names[0]) if kind.startswith("links ") else None
            rows = [
                each
                for each in self.world[target].values()
                if (
                    each["id"] in (ids or ())
                    if kind.startswith("links ")
                    else each["head"] == row["id"]
                )
            ]
        else:
            target, link = names[0], pointing(names, entity)
            self.end(target, link)
            mine = (entity, row["id"]) if FIELDS[target][link] == "any" else row["id"]
            rows = [each for each in self.world[target].values() if each[link] == mine]
            rows = rows if row["id"] is not None else []
        lines = kind.startswith("lines ")
        return [
            (target, each)
            for each in rows
            if self._there(target, each["id"])
            or (lines and self.judging and each["deleted"] and row["deleted"])
        ]

    # -- conditions ------------------------------------------------------------------------------

    def holds(self, entity: str, row: Row, asked: Filter) -> bool:
        """Tell whether a condition holds: two-valued, an empty value is one like any other."""
        if "related" in asked:
            return self._related_holds(entity, row, asked)
        if "all" in asked:
            return all(self.holds(entity, row, each) for each in asked["all"])
        if "any" in asked:
            return any(self.holds(entity, row, each) for each in asked["any"])
        if "not" in asked:
            return not self.holds(entity, row, asked["not"])
        operator, wanted = asked["op"], self._wanted(entity, asked)
        found = self.value(entity, row, asked["field"])
        if operator in ("empty", "not_empty"):
            return (found is None) == (operator == "empty")
        if operator in ("is", "is_not"):
            return (found is not None and found[0] == wanted) == (operator == "is")
        if operator == "under":
            return self._under(asked["field"], entity, found, wanted)
        if operator == "between":
            low, high = wanted
            return self._compare(found, ">=", low) and self._compare(found, "<=", high)
        if operator in ("in", "not_in"):
            among = any(each is not None and self._compare(found, "=", each) for each in wanted)
            return (found is not None and among) == (operator == "in")
        return self._compare(found, operator, wanted)

    def _wanted(self, entity: str, asked: Filter) -> Any:
        """Return what a value is compared with; raise Refused where it may not be."""
        partly = self.partly(entity, asked["field"])
        if partly is not None:
            return _whole(asked, *partly)
        self.end(entity, asked["field"])
        return asked.get("value")

    def _related_holds(self, entity: str, row: Row, asked: Filter) -> bool:
        quantifier = next(each for each in ("any", "none", "all", "count") if each in asked)
        inner = asked[quantifier]
        rows = self.related(entity, row, asked["related"])
        self._check_related(entity, asked["related"], inner)
        held = [each for each in rows if not inner or self.holds(*each, inner)]
        if quantifier == "count":
            return self._compare(len(held), asked["op"], asked["value"])
        if quantifier == "all":
            return len(held) == len(rows)
        return bool(held) == (quantifier == "any")

    def _check_related(self, entity: str, path: str, inner: Filter) -> None:
        """Refuse a condition over unreadable fields even where there is no related record."""
        names = path.split(".")
        kind = FIELDS[entity].get(names[0], "")
        if kind.startswith("> ") and len(names) > 1:
            self._check_related(kind[2:], ".".join(names[1:]), inner)
        elif inner:
            self.check(kind[6:] if kind.startswith(("lines ", "links ")) else names[0], inner)

    def check(self, entity: str, asked: Filter) -> None:
        """Raise Refused if a condition names what does not exist for the reader."""
        for key in ("all", "any"):
            if key in asked and "related" not in asked:
                for each in asked[key]:
                    self.check(entity, each)
        if "not" in asked:
            self.check(entity, asked["not"])
        if "field" in asked and (partly := self.partly(entity, asked["field"])):
            _whole(asked, *partly)
        elif "field" in asked:
            holder, name = self.end(entity, asked["field"])
            if asked["op"] == "under":
                self.end(FIELDS[holder][name][2:], TREES[FIELDS[holder][name][2:]])
        if "related" in asked:
            empty: Row = dict.fromkeys(FIELDS[entity]) | {"id": None, "deleted": False}
            self._related_holds(entity, empty, asked)

    def _compare(self, found: Any, operator: str, wanted: Any) -> bool:
        if operator == "!=":
            return not self._compare(found, "=", wanted)
        if isinstance(wanted, Mapping) and "id" in wanted:
            wanted = (wanted["entity"], wanted["id"])
        if found is None or wanted is None:
            return operator == "=" and found is wanted
        if operator in ("contains", "starts"):
            if isinstance(found, tuple):
                return wanted in found
            text, part = fold(found), fold(wanted)
            return part in text if operator == "contains" else text.startswith(part)
        if isinstance(found, datetime):
            return self._compare_moments(found, operator, wanted)
        if isinstance(found, date) and isinstance(wanted, str):
            wanted = date.fromisoformat(wanted)
        if isinstance(wanted, float):
            wanted = Decimal(repr(wanted))
        return bool(found == wanted) if operator == "=" else ORDERINGS[operator](found, wanted)

    def _compare_moments(self, found: datetime, operator: str, wanted: str) -> bool:
        if len(wanted) == 10:
            day, other = found.astimezone(self.zone).date(), date.fromisoformat(wanted)
            return day == other if operator == "=" else ORDERINGS[operator](day, other)
        moment = datetime.fromisoformat(wanted).replace(tzinfo=self.zone)
        return found == moment if operator == "=" else ORDERINGS[operator](found, moment)

    def _under(self, path: str, entity: str, found: Any, wanted: Any) -> bool:
        """Climb from the record, over what may be seen, to the one it should lie under."""
        tree = (
            FIELDS[entity][path]
            if "." not in path
            else FIELDS[self.end(entity, path)[0]][path.rpartition(".")[2]]
        )
        target, parent = tree[2:], TREES[tree[2:]]
        self.end(target, parent)
        tops = (
            [wanted]
            if isinstance(wanted, int)
            else [
                each["id"]
                for each in self.world[target].values()
                if self._there(target, each["id"])
                and any(
                    self.readable(target, name) and each[name] == wanted
                    for name in ("code", "name")
                )
            ]
        )
        while found is not None:
            if found in tops:
                return True
            found = self.world[target][found][parent] if self._there(target, found) else None
        return False


def _whole(asked: Filter, entity: str, name: str) -> Any:
    """Return the whole values that a field of which a part is shown is compared with."""
    value = asked.get("value")
    several = asked["op"] in ("in", "not_in")
    values = value if several else [value]
    moment = FIELDS[entity][name] == "moment"
    if asked["op"] not in ("=", "in", "not_in") or None in values or moment:
        raise Refused(name)
    stored = [as_stored(entity, name, each) for each in values]
    return stored if several else stored[0]


def pointing(names: Sequence[str], entity: str) -> str:
    """Return the link by which the records of another entity point to one of this."""
    if len(names) > 1:
        return names[1]
    kinds = (f"> {entity}", "any")
    return next(name for name, kind in FIELDS[names[0]].items() if kind in kinds)


def fold(text: str) -> str:
    """Return a text without case and width."""
    return unicodedata.normalize("NFKC", text).lower()
