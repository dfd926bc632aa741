"""A day that could not bring its record: somebody is told why, once for each day and reason."""

from __future__ import annotations

from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.flows.timing.recurrences import key_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.approvals import ADMIN
from cardwright_metadata.definitions.timing import RecurrenceDefinition

#: What such a notification is to its reader.
_KIND = "alert"


def tell_refused(
    gate: Records,
    entity: EntityModel,
    record: int,
    definition: RecurrenceDefinition,
    error: CardwrightError,
) -> None:
    """Tell whoever owns a record, and administrators, why what was due was not made."""
    stored = gate.loader.records(entity, [record]).get(record) or {}
    day = str(stored.get(definition.next) or "")
    reason = error.foremost()
    people = People(gate.session, gate.model)
    employees = {*people.behind(stored.get("owner")), *people.employees_in_role(ADMIN)}
    accounts = [people.account_of(each) for each in sorted(employees)]
    label = definition.label.in_language(gate.context.language, name=definition.name)
    because = {f"because_{name}": text for name, text in reason.params}
    message = Message.of("recurrence_refused", name=label, day=day, because=reason.code, **because)
    own = key_of(entity, record, definition)
    notice = Notice(
        kind=_KIND,
        message=message,
        entity=str(own["entity"]),
        record=record,
        key=" ".join(map(str, (*own.values(), day, reason.code))),
    )
    notify(gate.session, [each for each in accounts if each is not None], notice)
