"""Notes what is done, in the transaction that does it: ``note`` is the one call for everybody.

Rows are gathered and stored by one statement right before the commit, so that a transaction pays
once, whatever it does; what is rolled back is not noted.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_entities.audit.kinds import RULE, Kind, kind_of_change_set
from cardwright_entities.contexts import Context
from cardwright_entities.store.audit_tables import cw_audit
from cardwright_entities.store.sessions import Session

#: Characters of what came from outside that a row keeps.
LONGEST = 200
#: An ordinary save is called by what it did.
_PLAIN = ("save", "change")


def note(
    session: Session,
    kind: Kind,
    *,
    by: Context | None = None,
    target: str = "",
    entity: str = "",
    record: int | None = None,
    records: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Note a deed, stored with the transaction or not at all.

    ``by``: who does it and from where, if the transaction itself is the system's. ``target``: what
    it is about, such as a login; cut to 200 characters. ``entity``: an entity's id. ``detail``:
    plain JSON, never values of records: those are read with the reader's rights where they stand.
    """
    row = _row(by or session.context, kind)
    row["target"] = target[:LONGEST] or None
    row["entity"], row["record"], row["records"] = entity or None, record, records
    row["detail"] = dict(detail) if detail else None
    session.gather(cw_audit, row)


def note_change_set(
    session: Session, context: Context, change_set: int, kind: str, label: str
) -> None:
    """Note a change set that begins in this transaction; ``note_record`` says what it touches."""
    row = _row(context, kind_of_change_set(kind))
    row["change_set"] = change_set
    row["target"] = label[:LONGEST] or None
    session.gather(cw_audit, row, worth=_is_worth_noting)


def note_record(session: Session, change_set: int, entity: str, record: int, deed: str) -> None:
    """Add a record to what is noted of a change set, if it began in this transaction."""
    for row in session.gathered(cw_audit):
        if row["change_set"] == change_set:
            _add(row, entity, record, deed)


def _is_worth_noting(row: dict[str, Any]) -> bool:
    """Tell whether a deed is one: a rule that looks and finds all as it should be did nothing."""
    return row["kind"] != RULE or row["records"] is not None


def _add(row: dict[str, Any], entity: str, record: int, deed: str) -> None:
    if row["records"] is None:
        row["entity"], row["record"], row["records"] = entity, record, 1
        if row["kind"] in _PLAIN:
            row["kind"] = kind_of_change_set(deed).name
    elif (row["entity"], row["record"]) != (entity, record):
        row["record"] = None
        row["records"] += 1


def _row(context: Context, kind: Kind) -> dict[str, Any]:
    principal, origin = context.principal, context.origin
    return {
        "at": context.now,
        "area": kind.area,
        "kind": kind.name,
        "account": principal.account,
        "name": principal.name[:LONGEST],
        "actor": _actor(context),
        "entity": None,
        "record": None,
        "records": None,
        "change_set": None,
        "target": None,
        "detail": None,
        "address": origin.address[:LONGEST] or None,
        "device": origin.device[:LONGEST] or None,
        "request": origin.request or None,
    }


def _actor(context: Context) -> str:
    if context.rules:
        return "rule"
    kind = context.principal.kind
    if context.principal.is_operator:
        return "operator"
    # Work beyond somebody's rights is still his.
    return "user" if kind == "system" and context.principal.account is not None else kind
