"""Values that nobody types: defaults, mnemonics, stored formulas, owner and what follows."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.dependencies import Place
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.solving import solve
from cardwright_entities.records.suggesting import Suggesting


def compute(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Fill a draft and its lines: defaults of new records, then everything computed, then rates."""
    if is_closed(draft.stored or {}):
        return  # whatever a move does to it, its values stay
    evaluator.rates.bring_lines(draft)
    Suggesting(evaluator).mark(draft)
    for each in draft.walk():
        _mark_pending(each)
        _fill_mnemonics(each)
    solve(draft, evaluator, messages)
    for each in draft.walk():
        fill_pending(each, evaluator, messages)
    settle_rates(draft, evaluator, messages)


def compute_after(
    draft: Draft, evaluator: Evaluator, messages: Messages, put: Iterable[Place]
) -> None:
    """Compute what follows from fields that the engine put into a draft after it was computed."""
    if is_closed(draft.stored or {}):
        return
    graph = evaluator.model.graph
    due = {place for entity, name in put for place in graph.affected_by(entity, name)}
    for each in draft.walk():
        each.pending.update(
            found.name
            for found in each.entity.stored
            if (each.entity.name, found.name) in due and is_computed_here(each, found)
        )
    for each in draft.walk():
        fill_pending(each, evaluator, messages)
    settle_rates(draft, evaluator, messages)


def fill_pending(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Fill what is still to be filled of one draft."""
    names = evaluator.of_draft(draft)
    for name in [name for name in draft.entity.fields if name in draft.pending]:
        names.own(draft.entity.fields[name])
    for name, message in draft.problems.items():
        messages.add(draft.prefix + name, message)


def settle_rates(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Find out what the amounts of a draft and its lines are worth."""
    evaluator.rates.bring_lines(draft)
    for each in draft.walk():
        evaluator.rates.settle(each, evaluator.of_draft(each), messages)


def _mark_pending(draft: Draft) -> None:
    for found in draft.entity.fields.values():
        is_computed = bool(found.columns) and is_computed_here(draft, found)
        has_default = draft.is_new and found.definition.default is not None
        if is_computed or (has_default and found.name not in draft.given | draft.copied):
            draft.pending.add(found.name)


def is_computed_here(draft: Draft, found: FieldModel) -> bool:
    """Tell whether a value follows from what is saved now: a rollup only from lines and links."""
    if found.type.computed != "rollup":
        return found.type.computed in ("formula", "mirror")
    name = str(found.definition.options["of"]).partition(".")[0]
    return draft.is_new or name in draft.lines or name in draft.given


def _fill_mnemonics(draft: Draft) -> None:
    for found in draft.entity.fields.values():
        if found.type.computed != "mnemonic":
            continue
        is_given = found.name in draft.given
        if is_given and draft.values.get(found.name) is not None:
            continue
        source = str(found.definition.options["of"])
        compute_from = found.type.compute  # type: ignore[attr-defined]  # of computed "mnemonic"
        stored = draft.stored or {}
        # A mnemonic that somebody set by hand stays when the name changes; one that was emptied,
        # as in a form where nobody fills it, is made anew.
        if is_given or stored.get(found.name) == compute_from(stored.get(source), found.definition):
            draft.values[found.name] = compute_from(draft.values.get(source), found.definition)


def stamp_owner(draft: Draft, model: Model, context: Context, evaluator: Evaluator) -> None:
    """Give a new record its owner, and stamp department and organisation from the owner."""
    if draft.head is not None or "owner" not in draft.entity.fields:
        return
    employee = model.catalog.player("employee")
    if employee is None:
        return
    if draft.is_new and "owner" not in draft.given and context.principal.employee is not None:
        draft.values["owner"] = RecordRef(employee.name, context.principal.employee)
    owner = draft.values.get("owner")
    if not draft.is_new and owner == (draft.stored or {}).get("owner"):
        return
    person = _person_of(owner, model, evaluator)
    for part in ("department", "organisation"):
        if not draft.entity.fields[part].definition.system:
            continue  # the entity has such a field of its own, which people fill
        draft.values[part] = None
        field = model.catalog.part("employee", part)
        if person is not None and field:
            record = evaluator.loader.record(model.entity(employee.name), person)
            if record is not None:
                draft.values[part] = record.get(field)
    stamped = draft.entity.fields["organisation"].definition.system
    if stamped and draft.values.get("organisation") is None and draft.values.get("department"):
        draft.values["organisation"] = _organisation_of(draft, model, evaluator)


def _person_of(owner: object, model: Model, evaluator: Evaluator) -> int | None:
    """Return the employee that an owner is, or who leads the team that it is."""
    if not isinstance(owner, RecordRef):
        return None
    employee, team = model.catalog.player("employee"), model.catalog.player("team")
    if employee is not None and owner.entity == employee.name:
        return owner.id
    leader = model.catalog.part("team", "leader")
    if team is None or owner.entity != team.name or leader is None:
        return None
    found = (evaluator.loader.record(model.entity(team.name), owner.id) or {}).get(leader)
    return found if isinstance(found, int) else None


def _organisation_of(draft: Draft, model: Model, evaluator: Evaluator) -> object:
    department = model.catalog.player("department")
    field = model.catalog.part("department", "organisation")
    record = draft.values.get("department")
    if department is None or not field or not isinstance(record, int):
        return None
    found = evaluator.loader.record(model.entity(department.name), record)
    return None if found is None else found.get(field)
