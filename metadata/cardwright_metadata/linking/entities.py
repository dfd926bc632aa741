"""An entity as a whole: owner, uniqueness, checks, period, the parts it plays."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.suggestions import link_equations
from cardwright_metadata.marks import MarkedMap, value_at

#: The parts that the engine needs somebody to play, with the roles of their fields.
PARTS: Mapping[str, tuple[str, ...]] = {
    "user": (
        "login", "name", "email", "roles", "language", "zone", "active", "employee",
    ),
    "user_group": ("members", "roles", "name", "active"),
    "employee": (
        "user", "superior", "department", "organisation", "name", "code", "email", "phone",
        "active",
    ),
    "department": ("parent", "organisation", "manager", "name", "code", "active"),
    "organisation": ("parent", "name", "code", "currency", "zone", "calendar", "active"),
    "team": ("members", "leader", "name", "code", "active"),
    "currency": ("code", "name", "symbol", "decimals", "rates", "active"),
    "rate": ("currency", "rate", "from", "to"),
    "unit": ("code", "name", "base", "ratio", "decimals", "active"),
    "region": ("code", "name", "parent", "level", "full_name", "active"),
    "contact": ("user", "name", "email", "phone", "company", "active"),
}  # fmt: skip


class EntityLinker:
    """Checks what an entity says about itself beside its fields and layouts."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report
        self._players: dict[str, str] = {}

    def link(self, entity: str, content: MarkedMap) -> None:
        """Check one entity and note which field of its owner holds it."""
        self._link_owner(entity, content)
        self._link_made_in(entity, content)
        self._link_unique(entity, content)
        self._link_duplicates(entity, content)
        self._link_period(entity, content)
        self._link_plays(entity, content)
        self._link_field_groups(entity, content)
        link_equations(entity, content, self._names, self._expressions, self._report)
        scope = self._expressions.scope_of(entity)
        for key in ("frozen", "locked"):
            self._expressions.check(content, (key,), scope)
        for name in content.get("checks") or {}:
            path = ("checks", name)
            for key in ("if", "test"):
                self._expressions.check(content, (*path, key), scope)
            if not {"if", "test"} & set(content["checks"][name]):
                self._report.add(
                    content,
                    path,
                    "missing_key",
                    "A check says 'test' (what must be true) or 'if' (when it fails).",
                    expected="test:",
                    at_key=True,
                )
            self._check_names(entity, content, (*path, "place"))

    def _link_made_in(self, entity: str, content: MarkedMap) -> None:
        """Check the link to where records are made; it is required, and kept once it is there."""
        name = content.get("made_in")
        if name is None:
            return
        links = {
            each: field
            for each, field in self._names.fields(entity).items()
            if (kind := self._names.type_of(field)) is not None and kind.relation in ("one", "any")
        }
        if name not in links:
            self._report.unknown(content, ("made_in",), "link", str(name), links)
            return
        links[name]["required"] = True
        links[name].setdefault("readonly", "created_at is not empty")

    def _link_owner(self, entity: str, content: MarkedMap) -> None:
        owner = content.get("owner")
        if not owner:
            return
        if owner not in self._names.entities:
            self._report.unknown(content, ("owner",), "entity", str(owner), self._names.entities)
            return
        holding = [
            name
            for name, field in self._names.fields(owner).items()
            if (described := self._names.type_of(field)) is not None
            and described.relation == "lines"
            and entity in self._names.targets(owner, name)
        ]
        if len(holding) == 1:
            content["owner_field"] = holding[0]
            return
        self._report.add(
            content,
            ("owner",),
            "no_lines_field" if not holding else "ambiguous_lines",
            f"'{owner}' has no field of type lines that holds '{entity}'."
            if not holding
            else f"Several fields of '{owner}' hold '{entity}'; lines belong to one.",
            found=str(owner),
            expected=f"a field {{type: lines, of: {entity}}} on '{owner}'",
        )

    def _link_unique(self, entity: str, content: MarkedMap) -> None:
        for name, unique in (content.get("unique") or {}).items():
            path = ("unique", name)
            for index, field in enumerate(unique.get("fields") or ()):
                self._check_field(entity, content, (*path, "fields", index), str(field))
            self._expressions.check(content, (*path, "if"), self._expressions.scope_of(entity))

    def _link_duplicates(self, entity: str, content: MarkedMap) -> None:
        for name, rule in (content.get("duplicates") or {}).items():
            path = ("duplicates", name)
            if content.get("owner"):
                message = "Lines are found through their head; duplicates are of records."
                self._report.add(content, path, "lines_duplicates", message, found=name)
            if not rule.get("match"):
                message = "A rule of duplicates says which fields look equal."
                self._report.add(
                    content, path, "missing_key", message, expected="match:", at_key=True
                )
            for index, field in enumerate(rule.get("match") or ()):
                self._check_field(entity, content, (*path, "match", index), str(field))

    def _link_period(self, entity: str, content: MarkedMap) -> None:
        if not isinstance(content.get("period"), MarkedMap):
            return
        self._check_names(entity, content, ("period", "from"))
        self._check_names(entity, content, ("period", "to"))
        for index, field in enumerate(content["period"].get("per") or ()):
            self._check_field(entity, content, ("period", "per", index), str(field))

    def _link_plays(self, entity: str, content: MarkedMap) -> None:
        plays = content.get("plays")
        for part in list(plays or {}):
            if part not in PARTS:
                self._report.unknown(content, ("plays", part), "part", part, PARTS, at_key=True)
                continue
            first = self._players.setdefault(part, entity)
            if first != entity:
                self._report.add(
                    content,
                    ("plays", part),
                    "part_taken",
                    f"'{first}' already plays '{part}'; only one entity can.",
                    found=part,
                    at_key=True,
                )
            for role in content["plays"][part]:
                path = ("plays", part, role)
                if role not in PARTS[part]:
                    self._report.unknown(content, path, "role", role, PARTS[part], at_key=True)
                else:
                    self._check_names(entity, content, path)

    def _link_field_groups(self, entity: str, content: MarkedMap) -> None:
        """Check the groups of fields of which grants speak: names of their own, fields in one."""
        grouped: dict[str, str] = {}
        for name, group in (content.get("field_groups") or {}).items():
            path = ("field_groups", name)
            if name in self._names.fields(entity):
                message = f"'{name}' is a field; a group has a name of its own."
                self._report.add(content, path, "name_taken", message, found=name, at_key=True)
            for index, field in enumerate(group.get("fields") or ()):
                here = (*path, "fields", index)
                self._check_field(entity, content, here, str(field))
                first = grouped.setdefault(str(field), name)
                if first != name:
                    message = f"'{field}' is already in the group '{first}'."
                    self._report.add(content, here, "grouped_twice", message, found=str(field))

    def _check_names(self, entity: str, content: MarkedMap, path: tuple[str, ...]) -> None:
        name = value_at(content, path)
        if isinstance(name, str):
            self._check_field(entity, content, path, name)

    def _check_field(
        self, entity: str, content: MarkedMap, path: tuple[str | int, ...], name: str
    ) -> None:
        fields = self._names.fields(entity)
        if name not in fields:
            self._report.unknown(content, path, "field", name, fields)
