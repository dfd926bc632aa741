"""Rollups as the questions about related records that they are, amounts in one currency."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.field_types.rollup import FUNCTIONS
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.currencies import CURRENCY, RATE
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Call, Expression, Literal, Node, Path
from cardwright_metadata.expressions.tree import Related as Question


def with_question(
    entity: EntityDefinition, field: FieldDefinition, catalog: Catalog, types: FieldTypes
) -> FieldDefinition:
    """Return a rollup with its ``formula``: what it asks of which records."""
    options = field.options
    function = next((key for key in FUNCTIONS if options.get(key)), "count")
    value = options.get(function)
    tree = value.tree if isinstance(value, Expression) else None
    path = tuple(str(options["of"]).split("."))
    if isinstance(tree, Path):
        tree = _in_one_currency(_Over(entity, path, catalog, types), tree)
    where = options.get("where")
    condition = where.tree if isinstance(where, Expression) else None
    question = Question(function, Path(path), tree, condition)
    formula = Expression(write(question), question)
    return replace(field, options={**options, "formula": formula})


class _Over:
    """The records that a rollup is over, and the way from them back to their head."""

    def __init__(
        self, entity: EntityDefinition, path: tuple[str, ...], catalog: Catalog, types: FieldTypes
    ) -> None:
        self.entity = entity
        self.catalog = catalog
        self.types = types
        own = entity.fields.get(path[0])
        if own is not None:
            self.child = catalog.entity(own.targets[0]) if own.targets else entity
            self.link = "head" if self.child.owner == entity.name else ""
            return
        self.child = catalog.entity(path[0])
        links = [name for holder, name in catalog.links_to(entity.name) if holder == path[0]]
        name = path[1] if len(path) > 1 else (links or [""])[0]
        field = self.child.fields.get(name)
        single = field is not None and types.of(field).relation == "one"
        self.link = name if single else ""

    def has_base(self, names: tuple[str, ...]) -> bool:
        """Tell whether a field of these records keeps what its amount is worth."""
        field = self.child.fields.get(names[0]) if len(names) == 1 else None
        if field is None:
            return False
        return any(spec.suffix == "_base" for spec in self.types.of(field).columns(field))

    def currency_of(self, entity: EntityDefinition) -> tuple[str, ...]:
        """Return the path to the currency of an entity's records, empty if they have none."""
        player = self.catalog.player(CURRENCY)
        if player is None:
            return ()
        links = [
            each.name
            for each in entity.fields.values()
            if each.targets == (player.name,)
            and self.types.of(each).relation == "one"
            and not each.system
            and not each.retired
        ]
        if links:
            return (CURRENCY,) if CURRENCY in links else (links[0],)
        if not entity.owner:
            return ()
        above = self.currency_of(self.catalog.entity(entity.owner))
        return ("head", *above) if above else ()


def _in_one_currency(over: _Over, value: Path) -> Node:
    """Return an amount as it may be added up: its worth, or in the currency of the head."""
    theirs = over.currency_of(over.child)
    own_lines = over.link == "head" and theirs[:1] == ("head",)
    if not theirs or own_lines or not over.has_base(value.names):
        return value
    base = replace(value, names=(*value.names, "base"))
    mine = over.currency_of(over.entity)
    if not mine or not over.link:
        return base
    head = over.entity
    way: tuple[str, ...] = (over.link, *mine[:-1])
    while mine[:1] == ("head",):
        head, mine = over.catalog.entity(head.owner), mine[1:]
    if RATE not in head.fields:
        return base
    rate = Call("coalesce", (Path((*way, RATE)), Literal(Decimal(1))))
    same = Binary("=", Path(theirs), Path((*way, *mine)))
    return Call("if", (same, value, Call("round", (Binary("/", base, rate), Literal(Decimal(2))))))
