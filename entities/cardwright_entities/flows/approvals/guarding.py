"""Keeps records from going past their approval, and ends one whose record went elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.flows.approvals.going import KIND, start
from cardwright_entities.flows.approvals.kept import VOID, Kept, end_kept, running_of
from cardwright_entities.flows.approvals.questions import EMPLOYEE, ask_employee
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.approvals import ApprovalDefinition


class ApprovalEffect:
    """Refuses states that an approval alone leads to."""

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Refuse to wait, to be approved or to stop waiting by any other way."""
        stage = _gone_past(gate, draft)
        if stage:
            messages.add(stage, Message("goes_by_approval"))

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Refuse an undo that goes past an approval; end it where the system took the record."""
        for each in written:
            draft = each.draft
            if each.operation == "update" and _gone_past(gate, draft):
                # What is written quietly is not settled.
                raise ConflictError(Message("goes_by_approval"))
            if draft.meant.kind == KIND or draft.id is None or draft.is_new:
                continue
            definition = approval_of(gate.model, draft.entity.name)
            if definition is not None and _is_submitted(draft, definition):
                origin = str((draft.stored or {}).get(definition.stage))
                start(gate.beyond_rights(), definition, draft.entity, draft.id, origin)
                continue
            stages = [name for name, found in draft.entity.fields.items() if _is_stage(found)]
            moved = set(stages) & set(draft.changed())
            if moved or (stages and each.operation == "delete"):
                kept = running_of(gate.session, draft.entity.key, draft.id)
                if kept is not None:
                    _end(gate, kept, moved)


def _gone_past(gate: Records, draft: Draft) -> str:
    """Return the stage field that a draft moves as an approval alone may, empty for none."""
    definition = approval_of(gate.model, draft.entity.name)
    if definition is None or draft.is_new or gate.context.principal.is_system:
        return ""
    before = (draft.stored or {}).get(definition.stage)
    after = draft.values.get(definition.stage)
    if after == definition.approved and before in definition.behind:
        return ""  # it comes back to what was approved, and was closed since
    own = (definition.pending, definition.approved)
    gone = before != after and (after in own or before == definition.pending)
    return definition.stage if gone else ""


def _is_submitted(draft: Draft, definition: ApprovalDefinition) -> bool:
    """Tell whether the system, a rule or a seed let a record wait: its approval begins."""
    before = (draft.stored or {}).get(definition.stage)
    return before in definition.origins and draft.values.get(definition.stage) == definition.pending


def asked_person(model: Model, entity: str, name: str) -> FieldModel | None:
    """Return the question for a person that an entity's approval asks by this name."""
    if name != EMPLOYEE or approval_of(model, entity) is None:
        return None
    return ask_employee(model)


def _is_stage(field: FieldModel) -> bool:
    return field.type.computed == "stage"


def _end(gate: Records, kept: Kept, moved: set[str]) -> None:
    stage = gate.model.catalog.kept_approval(kept.flow).stage
    if not moved or stage in moved:
        end_kept(gate.session, kept.id, VOID)


def approval_of(model: Model, entity: str) -> ApprovalDefinition | None:
    """Return the approval of an entity's records."""
    for each in model.catalog.approvals.values():
        if each.entity == entity:
            return each
    return None
