"""An applied change is taken back: by a plan of its own, shown before it is done.

What later changes made of other things stays. What they made of the same things stays too, and is
told: a conflict. Values come back with their fields: a retired field still holds them, a field
that had another type gets its former values where nobody changed them since. Records whose values
are frozen keep them: reverting changes definitions and how values are stored, never what they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cardwright_entities.changes.commits import (
    load_bodies,
    load_documents,
    read_active,
    read_commit,
    read_parent,
)
from cardwright_entities.changes.identities import Part
from cardwright_entities.changes.keeping import keep_retired
from cardwright_entities.changes.planning import plan_in
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.references import Use, find_uses
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.changes.three_ways import ABSENT, Join
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, NotFoundError, PlanError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

_ENTITY = "entity/"


@dataclass(frozen=True)
class Reversal:
    """The plan that takes a commit back, what stays because it was changed again, what breaks."""

    commit: int
    plan: Plan
    conflicts: tuple[str, ...]  #: places that a later change has changed too; they stay
    breaks: tuple[Use, ...]  #: uses, made later, of what would be retired

    @property
    def is_safe(self) -> bool:
        """Tell whether it may be applied."""
        return self.plan.is_safe and not self.breaks


def make_revert(
    store: Store,
    context: Context,
    types: TypesOfFields,
    commit: int,
    *,
    accepted: Collection[str] = (),
) -> Reversal:
    """Plan to take a commit back; raise NotFoundError for none, PlanError for the first one.

    The plan is done by ``apply`` like any other.
    """
    with store.read(context, timeout=60) as session:
        parent = read_parent(session, commit)
        if parent is None or commit > read_active(session).number:
            raise NotFoundError(Message("not_found"))
        if parent == 0:
            raise PlanError(Message.of("first_commit"), stale=False)
        return _Reverting(session, types, commit, parent).reversal(accepted)


class _Reverting:
    def __init__(self, session: Session, types: TypesOfFields, commit: int, parent: int) -> None:
        self.session = session
        self.types = types
        self.commit = commit
        active = read_active(session).number
        self.now = _parts(session, active)
        self.after = _parts(session, commit)
        self.before = _parts(session, parent)
        self.documents = tuple(
            load_documents(session, number) for number in (active, commit, parent)
        )
        self.join = Join()

    def reversal(self, accepted: Collection[str]) -> Reversal:
        """Join the three states and plan for the result."""
        parts = {
            address: part
            for address in dict.fromkeys([*self.now, *self.before])
            if (part := self._part(address)) is not None
        }
        now, after, before = self.documents
        documents = Join().values(after, now, before, "")
        wanted = Catalog.from_parts(parts)
        plan = plan_in(self.session, self.types, wanted, documents, accepted, reverting=True)
        return Reversal(self.commit, plan, tuple(self.join.conflicts), self._breaks(parts))

    def _part(self, address: str) -> dict[str, Any] | None:
        after, now, before = (
            held.get(address, ABSENT) for held in (self.after, self.now, self.before)
        )
        joined = self.join.values(after, now, before, address)
        return None if joined is ABSENT else _without_kept(joined)

    def _breaks(self, parts: Mapping[str, Part]) -> tuple[Use, ...]:
        kept = keep_retired(self.now, parts)
        lost = {
            part["name"]: frozenset(
                name for name, body in part["fields"].items() if body.get("retired")
            )
            for address, part in kept.items()
            if address.startswith(_ENTITY) and not part.get("retired")
        }
        return find_uses(kept, lost)


def _without_kept(part: dict[str, Any]) -> dict[str, Any]:
    """Leave out what keeps the values of former types: it is kept on by every plan."""
    fields = part.get("fields")
    if not isinstance(fields, Mapping):
        return part
    living = {name: body for name, body in fields.items() if not body.get("kept_of")}
    return {**part, "fields": living}


def _parts(session: Session, number: int) -> dict[str, dict[str, Any]]:
    hashes = read_commit(session, number).part_hashes
    bodies = load_bodies(session, [found for _, found in hashes])
    return {address: bodies[found] for address, found in hashes}
