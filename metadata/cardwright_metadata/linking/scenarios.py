"""Scenarios: every name in them is there before anybody runs one."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from cardwright_metadata.definitions.scenarios import OF_ENTITIES, VERBS
from cardwright_metadata.linking.action_names import ActionNames
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.words import list_words

#: The role that is no role: the system itself.
SYSTEM = "system"
#: Keys that only some verbs take.
_KEYS = {
    "record": frozenset({"perform"}),
    "sources": frozenset({"convert"}),
    "of": frozenset({"sum"}),
    "is": frozenset({"count", "sum"}),
    "where": frozenset({"find", "count", "sum", "report"}),
    "at": frozenset({"report"}),
    "match": frozenset({"find", "count", "sum"}),
    "values": frozenset({"create", "update", "perform", "convert", "run"}),
    "confirm": frozenset({"create", "update", "perform", "convert"}),
    "replace_lines": frozenset({"update"}),
}
#: Keys that a verb cannot do without.
_NEEDED = {"perform": ("record",), "convert": ("sources",), "count": ("is",), "sum": ("of", "is")}
#: Offsets of five digits lead nowhere that has no days.
_YEARS = range(1900, 2200)

Path = tuple[str | int, ...]


class ScenarioLinker:
    """Checks the names that scenarios use."""

    def __init__(
        self, names: Names, roles: Iterable[str], expressions: Expressions, report: Report
    ) -> None:
        self._names = names
        self._actions = ActionNames(names)
        # Without one of its own, every installation has this role.
        self._roles = [*roles, *([] if "admin" in set(roles) else ["admin"]), SYSTEM]
        self._expressions = expressions
        self._report = report

    def link(self, content: MarkedMap) -> None:
        """Check one scenario: its steps in their order, each knowing those before it."""
        # Name of a step → the entity of its record, empty when that is only known in the run.
        known: dict[str, str] = {}
        for name in content.get("settings") or {}:
            if name not in self._names.settings:
                path = ("settings", name)
                self._report.unknown(
                    content, path, "setting", name, self._names.settings, at_key=True
                )
        self._check_role(content, ("as", "role"))
        self._check_day(content, ("today",))
        for part in ("given", "steps"):
            for name, step in (content.get(part) or {}).items():
                if isinstance(step, dict):
                    self._link_step(content, (part, name), known)
        self._check_record(content, ("as", "employee"), known)

    def _link_step(self, content: MarkedMap, path: Path, known: dict[str, str]) -> None:
        step = value_at(content, path)
        verbs = [each for each in VERBS if each in step]
        name = str(path[-1])
        if len(verbs) != 1:
            self._report.add(
                content, path, "one_verb", "A step does exactly one thing.",
                found=list_words(verbs), expected=list_words(VERBS), at_key=True,
            )  # fmt: skip
            # What stands in a part can always be read.
            step.setdefault("read", f"${name}")
            return
        (verb,) = verbs
        self._check_keys(content, path, verb)
        self._check_day(content, (*path, "today"))
        entity = self._entity_of(content, path, verb, known)
        if entity:
            self._check_fields(content, path, entity)
        for key in ("values", "match", "at", "expect", "tells"):
            self._check_values(content, (*path, key), known)
        self._check_role(content, (*path, "as", "role"))
        self._check_record(content, (*path, "as", "employee"), known)
        self._check_rules(content, path)
        if verb == "perform":
            entity = self._actions.of(entity).get(str(step[verb]), "")
        if entity:
            self._check_actions(content, path, entity)
        if verb in ("create", "find", "perform", "convert", "update", "restore", "read"):
            known[name] = entity

    def _check_day(self, content: MarkedMap, path: Path) -> None:
        """Refuse a day that no calendar has, or so far away that offsets lead out of it."""
        written = str(value_at(content, path) or "")
        if not written or written.startswith("@"):
            return
        with suppress(ValueError):
            if date.fromisoformat(written[:10]).year in _YEARS:
                return
        self._report.add(
            content, path, "wrong_day", "There is no such day.", found=written,
            expected="a day of the years 1900 to 2199",
        )  # fmt: skip

    def _check_keys(self, content: MarkedMap, path: Path, verb: str) -> None:
        step = value_at(content, path)
        for key, verbs in _KEYS.items():
            if key in step and verb not in verbs:
                self._report.add(
                    content, (*path, key), "key_of_other_verb",
                    f"'{key}' goes with {list_words(sorted(verbs))}, not with {verb}.",
                    found=key, at_key=True,
                )  # fmt: skip
        for key in _NEEDED.get(verb, ()):
            if key not in step:
                self._report.add(
                    content, (*path, verb), "missing_key",
                    f"A step with '{verb}' says also '{key}'.",
                    expected=f"{key}:", at_key=True,
                )  # fmt: skip

    def _entity_of(self, content: MarkedMap, path: Path, verb: str, known: dict[str, str]) -> str:
        if verb == "perform":
            entity = self._check_record(content, (*path, "record"), known)
            self._check_action(content, (*path, verb), entity)
            return entity
        word = value_at(content, (*path, verb))
        if verb == "convert":
            return self._target_of(content, path, str(word), known)
        if verb == "run":
            return self._entity_of_rule(content, path, str(word))
        if verb == "report":
            self._check_report(content, path, str(word))
            return ""
        if verb not in OF_ENTITIES:
            return self._check_record(content, (*path, verb), known)
        if word in self._names.entities:
            return str(word)
        self._report.unknown(content, (*path, verb), "entity", str(word), self._names.entities)
        return ""

    def _check_report(self, content: MarkedMap, path: Path, word: str) -> None:
        """Check the report that is read, its dimensions and its numbers."""
        reports = self._names.in_use("report")
        if word not in reports:
            self._report.unknown(content, (*path, "report"), "report", word, reports)
            return
        found = reports[word]
        known = {
            "at": [*(found.get("rows") or {}), *(found.get("columns") or {})],
            "expect": list(found.get("measures") or {}),
        }
        step = value_at(content, path)
        for key, what in (("at", "dimension"), ("expect", "measure")):
            for name in step.get(key) or {}:
                if name not in known[key]:
                    self._report.unknown(
                        content, (*path, key, name), what, name, known[key], at_key=True
                    )
        self._expressions.check_spelling(content, (*path, "where"))

    def _entity_of_rule(self, content: MarkedMap, path: Path, word: str) -> str:
        """Return the entity of a rule that is begun above a list, by its schedule or a webhook."""
        rules = {
            name: rule
            for name, rule in self._names.contents["rule"].items()
            if (trigger := rule.get("trigger") or {}).get("button") == "list"
            or "schedule" in trigger
            or "webhook" in trigger
        }
        if word not in rules:
            self._report.unknown(content, (*path, "run"), "rule", word, rules)
            return ""
        return str(rules[word].get("of", ""))

    def _target_of(self, content: MarkedMap, path: Path, word: str, known: dict[str, str]) -> str:
        """Check the sources of a conversion; return the entity that it makes."""
        for index in range(len(value_at(content, (*path, "sources")) or ())):
            self._check_record(content, (*path, "sources", index), known)
        conversions = self._names.contents.get("conversion", {})
        if word not in conversions:
            self._report.unknown(content, (*path, "convert"), "conversion", word, conversions)
            return ""
        return str(conversions[word].get("to", ""))

    def _check_rules(self, content: MarkedMap, path: Path) -> None:
        rules = self._names.contents["rule"]
        for name in value_at(content, (*path, "runs")) or {}:
            if name not in rules:
                self._report.unknown(
                    content, (*path, "runs", name), "rule", name, rules, at_key=True
                )

    def _check_actions(self, content: MarkedMap, path: Path, entity: str) -> None:
        for key in ("offers", "withholds"):
            for index in range(len(value_at(content, (*path, key)) or ())):
                self._check_action(content, (*path, key, index), entity)
        fields = self._names.fields(entity)
        for index, name in enumerate(value_at(content, (*path, "hides")) or ()):
            if name not in fields:
                self._report.unknown(content, (*path, "hides", index), "field", name, fields)

    def _check_action(self, content: MarkedMap, path: Path, entity: str) -> None:
        """Report an action that no record of an entity can offer; nothing is known of no entity."""
        known = self._actions.of(entity)
        word = str(value_at(content, path))
        if entity and word not in known:
            self._report.unknown(content, path, "action", word, known)

    def _check_fields(self, content: MarkedMap, path: Path, entity: str) -> None:
        performs = "perform" in value_at(content, path)
        for key in () if performs else ("values", "match", "expect"):
            for name, value in (value_at(content, (*path, key)) or {}).items():
                self._check_field(content, (*path, key, name), entity, name.split("."))
                self._check_lines(content, (*path, key, name), entity, value)
        scope = self._expressions.scope_of(entity)
        self._expressions.check(content, (*path, "where"), scope)
        if not performs:
            for index in range(len(value_at(content, (*path, "holds")) or ())):
                self._expressions.check(content, (*path, "holds", index), scope)

    def _check_field(self, content: MarkedMap, at: Path, entity: str, names: list[str]) -> None:
        """Check a path of fields, in which a number says which line is meant."""
        here: tuple[str, ...] = (entity,)
        while names and here:
            name, *names = names
            fields = {each: one for of in here for each, one in self._names.fields(of).items()}
            if name not in fields:
                if name != "id":
                    self._report.unknown(content, at, "field", name, fields, at_key=True)
                return
            here = tuple(each for of in here for each in self._names.targets(of, name))
            described = self._names.type_of(fields[name])
            if described is not None and described.computed == "mirror":
                return  # where it leads is checked at its path
            if names and names[0].isdigit():
                names = names[1:]

    def _check_lines(self, content: MarkedMap, path: Path, entity: str, value: object) -> None:
        """Check the fields of lines that are given with their head."""
        described = self._names.type_of(self._names.fields(entity).get(str(path[-1])))
        if described is None or described.relation != "lines" or not isinstance(value, list):
            return
        for of in self._names.targets(entity, str(path[-1])):
            for index, line in enumerate(value):
                for name in line if isinstance(line, dict) else ():
                    self._check_field(content, (*path, index, name), of, [str(name)])

    def _check_values(self, content: MarkedMap, path: Path, known: dict[str, str]) -> None:
        """Look through values, lines included, for records that nobody has made."""
        value = value_at(content, path)
        if isinstance(value, dict):
            for key in value:
                self._check_values(content, (*path, key), known)
        elif isinstance(value, list):
            for index in range(len(value)):
                self._check_values(content, (*path, index), known)
        elif isinstance(value, str) and value.startswith("$") and not value.startswith("$$"):
            self._check_record(content, path, {**known, str(path[1]): ""})

    def _check_record(self, content: MarkedMap, path: Path, known: dict[str, str]) -> str:
        """Report a record of a step that is not before this one; return its entity."""
        written = value_at(content, path)
        if not isinstance(written, str):
            return ""
        name = written.removeprefix("$").split(".")[0]
        if name not in known:
            self._report.unknown(content, path, "step", written, [f"${each}" for each in known])
            return ""
        return known[name] if "." not in written else ""

    def _check_role(self, content: MarkedMap, path: Path) -> None:
        for index, role in enumerate(value_at(content, path) or ()):
            if role not in self._roles:
                self._report.unknown(content, (*path, index), "role", str(role), self._roles)
