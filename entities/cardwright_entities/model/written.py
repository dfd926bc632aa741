"""Every expression of a catalog: where it stands, whose names it says, what it has to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cardwright_entities.expressions.names import UnknownNameError
from cardwright_entities.expressions.values import BOOLEAN, ValueType
from cardwright_entities.field_types.rollup import FUNCTIONS
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.rule_scopes import items_of, roots_of, scope_of_each
from cardwright_entities.model.scopes import OWN_ROOTS, EntityScope, offered_scope
from cardwright_metadata.definitions.approvals import ApprovalDefinition, AskedDefinition
from cardwright_metadata.definitions.cards import SectionDefinition, TabDefinition
from cardwright_metadata.definitions.entities import CheckDefinition
from cardwright_metadata.definitions.rules import RuleDefinition, StepDefinition
from cardwright_metadata.definitions.stages import StagesDefinition, processes_named
from cardwright_metadata.expressions.tree import Expression, Path

#: Where a condition must run that narrows lists.
IN_STATEMENTS = frozenset({"sql"})


@dataclass(frozen=True, kw_only=True)
class Written:
    """One expression of a definition.

    ``field`` is whose value it gives: of a formula and a default, None for all others.
    """

    address: str
    path: tuple[str, ...]
    expression: Expression
    scope: EntityScope
    expected: ValueType | None = BOOLEAN
    backends: frozenset[str] = frozenset()
    clock: bool = True
    field: FieldModel | None = None
    rest: bool = False  #: what is open of a source follows from it, and is kept

    @property
    def slot(self) -> str:
        """Return the key of a field's own expression, such as formula; empty for all others."""
        return self.path[2] if self.path[0] == "fields" and len(self.path) == 3 else ""

    @property
    def is_index(self) -> bool:
        """Tell whether it knows one record's own columns only: in an index, or what closes it."""
        return self.path[0] in ("unique", "frozen")


def written_in(model: Model) -> Iterator[Written]:
    """Yield the expressions of all that is in use."""
    for name, definition in model.catalog.entities.items():
        if not definition.retired:
            yield from _of_entity(model, model.entity(name))
    for role in model.catalog.roles.values():
        for entity, grant in role.grants.items():
            if grant.rows is not None and entity in model.catalog.entities:
                yield Written(
                    address=f"role/{role.name}",
                    path=("grants", entity, "rows"),
                    expression=grant.rows,
                    scope=EntityScope(model, model.entity(entity)),
                    backends=IN_STATEMENTS,
                )
    for rule in model.catalog.rules.values():
        if rule.entity in model.catalog.entities:
            yield from _of_rule(model, rule)
    for approval in model.catalog.approvals.values():
        if approval.entity in model.catalog.entities:
            yield from _of_approval(model, approval)


def _of_approval(model: Model, approval: ApprovalDefinition) -> Iterator[Written]:
    """Yield which records an approval and its steps are for, and which superior is the last."""
    scope = EntityScope(model, model.entity(approval.entity))
    player = model.catalog.player("employee")
    said: list[tuple[tuple[str, ...], Expression | None]] = [(("if",), approval.condition)]
    asked: list[tuple[tuple[str, ...], AskedDefinition | None]] = [(("copy_to",), approval.copy_to)]
    for step in approval.steps.values():
        path = ("steps", step.name)
        said.append(((*path, "if"), step.condition))
        asked += [((*path, "by"), step.by), ((*path, "missing"), step.missing)]
    address = f"approval/{approval.name}"
    for place, expression in said:
        if expression is not None:
            yield Written(address=address, path=place, expression=expression, scope=scope)
    for place, who in asked:
        if who is not None and who.until is not None and player is not None:
            yield Written(
                address=address,
                path=(*place, "until"),
                expression=who.until,
                scope=EntityScope(model, model.entity(player.name)),
            )


def _of_rule(model: Model, rule: RuleDefinition) -> Iterator[Written]:
    """Yield what a rule asks and what its steps give."""
    entity = model.entity(rule.entity)
    # Whatever looks over all records narrows by statement, where nobody knows what was before.
    listens = bool(rule.trigger.event or rule.trigger.button or rule.trigger.is_told)
    scope = EntityScope(model, entity, own=OWN_ROOTS if listens else frozenset())
    backends = frozenset() if listens else IN_STATEMENTS
    address = f"rule/{rule.name}"
    own = EntityScope(model, entity, roots=roots_of(model, rule))
    if rule.condition is not None:
        judged = own if rule.trigger.mail else scope
        yield Written(
            address=address,
            path=("if",),
            expression=rule.condition,
            scope=judged,
            backends=backends,
        )
    yield from _of_each(model, rule, address)
    for step in rule.steps:
        if step.kind == "calculate":
            yield from _of_items(model, rule, step, address)
            continue
        path = ("do", step.name, step.kind)
        about = own.roots.get("$each", rule.entity) if step.kind == "set" else rule.entity
        target = model.entity(str(step.options.get("entity", about)))
        place = path if step.kind == "set" else (*path, "set")
        for name, value in step.options.get("set", {}).items():
            expected = _expected(target.fields[name]) if name in target.fields else None
            yield Written(
                address=address, path=(*place, name), expression=value, scope=own, expected=expected
            )
        value = step.options.get("value")
        if isinstance(value, Expression):
            expected = BOOLEAN if step.kind == "stop" else None
            yield Written(
                address=address, path=path, expression=value, scope=own, expected=expected
            )


def _of_each(model: Model, rule: RuleDefinition, address: str) -> Iterator[Written]:
    """Yield the condition of the records for which steps are done."""
    if rule.each is not None and rule.each.where is not None:
        yield Written(
            address=address,
            path=("for_each", "where"),
            expression=rule.each.where,
            scope=scope_of_each(model, rule),
            backends=IN_STATEMENTS,
        )


def _of_items(
    model: Model, rule: RuleDefinition, step: StepDefinition, address: str
) -> Iterator[Written]:
    """Yield the condition of the items whose formulas are calculated."""
    if "if" in step.options:
        items = items_of(model, rule, step)
        yield Written(
            address=address,
            path=("do", step.name, step.kind, "if"),
            expression=step.options["if"],
            scope=EntityScope(model, items, roots=roots_of(model, rule)),
        )


def _of_entity(model: Model, entity: EntityModel) -> Iterator[Written]:
    about = _About(model, entity)
    for field in entity.fields.values():
        yield from _of_field(about, field)
    for field in entity.fields.values():
        if field.type.computed == "stage":
            yield from _of_process(about, field)
    yield from about.closing()
    yield from about.checks((), entity.definition.checks)
    yield from _of_equations(about)
    for name, unique in entity.definition.unique.items():
        if unique.condition is not None:
            yield about.condition(("unique", name, "if"), unique.condition, clock=False)
    for name, query in entity.definition.queries.items():
        if query.where is not None:
            yield about.condition(("queries", name, "where"), query.where)
    for tab in entity.definition.card.tabs:
        yield from _of_tab(about, tab)


def _of_equations(about: _About) -> Iterator[Written]:
    for equation in about.entity.definition.solve.values():
        for name, value in equation.values:
            if name in about.entity.fields:
                yield about.value(("solve", equation.name, name), value, about.entity.fields[name])


def _of_field(about: _About, field: FieldModel) -> Iterator[Written]:
    path = ("fields", field.name)
    definition = field.definition
    for slot in ("required", "readonly", "visible", "unlocked"):
        yield from about.slot((*path, slot), getattr(definition, slot))
    formula = definition.options.get("formula")
    if field.type.computed == "rollup":
        yield from about.measured(path, field)
    if isinstance(formula, Expression):
        yield about.value((*path, "formula"), formula, field)
    for source in ("default", "suggest"):
        expression = getattr(definition, source)
        if isinstance(expression, Expression):
            yield about.value((*path, source), expression, field)
    for each in definition.suggestions:
        yield about.value((*path, "suggestions", each.name, "value"), each.value, field)
    yield from about.checks(path, {each.name: each for each in definition.checks})
    where = definition.options.get("where")
    # What a mirror offers is checked at the link in which it ends.
    if isinstance(where, Expression) and field.type.relation:
        for target in field.targets:
            yield about.offered((*path, "where"), where, target)


def _of_process(about: _About, field: FieldModel) -> Iterator[Written]:
    """Yield what the moves of a process say about one of the entities that go through it."""
    stages = about.model.catalog.stages
    for name in processes_named(field.definition.options["stages"]):
        if name in stages:
            yield from _of_moves(about, stages[name])
            yield from _of_waiting(about, stages[name])


def _of_moves(about: _About, process: StagesDefinition) -> Iterator[Written]:
    scope = EntityScope(about.model, about.entity, own=OWN_ROOTS)
    for move in process.moves.values():
        path = ("moves", move.name)
        slots = (((*path, "if"), move.condition), ((*path, "who", "if"), move.allowed))
        wanted = [(place, each, BOOLEAN) for place, each in slots if each is not None]
        given = [
            ((*path, "set", name), each, _expected(about.entity.fields[name]))
            for name, each in move.sets.items()
            if name in about.entity.fields
        ]
        for place, expression, expected in [*wanted, *given]:
            yield Written(
                address=f"stages/{process.name}",
                path=place,
                expression=expression,
                scope=scope,
                expected=expected,
            )


def _of_waiting(about: _About, process: StagesDefinition) -> Iterator[Written]:
    """Yield what moves say about the documents for which they wait."""
    for move in process.moves.values():
        for entity, condition in move.waits_for.items():
            if entity in about.model.catalog.entities:
                yield Written(
                    address=f"stages/{process.name}",
                    path=("moves", move.name, "waits_for", entity),
                    expression=condition,
                    scope=EntityScope(about.model, about.model.entity(entity)),
                    backends=IN_STATEMENTS,
                )


def _of_tab(about: _About, tab: TabDefinition) -> Iterator[Written]:
    path = ("card", "tabs", tab.name)
    yield from about.slot((*path, "visible"), tab.visible)
    for section in tab.sections:
        yield from _of_section(about, path, section)
    if tab.related is not None and tab.related.where is not None:
        yield Written(
            address=about.address,
            path=(*path, "related", "where"),
            expression=tab.related.where,
            scope=EntityScope(about.model, about.model.entity(tab.related.entity)),
            backends=IN_STATEMENTS,
        )


def _of_section(
    about: _About, path: tuple[str, ...], section: SectionDefinition
) -> Iterator[Written]:
    yield from about.slot((*path, "sections", section.name, "visible"), section.visible)


@dataclass(frozen=True)
class _About:
    """One entity, whose expressions are gathered."""

    model: Model
    entity: EntityModel

    @property
    def address(self) -> str:
        return f"entity/{self.entity.name}"

    def slot(self, path: tuple[str, ...], slot: bool | Expression) -> Iterator[Written]:
        if isinstance(slot, Expression):
            yield Written(
                address=self.address,
                path=path,
                expression=slot,
                scope=EntityScope(self.model, self.entity, own=OWN_ROOTS),
            )

    def checks(
        self, path: tuple[str, ...], checks: Mapping[str, CheckDefinition]
    ) -> Iterator[Written]:
        for name, check in checks.items():
            for key, expression in (("if", check.condition), ("test", check.test)):
                if expression is not None:
                    yield from self.slot((*path, "checks", name, key), expression)

    def measured(self, path: tuple[str, ...], field: FieldModel) -> Iterator[Written]:
        """Yield what a rollup says of the records that it is over, in their names."""
        over = Path(tuple(str(field.definition.options["of"]).split(".")))
        try:
            scope = EntityScope(self.model, self.entity).related(over)
        except UnknownNameError:
            return  # what it is over is said to be wrong where it is linked
        for key in ("where", *FUNCTIONS):
            expression = field.definition.options.get(key)
            if isinstance(expression, Expression):
                yield Written(
                    address=self.address,
                    path=(*path, key),
                    expression=expression,
                    scope=scope,
                    expected=BOOLEAN if key == "where" else None,
                    backends=IN_STATEMENTS,
                    clock=not field.columns,
                )

    def value(self, path: tuple[str, ...], expression: Expression, field: FieldModel) -> Written:
        computed = path[-1] == "formula"
        said = field.definition.options.get("returns") if computed else True
        return Written(
            address=self.address,
            path=path,
            expression=expression,
            scope=EntityScope(self.model, self.entity, own=frozenset() if computed else OWN_ROOTS),
            expected=_expected(field) if said else None,
            clock=not (computed and field.columns),
            field=field,
        )

    def condition(
        self, path: tuple[str, ...], expression: Expression, *, clock: bool = True
    ) -> Written:
        return Written(
            address=self.address,
            path=path,
            expression=expression,
            scope=EntityScope(self.model, self.entity),
            backends=IN_STATEMENTS,
            clock=clock,
        )

    def closing(self) -> Iterator[Written]:
        """Yield the conditions under which a record is closed or locked."""
        definition = self.entity.definition
        for key, expression in (("frozen", definition.frozen), ("locked", definition.locked)):
            if expression is not None:
                scope = EntityScope(self.model, self.entity)
                yield Written(
                    address=self.address,
                    path=(key,),
                    expression=expression,
                    scope=scope,
                    clock=key != "frozen",
                )

    def offered(self, path: tuple[str, ...], expression: Expression, target: str) -> Written:
        return Written(
            address=self.address,
            path=path,
            expression=expression,
            scope=offered_scope(self.model, self.model.entity(target), self.entity),
            backends=IN_STATEMENTS,
        )


def _expected(field: FieldModel) -> ValueType | None:
    """Return what a field's value must be; None where its parser takes several kinds."""
    kind = field.value_type.kind
    return None if kind in ("json", "list") else field.value_type
