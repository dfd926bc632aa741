"""The buttons of approvals: who is offered which, and what each does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.approvals.deciding import (
    Deciding,
    add_signer,
    agree,
    hand_on,
    refuse,
    return_to,
    take,
    urge,
    withdraw,
)
from cardwright_entities.flows.approvals.going import Way, begin, earlier_steps, move
from cardwright_entities.flows.approvals.guarding import approval_of
from cardwright_entities.flows.approvals.kept import (
    APPROVED,
    OPEN,
    REVOKED,
    end_kept,
    kept_of,
    running_of,
)
from cardwright_entities.flows.approvals.questions import (
    COMMENT,
    EMPLOYEE,
    STEP,
    ask_comment,
    ask_employee,
    ask_step,
    read_answers,
)
from cardwright_entities.flows.chains import refuse_later
from cardwright_entities.flows.moves import has_stages, may_edit, tracks_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.approvals import ADMIN, ApprovalDefinition
from cardwright_metadata.definitions.texts import Text

#: What the names of these actions begin with.
APPROVAL = "approval."

_LABELS = {
    "submit": Text.of({"zh": "提交", "en": "Submit"}),
    "approve": Text.of({"zh": "审核", "en": "Approve"}),
    "reject": Text.of({"zh": "驳回", "en": "Reject"}),
    "return": Text.of({"zh": "退回", "en": "Return"}),
    "add_signer": Text.of({"zh": "加签", "en": "Ask one more"}),
    "hand_on": Text.of({"zh": "转交", "en": "Pass on"}),
    "withdraw": Text.of({"zh": "撤回", "en": "Withdraw"}),
    "urge": Text.of({"zh": "催办", "en": "Ask again"}),
    "take": Text.of({"zh": "接管审批", "en": "Take over"}),
    "unapprove": Text.of({"zh": "反审核", "en": "Unapprove"}),
}

_ICONS = {
    "submit": "arrow-right", "approve": "check", "reject": "x", "return": "arrow-back-up",
    "add_signer": "user-plus", "hand_on": "user-share", "withdraw": "arrow-back-up",
    "urge": "bell", "take": "user-check", "unapprove": "arrow-back-up",
}  # fmt: skip

_WORK: Mapping[str, Callable[[Deciding], None]] = {
    "approve": agree,
    "reject": refuse,
    "return": return_to,
    "add_signer": add_signer,
    "hand_on": hand_on,
    "withdraw": withdraw,
    "urge": urge,
    "take": take,
}


class ApprovalButtons:
    """Offers what somebody can do in the approval of a record."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the buttons of a record, for who looks at it."""
        if not has_stages(entity):
            return ()
        definition = approval_of(gate.model, entity.name)
        kept = running_of(gate.session, entity.key, int(str(values["id"])))
        if kept is None:
            return list(_between(gate, definition, entity, values)) if definition else ()
        return list(_meanwhile(gate, Way.of(gate, entity, kept)))

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Do one of them; whoever comes second is told that something else was decided."""
        owed = gate.beyond_rights()
        owed.lock(entity, record, "edit")
        stored = owed.loader.records(entity, [record])[record]
        found = {each.name: each for each in self.offer(gate, entity, stored)}.get(action.name)
        if found is None:
            raise ConflictError(Message("approval_meanwhile"))
        if asking.version is not None and asking.version != stored.get("version"):
            raise ConflictError(Message("changed_meanwhile"))
        answers = read_answers(found.asks, found.required, asking.values, gate.context)
        definition = approval_of(gate.model, entity.name)
        name = action.name.removeprefix(APPROVAL)
        if name == "submit" and definition is not None:
            origin = str(_state(gate, definition, entity, stored))
            meant: dict[str, Any] = {
                "version": asking.version, "merge": asking.merge, "confirmed": asking.confirmed,
            }  # fmt: skip
            begin(owed, definition, entity, record, origin, meant)
        elif name == "unapprove" and definition is not None:
            _unapprove(gate, owed, definition, entity, record, answers)
        else:
            kept = running_of(gate.session, entity.key, record)
            assert kept is not None
            way = Way.of(owed, entity, kept)
            _WORK[name](Deciding(gate, way, answers))
        gate.loader.forget(entity, record)
        return Performed()

    def gone(self, gate: Records, entity: EntityModel, record: int, name: str) -> Message | None:
        """Say that something else was decided meanwhile."""
        known = name.removeprefix(APPROVAL) in _LABELS and name.startswith(APPROVAL)
        if not known or approval_of(gate.model, entity.name) is None:
            return None
        return Message("approval_meanwhile")


def _between(
    gate: Records, definition: ApprovalDefinition, entity: EntityModel, values: Values
) -> Iterator[Action]:
    """Yield what can be done while nothing runs: to submit, or to take an approval back."""
    state = _state(gate, definition, entity, values)
    writable = gate.policy.fields(gate.context.principal, entity.name, "write")
    may_submit = definition.stage in writable and may_edit(gate, entity, values)
    if state in definition.origins and may_submit:
        yield _action("submit", tone="primary")
    if state == definition.approved and definition.unapprove in gate.context.principal.roles:
        yield _action("unapprove", (ask_comment(gate.model),), {COMMENT}, tone="danger")


def _meanwhile(gate: Records, way: Way) -> Iterator[Action]:
    """Yield what can be done while people are asked."""
    principal, allowed = gate.context.principal, way.definition.allowed
    comment, person = ask_comment(gate.model), ask_employee(gate.model)
    if any(each.state == OPEN and each.is_of(principal) for each in way.tasks()):
        yield _action("approve", (comment,), tone="primary")
        yield _action("reject", (comment,), {COMMENT}, tone="danger")
        steps = earlier_steps(way)
        if "return_to_step" in allowed and steps:
            asks = (ask_step(gate.model, steps), comment)
            yield _action("return", asks, {STEP, COMMENT})
        for name in ("add_signer", "hand_on"):
            if name in allowed and person is not None:
                yield _action(name, (person, comment), {EMPLOYEE})
    elif ADMIN in principal.roles:
        yield _action("take")
    if way.kept.account is not None and way.kept.account == principal.account:
        for name in ("withdraw", "urge"):
            if name in allowed:
                yield _action(name)


def _action(
    name: str,
    asks: tuple[FieldModel, ...] = (),
    required: set[str] | frozenset[str] = frozenset(),
    *,
    tone: str = "",
) -> Action:
    return Action(
        name=APPROVAL + name,
        label=_LABELS[name],
        kind="approval",
        icon=_ICONS[name],
        tone=tone,
        asks=asks,
        required=frozenset(required),
        values={each.name: None for each in asks},
        back=name == "withdraw",
    )


def _state(
    gate: Records, definition: ApprovalDefinition, entity: EntityModel, values: Values
) -> str | None:
    """Return where a record stands, None where the stage field is gone."""
    for track in tracks_of(gate, RecordValues(gate.evaluator.computing, entity, values)):
        if track.name == definition.stage:
            return track.state_of(values.get(track.name))
    return None


def _unapprove(
    gate: Records,
    owed: Records,
    definition: ApprovalDefinition,
    entity: EntityModel,
    record: int,
    answers: Mapping[str, Any],
) -> None:
    """Take an approval back, unless later documents stand on it."""
    refuse_later(gate, entity.name, record)
    last = next(iter(kept_of(gate.session, entity.key, record, 1)), None)
    origin = definition.origins[0]
    if last is not None and last.state == APPROVED:
        origin = last.origin if last.origin in definition.origins else origin
        end_kept(gate.session, last.id, REVOKED, str(answers[COMMENT]))
        Way.of(owed, entity, last).tell([last.account], Message("approval_revoked"))
    move(owed, definition, entity, record, origin)
