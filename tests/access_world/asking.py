"""Questions about the workshop's records, generated with a fixed seed, in the API's own words."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal
from typing import Any

from access_world.eyes import Refused
from access_world.oracle import Oracle
from access_world.schema import FIELDS, SEARCHED

Question = dict[str, Any]

#: How often a question names what does not exist for its reader.
CURIOUS = 0.02

#: Paths by entity beside its own fields: over one, two and three links.
_FAR = {
    "area": ("above.name", "above.above.code", "above.above.above.name"),
    "firm": ("area.name", "area.above.name", "mother.name", "mother.area.code", "mother.staff",
             "mother.mother.area.name", "area.above.above.name", "mother.double", "area.id"),
    "person": ("jobs.current.firm.name", "jobs.current.post", "company.area.name", "company.staff",
               "jobs.current.since"),
    "job": ("firm.name", "head.name", "firm.area.name", "firm.mother.credit", "head.company"),
    "thing": (),
    "deal": ("firm.name", "firm.area.above.name", "firm.credit", "firm.mother.name", "about.name",
             "firm.short", "firm.seen_at", "firm.mother.area.name"),
    "deal_item": ("thing.name", "thing.price", "head.number", "head.firm.name", "head.total",
                  "head.firm.area.name"),
}  # fmt: skip

#: Related records by entity, and the entity they are of.
RELATED = {
    "area": (("firm", "firm"), ("area", "area")),
    "firm": (("job", "job"), ("deal", "deal"), ("firm", "firm"), ("mother.deal", "deal"),
             ("area.firm", "firm")),
    "person": (("jobs", "job"), ("deal", "deal")),
    "job": (("firm.deal", "deal"), ("head.jobs", "job")),
    "thing": (("deal_item", "deal_item"), ("deal.about", "deal")),
    "deal": (("items", "deal_item"), ("extras", "thing"), ("firm.job", "job")),
    "deal_item": (("head.items", "deal_item"), ("thing.deal_item", "deal_item")),
}  # fmt: skip

_WORDS = ("经理", "会计", "abc", "南", "华南", "公司", "a", "A1", "3m", "ltd", "D00", "F2026", "hn",
          "东庆", "b", "c", "sent", "won", "138", "Z", "重庆", "科动公")  # fmt: skip


class Asker:
    """Asks at random, the same things for a seed."""

    def __init__(self, oracle: Oracle, seed: int, *, wholes: bool = True) -> None:
        self.random = random.Random(seed)
        self.oracle = oracle
        self.wholes = wholes  #: ask for the whole values of what is shown in part
        self.world = oracle.world

    def question(self) -> Question:
        """Return the next question: a list, an aggregate, a search or the recycle bin."""
        kind = self.random.choice(["list"] * 5 + ["groups"] * 2 + ["search"] * 2 + ["bin"])
        entity = self.random.choice([*SEARCHED] if kind == "search" else [*FIELDS])
        asked: Question = {"kind": kind, "entity": entity}
        if self.random.random() < 0.75:
            asked["filter"] = self.condition(entity, 1)
        if kind == "groups":
            return asked | self._groups(entity)
        if kind == "search":
            asked["search"] = self._words(entity)
        asked["deleted"] = kind == "bin"
        asked["columns"] = self._some(self.paths(entity, partly=True), 6)
        asked["sort"] = [
            self.random.choice(["", "-"]) + path
            for path in self._some(self.sortable(entity), 3, least=0)
        ]
        asked["totals"] = {
            path: self._function(entity, path) for path in self._some(self.paths(entity), 2)
        }
        asked["totals"] = {path: name for path, name in asked["totals"].items() if name}
        return asked

    # -- paths -----------------------------------------------------------------------------------

    def paths(self, entity: str, *, partly: bool = False) -> list[str]:
        """Return the paths to single values and links, near and far."""
        exists = self.oracle.shows if partly else self.oracle.exists
        own = [name for name, kind in FIELDS[entity].items() if not kind.startswith("lines ")]
        return [
            path
            for path in (*own, *_FAR[entity])
            if exists(entity, path) or self.random.random() < CURIOUS
        ]

    def _some(self, paths: list[str], most: int, *, least: int = 1) -> list[str]:
        return self.random.sample(paths, min(len(paths), self.random.randint(least, most)))

    def sortable(self, entity: str) -> list[str]:
        """Return the paths by which one may sort."""
        unordered = ("list", "any", "links ", "lines ")
        return [
            path
            for path in self.paths(entity)
            if not self.kind(entity, path).startswith(unordered) and path != "note"
        ]

    def kind(self, entity: str, path: str) -> str:
        """Return the kind of value at the end of a path."""
        name, _, rest = path.partition(".")
        kind = FIELDS[entity][name]
        if kind.startswith("mirror "):
            return self.kind(entity, f"{kind[7:]}.{rest}" if rest else kind[7:])
        if not rest:
            return kind
        if kind == "any":
            return "text"
        return self.kind(kind.split(" ")[1], rest.removeprefix("current."))

    # -- conditions ------------------------------------------------------------------------------

    def condition(self, entity: str, depth: int) -> Question:
        """Return a condition, nested at most three deep."""
        partly = self._partly(entity) if self.wholes else []
        if partly and self.random.random() < 0.3:
            return self._whole(entity, self.random.choice(partly))
        chance = self.random.random()
        if depth < 3 and chance < 0.3:
            key = self.random.choice(["all", "any"])
            return {
                key: [
                    self.condition(entity, depth + 1)
                    for _ in range(self.random.randint(0 if depth > 1 else 1, 3))
                ]
            }
        if depth < 3 and chance < 0.4:
            return {"not": self.condition(entity, depth + 1)}
        if depth < 3 and chance < 0.6:
            return self._related(entity, depth)
        return self._test(entity, self.random.choice(self.paths(entity)))

    def _partly(self, entity: str) -> list[str]:
        """Return the paths to fields of which a part is shown."""
        paths = (*FIELDS[entity], *_FAR[entity])
        return [path for path in paths if self.oracle.partly(entity, path)]

    def _whole(self, entity: str, path: str) -> Question:
        """Ask for whole values that are there or nearly there, seldom for anything else of them."""
        holder, name = self.oracle.partly(entity, path) or ("", "")
        values = [each[name] for each in self.world[holder].values() if each[name] is not None]
        some = [_written(self.random.choice(values)) for _ in range(3)]
        if self.random.random() < 0.2:
            return self._test(entity, path)
        if FIELDS[holder][name] in ("text", "words") and self.random.random() < 0.2:
            some[0] = some[0][:-1] or "a"
        operator = self.random.choice(["=", "=", "in", "not_in"])
        return {"field": path, "op": operator, "value": some[0] if operator == "=" else some}

    def _related(self, entity: str, depth: int) -> Question:
        open_ones = [
            (path, target)
            for path, target in RELATED[entity]
            if self.random.random() < CURIOUS or self._is_open(entity, path)
        ]
        if not open_ones:
            return self.condition(entity, depth + 1)
        path, target = self.random.choice(open_ones)
        quantifier = self.random.choice(["any", "none", "all", "count"])
        inner = self.condition(target, depth + 1) if self.random.random() < 0.8 else {}
        asked: Question = {"related": path, quantifier: inner}
        if quantifier == "count":
            asked |= {
                "op": self.random.choice(["=", "!=", "<", ">=", ">"]),
                "value": self.random.randint(0, 3),
            }
        return asked

    def _is_open(self, entity: str, path: str) -> bool:
        try:
            self.oracle.check(entity, {"related": path, "any": {}})
        except Refused:
            return False
        return True

    def _test(self, entity: str, path: str) -> Question:
        kind = self.kind(entity, path)
        if self.random.random() < 0.15:
            return {"field": path, "op": self.random.choice(["empty", "not_empty"])}
        if kind == "> area" and self.random.random() < 0.7:
            return {"field": path, "op": "under", "value": self._top()}
        if kind == "any":
            return self._test_any(path)
        if kind == "list":
            return {"field": path, "op": "contains", "value": self.random.choice("abcx")}
        if kind.startswith("links "):
            inner = {"field": "id", "op": "=", "value": self._id("thing")}
            return {"related": path, "any": inner}
        operators = ["=", "!=", "in", "not_in"]
        if not kind.startswith("> ") and kind != "boolean":
            operators += ["<", "<=", ">", ">=", "between"]
        if kind in ("text", "words"):
            operators += ["contains", "starts", "contains"]
        operator = self.random.choice(operators)
        if operator in ("in", "not_in"):
            values = [
                self._value(kind, exact=True) for _ in range(self.random.choice([0, 1, 3, 25]))
            ]
            return {"field": path, "op": operator, "value": values}
        if operator == "between":
            return {"field": path, "op": "between", "value": [self._value(kind), self._value(kind)]}
        empty = operator in ("=", "!=") and self.random.random() < 0.15
        return {"field": path, "op": operator, "value": None if empty else self._value(kind)}

    def _test_any(self, path: str) -> Question:
        entity = self.random.choice(["person", "thing"])
        if self.random.random() < 0.5:
            return {"field": path, "op": self.random.choice(["is", "is_not"]), "value": entity}
        value = {"entity": entity, "id": self._id(entity)}
        return {"field": path, "op": self.random.choice(["=", "!="]), "value": value}

    def _top(self) -> Any:
        above = {each["above"] for each in self.world["area"].values()} - {None}
        tops = sorted(above) if self.random.random() < 0.8 else [*self.world["area"]]
        row = self.world["area"][self.random.choice(tops)]
        return self.random.choice([row["id"], row["id"], row["name"], row["code"]])

    def _id(self, entity: str) -> int:
        return self.random.choice([*self.world[entity]])

    def _value(self, kind: str, *, exact: bool = False) -> Any:
        if kind.startswith("> "):
            return self._id(kind[2:])
        if kind == "number":
            return self.random.choice([0, 1, 7, 12, 0.15, 99.99, 500, -3.1, 24, 1234.56])
        if kind == "boolean":
            return self.random.choice([True, False])
        if kind == "date":
            return f"202{self.random.randint(0, 6)}-0{self.random.randint(1, 9)}-15"
        if kind == "moment":
            day = f"2026-0{self.random.randint(3, 6)}-1{self.random.randint(0, 9)}"
            return day if exact or self.random.random() < 0.7 else f"{day} 08:30"
        return self._text()

    def _text(self) -> str:
        entity, name = self.random.choice(
            [("firm", "name"), ("area", "name"), ("thing", "name"), ("firm", "short"),
             ("person", "name"), ("area", "code"), ("deal", "number"), ("firm", "email")]
        )  # fmt: skip
        row = self.random.choice([*self.world[entity].values()])
        text = row[name] or "a"
        if self.random.random() < 0.3:
            return self.random.choice(_WORDS)
        if self.random.random() < 0.5:
            start = self.random.randint(0, len(text) - 1)
            text = text[start : start + self.random.randint(1, 3)]
        return text.strip() or "a"

    # -- groups and search -----------------------------------------------------------------------

    def _groups(self, entity: str) -> Question:
        unfit = ("list", "links ", "lines ", "any")
        paths = [
            path for path in self.paths(entity) if not self.kind(entity, path).startswith(unfit)
        ]
        keys = []
        for path in self._some(paths, 2):
            moment = self.kind(entity, path) in ("date", "moment")
            keys.append(
                (
                    path,
                    self.random.choice(["day", "week", "month", "quarter", "year"])
                    if moment
                    else "",
                )
            )
        measures = {"n": ("count", "")}
        for index, path in enumerate(self._some(self.paths(entity), 2)):
            if function := self._function(entity, path):
                measures[f"m{index}"] = (function, path)
        return {"group_by": keys, "measures": measures}

    def _function(self, entity: str, path: str) -> str:
        kind = self.kind(entity, path)
        if kind == "number":
            return self.random.choice(["sum", "average", "min", "max", "count"])
        if kind in ("date", "moment", "text", "words"):
            return self.random.choice(["min", "max", "count"])
        return "count" if kind == "boolean" or kind.startswith("> ") else ""

    def _words(self, entity: str) -> str:
        chance = self.random.random()
        if chance < 0.2:
            return self.random.choice(_WORDS)
        row = self.random.choice([*self.world[entity].values()])
        path = self.random.choice([*SEARCHED[entity]])
        link, _, rest = path.rpartition(".")
        if link:
            # Behind a link stands a text of anybody's, whether or not the reader may see it.
            target = FIELDS[entity][link].removeprefix("> ")
            row, path = self.random.choice([*self.world[target].values()]), rest
        text = str(row[path] or "a").removeprefix("+86")
        start = self.random.randint(0, max(0, len(text) - 2))
        found = text[start : start + self.random.randint(1, 4)].strip() or "a"
        if chance < 0.35:
            return f"{found} {self.random.choice(_WORDS)}"
        return found.upper() if chance < 0.5 else found


def _written(value: Any) -> Any:
    """Return a stored value as the API writes it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
