"""Values that nobody types: defaults, mnemonics, stored formulas, owner and what follows from it."""

from __future__ import annotations

from cardwright_entities.contexts import Context
from cardwright_entities.field_types.references import RecordRef
from cardwright_entities.model.model import Model
from cardwright_entities.pinyin import initials
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator


def compute(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Fill a draft and its lines: defaults of new records, then everything computed."""
    for each in draft.walk():
        _mark_pending(each)
        _fill_mnemonics(each)
    for each in draft.walk():
        names = evaluator.of_draft(each)
        for name in [name for name in each.entity.fields if name in each.pending]:
            names._own(each.entity.fields[name])  # noqa: SLF001 - filling is reading for its effect
        for name, message in each.problems.items():
            messages.add(each.prefix + name, message)


def _mark_pending(draft: Draft) -> None:
    for found in draft.entity.fields.values():
        if found.type.computed == "formula" and found.columns:
            draft.pending.add(found.name)
        elif draft.is_new and found.definition.default is not None:
            if found.name not in draft.given:
                draft.pending.add(found.name)


def _fill_mnemonics(draft: Draft) -> None:
    for found in draft.entity.fields.values():
        if found.type.computed != "mnemonic" or found.name in draft.given:
            continue
        source = str(found.definition.options.get("of", draft.entity.definition.title))
        text = draft.values.get(source)
        before = (draft.stored or {}).get(source)
        kept = (draft.stored or {}).get(found.name)
        # A mnemonic that somebody set by hand stays when the name changes.
        if kept is None or kept == initials(str(before or "")):
            draft.values[found.name] = initials(str(text)) if text else None


def stamp_owner(draft: Draft, model: Model, context: Context, evaluator: Evaluator) -> None:
    """Give a new record its owner, and stamp department and organisation from the owner."""
    if draft.head is not None or "owner" not in draft.entity.fields:
        return
    employee = model.catalog.player("employee")
    if employee is None:
        return
    if draft.is_new and "owner" not in draft.given and context.principal.employee is not None:
        draft.values["owner"] = RecordRef(employee.id or employee.name, context.principal.employee)
    owner = draft.values.get("owner")
    if not draft.is_new and owner == (draft.stored or {}).get("owner"):
        return
    for part in ("department", "organisation"):
        draft.values[part] = None
        field = model.catalog.part("employee", part)
        if isinstance(owner, RecordRef) and owner.entity in (employee.id, employee.name) and field:
            record = evaluator.loader.record(model.entity(employee.name), owner.id)
            if record is not None:
                draft.values[part] = record.get(field)
    if draft.values.get("organisation") is None and draft.values.get("department") is not None:
        draft.values["organisation"] = _organisation_of(draft, model, evaluator)


def _organisation_of(draft: Draft, model: Model, evaluator: Evaluator) -> object:
    department = model.catalog.player("department")
    field = model.catalog.part("department", "organisation")
    record = draft.values.get("department")
    if department is None or not field or not isinstance(record, int):
        return None
    found = evaluator.loader.record(model.entity(department.name), record)
    return None if found is None else found.get(field)
