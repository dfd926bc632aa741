"""The step ``notify``: tell people inside the application."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.people.people import People
from cardwright_metadata.definitions.rules import StepDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Path


class NotifyStep:
    """Tells the owner, his superior, the creator, people in fields of the record, or roles."""

    kind: ClassVar[str] = "notify"

    def run(self, work: Work, step: StepDefinition) -> bool:
        people = People(work.gate.session, work.gate.model)
        accounts = {
            account
            for employee in employees_of(
                work, step.options.get("to", ()), people, step.options.get("roles", ())
            )
            if (account := people.account_of(employee)) is not None
        }
        accounts |= set(accounts_of(work, step.options.get("to", ())))
        notify(work.gate.session, accounts, _notice(work, step))
        return True


def _notice(work: Work, step: StepDefinition) -> Notice:
    words: Text = step.options["message"]
    params = tuple(("text_" + language, text) for language, text in words.words)
    entity = work.entity.definition
    return Notice(
        kind=str(step.options.get("as", "alert")),
        message=Message(f"rule.{work.rule.name}", params),
        entity=entity.id or entity.name,
        record=work.record,
        through=tuple(step.options.get("through", ())),
    )


def employees_of(
    work: Work, wanted: Sequence[str], people: People, roles: Sequence[str] = ()
) -> Iterator[int]:
    """Yield the employees that words and paths of a step mean; the creator is an account."""
    values = work.values()
    for role in roles:
        yield from people.employees_in_role(str(role))
    for each in wanted:
        if each == "owner":
            yield from people.behind(values.get("owner"))
        elif each == "superior":
            for employee in people.behind(values.get("owner")):
                if (superior := people.superior_of(employee)) is not None:
                    yield superior
        elif each != "creator":
            yield from people.behind(_person(work, str(each)))


def _person(work: Work, path: str) -> object:
    """Return whom a field holds: an employee or a team."""
    value = work.names().value(Path(tuple(path.split("."))))
    kind = _target_of(work, path)
    return RecordRef(kind, value) if isinstance(value, int) and kind else value


def accounts_of(work: Work, wanted: Sequence[str]) -> Iterator[int]:
    """Yield the accounts that words and paths of a step mean beside employees."""
    user = work.gate.model.catalog.player("user")
    if "creator" in wanted:
        creator = work.values().get("created_by")
        if isinstance(creator, int):
            yield creator
    for each in wanted:
        if user is not None and _target_of(work, str(each)) == user.name:
            value = work.names().value(Path(tuple(str(each).split("."))))
            if isinstance(value, int):
                yield value


def _target_of(work: Work, path: str) -> str:
    entity = work.entity
    names = path.split(".")
    for name in names[:-1]:
        found = entity.fields.get(name)
        if found is None or not found.targets:
            return ""
        entity = work.gate.model.entity(found.targets[0])
    last = entity.fields.get(names[-1])
    return last.targets[0] if last is not None and len(last.targets) == 1 else ""
