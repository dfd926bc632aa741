"""The values with which an empty form begins."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.loading import Loader


def new_values(desk: Desk, entity: EntityModel, given: Mapping[str, object]) -> dict[str, object]:
    """Return the values with which an empty form begins: given ones, defaults, its writer."""
    loader = Loader(desk.session, desk.model)
    evaluator = Evaluator.of(desk.reading, loader)
    draft = Draft(entity, dict(given), given=set(given))
    names = evaluator.of_draft(draft)
    for found in entity.fields.values():
        if found.definition.default is not None and found.name not in draft.given:
            draft.pending.add(found.name)
    for name in list(entity.fields):
        if name in draft.pending:
            names.own(entity.fields[name])  # noqa: SLF001 - filling is reading for its effect
    employee = desk.model.catalog.player("employee")
    me = desk.context.principal.employee
    if employee is not None and me is not None and "owner" in entity.fields:
        draft.values.setdefault("owner", RecordRef(employee.name, me))
    return draft.values
