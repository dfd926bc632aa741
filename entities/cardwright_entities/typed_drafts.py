"""What somebody has typed into a form and not saved: kept by account, record and open form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.store.platform_tables import cw_draft
from cardwright_entities.store.sessions import Session

#: How long a draft waits for whoever typed it.
KEPT = timedelta(days=30)
#: Forms of one record, or new ones of one entity, of which the last are kept.
MOST_FORMS = 5
#: Records and entities of which one account has drafts.
MOST_RECORDS = 50
#: Characters of one form, names of its inputs included.
LARGEST = 500_000


@dataclass(frozen=True)
class TypedDraft:
    """What stood in one open form; ``version`` is that of the record when it was opened.

    ``labels`` are what the fields were called then: one of them may be no more.
    """

    form: str
    inputs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    version: int | None = None
    variant: Sequence[Sequence[str]] = ()  #: how it was begun: the query of the form's address
    labels: Mapping[str, str] = field(default_factory=dict)
    at: datetime | None = None  #: when it was typed


def keep_draft(session: Session, entity: str, record: int, draft: TypedDraft) -> None:
    """Keep what stands in a form of the principal; ``record`` 0 is a new one, ``entity`` an id.

    Raise LimitError for more than can be kept.
    """
    account = session.context.principal.account
    if account is None:
        return
    if sum(len(name) + len(text) for name, texts in draft.inputs.items() for text in texts) > (
        LARGEST
    ):
        raise LimitError(Message("draft_too_large"))
    others = [each for each in _locked(session, account, entity, record) if each.form != draft.form]
    kept = sorted(others, key=_moment, reverse=True)[: MOST_FORMS - 1]
    _write(session, account, entity, record, [_dated(draft, session.context.now), *kept])


def read_drafts(session: Session, entity: str, record: int) -> tuple[TypedDraft, ...]:
    """Return the drafts that the principal has of a record or of new ones, the newest first."""
    account = session.context.principal.account
    if account is None:
        return ()
    values = session.scalar(select(cw_draft.c["values"]).where(_at(account, entity, record)))
    oldest = session.context.now - KEPT
    found = [each for each in _read(values) if _moment(each) >= oldest]
    return tuple(sorted(found, key=_moment, reverse=True))


def drop_draft(session: Session, entity: str, record: int, form: str) -> None:
    """Forget what stood in one form: it was saved, or is not wanted any more."""
    account = session.context.principal.account
    if account is None:
        return
    here = select(cw_draft.c["values"]).where(_at(account, entity, record))
    found = list(_read(session.scalar(here.with_for_update())))
    if not found:
        return
    rest = [each for each in found if each.form != form]
    if not rest:
        session.execute(delete(cw_draft).where(_at(account, entity, record)))
    elif len(rest) < len(found):
        _write(session, account, entity, record, rest)


def sweep_drafts(session: Session) -> int:
    """Forget the drafts for which nobody came back; return of how many records."""
    old = cw_draft.c.changed_at < session.context.now - KEPT
    return session.execute(delete(cw_draft).where(old)).rowcount


def _locked(session: Session, account: int, entity: str, record: int) -> Iterable[TypedDraft]:
    """Return what there is, held until the end: two tabs write into one row."""
    make = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    keys = {"account": account, "entity": entity, "record": record}
    row = {**keys, "values": [], "changed_at": session.context.now}
    fresh = make(cw_draft).values(row).on_conflict_do_nothing(index_elements=list(keys))
    if session.scalar(fresh.returning(cw_draft.c.record)) is not None:
        _make_room(session, account)
        return ()
    here = select(cw_draft.c["values"]).where(_at(account, entity, record))
    return _read(session.scalar(here.with_for_update()))


def _make_room(session: Session, account: int) -> None:
    """Forget what was not touched for longest where an account has too much."""
    own = cw_draft.c.account == account
    many = session.scalar(select(func.count()).select_from(cw_draft).where(own)) - MOST_RECORDS
    if many > 0:
        oldest = select(cw_draft.c.entity, cw_draft.c.record).where(own)
        oldest = oldest.order_by(cw_draft.c.changed_at, cw_draft.c.entity, cw_draft.c.record)
        for entity, record in session.rows(oldest.limit(many)):
            session.execute(delete(cw_draft).where(_at(account, entity, record)))


def _write(
    session: Session, account: int, entity: str, record: int, drafts: Sequence[TypedDraft]
) -> None:
    values = [_written(each) for each in drafts]
    row = {"values": values, "changed_at": max(map(_moment, drafts))}
    session.execute(update(cw_draft).where(_at(account, entity, record)).values(row))


def _at(account: int, entity: str, record: int) -> ColumnElement[bool]:
    mine = cw_draft.c.account == account
    return and_(mine, cw_draft.c.entity == entity, cw_draft.c.record == record)


def _dated(draft: TypedDraft, now: datetime) -> TypedDraft:
    return replace(draft, at=now)


def _moment(draft: TypedDraft) -> datetime:
    assert draft.at is not None
    return draft.at


def _written(draft: TypedDraft) -> dict[str, Any]:
    # A list of pairs: a database may order the keys of an object, and lines have an order.
    return {
        "form": draft.form,
        "inputs": [[name, list(texts)] for name, texts in draft.inputs.items()],
        "version": draft.version,
        "labels": dict(draft.labels),
        "variant": [list(each) for each in draft.variant],
        "at": _moment(draft).isoformat(),
    }


def _read(values: Any) -> Iterator[TypedDraft]:  # noqa: ANN401 - JSON, None without a row
    for each in values or ():
        yield TypedDraft(
            form=each["form"],
            inputs={name: tuple(texts) for name, texts in each["inputs"]},
            version=each["version"],
            variant=each["variant"],
            labels=each["labels"],
            at=datetime.fromisoformat(each["at"]),
        )
