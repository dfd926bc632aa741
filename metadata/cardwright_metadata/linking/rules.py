"""Rules: their entity, what they listen to, and every name in their steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.definitions.rules import MAIL_FIELDS
from cardwright_metadata.definitions.stages import processes_named
from cardwright_metadata.expressions.words import KEYWORDS
from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.fields import FieldLinker
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.reaching import reach
from cardwright_metadata.linking.reckoning import ReckoningLinker
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.short_messages import ShortMessageLinker
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.rule_parts import STEPS
from cardwright_metadata.stages import MOVED

At = tuple[str | int, ...]

#: Words that say who is told, beside fields that hold people.
PEOPLE = ("owner", "superior", "creator")

#: What a rule waits for.
TRIGGERS = ("event", "date", "schedule", "entered", "left", "deadline", "webhook", "mail", "button")

#: Steps about the record of the rule itself.
_AT_RECORD = ("set", "move", "convert", "assign", "webhook", "mail", "sms")

#: What may set off a rule while nobody has a record of it in hand.
_NOBODYS = ("button", "webhook", "mail")

#: The word that takes an owner away.
POOL = "pool"

#: What may be said about a field of the entity that is asked.
_OF_ASKED = frozenset({"required", "order", "after", "before"})
#: What only fields have that records keep.
_NOT_OF_ASKED = frozenset(
    {
        "readonly", "visible", "unlocked", "default", "suggest", "check", "checks", "copy",
        "unique", "index", "sort", "active", "was", "retired", "where",
    }
)  # fmt: skip


@dataclass(frozen=True)
class _Place:
    """Of which entity a rule is, what its steps work on, and what names mean in them."""

    entity: str
    about: str
    scope: Scope


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
        scope = self._scope_of_steps(content, entity)
        is_mail = bool(content["trigger"].get("mail"))
        judged = replace(scope, each=()) if is_mail else self.expressions.scope_of(entity)
        self.expressions.check(content, ("if",), judged)
        if is_mail or content["trigger"].get("webhook"):
            self._link_told(content, "mail" if is_mail else "webhook")
        # What set, move, assign and convert work on.
        about = scope.each[0] if scope.each else entity
        for name, step in content["do"].items():
            self._require_one(content, ("do", name), STEPS)
            self._link_step(content, ("do", name), step, _Place(entity, about, scope))
            ReckoningLinker(self.names, self.expressions, self.report).link(
                content, ("do", name), entity, scope
            )

    def _scope_of_steps(self, content: MarkedMap, entity: str) -> Scope:
        """Return what names mean in the steps: the record, what was asked, each record found."""
        scope = self.expressions.scope_of(entity)
        known = self.names.fields(entity)
        asked = content.get("ask") or {}
        for name, field in asked.items():
            if "type" in field:
                self._link_free(content, name, field)
                continue
            if name not in known:
                self.report.unknown(content, ("ask", name), "field", name, known, at_key=True)
            for key in set(field) - _OF_ASKED:
                message = f"'{key}' goes with a type; '{name}' is a field of the entity."
                self.report.add(
                    content, ("ask", name, key), "key_of_other_verb", message, found=key,
                    expected="type:", at_key=True,
                )  # fmt: skip
        form = f"{content.get('name')}/ask"
        self.names.ask(form, entity, asked)
        for name, field in asked.items():
            if "type" in field and (targets := self.names.targets(form, name)):
                field["targets"] = list(targets)
        button, webhook, mail = (content["trigger"].get(key) for key in _NOBODYS)
        if asked and not (button or webhook):
            message = "Only a rule with a button or a webhook asks."
            self.report.add(content, ("ask",), "asks_nobody", message, expected="trigger: button")
        scope = replace(scope, asked=tuple(asked), asker=(form,) if asked else ())
        if mail:
            form = f"{content.get('name')}/mail"
            self.names.ask(form, entity, MAIL_FIELDS)
            scope = replace(scope, mail=(form,))
        each = "for_each" in content
        if webhook or mail or (each and button == "list"):
            # Nobody has a record of the rule in hand: there is each record, and what was asked.
            scope = replace(scope, here=(), record=(), head=())
        return self._with_each(content, entity, scope) if each else scope

    def _link_told(self, content: MarkedMap, by: str) -> None:
        """Check a rule that is set off from outside: it has nobody's rights, and no record."""
        if content.get("as") != "system":
            message = f"Nobody is signed in behind a {by}: the rule says whose rights it has."
            self.report.add(content, ("trigger",), "nobodys_rights", message, expected="as: system")
        at_record = [] if "for_each" in content else [
            ("do", name, key) for name, step in content["do"].items() for key in step
            if key in _AT_RECORD
        ]  # fmt: skip
        judged = [("if",)] if "if" in content and by == "webhook" else []
        for place in [*judged, *at_record]:
            message = f"A {by} brings no record: 'for_each' finds some, 'create' makes one."
            self.report.add(content, place, "no_record", message, found=place[-1], at_key=True)

    def _link_free(self, content: MarkedMap, name: str, field: MarkedMap) -> None:
        """Check a field that only the form has."""
        if name in KEYWORDS:
            message = f"'{name}' is a word of the expression language; choose another name."
            self.report.add(content, ("ask", name), "keyword", message, found=name, at_key=True)
        unwanted = sorted(set(field) & _NOT_OF_ASKED)
        for key in unwanted:
            message = f"'{key}' belongs to fields that are kept in records."
            self.report.add(
                content, ("ask", name, key), "not_asked_so", message, found=key, at_key=True
            )
        if not unwanted:
            self.fields.link_free(content, ("ask", name), field)

    def _with_each(self, content: MarkedMap, entity: str, scope: Scope) -> Scope:
        self._require_one(content, ("for_each",), ("path", "entity"))
        said = content["for_each"]
        other = said.get("entity")
        if other is None and isinstance(said.get("path"), str):
            try:
                return replace(scope, each=reach(self.names, (entity,), said["path"].split(".")))
            except UnknownPathError as error:
                self.report.unknown_path(content, ("for_each", "path"), error)
                return scope
        if other not in self.names.entities:
            known = self.names.entities
            self.report.unknown(content, ("for_each", "entity"), "entity", str(other), known)
            return scope
        where = replace(scope, here=(other,), record=scope.record)
        self.expressions.check(content, ("for_each", "where"), where)
        return replace(scope, each=(other,))

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
        if "deadline" in trigger:
            self._link_deadline(content, entity)
        for key in ("entered", "left"):
            query = trigger.get(key)
            queries = self.names.entities[entity].get("queries") or {}
            if query is not None and query not in queries:
                self.report.unknown(content, ("trigger", key), "query", str(query), queries)

    def _link_deadline(self, content: MarkedMap, entity: str) -> None:
        trigger = content["trigger"]
        known = self.names.entities[entity].get("deadlines") or {}
        if trigger["deadline"] not in known:
            name = str(trigger["deadline"])
            self.report.unknown(content, ("trigger", "deadline"), "deadline", name, known)
        if "after" in trigger or any("hour" not in each for each in trigger.get("before") or ()):
            message = "A deadline comes near in hours of work, or passes."
            self.report.add(
                content, ("trigger",), "wrong_length", message, expected="before: hours"
            )

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

    def _link_step(self, content: MarkedMap, at: At, step: MarkedMap, place: _Place) -> None:
        scope = place.scope
        if "set" in step:
            self._link_values(content, (*at, "set"), place.about, place)
        for key in ("create", "upsert"):
            if isinstance(step.get(key), MarkedMap):
                self._link_record(content, (*at, key), place)
        if isinstance(step.get("move"), str):
            self._link_move(content, (*at, "move"), place.about)
        if isinstance(step.get("convert"), str):
            self._link_conversion(content, (*at, "convert"), place.about)
        self._link_telling(content, at, step, place)
        self.expressions.check(content, (*at, "stop"), scope)
        if step.get("assign") == POOL:
            step["assign"] = "null"
        self.expressions.check(content, (*at, "assign"), scope)

    def _link_telling(self, content: MarkedMap, at: At, step: MarkedMap, place: _Place) -> None:
        """Check a step that tells somebody something, inside the application or outside."""
        entity = place.entity
        if isinstance(step.get("notify"), MarkedMap):
            self._link_notify(content, (*at, "notify"), entity)
        if isinstance(step.get("webhook"), MarkedMap):
            self._link_webhook(content, (*at, "webhook"), entity)
        if isinstance(step.get("mail"), str):
            self._link_mail(content, (*at, "mail"), entity)
        if isinstance(step.get("sms"), MarkedMap):
            ShortMessageLinker(self.names, self.report).link(content, (*at, "sms"), place.about)

    def _link_mail(self, content: MarkedMap, at: At, entity: str) -> None:
        mails = self.names.contents["mail"]
        known = [name for name, each in mails.items() if each.get("of") == entity]
        written = str(value_at(content, at))
        if written not in known:
            self.report.unknown(content, at, "mail", written, known)

    def _link_record(self, content: MarkedMap, at: At, place: _Place) -> None:
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
        self._link_values(content, (*at, "set"), str(target), place)

    def _link_values(self, content: MarkedMap, at: At, target: str, place: _Place) -> None:
        known = self.names.fields(target)
        values = value_at(content, at) or {}
        for name, value in values.items():
            if name not in known:
                self.report.unknown(content, (*at, name), "field", name, known, at_key=True)
                continue
            values[name] = as_expression(
                self.fields, known[name], value, self.names.fields(place.entity)
            )
            self.expressions.check(content, (*at, name), place.scope)

    def _link_move(self, content: MarkedMap, at: At, entity: str) -> None:
        move = str(value_at(content, at))
        moves = {
            name
            for field in self._stages(entity)
            for process in processes_named(field.get("stages"))
            for name in self.names.stages.get(process, MarkedMap()).get("moves") or ()
        }
        if move not in moves:
            self.report.unknown(content, at, "move", move, sorted(moves))

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


def as_expression(
    fields: FieldLinker, field: Mapping[str, Any], value: Any, own: Mapping[str, Any]
) -> Any:
    """Return what means a literal: true, 12, or the code of a choice."""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, str):
        return str(value)
    return f"'{value}'" if value not in own and value in fields.choices_of(field) else value
