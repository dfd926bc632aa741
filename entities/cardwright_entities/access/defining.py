"""Which rights a change of definitions needs: rules, analyses and rights are granted apart.

Whoever may define objects defines no rights by that, and whoever builds reports no objects.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cardwright_entities.access.deciding_parts import GIVING_RIGHTS, PERSONS
from cardwright_entities.access.features import (
    BUILD_QUERIES,
    BUILD_REPORTS,
    DEFINE,
    MANAGE_RIGHTS,
)
from cardwright_entities.changes.commits import load_bodies, read_commit
from cardwright_entities.changes.plans import Plan
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.parts import Part

#: Each lets one plan something.
DEFINING = (DEFINE, MANAGE_RIGHTS, BUILD_QUERIES, BUILD_REPORTS)

_REPORTS = frozenset({"report", "measure"})
#: What every change of a pack's definitions changes of the pack itself.
_FOLLOWS = frozenset({"contents", "overlays", "order", "version"})
_NOTHING: Part = {}


def needed_features(session: Session, plan: Plan, catalog: Catalog) -> frozenset[str]:
    """Return the features that whoever applies a plan must have, all of them."""
    found: set[str] = set()
    changed = False
    for address, before, after in _changed_parts(session, plan):
        changed = True
        found |= _needed_of(address.partition("/")[0], before, after, catalog)
    # What goes for good, or comes back, is no definition alone.
    if plan.archives or (not changed and not plan.is_empty):
        found.add(DEFINE)
    return frozenset(found)


def _changed_parts(session: Session, plan: Plan) -> Iterator[tuple[str, Part, Part]]:
    base, wanted = dict(read_commit(session, plan.base).part_hashes), dict(plan.parts)
    differing = [each for each in {**base, **wanted} if base.get(each) != wanted.get(each)]
    hashes = {found for each in differing for found in (base.get(each), wanted.get(each)) if found}
    new = plan.bodies
    stored = load_bodies(session, sorted(hashes - set(new)))
    bodies: Mapping[str, Any] = stored | {each: json.loads(new[each]) for each in hashes & set(new)}
    for address in differing:
        yield (
            address,
            bodies.get(base.get(address, ""), _NOTHING),
            bodies.get(wanted.get(address, ""), _NOTHING),
        )


def _needed_of(kind: str, before: Part, after: Part, catalog: Catalog) -> set[str]:
    keys = {each for each in {**before, **after} if before.get(each) != after.get(each)}
    if kind == "role":
        # Nobody gives a feature that he does not have, whichever way the document came.
        given = {*after.get("features", ())} - {*before.get("features", ())}
        return {MANAGE_RIGHTS, *given}
    if kind in _REPORTS:
        return {BUILD_REPORTS}
    if kind == "pack" and before and after and keys <= _FOLLOWS:
        return set()
    if kind == "entity" and before and after and keys <= {"queries"}:
        return {BUILD_QUERIES}
    if kind == "picklist" and keys <= {"choices"} and after.get("names") == "role":
        # Its choices are the roles; who may give one is a matter of rights too.
        return {MANAGE_RIGHTS}
    return {DEFINE, MANAGE_RIGHTS} if _gives_rights(kind, before, after, catalog) else {DEFINE}


def _gives_rights(kind: str, before: Part, after: Part, catalog: Catalog) -> bool:
    """Tell whether a definition decides who may do what, or acts beyond everybody's rights."""
    if kind == "rule":
        return "system" in (before.get("as"), after.get("as"))
    players = {found.name for each in GIVING_RIGHTS if (found := catalog.player(each))}
    named = {part.get("name" if kind == "entity" else "entity") for part in (before, after)}
    if kind == "entity":
        plays = {*before.get("plays", ()), *after.get("plays", ())}
        return bool(players & named) or bool(plays & {*GIVING_RIGHTS, *PERSONS})
    if kind == "seed":
        return bool(players & named)
    return kind in ("picklist", "menu") and _whos(before) != _whos(after)


def _whos(part: Part) -> list[Any]:
    held = {**part.get("choices", {}), **part.get("items", {}), "": part}
    return [(name, each["who"]) for name, each in sorted(held.items()) if "who" in each]
