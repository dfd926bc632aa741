"""Packs that the configuration names -> an applied catalog: what a start, plan and apply share."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from pathlib import Path

from cardwright_entities.changes.applying import apply
from cardwright_entities.changes.commits import ActiveCommit, read_active
from cardwright_entities.changes.overlay_report import overlay_report
from cardwright_entities.changes.planning import Purge, make_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.reverting import Reversal, make_revert
from cardwright_entities.changes.settling import settle_indexes
from cardwright_entities.changes.working import Archive
from cardwright_entities.contexts import Context
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.files.blobs import Blobs
from cardwright_entities.model.checking import check_definitions
from cardwright_entities.rule_jobs import look_at_new_rules
from cardwright_entities.seeds import Seeder
from cardwright_metadata.catalog import Examine, build_catalog
from cardwright_metadata.extending import NO_CHOICES, Choices, History
from cardwright_metadata.loading import PACK_FILE, Pack, load_pack
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_metadata.shipped import history_of
from cardwright_platform.archiving import write_archive
from cardwright_platform.checked_packs import CheckedPacks
from cardwright_platform.config import Config, ConfigError
from cardwright_platform.installed_packs import installed_packs, pack_parts
from cardwright_platform.instance import Instance
from cardwright_platform.plugin import load_plugins
from cardwright_platform.words import Words

#: Offences with which definitions may be applied where nobody is there to decide.
LATER = frozenset({"required", "check", "value"})


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What a start found and did."""

    commit: int
    is_first: bool = False  #: nothing had ever been applied here
    is_repaired: bool = False  #: an apply that was killed has been finished or taken back
    plan_needed: bool = False  #: the files say something else than what is in use


def read_packs(instance: Instance, more: Iterable[Path] = ()) -> tuple[Pack, ...]:
    """Read the packs that were installed, of the configuration, its plugins, and further folders.

    Raise ConfigError for a pack that is not there. A folder named twice, or a bundled pack and a
    folder with its name, count once: the later one.
    """
    folders = [*_configured(instance), *(_checked(folder) for folder in more)]
    found = [*installed_packs(instance), *map(load_pack, folders)]
    return tuple({pack.definition.name: pack for pack in found}.values())


def pack_paths(config: Config) -> tuple[Path, ...]:
    """Return the folders of the configured packs, bundled ones included, on this disk."""
    bundled = bundled_packs()
    return tuple(
        Path(str(bundled[name])) if name in bundled else config.root / name for name in config.packs
    )


def known_types(config: Config) -> FieldTypes:
    """Return the field types of the product and of the configured plugins, without a database."""
    plugins = load_plugins(config.plugins)
    return FieldTypes([*BUILTIN_FIELD_TYPES, *(t for each in plugins for t in each.field_types)])


def examine_with(types: FieldTypes, words: Words) -> Examine:
    """Return what checks a linked catalog against field types, saying it in English."""
    return lambda catalog: check_definitions(
        catalog, types, lambda message: words.say("en", message)
    )


def plan_packs(
    instance: Instance,
    packs: Sequence[Pack],
    choices: Choices = NO_CHOICES,
    *,
    accepted: Collection[str] = (),
    history: History | None = None,
    purge: Purge | None = None,
) -> Plan:
    """Compare packs with what is in use; raise MetadataError with every problem found.

    ``choices`` decide where a pack and a change to it both touched a property. ``accepted``: kinds
    of offences with which the plan may be applied, see ``make_plan``. ``history`` is what is known
    of earlier changes to other packs, if not from this installation. ``purge``: what does not only
    retire but goes for good.
    """
    catalog = build_catalog(
        packs,
        instance.types,
        examine_with(instance.types, instance.words),
        history=history_in(instance) if history is None else history,
        choices=choices,
    )
    plan = make_plan(
        instance.store,
        instance.system_context(),
        instance.types,
        catalog,
        documents=documents_of(packs),
        accepted=accepted,
        purge=purge,
    )
    return replace(plan, overlays=overlay_report(catalog.merged))


def plan_revert(instance: Instance, commit: int, *, accepted: Collection[str] = ()) -> Reversal:
    """Plan to take an applied change back."""
    return make_revert(
        instance.store, instance.system_context(), instance.types, commit, accepted=accepted
    )


def history_in(instance: Instance) -> History:
    """Return what is known of the changes that packs make to each other's definitions."""
    return history_of({f"pack/{name}": part for name, part in pack_parts(instance).items()})


def apply_plan(
    instance: Instance, plan: Plan, *, author: str, reason: str, by: Context | None = None
) -> int:
    """Do a plan and compute what it changed; return the number of its commit.

    ``by`` is who does it, whom the log names; without it the system does.
    """
    commit = apply(
        instance.store,
        _named(instance, by),
        instance.types,
        plan,
        author=author,
        reason=reason,
        clock=instance.clock,
        archive=archive_of(instance),
    )
    context = instance.system_context()
    instance.engine.recompute_changed(context)
    instance.engine.run_write(context, look_at_new_rules)
    return commit


def _named(instance: Instance, by: Context | None) -> Context:
    """Return the context of the system under the name of whoever acts."""
    system = instance.system_context()
    if by is None:
        return system
    return replace(system, principal=by.beyond_rights().principal, origin=by.origin)


def repair(instance: Instance) -> bool:
    """Finish or take back what a killed apply has left; return whether there was anything."""
    return reconcile(
        instance.store,
        instance.system_context(),
        instance.types,
        clock=instance.clock,
        archive=archive_of(instance),
    )


def archive_of(instance: Instance) -> Archive:
    """Return what writes the archives of an installation, with the files that are held."""
    blobs = Blobs(instance.config.files_folder)
    return lambda name, lines: write_archive(instance.config.folder, name, lines, blobs)


def prepare(instance: Instance, *, may_apply: bool = False) -> Prepared:
    """Make the database ready: platform tables, what a crash left, the first apply, seeds.

    A later difference between files and database is only applied with ``may_apply``.
    """
    upgrade(instance)
    is_repaired = repair(instance)
    active = _active(instance)
    if active.number:
        instance.engine.recompute_changed(instance.system_context())
    checked = CheckedPacks(instance.config.folder, _configured(instance))
    if active.number and not instance.plugins and checked.are_known(active.part_hashes):
        return Prepared(commit=active.number, is_repaired=is_repaired)
    if active.number:
        settle_indexes(
            instance.store, instance.system_context(), instance.types, clock=instance.clock
        )
    packs = read_packs(instance)
    plan = plan_packs(instance, packs, accepted=LATER)
    is_first = active.number == 0
    plan_needed = not plan.is_empty
    if plan_needed and (is_first or may_apply):
        key = "changes.first_start" if is_first else "changes.demo_start"
        reason = instance.words.translate(instance.config.language, key, {})
        apply_plan(instance, plan, author="system", reason=reason)
        plan_needed = False
    if is_first or may_apply:
        plant_seeds(instance, documents_of(packs))
    active = _active(instance)
    if not plan_needed:
        checked.remember(active.part_hashes)
    return Prepared(
        commit=active.number, is_first=is_first, is_repaired=is_repaired, plan_needed=plan_needed
    )


def _active(instance: Instance) -> ActiveCommit:
    with instance.store.read(instance.system_context()) as session:
        return read_active(session)


def _configured(instance: Instance) -> list[Traversable]:
    """Return the folders of the packs of the configuration and of its plugins."""
    folders = [_find(instance, name) for name in instance.config.packs]
    return folders + [plugin.pack for plugin in instance.plugins if plugin.pack is not None]


def plant_seeds(instance: Instance, documents: Mapping[str, str]) -> int:
    """Store the records that packs bring along in their texts; return how many were made."""
    context = instance.system_context()
    seeder = Seeder(
        engine=instance.engine,
        context=context,
        tables=documents,
        reference=context.now.astimezone(context.zone).date(),
    )
    return seeder.run({"install", "demo"} if instance.config.demo else {"install"})


def upgrade(instance: Instance) -> None:
    """Bring the platform's own tables to this version; raise UnavailableError for newer ones."""
    instance.config.folder.mkdir(parents=True, exist_ok=True)
    instance.store.upgrade(instance.system_context())


def _find(instance: Instance, name: str) -> Traversable:
    bundled = bundled_packs()
    return bundled[name] if name in bundled else _checked(instance.config.root / name)


def _checked(folder: Path) -> Path:
    if not (folder / PACK_FILE).is_file():
        raise ConfigError([f"packs: there is no {PACK_FILE} in {folder}"])
    return folder


def documents_of(packs: Sequence[Pack]) -> dict[str, str]:
    """Return the texts of packs, definitions and tables, by "pack/path"."""
    return {
        f"{pack.definition.name}/{path}": text
        for pack in packs
        for path, text in (*pack.sources.items(), *pack.files.items())
    }
