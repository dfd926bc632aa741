"""Filling a field of a draft: by its formula, what is suggested for it, or its default."""

from __future__ import annotations

from collections.abc import Callable

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.reaching import formula_of
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.rounding import kept_value
from cardwright_metadata.expressions.tree import Expression


def fill(
    draft: Draft, found: FieldModel, computed: Callable[[Expression], object], context: Context
) -> None:
    """Put a field's default or stored formula into a draft, through the type's own parse."""
    source: Expression | None = found.definition.options.get("formula")
    if found.type.computed == "mirror" and found.columns:
        source = formula_of(found)
    elif found.type.computed not in ("formula", "rollup"):
        if (suggested := draft.suggest(found.name)) is not None or not draft.is_new:
            draft.values[found.name] = suggested
            return
        source = found.definition.default
    if source is None:
        return
    try:
        value = kept_value(found, computed(source), context)
    except ValueProblem as problem:
        draft.problems[found.name] = problem.message
        value = None
    draft.values[found.name] = value
