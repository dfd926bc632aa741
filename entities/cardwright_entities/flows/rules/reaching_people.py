"""Where people can be reached: addresses and numbers that the words and paths of a step mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardwright_entities.flows.rules.telling import accounts_of, employees_of
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.people.people import People
from cardwright_metadata.definitions.mails import PEOPLE
from cardwright_metadata.expressions.tree import Path


def addresses(work: Work, wanted: Sequence[str], part: str) -> Iterator[str]:
    """Yield what words and paths mean; a person's is the field that plays ``part``.

    Who has none is left out.
    """
    people = People(work.gate.session, work.gate.model)
    for each in wanted:
        value = None if each in PEOPLE else work.names().value(Path(tuple(each.split("."))))
        if isinstance(value, str):
            yield value
            continue
        for employee in employees_of(work, [each], people):
            found = _of_player(work, "employee", part, employee)
            account = people.account_of(employee) if not found else None
            if found or account is not None:
                yield from filter(None, [found or _of_player(work, "user", part, account or 0)])
        for account in accounts_of(work, [each]):
            yield from filter(None, [_of_player(work, "user", part, account)])


def _of_player(work: Work, player: str, part: str, record: int) -> str:
    """Return the address in a record of those who play something, empty for none."""
    found = work.gate.model.catalog.player(player)
    name = work.gate.model.catalog.part(player, part)
    if found is None or not name:
        return ""
    values = work.gate.loader.record(work.gate.model.entity(found.name), record) or {}
    return str(values.get(name) or "")
