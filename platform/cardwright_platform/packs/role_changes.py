"""What is changed of roles on screen: documents of a pack of the site's own, planned as files are.

The pack lies over all others. Its documents say no more than what differs from what lies below, so
that an upgrade meets them property by property, and a change that is taken back leaves nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_entities.changes.plans import Plan
from cardwright_entities.errors import InputError, Message
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.others import RoleDefinition
from cardwright_metadata.loading import Pack
from cardwright_metadata.marks import plain
from cardwright_metadata.merging import merge_packs
from cardwright_platform.installed_packs import OF_SITE, as_installed, still_installed
from cardwright_platform.installing import history_in, plan_packs
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import OF_SITES
from cardwright_platform.written_packs import packs_of

#: The pack that holds what was changed on screen.
PACK = "x_screens"
_LABEL = {"zh": "界面上的定制", "en": "Changed on screen"}


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
    with instance.store.read(instance.system_context()) as session:
        documents = load_documents(session, read_active(session).number)
    own = {path: text for path, text in documents.items() if path.startswith(f"{PACK}/")}
    others = {path: text for path, text in documents.items() if path not in own}
    # What lies below stays as it is: it is read once.
    with packs_of(others, {}) as below:
        lower = _lower(instance, below, change.role)
        changed = _texts(own, lower, below, change)
        with packs_of(own, changed) as screens:
            packs = still_installed(instance, (*below, *screens))
            return plan_packs(instance, tuple(_of_site(packs)))


def _texts(
    own: Mapping[str, str],
    lower: Mapping[str, Any] | None,
    below: Sequence[Pack],
    change: RoleChange,
) -> dict[str, str | None]:
    """Return the texts of the pack that a change makes other ones, None for what goes."""
    if lower is None and not change.role.startswith(f"{OF_SITES}_"):
        # The product's own administrator, where no pack has one.
        raise InputError({"role": (Message("role_unwritten"),)})
    path = f"{PACK}/roles/{change.role}.yaml"
    written = yaml.safe_load(own.get(path, "")) or {}
    document = {} if change.remove else _changed(written, lower, change)
    changed: dict[str, str | None] = {path: _written(document)}
    kept = {
        each: text
        for each, text in {**own, **changed}.items()
        if text is not None and each.startswith(f"{PACK}/roles/")
    }
    roles = [each.rpartition("/")[2].removesuffix(".yaml") for each in kept]
    return {**changed, f"{PACK}/pack.yaml": _pack_text(below, roles)}


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


def _lower(instance: Instance, packs: Sequence[Pack], role: str) -> Mapping[str, Any] | None:
    """Return a role as the packs below make it, None for one that they do not know."""
    merged = merge_packs(packs, instance.types, history_in(instance))
    found = merged.contents["role"].get(role)
    return None if found is None else plain(found)


def _changed(
    written: Mapping[str, Any], lower: Mapping[str, Any] | None, change: RoleChange
) -> dict[str, Any]:
    """Return the document of a role with a change; empty if nothing differs any more."""
    if lower is None:
        return _own(written, change)
    grants = dict(written.get("grants") or {})
    for entity, wanted in change.grants.items():
        there = (lower.get("grants") or {}).get(entity)
        said = _difference(there, wanted)
        grants.pop(entity, None)
        if said is not _SAME:
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


_SAME = object()


def _difference(there: object, wanted: object) -> object:
    """Return what has to be said over something that is there; ``_SAME`` for nothing."""
    if there == wanted:
        return _SAME
    if not isinstance(there, Mapping) or not isinstance(wanted, Mapping):
        return wanted
    said = {key: _difference(there.get(key), each) for key, each in wanted.items()}
    said |= {key: None for key in there if key not in wanted}
    return {key: each for key, each in said.items() if each is not _SAME}


def _pack_text(below: Sequence[Pack], roles: Collection[str]) -> str:
    """Return the pack itself: it requires whatever says something of its roles, to lie over it."""
    required = [
        pack.definition.name
        for pack in below
        if any(
            each.kind == "role" and {each.name, each.extend} & {*roles} for each in pack.documents
        )
    ]
    text = {"name": PACK, "label": _LABEL, "prefix": OF_SITES, "language": 1, "requires": required}
    return _written({"kind": "pack", **text}) or ""


def _written(document: Mapping[str, Any]) -> str | None:
    if not document:
        return None
    text: str = yaml.safe_dump(dict(document), allow_unicode=True, sort_keys=False)
    return text


def _of_site(packs: Sequence[Pack]) -> Iterator[Pack]:
    for each in packs:
        yield as_installed(each, OF_SITE) if each.definition.name == PACK else each


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
