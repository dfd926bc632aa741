"""Finds what was noted, the newest first: narrowed by who, what, where and when, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.expressions.folding_sql import contains_folded
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_seal
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What of the log is asked for; what is empty narrows nothing."""

    area: str = ""
    kind: str = ""
    account: int | None = None
    entity: str = ""  #: an entity's id
    record: int | None = None
    since: datetime | None = None
    until: datetime | None = None  #: the moment itself no more
    address: str = ""  #: how it begins
    text: str = ""  #: in the names of who did it and of what it was about, or in its reason


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One row of the log; ``seal`` is its number in the chain, None while it has none."""

    id: int
    at: datetime
    area: str
    kind: str
    account: int | None
    name: str
    actor: str
    entity: str
    record: int | None
    records: int | None
    change_set: int | None
    target: str
    detail: Mapping[str, Any]
    address: str
    device: str
    request: str
    seal: int | None

    @property
    def reason(self) -> str:
        """Return why it was done, as whoever did it said; empty where nobody was asked."""
        return str(self.detail.get("reason", ""))


def list_deeds(
    session: Session, asked: Narrowing, *, before: int | None = None, limit: int = 50
) -> tuple[Deed, ...]:
    """Read a page of the log, the newest first: rows with ids below ``before``."""
    statement = _select().where(*_conditions(session, asked))
    if before is not None:
        statement = statement.where(cw_audit.c.id < before)
    rows = session.rows(statement.order_by(cw_audit.c.id.desc()).limit(limit))
    return tuple(_deed(row) for row in rows)


def find_deed(session: Session, number: int) -> Deed:
    """Read one row; raise NotFoundError."""
    row = session.row(_select().where(cw_audit.c.id == number))
    if row is None:
        raise NotFoundError(Message("not_found"))
    return _deed(row)


def _select() -> Select[Any]:
    sealed = cw_audit.outerjoin(cw_audit_seal, cw_audit_seal.c.row == cw_audit.c.id)
    return select(*cw_audit.columns, cw_audit_seal.c.number.label("seal")).select_from(sealed)


def _conditions(session: Session, asked: Narrowing) -> Iterator[ColumnElement[bool]]:
    column = cw_audit.c
    for name in ("area", "kind", "entity"):
        if getattr(asked, name):
            yield column[name] == getattr(asked, name)
    if asked.account is not None:
        yield column.account == asked.account
    if asked.record is not None:
        yield column.record == asked.record
    if asked.since is not None:
        yield column.at >= asked.since
    if asked.until is not None:
        yield column.at < asked.until
    if asked.address:
        yield column.address.startswith(asked.address, autoescape=True)
    if asked.text:
        yield or_(
            contains_folded(column.name, asked.text, session.dialect),
            contains_folded(column.target, asked.text, session.dialect),
            contains_folded(_reason(session.dialect), asked.text, session.dialect),
        )


def _reason(dialect: str) -> ColumnElement[Any]:
    """Return the reason that stands in the detail of a row, null for none."""
    detail = cw_audit.c.detail
    if dialect == "postgresql":
        return func.jsonb_extract_path_text(detail, "reason")
    return func.json_extract(detail, "$.reason")


def _deed(row: Row[Any]) -> Deed:
    return Deed(
        id=row.id,
        at=row.at,
        area=row.area,
        kind=row.kind,
        account=row.account,
        name=row.name,
        actor=row.actor,
        entity=row.entity or "",
        record=row.record,
        records=row.records,
        change_set=row.change_set,
        target=row.target or "",
        detail=row.detail or {},
        address=row.address or "",
        device=row.device or "",
        request=row.request or "",
        seal=row.seal,
    )
