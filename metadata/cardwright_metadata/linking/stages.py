"""Processes: states and moves know each other, and fit every entity that goes through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_metadata.definitions.stages import ANY_STATE, processes_named
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.fields import FieldLinker, check_was
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.stages import MOVED


@dataclass(frozen=True)
class StagesLinker:
    """Checks processes, each against all entities with a field of it."""

    names: Names
    expressions: Expressions
    fields: FieldLinker
    report: Report

    def link(self, content: MarkedMap) -> None:
        """Check one process."""
        states = content.get("states") or MarkedMap()
        for name in states:
            check_was(content, ("states", name), states, self.report)
        self._check_begin(content, states)
        users = self._users(str(content.get("name")))
        for name, move in (content.get("moves") or {}).items():
            path = ("moves", name)
            self._check_states(content, path, move, states)
            self._check_roles(content, path, move)
            self._check_fields(content, path, move, users)
            self._check_expressions(content, path, move, users)
            self._check_waiting(content, path, move, users)

    def _users(self, process: str) -> list[str]:
        """Return the entities that go through a process."""
        return [
            entity
            for entity in self.names.entities
            for field in self.names.fields(entity).values()
            if isinstance(field, dict)
            and process in processes_named(field.get("stages"))
            and getattr(self.names.type_of(field), "computed", "") == MOVED
        ]

    def _check_begin(self, content: MarkedMap, states: MarkedMap) -> None:
        begins = [name for name, each in states.items() if each.get("initial")]
        for name in begins[1:]:
            self.report.add(
                content,
                ("states", name, "initial"),
                "two_initials",
                f"Records begin in one state only, and '{begins[0]}' already is it.",
                found=name,
                expected="one state with initial: true",
            )
        for name in begins:
            if states[name].get("retired"):
                self.report.add(
                    content,
                    ("states", name, "initial"),
                    "retired_initial",
                    f"Records cannot begin in '{name}', which is retired.",
                    found=name,
                    expected="a state in use",
                )

    def _check_states(
        self, content: MarkedMap, path: tuple[str, ...], move: MarkedMap, states: MarkedMap
    ) -> None:
        target = move.get("to")
        if isinstance(target, str) and target not in states:
            self.report.unknown(content, (*path, "to"), "state", target, states)
        origins = list(move.get("from") or ())
        for index, each in enumerate(origins):
            place: tuple[str | int, ...] = (*path, "from", index)
            if each == ANY_STATE:
                continue
            if each not in states:
                self.report.unknown(content, place, "state", str(each), states)
            elif origins == [target]:
                self.report.add(
                    content,
                    place,
                    "move_to_itself",
                    f"The move '{path[-1]}' leads to the state in which it begins.",
                    found=str(each),
                    expected="another state",
                )

    def _check_roles(self, content: MarkedMap, path: tuple[str, ...], move: MarkedMap) -> None:
        roles = self.names.contents["role"]
        for index, role in enumerate((move.get("who") or {}).get("roles") or ()):
            if role not in roles and role != "admin":
                self.report.unknown(
                    content, (*path, "who", "roles", index), "role", str(role), roles
                )

    def _check_fields(
        self, content: MarkedMap, path: tuple[str, ...], move: MarkedMap, users: Sequence[str]
    ) -> None:
        for key in ("ask", "set"):
            for field in move.get(key) or ():
                for entity in users:
                    fields = self.names.fields(entity)
                    if field not in fields:
                        place = (*path, key, field)
                        self.report.unknown(content, place, "field", field, fields, at_key=True)
                        break

    def _check_expressions(
        self, content: MarkedMap, path: tuple[str, ...], move: MarkedMap, users: Sequence[str]
    ) -> None:
        for field, value in (move.get("set") or {}).items():
            move["set"][field] = self._as_expression(field, value, users)
        places = [(*path, "if"), (*path, "who", "if")]
        places += [(*path, "set", field) for field in move.get("set") or ()]
        for place in places:
            for entity in users:
                self.expressions.check(content, place, self.expressions.scope_of(entity))
            if not users:
                self.expressions.check_spelling(content, place)

    def _check_waiting(
        self, content: MarkedMap, path: tuple[str, ...], move: MarkedMap, users: Sequence[str]
    ) -> None:
        made = {
            str(each.get("to"))
            for each in self.names.contents["conversion"].values()
            if each.get("from") in users
        }
        for entity in move.get("waits_for") or ():
            place = (*path, "waits_for", entity)
            if entity in made:
                self.expressions.check(content, place, self.expressions.scope_of(entity))
            else:
                self.report.unknown(content, place, "document", entity, made, at_key=True)

    def _as_expression(self, field: str, value: Any, users: Sequence[str]) -> Any:
        """Return what means a literal: true, 12, or the code of a choice."""
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str):
            return str(value)
        for entity in users:
            fields = self.names.fields(entity)
            if value not in fields and value in self.fields.choices_of(fields.get(field) or {}):
                return f"'{value}'"
        return value
