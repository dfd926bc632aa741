"""Drafts of definitions: what somebody has changed on screen and not yet put into effect.

A draft keeps what was done and not what the files would say, so that what others put into effect
meanwhile stays. It is valid when it is kept: whoever changes it makes its plan first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.store.change_tables import cw_definition_draft, cw_plan
from cardwright_entities.store.sessions import Session


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What shall stand at a keyed path of a definition, in canonical form.

    ``value`` None takes away what stands there. With an empty ``path`` it is the definition
    itself. ``reset``: what the packs below say shall hold again.
    """

    target: str  #: address, such as ``entity/customer``
    path: tuple[str, ...] = ()
    value: Any = None
    reset: bool = False


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One thing that was done on screen: how it is told, and its edits in their order."""

    kind: str  #: ends the key of its sentence
    names: Mapping[str, str] = field(default_factory=dict)  #: what the sentence mentions
    edits: tuple[Edit, ...]


@dataclass(frozen=True, kw_only=True)
class DefinitionDraft:
    """The draft of one person, with the plan that it came to and the page it was begun from."""

    deeds: tuple[Deed, ...]
    accepted: frozenset[str] = frozenset()  #: kinds of offences with which it may be applied
    plan: str = ""
    back: str = ""
    changed_at: datetime | None = None

    @property
    def edits(self) -> tuple[Edit, ...]:
        """All edits, in their order."""
        return tuple(each for deed in self.deeds for each in deed.edits)


def read_draft(session: Session) -> DefinitionDraft | None:
    """Return the draft of the principal, None for none or one that was put into effect."""
    held = cw_definition_draft.c
    statement = (
        select(cw_definition_draft, cw_plan.c.commit)
        .outerjoin(cw_plan, cw_plan.c.id == held.plan)
        .where(held.account == _account(session))
    )
    row = session.row(statement)
    if row is None or row.commit:
        return None
    return DefinitionDraft(
        deeds=tuple(map(_deed, row.deeds)),
        accepted=frozenset(row.accepted),
        plan=row.plan or "",
        back=row.back,
        changed_at=row.changed_at,
    )


def keep_draft(session: Session, draft: DefinitionDraft) -> None:
    """Keep the draft of the principal in place of the one before; one of nothing goes."""
    if not draft.deeds:
        drop_draft(session)
        return
    insert = postgresql.insert if session.dialect == "postgresql" else sqlite.insert
    row = {
        "deeds": [_written(each) for each in draft.deeds],
        "accepted": sorted(draft.accepted),
        "plan": draft.plan or None,
        "back": draft.back,
        "changed_at": session.context.now,
    }
    statement = insert(cw_definition_draft).values(account=_account(session), **row)
    session.execute(
        statement.on_conflict_do_update(index_elements=[cw_definition_draft.c.account], set_=row)
    )


def drop_draft(session: Session) -> None:
    """Forget the draft of the principal."""
    held = cw_definition_draft.c.account == _account(session)
    session.execute(delete(cw_definition_draft).where(held))


def _account(session: Session) -> int:
    account = session.context.principal.account
    if account is None:
        raise NotFoundError(Message("not_found"))
    return account


def _written(deed: Deed) -> dict[str, Any]:
    edits = [
        {"target": each.target, "path": list(each.path), "value": each.value, "reset": each.reset}
        for each in deed.edits
    ]
    return {"kind": deed.kind, "names": dict(deed.names), "edits": edits}


def _deed(written: Mapping[str, Any]) -> Deed:
    edits: Sequence[Mapping[str, Any]] = written["edits"]
    return Deed(
        kind=written["kind"],
        names=written["names"],
        edits=tuple(
            Edit(
                target=each["target"],
                path=tuple(each["path"]),
                value=each["value"],
                reset=each["reset"],
            )
            for each in edits
        ),
    )
