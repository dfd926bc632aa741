"""Rules: their entity, what they listen to, and every name in their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.fields import FieldLinker
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.rule_parts import STEPS
from cardwright_metadata.stages import MOVED

At = tuple[str | int, ...]

#: Words that say who is told, beside fields that hold people.
PEOPLE = ("owner", "superior", "creator")

#: What a rule waits for.
TRIGGERS = ("event", "date", "schedule", "entered", "left", "button")

#: The word that takes an owner away.
POOL = "pool"


@dataclass(frozen=True)
class RuleLinker:
    """Checks rules against the entities that they are about."""

    names: Names
    expressions: Expressions
    fields: FieldLinker
    report: Report

    def link(self, content: MarkedMap) -> None:
        """Check one rule."""
        entity = content.get("of")
        if not isinstance(entity, str) or "trigger" not in content or not content.get("do"):
            self._require(content)
            return
        if entity not in self.names.entities:
            self.report.unknown(content, ("of",), "entity", entity, self.names.entities)
            return
        self._require_one(content, ("trigger",), TRIGGERS)
        self._link_trigger(content, entity)
        self.expressions.check(content, ("if",), self.expressions.scope_of(entity))
        for name, step in content["do"].items():
            self._require_one(content, ("do", name), STEPS)
            self._link_step(content, ("do", name), step, entity)

    def _require(self, content: MarkedMap) -> None:
        for key in ("of", "trigger", "do"):
            if not content.get(key):
                message = f"A rule says '{key}'."
                self.report.add(content, (key,), "missing_key", message, expected=f"{key}:")
                return

    def _require_one(self, content: MarkedMap, at: At, keys: Sequence[str]) -> None:
        """Report a trigger or a step that says several things at once."""
        # Without any, a key that nobody knows was reported already.
        said = [key for key in keys if key in value_at(content, at)]
        if len(said) > 1:
            self.report.add(
                content,
                at,
                "one_of",
                "One of these keys has to stand here, and only one.",
                found=", ".join(said),
                expected=", ".join(keys),
            )

    # -- what it listens to --------------------------------------------------------------------

    def _link_trigger(self, content: MarkedMap, entity: str) -> None:
        trigger = content["trigger"]
        known = self.names.fields(entity)
        for index, name in enumerate(trigger.get("fields") or ()):
            if name not in known:
                self.report.unknown(
                    content, ("trigger", "fields", index), "field", str(name), known
                )
        self._link_states(content, entity)
        if isinstance(trigger.get("date"), str):
            self._link_path(content, ("trigger", "date"), entity, trigger["date"])
        for key in ("entered", "left"):
            query = trigger.get(key)
            queries = self.names.entities[entity].get("queries") or {}
            if query is not None and query not in queries:
                self.report.unknown(content, ("trigger", key), "query", str(query), queries)

    def _link_states(self, content: MarkedMap, entity: str) -> None:
        wanted = content["trigger"].get("to")
        if wanted is None:
            return
        states = {
            state for field in self._stages(entity) for state in self.fields.choices_of(field)
        }
        for index, state in enumerate(wanted):
            if state not in states:
                self.report.unknown(
                    content, ("trigger", "to", index), "state", str(state), sorted(states)
                )

    def _stages(self, entity: str) -> list[Mapping[str, Any]]:
        return [
            field
            for field in self.names.fields(entity).values()
            if getattr(self.names.type_of(field), "computed", "") == MOVED
        ]

    def _link_path(self, content: MarkedMap, at: At, entity: str, written: str) -> None:
        # The last name may be a part of a value: valid.end.
        names = written.split(".")
        own = self.names.fields(entity).get(names[0])
        described = self.names.type_of(own) if own is not None else None
        if described is not None and len(names) == 2 and names[1] in described.parts:
            return
        try:
            self.names.walk(entity, names)
        except UnknownPathError as error:
            self.report.unknown_path(content, at, error)

    # -- what it does --------------------------------------------------------------------------

    def _link_step(self, content: MarkedMap, at: At, step: MarkedMap, entity: str) -> None:
        if "set" in step:
            self._link_values(content, (*at, "set"), entity, entity)
        for key in ("create", "upsert"):
            if isinstance(step.get(key), MarkedMap):
                self._link_record(content, (*at, key), entity)
        if isinstance(step.get("move"), str):
            self._link_move(content, (*at, "move"), entity)
        if isinstance(step.get("convert"), str):
            self._link_conversion(content, (*at, "convert"), entity)
        if isinstance(step.get("notify"), MarkedMap):
            self._link_notify(content, (*at, "notify"), entity)
        if isinstance(step.get("webhook"), MarkedMap):
            self._link_webhook(content, (*at, "webhook"), entity)
        scope = self.expressions.scope_of(entity)
        self.expressions.check(content, (*at, "stop"), scope)
        if step.get("assign") == POOL:
            step["assign"] = "null"
        self.expressions.check(content, (*at, "assign"), scope)

    def _link_record(self, content: MarkedMap, at: At, entity: str) -> None:
        said = value_at(content, at)
        target = said.get("entity")
        if target not in self.names.entities:
            self.report.unknown(
                content, (*at, "entity"), "entity", str(target), self.names.entities
            )
            return
        for index, name in enumerate(said.get("key") or ()):
            if name not in (said.get("set") or {}):
                known = list(said.get("set") or {})
                self.report.unknown(content, (*at, "key", index), "field", str(name), known)
        self._link_values(content, (*at, "set"), str(target), entity)

    def _link_values(self, content: MarkedMap, at: At, target: str, entity: str) -> None:
        known = self.names.fields(target)
        values = value_at(content, at) or {}
        for name, value in values.items():
            if name not in known:
                self.report.unknown(content, (*at, name), "field", name, known, at_key=True)
                continue
            values[name] = self._as_expression(known[name], value, entity)
            self.expressions.check(content, (*at, name), self.expressions.scope_of(entity))

    def _as_expression(self, field: Mapping[str, Any], value: Any, entity: str) -> Any:
        """Return what means a literal: true, 12, or the code of a choice."""
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str):
            return str(value)
        known = self.names.fields(entity)
        return (
            f"'{value}'" if value not in known and value in self.fields.choices_of(field) else value
        )

    def _link_move(self, content: MarkedMap, at: At, entity: str) -> None:
        move = str(value_at(content, at))
        moves = {
            name
            for field in self._stages(entity)
            for name in self._process(field).get("moves") or ()
        }
        if move not in moves:
            self.report.unknown(content, at, "move", move, sorted(moves))

    def _process(self, field: Mapping[str, Any]) -> Mapping[str, Any]:
        return self.names.stages.get(str(field.get("stages"))) or MarkedMap()

    def _link_conversion(self, content: MarkedMap, at: At, entity: str) -> None:
        name = str(value_at(content, at))
        conversions = {
            each: said
            for each, said in self.names.contents["conversion"].items()
            if said.get("from") == entity
        }
        if name not in conversions:
            self.report.unknown(content, at, "conversion", name, sorted(conversions))

    def _link_notify(self, content: MarkedMap, at: At, entity: str) -> None:
        said = value_at(content, at)
        for index, each in enumerate(said.get("to") or ()):
            if each not in PEOPLE:
                self._link_path(content, (*at, "to", index), entity, str(each))
        roles = self.names.contents["role"]
        for index, role in enumerate(said.get("roles") or ()):
            if role not in roles and role != "admin":
                self.report.unknown(content, (*at, "roles", index), "role", str(role), roles)

    def _link_webhook(self, content: MarkedMap, at: At, entity: str) -> None:
        said = value_at(content, at)
        if said.get("to") not in self.names.settings:
            self.report.unknown(
                content, (*at, "to"), "setting", str(said.get("to")), self.names.settings
            )
        known = self.names.fields(entity)
        for index, name in enumerate(said.get("fields") or ()):
            if name not in known:
                self.report.unknown(content, (*at, "fields", index), "field", str(name), known)
