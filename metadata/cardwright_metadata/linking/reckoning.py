"""Steps of rules that reckon: formulas of items, and ranks; every name in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.reaching import reach
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at

At = tuple[str | int, ...]

#: The type of fields that keep a formula.
FORMULA = "expression"


@dataclass(frozen=True)
class ReckoningLinker:
    """Checks the steps ``calculate`` and ``rank``."""

    names: Names
    expressions: Expressions
    report: Report

    def link(self, content: MarkedMap, at: At, entity: str, scope: Scope) -> None:
        """Check what a step reckons, if it does."""
        step = value_at(content, at)
        if isinstance(step.get("calculate"), MarkedMap):
            self._link_calculate(content, (*at, "calculate"), entity, scope)
        if isinstance(step.get("rank"), MarkedMap):
            self._link_rank(content, (*at, "rank"), entity)

    def _link_calculate(self, content: MarkedMap, at: At, entity: str, scope: Scope) -> None:
        said = value_at(content, at)
        over = self._entity_of(content, at, entity)
        if not over:
            return
        try:
            items = reach(self.names, (over,), said["from"].split("."))
        except UnknownPathError as error:
            self.report.unknown_path(content, (*at, "from"), error)
            return
        self.expressions.check(content, (*at, "if"), replace(scope, here=items, record=(over,)))
        formulas = {
            name: field
            for name, field in self.names.fields(items[0]).items()
            if field.get("type") == FORMULA
        }
        self._field(content, (*at, "value"), said["value"], formulas)
        if self._field(content, (*at, "into"), said["into"], self._lines(over)):
            known = self.names.fields(self.names.targets(over, said["into"])[0])
            for key in ("item", "result"):
                self._field(content, (*at, key), said[key], known)

    def _entity_of(self, content: MarkedMap, at: At, entity: str) -> str:
        """Return of which entity the record is over which formulas are read, empty if unknown."""
        name = value_at(content, at).get("of")
        if name is None:
            return entity
        earlier: dict[str, str] = {}
        for other, step in content["do"].items():
            if other == at[1]:
                break
            made = step.get("create") or step.get("upsert")
            if isinstance(made, MarkedMap):
                earlier[other] = str(made.get("entity"))
        if name not in earlier:
            self.report.unknown(content, (*at, "of"), "step", str(name), earlier)
        found = earlier.get(str(name), "")
        return found if found in self.names.entities else ""

    def _lines(self, entity: str) -> Mapping[str, Any]:
        return {
            name: field
            for name, field in self.names.fields(entity).items()
            if getattr(self.names.type_of(field), "relation", "") == "lines"
        }

    def _link_rank(self, content: MarkedMap, at: At, entity: str) -> None:
        said = value_at(content, at)
        trigger = content["trigger"]
        if not (trigger.get("schedule") or trigger.get("button") == "list"):
            message = "A rank needs all records: a schedule, or a button above the list."
            self.report.add(content, at, "ranks_one", message, expected="schedule, button: list")
        known = self.names.fields(entity)
        for key in ("by", "per", "into"):
            if key in said:
                self._field(content, (*at, key), said[key], known)

    def _field(self, content: MarkedMap, at: At, name: str, known: Mapping[str, Any]) -> bool:
        if name not in known:
            self.report.unknown(content, at, "field", str(name), known)
        return name in known
