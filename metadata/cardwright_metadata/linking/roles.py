"""Roles: entities, actions, scopes and fields of which their grants speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap

ALL_ACTIONS = (
    "read", "create", "edit", "delete", "export", "import", "print", "assign", "share", "merge",
)  # fmt: skip
EVERY = "*"

#: Scopes, and the part whose player must be there so that they mean anything; empty for none.
SCOPES: Mapping[str, str] = {
    "own": "employee",
    "own_and_subordinates": "employee",
    "my_teams": "team",
    "department": "department",
    "department_tree": "department",
    "organisation": "organisation",
    "organisation_tree": "organisation",
    "pool": "",
    "all": "",
}
#: Parts that a record is stamped with, under the names of their system fields.
_STAMPED = ("department", "organisation")


class RoleLinker:
    """Checks the grants of roles and writes their actions out."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report

    def link(self, content: MarkedMap) -> None:
        """Check the entities, actions, scopes and fields of the grants."""
        for entity, grant in (content.get("grants") or {}).items():
            path = ("grants", entity)
            if entity != EVERY and entity not in self._names.entities:
                self._report.unknown(
                    content, path, "entity", entity, self._names.entities, at_key=True
                )
                continue
            self._link_actions(content, path, grant)
            self._link_scopes(content, path, entity, grant)
            if entity == EVERY:
                self._refuse_of_every(content, path, grant)
                continue
            self._link_fields(content, path, entity, grant)
            scope = replace(self._expressions.scope_of(entity), grants=True)
            self._expressions.check(content, (*path, "rows"), scope)

    def _link_actions(self, content: MarkedMap, path: tuple[str, ...], grant: MarkedMap) -> None:
        written = grant.get("actions") or ()
        if list(written) == ["all"]:
            grant["actions"] = list(ALL_ACTIONS)
            return
        for index, action in enumerate(written):
            if action not in ALL_ACTIONS:
                self._report.unknown(
                    content, (*path, "actions", index), "action", str(action), ALL_ACTIONS
                )

    # -- scopes --------------------------------------------------------------------------------

    def _link_scopes(
        self, content: MarkedMap, path: tuple[str, ...], entity: str, grant: MarkedMap
    ) -> None:
        said = grant.get("scope")
        if not isinstance(said, dict):
            return
        granted = [str(each) for each in grant.get("actions") or ()]
        for action, scopes in said.items():
            here = (*path, "scope", action)
            if action not in (EVERY, *granted):
                self._report.unknown(content, here, "action", action, granted, at_key=True)
            for index, scope in enumerate(scopes if isinstance(scopes, list) else ()):
                self._link_scope(content, (*here, index), entity, str(scope))
        unsaid = [each for each in granted if each not in said]
        if EVERY not in said and unsaid:
            message = f"It is not said whose records '{unsaid[0]}' is granted on."
            expected = f"{unsaid[0]}: or '*':"
            self._report.add(content, (*path, "scope"), "no_scope", message, expected=expected)

    def _link_scope(
        self, content: MarkedMap, path: tuple[str | int, ...], entity: str, scope: str
    ) -> None:
        if scope not in SCOPES:
            self._report.unknown(content, path, "scope", scope, SCOPES)
            return
        part = SCOPES[scope]
        if part and not self._names.player(part):
            message = f"Nothing plays '{part}' here: the scope '{scope}' would be empty."
            self._report.add(content, path, "no_player", message, found=scope)
        elif entity != EVERY and part in _STAMPED and not self._is_stamped(entity, part):
            message = f"The field '{part}' of '{entity}' is another: the scope would be empty."
            self._report.add(content, path, "no_player", message, found=scope)

    def _is_stamped(self, entity: str, part: str) -> bool:
        head = str(self._names.entities[entity].get("owner") or entity)
        return self._names.targets(head, part) == (self._names.player(part),)

    # -- fields --------------------------------------------------------------------------------

    def _refuse_of_every(self, content: MarkedMap, path: tuple[str, ...], grant: MarkedMap) -> None:
        for key, what in (("fields", "Fields are granted"), ("rows", "Conditions are written")):
            if grant.get(key):
                message = f"{what} entity by entity, not for all of them."
                self._report.add(content, (*path, key), f"{key}_of_every", message, at_key=True)

    def _link_fields(
        self, content: MarkedMap, path: tuple[str, ...], entity: str, grant: MarkedMap
    ) -> None:
        fields = self._fields_of(entity)
        for key in ("hidden", "read_only"):
            for index, name in enumerate(grant.get(key) or ()):
                if name not in fields:
                    self._report.unknown(content, (*path, key, index), "field", name, fields)
        known = (EVERY, *fields, *self._groups_of(entity))
        for name, level in (grant.get("fields") or {}).items():
            here = (*path, "fields", name)
            if name not in known:
                self._report.unknown(content, here, "field", name, known, at_key=True)
            elif level == "masked" and name != EVERY:
                self._refuse_unmasked(content, here, entity, name)

    def _refuse_unmasked(
        self, content: MarkedMap, path: tuple[str, ...], entity: str, name: str
    ) -> None:
        """Report what has no part that could be shown; of all others such fields are hidden."""
        for each, field in self._meant(entity, name).items():
            described = self._names.type_of(field)
            if described is None or described.masks:
                continue
            message = (
                f"Of '{each}' no part can be shown: values of the type '{field['type']}' are seen "
                "whole or not at all."
            )
            self._report.add(
                content, path, "not_maskable", message, found=each, expected="hidden or read"
            )

    def _meant(self, entity: str, name: str) -> dict[str, MarkedMap]:
        """Return the fields that a name in a grant stands for: itself, or those of its group."""
        lines, _, last = name.rpartition(".")
        holder = dict(self._lines_of(entity)).get(lines, entity)
        fields = self._names.fields(holder)
        group = (self._names.entities[holder].get("field_groups") or {}).get(last)
        found = group.get("fields") or () if last not in fields and group is not None else (last,)
        return {str(each): fields[each] for each in found if each in fields}

    def _fields_of(self, entity: str) -> tuple[str, ...]:
        """Return the fields of an entity, and behind a dot those of its lines."""
        own = tuple(self._names.fields(entity))
        behind = [
            f"{name}.{each}"
            for name, line in self._lines_of(entity)
            for each in self._names.fields(line)
        ]
        return (*own, *behind)

    def _groups_of(self, entity: str) -> tuple[str, ...]:
        own = tuple(self._names.entities[entity].get("field_groups") or ())
        behind = [
            f"{name}.{each}"
            for name, line in self._lines_of(entity)
            for each in self._names.entities[line].get("field_groups") or ()
        ]
        return (*own, *behind)

    def _lines_of(self, entity: str) -> list[tuple[str, str]]:
        return [
            (name, target)
            for name, field in self._names.fields(entity).items()
            if (described := self._names.type_of(field)) is not None
            and described.relation == "lines"
            for target in self._names.targets(entity, name)
            if target in self._names.entities
        ]
