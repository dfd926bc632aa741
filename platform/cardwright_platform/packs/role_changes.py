"""What is changed of roles on screen, as a document of the pack of the site's own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.changes.plans import Plan
from cardwright_entities.errors import InputError, Message
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.others import RoleDefinition
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import OF_SITES
from cardwright_platform.packs.screen_pack import PACK, SAME, difference, opened


@dataclass(frozen=True, kw_only=True)
class RoleChange:
    """What a role shall be: grants by entity as files write them, None for none of its own.

    ``features`` is None where they stay; ``label`` names a role that was made on screen. ``reset``
    are entities whose grants shall be again what the packs say. ``remove`` takes a role away that
    was made on screen.
    """

    role: str
    grants: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    features: Collection[str] | None = None
    label: str = ""
    reset: Collection[str] = ()
    remove: bool = False


def is_made_here(role: RoleDefinition) -> bool:
    """Tell whether a role was made on screen, so that it can be renamed and removed there."""
    return role.pack == PACK


def plan_role(instance: Instance, change: RoleChange) -> Plan:
    """Plan a change of a role.

    Raise MetadataError for what the language does not allow, InputError for a role of no pack.
    """
    target = f"role/{change.role}"
    with opened(instance) as ground:
        lower = ground.definition("role", change.role)
        if lower is None and not change.role.startswith(f"{OF_SITES}_"):
            # The product's own administrator, where no pack has one.
            raise InputError({"role": (Message("role_unwritten"),)})
        document = {} if change.remove else _changed(ground.document(target), lower, change)
        return ground.plan({target: document})


def is_of_rights(plan: Plan, catalog: Catalog) -> bool:
    """Tell whether a plan changes nothing but roles, lists of them, and the pack that says so."""
    lists = {
        f"picklist/{each.name}"
        for each in catalog.picklists.values()
        if each.choices and set(each.choices) <= set(catalog.roles)
    }
    known = {f"pack/{PACK}", *lists}
    return all(each.target.startswith("role/") or each.target in known for each in plan.steps)


def roles_of(plan: Plan) -> tuple[str, ...]:
    """Return the roles that a plan changes, adds or takes away."""
    targets = dict.fromkeys(each.target for each in plan.steps)
    return tuple(each.partition("/")[2] for each in targets if each.startswith("role/"))


def _changed(
    written: Mapping[str, Any], lower: Mapping[str, Any] | None, change: RoleChange
) -> dict[str, Any]:
    """Return the document of a role with a change; empty if nothing differs any more."""
    if lower is None:
        return _own(written, change)
    grants = dict(written.get("grants") or {})
    for entity, wanted in change.grants.items():
        there = (lower.get("grants") or {}).get(entity)
        said = difference(there, wanted)
        grants.pop(entity, None)
        if said is not SAME:
            grants[entity] = said
    for entity in change.reset:
        grants.pop(entity, None)
    document = {key: each for key, each in written.items() if key != "grants"}
    if change.features is not None:
        document.pop("features", None)
        if set(change.features) != set(lower.get("features") or ()):
            document["features"] = sorted(change.features)
    if grants:
        document["grants"] = grants
    says = set(document) - {"kind", "extend"}
    return {"kind": "role", "extend": change.role, **document} if says else {}


def _own(written: Mapping[str, Any], change: RoleChange) -> dict[str, Any]:
    """Return the document of a role that was made on screen."""
    grants = dict(written.get("grants") or {})
    for entity, wanted in change.grants.items():
        grants.pop(entity, None)
        if wanted is not None:
            grants[entity] = dict(wanted)
    document = {"kind": "role", "name": change.role, **written, "grants": grants}
    if change.label:
        document["label"] = {"zh": change.label, "en": change.label}
    if change.features is not None:
        document["features"] = sorted(change.features)
    return document


def grants_of(role: RoleDefinition) -> dict[str, dict[str, Any]]:
    """Return the grants of a role as files write them."""
    found: dict[str, dict[str, Any]] = {}
    for entity, grant in role.grants.items():
        written: dict[str, Any] = {"actions": sorted(grant.actions)}
        if grant.scopes:
            written["scope"] = {action: list(each) for action, each in grant.scopes.items()}
        for key, value in (
            ("fields", dict(grant.levels)),
            ("hidden", list(grant.hidden)),
            ("read_only", list(grant.read_only)),
        ):
            if value:
                written[key] = value
        if grant.rows is not None:
            written["rows"] = grant.rows.text
        found[entity] = written
    return found
