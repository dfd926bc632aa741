"""Changes of definitions as somebody applies them while a test looks."""

from __future__ import annotations

from serving import Served

from cardwright_entities.changes.commits import load_documents, read_active
from cardwright_platform.installed_packs import still_installed
from cardwright_platform.installing import apply_plan, plan_packs
from cardwright_platform.written_packs import packs_of


def add_field(site: Served, entity: str, line: str, reason: str) -> int:
    """Add a field to an entity; return the number of the change."""
    instance = site.instance
    with instance.store.read(instance.system_context()) as session:
        documents = load_documents(session, read_active(session).number)
    name = f"\nname: {entity}\n"
    path, text = next((path, text) for path, text in documents.items() if name in text)
    before, start, after = text.partition(name)
    wanted = before + start + after.replace("\nfields:\n", f"\nfields:\n  {line}\n", 1)
    with packs_of(documents, {path: wanted}) as packs:
        plan = plan_packs(instance, still_installed(instance, packs))
    return apply_plan(instance, plan, author="changer", reason=reason)


def fields_of(site: Served, entity: str) -> set[str]:
    """Return the fields of an entity that are in use."""
    instance = site.instance
    with instance.engine.read(instance.system_context()) as desk:
        return set(desk.model.entity(entity).fields)
