"""Values that would not convert to their field's new type, before anything is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardwright_entities.changes.converting import Conversion
from cardwright_entities.changes.plans import Offence
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.errors import Message
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

#: Records that a plan names.
NAMED = 20


def find_rejects(
    session: Session, types: TypesOfFields, wanted: Catalog, steps: Sequence[Step]
) -> Iterator[Offence]:
    """Yield for every field with another type the records whose values do not convert."""
    for step in steps:
        if step.kind == "convert":
            offence = _count(session, types, wanted, step)
            if offence.count:
                yield offence


def _count(session: Session, types: TypesOfFields, wanted: Catalog, step: Step) -> Offence:
    records: list[int] = []
    reasons: list[Message] = []
    count = 0
    # The new column is not there yet; what is read are the former ones.
    conversion = Conversion(session.context, wanted, types, step, session.dialect, planned=True)
    for each in conversion.rejects(session):
        count += 1
        if each.problem is not None and count <= NAMED:
            records.append(each.record)
            reasons.append(each.problem)
    return Offence(
        step.target,
        (step.conversion["field"],),
        count,
        tuple(records),
        "convert",
        tuple(reasons),
    )
