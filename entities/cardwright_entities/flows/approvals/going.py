"""How an approval goes on: step by step, until all have agreed or somebody says no."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_entities.accounts.accounts import list_accounts
from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.flows.approvals.asking import Asking
from cardwright_entities.flows.approvals.kept import (
    AGREED,
    APPROVED,
    DROPPED,
    OPEN,
    REJECTED,
    RUNNING,
    SKIPPED,
    WAITING,
    Kept,
    Task,
    add_kept,
    add_task,
    change_kept,
    change_tasks,
    end_kept,
    find_kept,
    tasks_of,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.records.gate import Records
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.approvals import (
    ADMIN,
    ApprovalDefinition,
    ApprovalStepDefinition,
    AskedDefinition,
)

#: How saves of approvals are meant, in history.
KIND = "approval"

#: Who is asked when nobody else is found.
ADMINS = AskedDefinition(kind="role", names=(ADMIN,))


@dataclass(eq=False)
class Way:
    """One approval that runs; ``gate`` has the rights of the system, the record is locked."""

    gate: Records
    entity: EntityModel
    kept: Kept
    definition: ApprovalDefinition

    @classmethod
    def of(cls, gate: Records, entity: EntityModel, kept: Kept) -> Way:
        """Return the way of an approval, as its flow was when it began."""
        return cls(gate, entity, kept, gate.model.catalog.kept_approval(kept.flow))

    def tasks(self, step: str = "") -> list[Task]:
        """Return who is or was asked, of one step or of all, without what was gone back behind."""
        found = tasks_of(self.gate.session, self.kept.id)
        return [each for each in found if not each.gone and step in ("", each.step)]

    def asking(self) -> Asking:
        """Return who finds people for the record as it is stored."""
        self.gate.loader.forget(self.entity, self.kept.record)
        stored = self.gate.loader.records(self.entity, [self.kept.record])[self.kept.record]
        return Asking(self.gate, self.entity, stored)

    # -- step by step --------------------------------------------------------------------------

    def advance(self) -> None:
        """Go on as far as nobody has to be waited for."""
        steps = list(self.definition.steps.values())
        names = [each.name for each in steps]
        index = names.index(self.kept.step) if self.kept.step in names else -1
        if index >= 0 and not self._settle(steps[index]):
            return
        for step in steps[index + 1 :]:
            self._enter(step)
            if not self._settle(step):
                return
        self.finish(APPROVED)

    def begin_again(self, step: str) -> None:
        """Go back to a step, and ask anew from there."""
        names = list(self.definition.steps)
        later = names[names.index(step) :]
        gone = [each for each in self.tasks() if each.step in later]
        asked = [each.id for each in gone if each.state in (OPEN, WAITING)]
        change_tasks(self.gate.session, asked, {"state": DROPPED})
        change_tasks(self.gate.session, [each.id for each in gone], {"gone": True})
        self._enter(self.definition.steps[step])
        self.advance()

    def _enter(self, step: ApprovalStepDefinition) -> None:
        change_kept(self.gate.session, self.kept.id, {"step": step.name})
        found = find_kept(self.gate.session, self.kept.id)
        assert found is not None
        self.kept = found
        asking = self.asking()
        if not asking.holds(step.condition):
            return
        people = asking.accounts(step.by) or asking.accounts(step.missing)
        people = people or asking.accounts(ADMINS)
        if not people:
            self._refuse(step, asking)
            add_task(self.gate.session, self.kept.id, step.name, {"state": OPEN})
            return
        applicant = self.kept.account
        if self.definition.skips_applicant and applicant in people.values():
            others = {each: account for each, account in people.items() if account != applicant}
            if not others:
                self._skip(step, people)
                return
            people = others
        self._ask(step, people)

    def _refuse(self, step: ApprovalStepDefinition, asking: Asking) -> None:
        """Tell people that a step has nobody; what the system lets wait goes on waiting.

        Administrators who are no employees find what nobody is asked about by themselves.
        """
        context = self.gate.context
        accounts = list_accounts(self.gate.session)
        if context.principal.account not in {each.id for each in accounts}:
            return  # the system, or somebody of a scenario, where roles have nobody
        if not any(ADMIN in each.roles and asking.may_read(each.id) for each in accounts):
            label = step.label.in_language(context.language, name=step.name)
            raise ConflictError(Message.of("approval_nobody", step=label))

    def _skip(self, step: ApprovalStepDefinition, people: dict[int, int]) -> None:
        for employee, account in people.items():
            values = {"employee": employee, "account": account, "state": SKIPPED}
            add_task(self.gate.session, self.kept.id, step.name, values)

    def _ask(self, step: ApprovalStepDefinition, people: dict[int, int]) -> None:
        agreed: set[int | None] = set()
        if self.definition.skips_same:
            agreed = {each.account for each in self.tasks() if each.state == AGREED}
        asked: list[int] = []
        for position, (employee, account) in enumerate(people.items()):
            if account in agreed:
                state = SKIPPED
            else:
                state = WAITING if asked and step.mode == "in_order" else OPEN
                asked.append(account)
            values = {"employee": employee, "account": account, "state": state}
            add_task(self.gate.session, self.kept.id, step.name, {**values, "position": position})
        done = step.mode == "any" and len(asked) < len(people)
        if not done:
            self.tell(asked[:1] if step.mode == "in_order" else asked, Message("approval_asked"))

    def _settle(self, step: ApprovalStepDefinition) -> bool:
        """Tell whether a step is done; open what comes next in it."""
        tasks = self.tasks(step.name)
        pending = [each for each in tasks if each.state in (OPEN, WAITING)]
        own = [each for each in tasks if not each.added]
        if step.mode == "any" and any(each.state in (AGREED, SKIPPED) for each in own):
            added = [each for each in pending if each.added]
            rest = [each.id for each in pending if not each.added]
            change_tasks(self.gate.session, rest, {"state": DROPPED})
            return not added
        if pending and not any(each.state == OPEN for each in pending):
            first = min(pending, key=lambda each: (each.position, each.id))
            opened = {"state": OPEN, "asked_at": self.gate.context.now}
            change_tasks(self.gate.session, [first.id], opened)
            self.tell([first.account], Message("approval_asked"))
        return not pending

    # -- the end -------------------------------------------------------------------------------

    def finish(self, state: str, comment: str = "") -> None:
        """End the approval, let the record go where that leads, and tell who waits for it."""
        to = {
            APPROVED: self.definition.approved,
            REJECTED: self.definition.rejected or self.kept.origin,
        }.get(state, self.kept.origin)
        end_kept(self.gate.session, self.kept.id, state, comment)
        move(self.gate, self.definition, self.entity, self.kept.record, to)
        if state in (APPROVED, REJECTED):
            copied = self.asking().accounts(self.definition.copy_to).values()
            message = Message.of(f"approval_{state}", comment=comment)
            self.tell([self.kept.account, *copied], message)

    def tell(self, accounts: Iterable[int | None], message: Message, key: str = "") -> None:
        """Tell some people something about the record."""
        notice = Notice(
            kind=KIND, message=message, entity=self.kept.entity, record=self.kept.record, key=key
        )
        notify(self.gate.session, [each for each in accounts if each is not None], notice)


def begin(
    gate: Records,
    definition: ApprovalDefinition,
    entity: EntityModel,
    record: int,
    origin: str,
    meant: dict[str, Any],
) -> None:
    """Submit a record that is locked; ``gate`` has the rights of the system."""
    stored = gate.loader.records(entity, [record])[record]
    needed = Asking(gate, entity, stored).holds(definition.condition)
    first = definition.pending if needed else definition.approved
    move(gate, definition, entity, record, first, meant)
    start(gate, definition, entity, record, origin, needed=needed)


def start(
    gate: Records,
    definition: ApprovalDefinition,
    entity: EntityModel,
    record: int,
    origin: str,
    *,
    needed: bool = True,
) -> None:
    """Note the approval of a record that waits for it, and ask those of its first step."""
    principal = gate.context.principal
    number = add_kept(
        gate.session,
        {
            "approval": definition.name,
            "entity": entity.key,
            "record": record,
            "state": RUNNING,
            "origin": origin,
            "account": principal.account,
            "employee": principal.employee,
            "flow": dict(gate.model.catalog.flow_of(definition.name)),
        },
    )
    if not needed:
        end_kept(gate.session, number, APPROVED)
        return
    kept = find_kept(gate.session, number)
    assert kept is not None
    Way.of(gate, entity, kept).advance()


def move(
    gate: Records,
    definition: ApprovalDefinition,
    entity: EntityModel,
    record: int,
    state: str,
    meant: dict[str, Any] | None = None,
) -> None:
    """Let a record stand in another state, as approvals alone may."""
    asked = dict(meant or {})
    options = SaveOptions(
        kind=KIND,
        label=definition.label.in_language(gate.context.language, name=definition.name),
        confirmed=asked.get("confirmed", {}),
        merge=bool(asked.get("merge", False)),
    )
    gate.update(entity.name, record, {definition.stage: state}, asked.get("version"), options)


def earlier_steps(way: Way) -> Sequence[ApprovalStepDefinition]:
    """Return the steps before the current one in which somebody was asked."""
    asked = {each.step for each in way.tasks()}
    names = list(way.definition.steps)
    before = names[: names.index(way.kept.step)] if way.kept.step in names else []
    return [way.definition.steps[name] for name in before if name in asked]
