"""Approvals: their entity and its states, who is asked, and that no move goes past them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cardwright_metadata.approval_parts import ASKED
from cardwright_metadata.definitions.approvals import ADMIN
from cardwright_metadata.definitions.stages import ANY_STATE, processes_named, states_of
from cardwright_metadata.linking.behind import states_behind
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.stages import MOVED

At = tuple[str | int, ...]

#: Where each way of asking has to lead.
_ENDS = {
    "superior_of": ("employee",),
    "superiors_of": ("employee",),
    "department_manager": ("department",),
    "team": ("team",),
    "within": ("organisation",),
    "fields": ("employee", "user", "team"),
}


@dataclass(frozen=True)
class ApprovalLinker:
    """Checks approvals against the entities and processes that they are about."""

    names: Names
    expressions: Expressions
    report: Report
    _seen: dict[str, str] = field(default_factory=dict)

    def link(self, content: MarkedMap) -> None:
        """Check one approval."""
        for key in ("of", "states", "steps"):
            if not content.get(key):
                message = f"An approval says '{key}'."
                self.report.add(content, ("name",), "missing_key", message, expected=f"{key}:")
                return
        entity = str(content["of"])
        if entity not in self.names.entities:
            self.report.unknown(content, ("of",), "entity", entity, self.names.entities)
            return
        self._refuse_second(content, entity)
        self._link_stage(content, entity)
        scope = self.expressions.scope_of(entity)
        self.expressions.check(content, ("if",), scope)
        for name, step in content["steps"].items():
            self.expressions.check(content, ("steps", name, "if"), scope)
            for key in ("by", "missing"):
                if isinstance(step.get(key), MarkedMap):
                    self._link_asked(content, ("steps", name, key), entity)
        if isinstance(content.get("copy_to"), MarkedMap):
            self._link_asked(content, ("copy_to",), entity)
        if isinstance(content.get("unapprove"), MarkedMap):
            self._link_role(content, ("unapprove", "role"))

    def _refuse_second(self, content: MarkedMap, entity: str) -> None:
        name = str(content.get("name"))
        first = self._seen.setdefault(entity, name)
        if first != name:
            self.report.add(
                content,
                ("of",),
                "second_approval",
                f"The approval '{first}' is about '{entity}' already.",
                found=entity,
                expected="one approval of an entity",
            )

    # -- the states ----------------------------------------------------------------------------

    def _link_stage(self, content: MarkedMap, entity: str) -> None:
        stages = {
            name: each
            for name, each in self.names.fields(entity).items()
            if getattr(self.names.type_of(each), "computed", "") == MOVED
        }
        name = content.get("stage")
        if name is None and len(stages) == 1:
            name = content["stage"] = next(iter(stages))
        if name is None:
            self.report.add(
                content,
                ("of",),
                "stage_missing",
                f"Say in which stage field of '{entity}' the approval works.",
                found=entity,
                expected=", ".join(stages) or "a field of type stage",
            )
        elif name not in stages:
            self.report.unknown(content, ("stage",), "field", str(name), stages)
        else:
            written = stages[str(name)].get("stages")
            states = states_of(written, self.names.stages)
            if states:
                self._link_states(content, states)
                processes = [
                    self.names.stages.get(each, MarkedMap()) for each in processes_named(written)
                ]
                behind = self._behind(content, processes)
                content["states"]["behind"] = sorted(behind)
                for process in processes:
                    self._check_moves(content, process, behind)

    def _behind(self, content: MarkedMap, processes: Sequence[Mapping[str, Any]]) -> frozenset[str]:
        """Return the states that in none of the processes are reached past the approval."""
        approved = str(content["states"].get("approved"))
        own = frozenset({str(content["states"].get("pending"))})
        behind = [states_behind(each, approved) - own for each in processes]
        past = [
            frozenset(each.get("states") or {}) - found
            for each, found in zip(processes, behind, strict=True)
        ]
        return frozenset().union(*behind) - frozenset().union(*past)

    def _link_states(self, content: MarkedMap, states: Mapping[str, Any]) -> None:
        said = content["states"]
        places: list[tuple[At, str]] = [
            (("states", "from", index), str(each))
            for index, each in enumerate(said.get("from") or ())
        ]
        places += [
            (("states", key), str(said[key]))
            for key in ("pending", "approved", "rejected")
            if key in said
        ]
        for place, state in places:
            if state not in states:
                self.report.unknown(content, place, "state", state, states)
        pending = said.get("pending")
        if pending in states:
            self._check_pending(content, states[pending], str(pending), places)

    def _check_moves(
        self, content: MarkedMap, process: Mapping[str, Any], behind: frozenset[str]
    ) -> None:
        pending, approved = (str(content["states"].get(key)) for key in ("pending", "approved"))
        for name, move in (process.get("moves") or {}).items():
            if move.get("to") == approved and behind.issuperset(move.get("from") or (ANY_STATE,)):
                continue  # it brings back what was approved
            self._check_move(content, name, move, pending, approved)

    def _check_pending(
        self,
        content: MarkedMap,
        state: Mapping[str, Any],
        pending: str,
        places: Sequence[tuple[At, str]],
    ) -> None:
        if not (state.get("locked") or state.get("frozen")):
            self.report.add(
                content,
                ("states", "pending"),
                "pending_not_locked",
                f"The state '{pending}' is not locked: what is being approved would change.",
                found=pending,
                expected="a state with locked: true",
            )
        for place, state_name in places:
            if state_name == pending and place != ("states", "pending"):
                self.report.add(
                    content,
                    place,
                    "same_state",
                    f"'{pending}' is already where records wait.",
                    found=pending,
                    expected="another state",
                )

    def _check_move(
        self, content: MarkedMap, name: str, move: Mapping[str, Any], pending: str, approved: str
    ) -> None:
        origins, target = list(move.get("from") or ()), move.get("to")
        if target in (pending, approved):
            key, state = ("pending" if target == pending else "approved"), target
        elif pending in origins or ANY_STATE in origins:
            key, state = "pending", pending
        else:
            return
        self.report.add(
            content,
            ("states", key),
            "move_past_approval",
            f"The move '{name}' goes past the approval.",
            found=str(state),
            expected="a state that only the approval leads to, and out of which only it leads",
        )

    # -- who is asked --------------------------------------------------------------------------

    def _link_asked(self, content: MarkedMap, at: At, entity: str) -> None:
        asked = value_at(content, at)
        said = [key for key in ASKED if key in asked]
        if len(said) != 1:
            self.report.add(
                content,
                at,
                "one_of",
                "One of these keys has to stand here, and only one.",
                found=", ".join(said),
                expected=", ".join(ASKED),
            )
            return
        for extra, main in (("within", "role"), ("until", "superiors_of")):
            if extra in asked and said[0] != main:
                self.report.add(
                    content,
                    (*at, extra),
                    "goes_with",
                    f"'{extra}' goes with '{main}'.",
                    found=said[0],
                    expected=main,
                )
        if said[0] == "role":
            self._link_role(content, (*at, "role"))
        for key in (*said, "within"):
            written = asked.get(key)
            if key in ("role", "user") or written is None:
                continue
            if isinstance(written, str):
                self._link_person(content, (*at, key), entity, written, _ENDS[key])
            else:
                for index, each in enumerate(written):
                    self._link_person(content, (*at, key, index), entity, str(each), _ENDS[key])
        employee = self.names.player("employee")
        if employee:
            self.expressions.check(content, (*at, "until"), self.expressions.scope_of(employee))

    def _link_person(
        self, content: MarkedMap, at: At, entity: str, written: str, parts: Sequence[str]
    ) -> None:
        """Check that a path leads to a person, or whatever is asked for."""
        try:
            end = self.names.walk(entity, written.split("."))
        except UnknownPathError as error:
            self.report.unknown_path(content, at, error)
            return
        players = {self.names.player(part) for part in parts} - {""}
        if players and not players & set(end.targets):
            self.report.add(
                content,
                at,
                "not_a_person",
                f"'{written}' does not lead to {' or '.join(parts)}.",
                found=written,
                expected=", ".join(sorted(players)),
            )

    def _link_role(self, content: MarkedMap, at: At) -> None:
        roles = self.names.contents["role"]
        role = value_at(content, at)
        if role not in roles and role != ADMIN:
            self.report.unknown(content, at, "role", str(role), roles)
