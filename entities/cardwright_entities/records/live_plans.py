"""What a form computes by itself while somebody types: formulas, conditions, checks as data.

A plan holds only what reads the record, its head and its lines, and of these only what the reader
may read: nothing that is hidden from him is named in it. The script computes by the same rules as
the server; what it cannot compute is left out, and asked of the server as before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.javascript import Plain, compile_javascript, to_wire
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.scopes import OWN_ROOTS, EntityScope
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.previewing import TOLD, is_near, said_of_head
from cardwright_metadata.definitions.entities import CheckDefinition
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.tree import Expression, Literal, Node, Path
from cardwright_metadata.expressions.walking import rebuild
from cardwright_metadata.expressions.words import CONTEXT_ROOTS

#: How the script reads the input of a widget; of other widgets it reads none.
_INPUTS: Mapping[str, str] = {
    "text": "text", "textarea": "text", "checkbox": "boolean", "date": "date", "time": "time",
    "datetime": "datetime", "select": "choice", "multiselect": "choices", "link": "link",
    "link_any": "any", "number": "number",
}  # fmt: skip

#: What the script writes: results of these kinds, as these cells show them. The server writes the
#: others, such as a duration, which is told like a number and is none.
_SHOWN = frozenset({"number", "money", "percent", "text", "boolean"})
_WRITTEN = frozenset({"decimal", "text", "boolean"})

#: Results that the script keeps as a save would store them.
_KEPT = frozenset({"decimal", "text", "boolean", "date", "datetime", "time"})

#: Texts that are kept as they are typed; others are cleaned by rules of their own.
_PLAIN_TEXTS = frozenset({"text", "long_text"})

#: Values that may be told beforehand.
_KINDS = _KEPT | {"record", "list"}

#: Puts the message of a check, told with its name, into a sentence.
Say = Callable[[CheckDefinition, str], str]

SLOTS = ("visible", "required", "readonly")


@dataclass(frozen=True)
class Screen:
    """What stands on the form: the inputs by entity, and the values of fields that have none."""

    inputs: Mapping[str, frozenset[str]]  #: "" of the head, then by lines field
    values: Mapping[str, object]
    is_new: bool


@dataclass
class _Part:
    """The plan of one entity."""

    entity: EntityModel
    key: str
    inputs: dict[str, Plain] = field(default_factory=dict)
    formulas: dict[str, Plain] = field(default_factory=dict)
    slots: dict[str, dict[str, Plain]] = field(default_factory=dict)
    checks: list[Plain] = field(default_factory=list)
    constants: dict[str, Plain] = field(default_factory=dict)

    def to_json(self) -> dict[str, Plain]:
        found = {
            "inputs": self.inputs,
            "formulas": self.formulas,
            "slots": self.slots,
            "checks": self.checks,
            "constants": self.constants,
        }
        return {name: each for name, each in found.items() if each}


@dataclass(frozen=True)
class LivePlan:
    """A plan as plain data, and the formulas that it shows: ``total``, ``items.amount``."""

    plan: Mapping[str, Plain] = field(default_factory=dict)
    told: frozenset[str] = frozenset()

    @property
    def written(self) -> str:
        """Return the plan as JSON, empty when the page has nothing to do."""
        parts = [self.plan, *self.plan.get("lines", {}).values()]
        does = any(part.get(key) for part in parts for key in ("formulas", "slots", "checks"))
        return json.dumps(self.plan, ensure_ascii=False, separators=(",", ":")) if does else ""

    def following(self, slot: str) -> frozenset[str]:
        """Return the fields of the head whose slot the page follows."""
        slots = self.plan.get("slots", {})
        return frozenset(name for name, trees in slots.items() if slot in trees)


def make_plan(
    reading: Reading,
    entity: EntityModel,
    screen: Screen,
    variable: Callable[[str], object],
    say: Say,
) -> LivePlan:
    """Return what a form can compute by itself; ``variable`` gives what ``$me`` stands for."""
    planner = _Planner(reading, screen, variable)
    planner.part("", entity)
    for lines in entity.lines:
        if lines.name in screen.inputs and reading.has_field(entity, lines.name):
            planner.part(lines.name, reading.model.lines_of(entity, lines.name))
    for part in planner.parts.values():
        planner.fill(part, say)
    return planner.plan()


@dataclass
class _Planner:
    reading: Reading
    screen: Screen
    variable: Callable[[str], object]
    parts: dict[str, _Part] = field(default_factory=dict)
    variables: dict[str, Plain] = field(default_factory=dict)
    tried: dict[tuple[str, str], bool] = field(default_factory=dict)
    #: By the entity's key and the text of an expression what it reads, once it is compiled.
    paths: dict[tuple[str, str], tuple[Path, ...]] = field(default_factory=dict)

    def part(self, key: str, entity: EntityModel) -> None:
        self.parts[key] = _Part(entity, key)

    def fill(self, part: _Part, say: Say) -> None:
        for found in part.entity.fields.values():
            if not self.reading.has_field(part.entity, found.name):
                continue
            if found.type.computed in TOLD:
                self._has_formula(part, found)
            self._add_slots(part, found)
            for index, check in enumerate(found.definition.checks):
                name = check.name or f"{found.name}.{index}"
                self._add_check(part, check, name, check.place or found.name, found, say)
        for name, check in part.entity.definition.checks.items():
            self._add_check(part, check, name, check.place, None, say)

    def plan(self) -> LivePlan:
        context = self.reading.context
        lines = {key: part.to_json() for key, part in self.parts.items() if key}
        shown = {
            f"{key}.{name}" if key else name
            for key, part in self.parts.items()
            for name, formula in part.formulas.items()
            if formula["show"]
        }
        plan = {
            "now": to_wire(context.now),
            "zone": context.zone.key,
            "variables": self.variables,
            **self.parts[""].to_json(),
            "lines": {key: each for key, each in lines.items() if each},
        }
        return LivePlan(plan, frozenset(shown))

    # -- what is computed ----------------------------------------------------------------------

    def _add_slots(self, part: _Part, found: FieldModel) -> None:
        for slot in SLOTS:
            expression = getattr(found.definition, slot)
            if isinstance(expression, Expression) and found.name in self._inputs(part):
                tree = self._compile(part, expression)
                if tree is not None:
                    part.slots.setdefault(found.name, {})[slot] = tree

    def _add_check(
        self,
        part: _Part,
        check: CheckDefinition,
        name: str,
        place: str,
        of: FieldModel | None,
        say: Say,
    ) -> None:
        trees: dict[str, Plain] = {}
        for key, expression in (("if", check.condition), ("test", check.test)):
            if expression is not None:
                trees[key] = self._compile(part, expression)
                if trees[key] is None:
                    return
        if of is not None and not self._is_known(part, of.name):
            return
        filled = {"of": of.name} if of is not None else {}
        words = {"name": name, "place": place, "level": check.level, "message": say(check, name)}
        reads: set[tuple[str, str]] = {(part.key, of.name)} if of is not None else set()
        for expression in filter(None, (check.condition, check.test)):
            self._add_reads(part, expression, reads)
        places = sorted(f"{key}.{each}" if key else each for key, each in reads)
        if trees:
            part.checks.append({**words, **filled, **trees, "reads": places})

    def _add_reads(self, part: _Part, expression: Expression, found: set[tuple[str, str]]) -> None:
        """Add every field that an expression reads, through formulas too: lines' key and name."""
        for path in self.paths.get((part.key, expression.text), ()):
            here, names = (self.parts[""] if path.root == "$head" else part), path.names
            if path.root in CONTEXT_ROOTS or not names:
                continue
            if not here.key and names[0] in self.parts and len(names) > 1:
                here, names = self.parts[names[0]], names[1:]
            place, field = (here.key, names[0]), here.entity.fields.get(names[0])
            if place in found or field is None:
                continue
            found.add(place)
            formula = field.definition.options.get("formula")
            if isinstance(formula, Expression):
                self._add_reads(here, formula, found)

    def _has_formula(self, part: _Part, found: FieldModel) -> bool:
        """Put a formula into the plan, if the script can compute it."""
        key = (part.key, found.name)
        if key not in self.tried:
            self.tried[key] = False
            tree = self._compile(part, found.definition.options["formula"])
            kept = not found.columns or found.value_type.kind in _KEPT
            if tree is not None and kept:
                part.formulas[found.name] = {
                    "tree": tree,
                    "stored": bool(found.columns),
                    "scale": found.value_type.scale,
                    "show": _shown_as(found),
                }
                self.tried[key] = True
        return self.tried[key]

    def _compile(self, part: _Part, expression: Expression) -> Plain | None:
        if not is_near(self.reading, part.entity, expression):
            return None
        scope = EntityScope(self.reading.model, part.entity, own=OWN_ROOTS)
        try:
            typed = check_types(_to_head(part, expression), scope)
        except ExpressionError:
            return None
        if "javascript" not in typed.backends or not self._knows(part, typed):
            return None
        self.paths[part.key, expression.text] = typed.paths
        try:
            return compile_javascript(typed, self.reading.context.zone)
        except (KeyError, ValueError):
            return None

    # -- what the script knows -----------------------------------------------------------------

    def _knows(self, part: _Part, typed: TypedExpression) -> bool:
        if not all(self._knows_path(part, path) for path in typed.paths):
            return False
        for path in typed.paths:
            if path.root in CONTEXT_ROOTS:
                name = dotted(path)
                self.variables[name] = to_wire(self.variable(name))
        return True

    def _knows_path(self, part: _Part, path: Path) -> bool:
        if path.root in CONTEXT_ROOTS:
            return True
        if path.root == "$head":
            return bool(part.key) and self._is_known(self.parts[""], path.names[0])
        if not path.names:
            return False
        lines = part.entity.fields[path.names[0]].type.relation == "lines"
        if not lines:
            return self._is_known(part, path.names[0])
        below = self.parts.get(path.names[0]) if not part.key else None
        return below is not None and all(self._is_known(below, each) for each in path.names[1:])

    def _is_known(self, part: _Part, name: str) -> bool:
        """Tell whether the script has a field's value: typed, computed or told beforehand."""
        found = part.entity.fields[name]
        if not self.reading.has_field(part.entity, name):
            return False
        if found.type.computed in TOLD and self._has_formula(part, found):
            return True
        if found.type.computed == "formula":
            return False
        if name in self._inputs(part):
            return self._take_input(part, found)
        if part.key or not found.columns or found.value_type.kind not in _KINDS:
            return False
        if self.screen.is_new and not _is_constant(found):
            return False
        part.constants[name] = to_wire(self.screen.values.get(name))
        return True

    def _take_input(self, part: _Part, found: FieldModel) -> bool:
        """Note how an input is read, if the script can."""
        kind = _INPUTS.get(found.type.widget, "")
        if not kind or (kind == "text" and found.type.name not in _PLAIN_TEXTS):
            return False
        percent = found.type.cell == "percent"
        part.inputs[found.name] = [kind, found.value_type.scale, *(["%"] if percent else [])]
        return True

    def _inputs(self, part: _Part) -> frozenset[str]:
        return self.screen.inputs.get(part.key, frozenset())


def _to_head(part: _Part, expression: Expression) -> Expression:
    """Return the expression of a line with what it reads of its head as the script knows it."""

    def change(node: Node) -> Node:
        if isinstance(node, Path):
            return said_of_head(part.entity, node)
        return rebuild(node, change)

    return replace(expression, tree=change(expression.tree)) if part.key else expression


def _shown_as(found: FieldModel) -> str:
    """Return in which way the page writes a value, "" where it does not."""
    if found.type.cell not in _SHOWN or found.value_type.kind not in _WRITTEN:
        return ""
    return found.type.cell if found.type.grouped else "plain"


def _is_constant(found: FieldModel) -> bool:
    default: Any = found.definition.default
    if not isinstance(default, Expression):
        return found.type.computed == ""
    return isinstance(default.tree, Literal)


def conditional_fields(reading: Reading, entity: EntityModel, slot: str) -> Iterator[str]:
    """Yield the fields whose slot follows what is typed, as far as the reader may know it."""
    for found in entity.fields.values():
        expression = getattr(found.definition, slot)
        known = isinstance(expression, Expression) and reading.has_field(entity, found.name)
        if known and is_near(reading, entity, expression):
            yield found.name
