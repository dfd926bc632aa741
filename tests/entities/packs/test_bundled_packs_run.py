"""The bundled packs as an installation has them: whatever they say can be typed and read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.expressions.checking import check_condition, check_types
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.expressions.tree import Expression


def computed_expressions(entity: EntityDefinition) -> Iterator[Expression]:
    """Yield what is computed for one record: slots, defaults, checks and formulas."""
    for field in entity.fields.values():
        slots = (field.required, field.readonly, field.visible, field.default, field.suggest)
        yield from (each for each in slots if isinstance(each, Expression))
        formula = field.options.get("formula")
        if isinstance(formula, Expression):
            yield formula
    checks = [check for field in entity.fields.values() for check in field.checks]
    for check in [*checks, *entity.checks.values()]:
        yield from (each for each in (check.condition, check.test) if each is not None)


def offered_records(
    desk: Desk, entity: EntityDefinition
) -> Iterator[tuple[Expression, EntityScope]]:
    """Yield the condition of each link with the scope of what it offers."""
    for field in entity.fields.values():
        where = field.options.get("where")
        roots = {"$record": entity.name}
        if entity.owner:
            roots["$head"] = entity.owner
        for target in desk.model.catalog.targets(entity.name, field.name) if where else ():
            yield (
                where,
                EntityScope(desk.model, desk.model.entity(target), roots),
            )


def pages(desk: Desk, entity: EntityDefinition) -> Iterator[PageRequest]:
    """Yield every page that the packs describe: the list, each query, each related list."""
    shown: dict[str, Any] = {
        "entity": entity.name,
        "columns": tuple(column.path for column in entity.list.columns),
        "totals": dict(entity.list.totals),
    }
    yield PageRequest(**shown, sort=entity.list.sort)
    for query in entity.queries.values():
        where = desk.typed(entity.name, query.where) if query.where else None
        yield PageRequest(**shown, where=where, sort=query.sort or entity.list.sort)
    for related in [tab.related for tab in entity.card.tabs if tab.related]:
        where = related.where.tree if related.where else None
        yield PageRequest(entity=related.entity, columns=related.columns, where=where)


def test_every_expression_has_a_type(installation: Engine, context: Context) -> None:
    with installation.read(context) as desk:
        for entity in desk.model.catalog.entities.values():
            scope = EntityScope(desk.model, desk.model.entity(entity.name))
            for expression in computed_expressions(entity):
                assert check_types(expression, scope), expression.text
            for where, offered in offered_records(desk, entity):
                assert check_condition(where, offered), where.text


def test_every_list_query_and_related_list_can_be_read(
    installation: Engine, context: Context
) -> None:
    with installation.read(context) as desk:
        for entity in desk.model.catalog.entities.values():
            for request in pages(desk, entity):
                assert desk.page(request).count.value == 0
