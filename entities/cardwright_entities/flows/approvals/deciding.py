"""What people do while an approval runs: agree, refuse, go back, pass on, ask one more, urge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.approvals.going import Way
from cardwright_entities.flows.approvals.kept import (
    AGREED,
    HANDED_ON,
    OPEN,
    REFUSED,
    REJECTED,
    RETURNED,
    WITHDRAWN,
    Task,
    add_task,
    change_tasks,
)
from cardwright_entities.flows.approvals.questions import COMMENT, EMPLOYEE, STEP
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records


@dataclass(frozen=True, eq=False)
class Deciding:
    """Somebody at work: ``gate`` has his rights, that of the way those of the system."""

    gate: Records
    way: Way
    answers: Mapping[str, Any]

    @property
    def comment(self) -> str:
        """Return what was said, empty for nothing."""
        return str(self.answers.get(COMMENT) or "")

    def own(self) -> Task:
        """Return the question that waits for the principal."""
        principal = self.gate.context.principal
        open_ = (each for each in self.way.tasks() if each.state == OPEN)
        return next(each for each in open_ if each.is_of(principal))

    def note(self, task: Task, state: str) -> None:
        """Note what became of a question, by whom and when."""
        context = self.gate.context
        values = {
            "state": state,
            "decided_at": context.now,
            "decided_by": context.principal.account,
            "comment": self.comment,
        }
        change_tasks(self.gate.session, [task.id], values)

    def chosen(self) -> tuple[int, int]:
        """Return the employee who was chosen, with his account; raise InputError."""
        employee = int(self.answers[EMPLOYEE])
        account = People(self.gate.session, self.gate.model).account_of(employee)
        if account is None:
            raise InputError({EMPLOYEE: [Message("approval_no_account")]})
        if not self.way.asking().may_read(account):
            raise InputError({EMPLOYEE: [Message("approval_may_not_read")]})
        pending = self.way.tasks(self.way.kept.step)
        if any(each.account == account and each.decided_at is None for each in pending):
            raise InputError({EMPLOYEE: [Message("approval_asked_already")]})
        return employee, account


def agree(deciding: Deciding) -> None:
    """Agree, and go on if nobody else is waited for."""
    deciding.note(deciding.own(), AGREED)
    deciding.way.advance()


def refuse(deciding: Deciding) -> None:
    """Refuse, which ends it all."""
    deciding.note(deciding.own(), REFUSED)
    deciding.way.finish(REJECTED, deciding.comment)


def return_to(deciding: Deciding) -> None:
    """Go back to an earlier step."""
    deciding.note(deciding.own(), RETURNED)
    deciding.way.begin_again(str(deciding.answers[STEP]))


def hand_on(deciding: Deciding) -> None:
    """Let somebody else decide instead."""
    own = deciding.own()
    employee, account = deciding.chosen()
    deciding.note(own, HANDED_ON)
    _ask(deciding, own, employee, account, added=own.added)


def add_signer(deciding: Deciding) -> None:
    """Ask one more in this step, who must agree as well."""
    own = deciding.own()
    employee, account = deciding.chosen()
    _ask(deciding, own, employee, account, added=True)


def withdraw(deciding: Deciding) -> None:
    """Take the request back."""
    asked = [each.account for each in deciding.way.tasks() if each.state == OPEN]
    deciding.way.finish(WITHDRAWN)
    deciding.way.tell(asked, Message("approval_withdrawn"))


def urge(deciding: Deciding) -> None:
    """Ask again who has not answered, at most once an hour."""
    hour = f"{deciding.gate.context.now:%Y-%m-%dT%H}"
    for each in deciding.way.tasks():
        if each.state == OPEN:
            key = f"urge {each.id} {hour}"
            deciding.way.tell([each.account], Message("approval_urged"), key)


def take(deciding: Deciding) -> None:
    """Decide instead of those who are asked and do not answer: what administrators may."""
    principal = deciding.gate.context.principal
    open_ = [each for each in deciding.way.tasks() if each.state == OPEN]
    for each in open_:
        deciding.note(each, HANDED_ON)
    first = open_[0]
    values = {"employee": principal.employee, "account": principal.account, "state": OPEN}
    add_task(deciding.gate.session, first.approval, first.step, {**values, "added": False})


def _ask(deciding: Deciding, own: Task, employee: int, account: int, *, added: bool) -> None:
    values = {
        "employee": employee,
        "account": account,
        "state": OPEN,
        "position": own.position,
        "added": added,
    }
    add_task(deciding.gate.session, own.approval, own.step, values)
    deciding.way.tell([account], Message("approval_asked"))
