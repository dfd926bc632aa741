"""Definitions as they should be, beside what is active → a plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.changes.breaking import find_breaking
from cardwright_entities.changes.budgets import measure_budgets
from cardwright_entities.changes.commits import ActiveCommit, load_bodies, read_active
from cardwright_entities.changes.differences import Differences, Side
from cardwright_entities.changes.effects import find_offences, measure_costs, measure_effects
from cardwright_entities.changes.freezing import count_frozen
from cardwright_entities.changes.identities import (
    Assignment,
    Part,
    assign,
    field_address,
    set_aside,
)
from cardwright_entities.changes.identity_rows import load_identities
from cardwright_entities.changes.keeping import keep_retired
from cardwright_entities.changes.leaving import forget_statements, gone_between
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.personal_lists import find_views
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.recoding import begin_steps, find_lost_codes, recode_steps
from cardwright_entities.changes.references import find_uses, touched_fields
from cardwright_entities.changes.reflection import read_columns
from cardwright_entities.changes.rejecting import find_rejects
from cardwright_entities.changes.retyping import Retyping, retype
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.changes.telling import ask_for_renames, tell
from cardwright_entities.changes.unassigning import unassign_steps
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, PlanError
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.parts import hash_part

#: Addresses of definitions that have no table and no column.
_APART = ("role/", "pack/")


@dataclass(frozen=True)
class Purge:
    """What goes for good with a plan: addresses, and the name of the file that it goes to."""

    addresses: tuple[str, ...]
    archive: str = ""  #: empty where somebody else has archived it


def make_plan(
    store: Store,
    context: Context,
    types: TypesOfFields,
    wanted: Catalog,
    *,
    documents: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
    purge: Purge | None = None,
) -> Plan:
    """Compare a catalog with what is active; raise PlanError for what cannot be done.

    ``documents`` are the source texts by path, kept with the commit. ``accepted`` are the kinds of
    offences with which it may be applied: ``convert`` empties values that do not convert (they
    stay in the retired field), ``required``, ``check`` and ``value`` hold from the next save on.
    """
    with store.read(context, timeout=60) as session:
        return plan_in(session, types, wanted, documents or {}, accepted, purge)


def plan_in(
    session: Session,
    types: TypesOfFields,
    wanted: Catalog,
    documents: Mapping[str, str],
    accepted: Collection[str] = (),
    purge: Purge | None = None,
    *,
    reverting: bool = False,
) -> Plan:
    """Make the plan inside an open transaction; ``reverting`` brings back what was assigned."""
    purged = purge.addresses if purge is not None else ()
    active, stored = _active(session)
    base = {address: stored[found] for address, found in active.part_hashes}
    kept = keep_retired(base, wanted.to_parts(), purged)
    _refuse_pointed_at(kept, frozenset(purged) - frozenset(kept))
    known = load_identities(session)
    assigned = assign(kept, known, _suffixes(Catalog.from_parts(kept), types))
    retyping = _retyped(session, types, base, assigned)
    parts = retyping.assignment.parts
    if purge is None:
        _refuse_to_lose(base, parts)
    differences = Differences(
        _side(base),
        _side(parts),
        types,
        ConditionWriter(session.dialect, types),
        session.dialect,
        read_columns(session),
        retyping.moves,
        "empty" if "convert" in accepted else "refuse",
    )
    bare = Plan(
        base=active.number,
        dialect=session.dialect,
        steps=(
            *_farewell(purge, base, parts, session.dialect),
            *unassign_steps(session, base, parts, purging=purge is not None, reverting=reverting),
            *_work(differences, base, parts),
        ),
        parts=tuple((address, hash_part(part)) for address, part in parts.items()),
        bodies=_new_bodies(stored, parts),
        documents=dict(documents),
        identities=len(known),
        new_identities=retyping.assignment.new,
        changed_identities=(*retyping.assignment.changed, *set_aside(known, purged)),
        questions=ask_for_renames(base, parts),
        accepted=frozenset(accepted),
        reverts=reverting,
    )
    return _measured(session, types, bare, differences, base, parts)


def _active(session: Session) -> tuple[ActiveCommit, dict[str, dict[str, Any]]]:
    active = read_active(session)
    return active, load_bodies(session, [found for _, found in active.part_hashes])


def _refuse_to_lose(base: Mapping[str, Part], parts: Mapping[str, Part]) -> None:
    """Only a purge, which archives first, may let go of what held values."""
    for name in gone_between(base, parts).names():
        raise PlanError(Message.of("retired_in_the_way", name=name), stale=False)


def _refuse_pointed_at(parts: Mapping[str, Part], gone: Set[str]) -> None:
    names = frozenset(address.partition("/")[2] for address in gone)
    for part in parts.values():
        for name, field in part.get("fields", {}).items():
            if names & set(field.get("targets", ())):
                by = f"{part['name']}.{name}"
                raise PlanError(Message.of("still_pointed_at", by=by), stale=False)


def _work(
    differences: Differences, base: Mapping[str, Part], parts: Mapping[str, Part]
) -> Iterator[Step]:
    if _touches_tables(base, parts):
        yield from differences.steps()
    yield from recode_steps(differences, base, parts)
    yield from begin_steps(base, parts)
    yield from tell(base, parts)


def _retyped(
    session: Session, types: TypesOfFields, base: Mapping[str, Part], assigned: Assignment
) -> Retyping:
    if not _touches_tables(base, assigned.parts):
        return Retyping(assigned, {})
    return retype(assigned, base, types, session.context)


def _touches_tables(base: Mapping[str, Part], parts: Mapping[str, Part]) -> bool:
    """Tell whether anything changes from which tables could follow; rights alone change none."""
    changed = (each for each in {**base, **parts} if base.get(each) != parts.get(each))
    return any(not each.startswith(_APART) for each in changed)


def _farewell(
    purge: Purge | None, base: Mapping[str, Part], parts: Mapping[str, Part], dialect: str
) -> Iterator[Step]:
    """Yield what is done before anything is dropped: the archive, and what others keep of it."""
    gone = gone_between(base, parts)
    names = gone.names()
    if purge is None or not names:
        return
    entity, _, field = names[0].partition(".")
    target = field_address(entity, field) if field else f"entity/{entity}"
    if purge.archive:
        yield Step(kind="archive", target=target, name=purge.archive, phase="contract")
    forget = forget_statements(gone, dialect)
    if forget:
        yield Step(kind="forget", target=target, phase="contract", statements=forget)


def _measured(
    session: Session,
    types: TypesOfFields,
    plan: Plan,
    differences: Differences,
    base: Mapping[str, Part],
    parts: Mapping[str, Part],
) -> Plan:
    """Add what the plan means for records, for those who work meanwhile, and for other places."""
    offences = (
        *find_offences(session, differences),
        *find_breaking(session, types, differences),
        *find_lost_codes(session, differences, base, parts),
        *find_rejects(session, types, Catalog.from_parts(parts), plan.steps),
    )
    costs = measure_costs(session, plan.steps, differences)
    touched = touched_fields(plan.steps)
    budgets = measure_budgets(session, plan.steps)
    for budget in budgets:
        if budget.is_exceeded:
            raise PlanError(
                Message.of("column_budget", table=budget.table, limit=budget.limit), stale=False
            )
    frozen = count_frozen(session, types, differences)
    return replace(
        plan,
        effects=measure_effects(plan.steps, costs, offences, frozen),
        offences=offences,
        costs=costs,
        uses=(*find_uses(base, touched), *find_views(session, base, touched)),
        budgets=budgets,
    )


def _side(parts: Mapping[str, Part]) -> Side:
    catalog = Catalog.from_parts(parts)
    return Side(catalog, {each.id: each for each in catalog.entities.values()})


def _suffixes(
    catalog: Catalog, types: TypesOfFields
) -> Callable[[Part, str], tuple[str, ...] | None]:
    def suffixes(part: Part, name: str) -> tuple[str, ...] | None:
        field = catalog.entity(part["name"]).fields[name]
        field_type = types.of(field)
        if field_type.relation == "many":
            return None
        return tuple(spec.suffix for spec in field_type.columns(field))

    return suffixes


def _new_bodies(stored: Mapping[str, Part], parts: Mapping[str, Part]) -> dict[str, str]:
    bodies: dict[str, str] = {}
    for part in parts.values():
        found = hash_part(part)
        if found not in stored:
            bodies[found] = json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    return bodies
