"""Plans that were made over the API and wait to be applied: ``cw_plan``."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from cardwright_entities.changes.budgets import Budget
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.costs import Cost
from cardwright_entities.changes.identities import Identity
from cardwright_entities.changes.plans import Offence, Plan, RenameQuestion
from cardwright_entities.changes.references import Use
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.wording import Effects
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.store.change_tables import cw_plan
from cardwright_entities.store.sessions import Session

#: So long a plan waits; a change that was applied meanwhile makes it stale anyway.
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class KeptPlan:
    """A plan by its id; ``commit`` is the change that it became, 0 while it waits."""

    id: str
    plan: Plan
    commit: int
    pack: Mapping[str, Any] = field(default_factory=dict)  #: of a pack: which, and what it may do
    at: datetime | None = None
    reason: str = ""  #: why, if whoever made it said so


def keep_plan(
    session: Session, plan: Plan, pack: Mapping[str, Any] | None = None, *, reason: str = ""
) -> KeptPlan:
    """Keep a plan for those who may define, and forget those that are too old."""
    now = session.context.now
    session.execute(delete(cw_plan).where(cw_plan.c.at < now - KEPT))
    identifier = secrets.token_urlsafe(12)
    row = {"id": identifier, "account": session.context.principal.account, "at": now}
    session.execute(
        insert(cw_plan).values(
            **row, body=_write(plan) | {"pack": dict(pack or {}), "reason": reason}
        )
    )
    return KeptPlan(identifier, plan, 0, pack or {}, now, reason)


def read_plan(session: Session, identifier: str) -> KeptPlan:
    """Return a plan that waits or was applied; raise NotFoundError."""
    held = cw_plan.c
    row = session.row(select(*held).where(held.id == identifier))
    if row is None:
        raise NotFoundError(Message("not_found"))
    return _kept(row)


def waiting_plans(session: Session) -> tuple[KeptPlan, ...]:
    """Return the plans that may still be applied, newest first."""
    held = cw_plan.c
    active = read_active(session).number
    rows = session.rows(select(*held).where(held.commit.is_(None)).order_by(held.at.desc()))
    return tuple(each for each in map(_kept, rows) if each.plan.base == active)


def note_commit(session: Session, identifier: str, commit: int) -> None:
    """Note which change a plan became."""
    session.execute(update(cw_plan).where(cw_plan.c.id == identifier).values(commit=commit))


def _kept(row: Row[Any]) -> KeptPlan:
    pack, reason = row.body.get("pack", {}), row.body.get("reason", "")
    return KeptPlan(row.id, _read(row.body), row.commit or 0, pack, row.at, reason)


def _write(plan: Plan) -> dict[str, Any]:
    return {
        "base": plan.base,
        "dialect": plan.dialect,
        "steps": [step.to_json() for step in plan.steps],
        "parts": [list(pair) for pair in plan.parts],
        "bodies": dict(plan.bodies),
        "documents": dict(plan.documents),
        "identities": plan.identities,
        "new": [asdict(each) for each in plan.new_identities],
        "changed": [asdict(each) for each in plan.changed_identities],
        "effects": asdict(plan.effects),
        "questions": [asdict(each) for each in plan.questions],
        "offences": [
            {**asdict(each), "reasons": [reason.code for reason in each.reasons]}
            for each in plan.offences
        ],
        "costs": [asdict(each) for each in plan.costs],
        "uses": [asdict(each) for each in plan.uses],
        "budgets": [asdict(each) for each in plan.budgets],
        "accepted": sorted(plan.accepted),
        "reverts": plan.reverts,
    }


def _read(body: dict[str, Any]) -> Plan:
    return Plan(
        base=body["base"],
        dialect=body["dialect"],
        steps=tuple(Step.from_json(each) for each in body["steps"]),
        parts=tuple((address, found) for address, found in body["parts"]),
        bodies=body["bodies"],
        documents=body["documents"],
        identities=body["identities"],
        new_identities=tuple(Identity(**each) for each in body["new"]),
        changed_identities=tuple(Identity(**each) for each in body["changed"]),
        effects=Effects(**body["effects"]),
        questions=tuple(RenameQuestion(**each) for each in body["questions"]),
        offences=tuple(
            Offence(
                each["target"],
                tuple(each["fields"]),
                each["count"],
                tuple(each["records"]),
                each["kind"],
                tuple(Message(code) for code in each["reasons"]),
            )
            for each in body["offences"]
        ),
        costs=tuple(Cost(**each) for each in body["costs"]),
        uses=tuple(Use(**each) for each in body["uses"]),
        budgets=tuple(Budget(**each) for each in body["budgets"]),
        accepted=frozenset(body["accepted"]),
        reverts=bool(body.get("reverts")),
    )
