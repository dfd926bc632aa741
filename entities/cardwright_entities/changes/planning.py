"""Definitions as they should be, beside what is active → a plan."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping

from cardwright_entities.changes.commits import load_bodies, read_active
from cardwright_entities.changes.differences import Differences, Side
from cardwright_entities.changes.effects import find_offences, measure_effects
from cardwright_entities.changes.identities import Part, assign
from cardwright_entities.changes.identity_rows import load_identities
from cardwright_entities.changes.keeping import keep_retired
from cardwright_entities.changes.partial import ConditionWriter
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.reflection import read_columns
from cardwright_entities.changes.rejecting import find_rejects
from cardwright_entities.changes.retyping import retype
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.changes.telling import ask_for_renames, tell
from cardwright_entities.contexts import Context
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.parts import hash_part


def make_plan(
    store: Store,
    context: Context,
    types: TypesOfFields,
    wanted: Catalog,
    *,
    documents: Mapping[str, str] | None = None,
    accepted: Collection[str] = (),
) -> Plan:
    """Compare a catalog with what is active; raise PlanError for what cannot be done.

    ``documents`` are the source texts by path, kept with the commit. ``accepted`` are the kinds of
    offences with which it may be applied: ``convert`` empties values that do not convert (they
    stay in the retired field), ``required``, ``check`` and ``value`` hold from the next save on.
    """
    with store.read(context, timeout=60) as session:
        return plan_in(session, types, wanted, documents or {}, accepted)


def plan_in(
    session: Session,
    types: TypesOfFields,
    wanted: Catalog,
    documents: Mapping[str, str],
    accepted: Collection[str] = (),
) -> Plan:
    """Make the plan inside an open transaction."""
    active = read_active(session)
    stored = load_bodies(session, [found for _, found in active.part_hashes])
    base = {address: stored[found] for address, found in active.part_hashes}
    kept = keep_retired(base, wanted.to_parts())
    known = load_identities(session)
    assigned = assign(kept, known, _suffixes(Catalog.from_parts(kept), types))
    retyping = retype(assigned, base, types, session.context)
    assignment = retyping.assignment
    differences = Differences(
        _side(base),
        _side(assignment.parts),
        types,
        ConditionWriter(session.dialect, types),
        session.dialect,
        read_columns(session),
        retyping.moves,
        "empty" if "convert" in accepted else "refuse",
    )
    steps = (*differences.steps(), *tell(base, assignment.parts))
    offences = (
        *find_offences(session, differences),
        *find_rejects(session, types, Catalog.from_parts(assignment.parts), steps),
    )
    return Plan(
        base=active.number,
        dialect=session.dialect,
        steps=steps,
        parts=tuple((address, hash_part(part)) for address, part in assignment.parts.items()),
        bodies=_new_bodies(stored, assignment.parts),
        documents=dict(documents),
        identities=len(known),
        new_identities=assignment.new,
        changed_identities=assignment.changed,
        effects=measure_effects(session, steps, differences, offences),
        questions=ask_for_renames(base, assignment.parts),
        offences=offences,
        accepted=frozenset(accepted),
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
