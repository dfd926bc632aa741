"""Changes of definitions as somebody applies them while a test looks."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from serving import Served

from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_entities.changes.plans import Plan
from cardwright_platform.installed_packs import still_installed
from cardwright_platform.installing import apply_plan, plan_packs
from cardwright_platform.written_packs import packs_of


def add_field(site: Served, entity: str, line: str, reason: str) -> int:
    """Add a field to an entity; return the number of the change."""
    plan = plan_change(site, entity, "\nfields:\n", f"\nfields:\n  {line}\n")
    return apply_plan(site.instance, plan, author="changer", reason=reason)


def plan_change(
    site: Served, entity: str, old: str, new: str, *, accepted: Collection[str] = ()
) -> Plan:
    """Plan an entity with some of its text replaced."""
    name = f"\nname: {entity}\n"
    path, text = next((path, text) for path, text in _texts(site).items() if name in text)
    before, start, after = text.partition(name)
    return plan_file(site, path, before + start + after.replace(old, new, 1), accepted=accepted)


def plan_file(site: Served, path: str, text: str, *, accepted: Collection[str] = ()) -> Plan:
    """Plan what is in use with one file that is new or says something else."""
    with packs_of(_texts(site), {path: text}) as packs:
        return plan_packs(site.instance, still_installed(site.instance, packs), accepted=accepted)


def _texts(site: Served) -> Mapping[str, str]:
    with site.instance.store.read(site.instance.system_context()) as session:
        return load_documents(session, read_active(session).number)


def fields_of(site: Served, entity: str) -> set[str]:
    """Return the fields of an entity that are in use."""
    instance = site.instance
    with instance.engine.read(instance.system_context()) as desk:
        return set(desk.model.entity(entity).fields)
