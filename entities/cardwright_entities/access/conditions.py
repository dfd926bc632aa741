"""A condition of a grant that somebody types: read and checked before anything is planned.

It may name what its writer may read, and nothing else: that a name is known would tell of the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Container

from cardwright_entities.errors import Message
from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.values import BOOLEAN
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.model.written import IN_STATEMENTS
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.parsing import parse_condition


def wrong_condition(
    model: Model,
    entity: EntityModel,
    text: str,
    readable: Callable[[EntityModel], Container[str]],
) -> Message | None:
    """Return what is wrong with a condition on the records of an entity, None for nothing."""
    scope = EntityScope(model, entity, readable=readable, choices=True)
    try:
        check_types(parse_condition(text), scope, expected=BOOLEAN, backends=IN_STATEMENTS)
    except ExpressionError as error:
        return Message.of_expression("bad_condition", error)
    return None
