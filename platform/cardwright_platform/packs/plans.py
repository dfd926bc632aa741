"""Installing, upgrading and removing packs: plans that are shown before anything happens."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cardwright_entities.changes.commits import load_active
from cardwright_entities.changes.identities import field_address
from cardwright_entities.changes.planning import Purge
from cardwright_entities.changes.plans import Plan
from cardwright_entities.changes.purging import names_of_pack
from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.scenarios.outcomes import Outcome
from cardwright_entities.seeds import SeedError
from cardwright_metadata.extending import NO_CHOICES, Choices
from cardwright_metadata.loading import Pack, load_pack
from cardwright_metadata.pack_versions import version_of
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.schema_files import LANGUAGE
from cardwright_platform.archiving import archive_name
from cardwright_platform.confined.packs import unpacked
from cardwright_platform.installed_packs import OF_SITE, as_installed
from cardwright_platform.installing import (
    apply_plan,
    history_in,
    plan_packs,
    plan_revert,
    plant_seeds,
    read_packs,
)
from cardwright_platform.instance import Instance
from cardwright_platform.packs.building import SUFFIXES, check_for_travel
from cardwright_platform.packs.manifests import Manifest, manifest_of
from cardwright_platform.packs.powers import Powers
from cardwright_platform.packs.scratch import Playing, play_scenarios, unwatched


class PackError(CardwrightError):
    """A pack is not installed, upgraded or removed (422); nothing was changed."""


@dataclass(frozen=True, kw_only=True)
class PackPlan:
    """What installing, upgrading or removing a pack would do."""

    action: str  #: install, upgrade, uninstall, hand_over
    name: str
    version: str
    plan: Plan
    packs: tuple[Pack, ...]  #: as they will be
    former: str = ""  #: the version that is installed now
    signer: str = ""  #: public key, empty for an unsigned archive
    powers: tuple[str, ...] = ()
    new_powers: tuple[str, ...] = ()  #: that the installed version does not have
    outcomes: tuple[Outcome, ...] = ()
    archive: bytes = b""
    purged: tuple[str, ...] = ()  #: entities, and fields of others, whose data goes to an archive

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """Return the scenarios that stand against it."""
        return tuple(each for each in self.outcomes if not each.passed)

    @property
    def is_safe(self) -> bool:
        """Tell whether neither records nor scenarios stand against it."""
        return self.plan.is_safe and not self.failed

    def to_json(self) -> dict[str, Any]:
        """Return the plan for programs, without the outcomes of its scenarios."""
        return {
            "action": self.action,
            "pack": self.name,
            "version": self.version,
            "former": self.former or None,
            "signer": self.signer or None,
            "powers": list(self.powers),
            "new_powers": list(self.new_powers),
            "purged": list(self.purged),
            "safe": self.is_safe,
            "plan": self.plan.to_json(),
        }


def plan_install(
    instance: Instance,
    path: Path,
    *,
    upgrade: bool = False,
    choices: Choices = NO_CHOICES,
    accepted: Collection[str] = (),
    present: Sequence[Pack] | None = None,
    playing: Playing = unwatched,
) -> PackPlan:
    """Look at an archive and plan to install it, or to upgrade the pack that is installed.

    ``present`` are the packs in use if not those of the configuration; ``playing`` hears
    which scenario is played. Raise ConfinedError for an
    archive that is none, PackError for one that is not wanted here, MetadataError with all
    problems of its definitions.
    """
    content = path.read_bytes()
    archive = hashlib.sha256(content).hexdigest()
    with unpacked(path, SUFFIXES) as opened:
        manifest = _manifest(opened.manifest)
        _check_trust(instance, opened.key)
        if manifest.language > LANGUAGE:
            raise PackError(Message.of("pack_language", name=manifest.name, here=LANGUAGE))
        pack = as_installed(load_pack(opened.folder), archive)
    _check_manifest(pack, manifest)
    there = _by_name(instance, present)
    former = _former(there, pack, upgrade=upgrade)
    _check_prefix(there, pack)
    problems = check_for_travel(pack)
    if problems:
        raise MetadataError(problems)
    wanted = (*(each for name, each in there.items() if name != manifest.name), pack)
    plan = plan_packs(instance, wanted, choices, accepted=accepted)
    outcomes = play_scenarios(
        instance.config,
        wanted,
        choices=choices,
        history=history_in(instance),
        seeds=True,
        playing=playing,
    )
    powers = Powers.declared(pack.definition.powers).words()
    before = Powers.declared(former.definition.powers).words() if former else frozenset()
    return PackPlan(
        action="upgrade" if former else "install",
        name=manifest.name,
        version=manifest.version,
        former=former.definition.version if former else "",
        signer=opened.key,
        powers=tuple(sorted(powers)),
        new_powers=tuple(sorted(powers - before)),
        plan=plan,
        packs=wanted,
        outcomes=outcomes,
        archive=content,
    )


def plan_uninstall(
    instance: Instance,
    name: str,
    *,
    hand_over: bool = False,
    purge: bool = False,
    present: Sequence[Pack] | None = None,
    playing: Playing = unwatched,
) -> PackPlan:
    """Plan to remove a pack, its data kept; or to hand it over to the site, which keeps all.

    With ``purge`` its data goes to an archive, and then for good, by the same plan.
    """
    there = _by_name(instance, present)
    pack = there.get(name)
    if pack is None or not pack.definition.archive:
        raise PackError(Message.of("pack_not_installed", name=name))
    others = {key: each for key, each in there.items() if key != name}
    if hand_over:
        wanted = (*others.values(), as_installed(pack, OF_SITE))
    else:
        needing = [key for key, each in others.items() if name in each.definition.requires]
        if needing:
            said = Message.of("pack_needed", name=name, others=", ".join(needing))
            raise PackError(said)
        wanted = tuple(others.values())
    purged = _names_in_use(instance, name) if purge else ()
    plan = plan_packs(instance, wanted, purge=_purge_of(instance, name, purged) if purge else None)
    return PackPlan(
        action="hand_over" if hand_over else "uninstall",
        purged=purged,
        name=name,
        version=pack.definition.version,
        former=pack.definition.version,
        plan=plan,
        packs=wanted,
        outcomes=play_scenarios(
            instance.config, wanted, history=history_in(instance), playing=playing
        ),
    )


def carry_out(instance: Instance, found: PackPlan, *, author: str, reason: str) -> int:
    """Do a plan and return its commit; whatever fails, the installation is as it was before.

    Raise PackError when scenarios or seeds stand against it, PlanError when records do.
    """
    if found.failed:
        raise PackError(Message.of("pack_scenarios", count=len(found.failed)))
    number = apply_plan(instance, found.plan, author=author, reason=reason)
    if found.action != "uninstall":
        bring_records(instance, found.plan, number)
    keep_archive(instance, found.archive)
    return number


def bring_records(instance: Instance, plan: Plan, number: int) -> None:
    """Store the records that a plan's packs bring; if that fails the change is taken back."""
    try:
        plant_seeds(instance, plan.documents)
    except (SeedError, CardwrightError, MetadataError) as error:
        if number != plan.base:
            _take_back(instance, number)
        raise PackError(Message.of("pack_seeds", why=error)) from error


def keep_archive(instance: Instance, content: bytes) -> None:
    """Keep the archive of a pack as it came; what runs is in the database."""
    if not content:
        return
    folder = instance.config.folder / "packs"
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{hashlib.sha256(content).hexdigest()}.zip"
    if not target.exists():
        part = target.with_suffix(".part")
        part.write_bytes(content)
        part.replace(target)


def _by_name(instance: Instance, present: Sequence[Pack] | None) -> dict[str, Pack]:
    packs = read_packs(instance) if present is None else present
    return {each.definition.name: each for each in packs}


def _names_in_use(instance: Instance, pack: str) -> tuple[str, ...]:
    with instance.store.read(instance.system_context()) as session:
        return names_of_pack(load_active(session)[1].to_parts(), pack)


def _purge_of(instance: Instance, pack: str, names: Sequence[str]) -> Purge:
    if not names:
        return Purge(())  # roles go, and nothing that an archive would hold
    addresses = (
        field_address(entity, field) if field else f"entity/{entity}"
        for entity, _, field in (each.partition(".") for each in names)
    )
    return Purge(tuple(addresses), archive_name(pack, instance.system_context().now))


def _take_back(instance: Instance, number: int) -> None:
    reversal = plan_revert(instance, number)
    apply_plan(instance, reversal.plan, author="system", reason=f"Takes back {number}.")


def _manifest(body: Mapping[str, Any]) -> Manifest:
    with suppress(KeyError, TypeError, ValueError, AttributeError):
        return Manifest.from_json(body)
    raise PackError(Message("pack_manifest_missing"))


def _check_trust(instance: Instance, key: str) -> None:
    known = {each.lower() for each in instance.config.pack_keys}
    if key in known and key or instance.config.unsigned_packs:
        return
    if key:
        raise PackError(Message.of("pack_untrusted", key=key))
    raise PackError(Message("pack_unsigned"))


def _check_manifest(pack: Pack, manifest: Manifest) -> None:
    """Refuse a pack that is another than its manifest, which is what people see and trust, says."""
    said = manifest_of(pack.definition, {})
    if replace(said, files=manifest.files) != manifest:
        raise PackError(Message.of("pack_manifest_mismatch", path="pack.yaml"))


def _former(present: Mapping[str, Pack], pack: Pack, *, upgrade: bool) -> Pack | None:
    name, version = pack.definition.name, pack.definition.version
    there = present.get(name)
    if there is not None and there.definition.archive in ("", OF_SITE):
        raise PackError(Message.of("pack_name_taken", name=name))
    if there is None:
        if upgrade:
            raise PackError(Message.of("pack_not_installed", name=name))
        return None
    if there.definition.archive == pack.definition.archive:
        return there  # once more: what was interrupted is finished
    if not upgrade:
        raise PackError(Message.of("pack_installed", name=name, version=there.definition.version))
    if version_of(version) <= version_of(there.definition.version):
        here = there.definition.version
        raise PackError(Message.of("pack_not_newer", name=name, version=version, here=here))
    return there


def _check_prefix(present: Mapping[str, Pack], pack: Pack) -> None:
    for name, each in present.items():
        same = each.definition.prefix == pack.definition.prefix
        if (
            name != pack.definition.name
            and same
            and each.definition.vendor != pack.definition.vendor
        ):
            raise PackError(
                Message.of("pack_prefix_taken", prefix=each.definition.prefix, name=name)
            )
