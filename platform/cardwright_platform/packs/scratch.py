"""Scenarios in a scratch database: packs with everything that a site has laid over them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cardwright_entities.scenarios.outcomes import Outcome
from cardwright_entities.scenarios.playing import USUAL_DAY, play
from cardwright_entities.seeds import Seeder
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.scenarios import ScenarioDefinition
from cardwright_metadata.extending import NO_CHOICES, NO_HISTORY, Choices, History
from cardwright_metadata.loading import Pack, load_pack
from cardwright_metadata.pack_folders import bundled_packs, load_packs
from cardwright_platform.config import Config, ConfigError
from cardwright_platform.installing import (
    apply_plan,
    documents_of,
    plan_packs,
    upgrade,
)
from cardwright_platform.instance import Instance, open_instance

_TEMPLATE, _PLAYED = "template", "played"

#: Hears which scenario is played next, which one it is, from 1, and of how many.
Playing = Callable[[ScenarioDefinition, int, int], None]


def unwatched(scenario: ScenarioDefinition, number: int, count: int) -> None:
    """Tell nobody which scenario is played."""


def play_scenarios(
    config: Config,
    packs: Sequence[Pack],
    *,
    only: Collection[str] = (),
    choices: Choices = NO_CHOICES,
    history: History = NO_HISTORY,
    seeds: bool = False,
    playing: Playing = unwatched,
) -> tuple[Outcome, ...]:
    """Play the scenarios of packs, ``only`` those of some; raise MetadataError for wrong packs.

    Nothing of the installation that the configuration belongs to is touched. The packs are
    applied and seeded once; each scenario plays over a copy. With ``seeds`` they are so even if
    there is no scenario. Raise SeedError for a seed that cannot be stored.
    """
    if not seeds and not any(_holds_scenario(each) for each in packs):
        return ()
    with tempfile.TemporaryDirectory(prefix="cardwright-scratch-") as folder:
        base = Path(folder)
        with _scratch(config, base / _TEMPLATE) as instance:
            catalog = _prepare(instance, packs, choices, history)
        wanted = [
            each for each in catalog.living.scenarios.values() if not only or each.pack in only
        ]
        outcomes: list[Outcome] = []
        for number, each in enumerate(wanted, start=1):
            playing(each, number, len(wanted))
            outcomes.append(_play_one(config, base, each))
        return tuple(outcomes)


@dataclass(frozen=True)
class PacksForTest:
    """The packs that are tested, and all that are applied for it."""

    tested: tuple[Pack, ...]
    all: tuple[Pack, ...]


def read_for_test(config: Config, paths: Iterable[Path]) -> PacksForTest:
    """Read the packs at the paths with all that they require, from the product or beside them.

    Raise ConfigError for a path without a pack.
    """
    asked = [str(path) for path in paths]
    found, problems = load_packs(map(Path, asked))
    if problems:
        raise ConfigError([f"{each.found}: {each.message}" for each in problems])
    bundled = bundled_packs()
    configured = [load_pack(config.root / name) for name in config.packs if name not in bundled]
    known = {each.definition.name: each for each in (*configured, *found)}
    wanted = _required(found, known)
    bundled_names = {name for name in bundled if str(bundled[name]) not in asked}
    tested = tuple(each for each in found if each.definition.name not in bundled_names)
    return PacksForTest(tested, wanted)


def _required(found: Sequence[Pack], known: Mapping[str, Pack]) -> tuple[Pack, ...]:
    wanted = {each.definition.name: each for each in found}
    waiting = list(wanted.values())
    while waiting:
        for name in waiting.pop().definition.requires:
            if name not in wanted and name in known:
                wanted[name] = known[name]
                waiting.append(known[name])
    return tuple(wanted.values())


def _holds_scenario(pack: Pack) -> bool:
    return any(each.kind == "scenario" for each in pack.documents)


def _prepare(
    instance: Instance, packs: Sequence[Pack], choices: Choices, history: History
) -> Catalog:
    upgrade(instance)
    plan = plan_packs(instance, packs, choices, history=history)
    apply_plan(instance, plan, author="scenario", reason="scratch")
    context = instance.system_context()
    Seeder(
        engine=instance.engine,
        context=context,
        tables=documents_of(packs),
        reference=USUAL_DAY,
    ).run({"install"})
    with instance.engine.read(context) as desk:
        return desk.model.catalog


def _play_one(config: Config, base: Path, scenario: ScenarioDefinition) -> Outcome:
    folder = base / _PLAYED
    shutil.copytree(base / _TEMPLATE, folder)
    try:
        with _scratch(config, folder) as instance:
            return play(instance.engine, scenario, instance.system_context())
    finally:
        shutil.rmtree(folder)


@contextmanager
def _scratch(config: Config, folder: Path) -> Iterator[Instance]:
    folder.mkdir(exist_ok=True)
    instance = open_instance(
        replace(config, folder=folder, database_url="", demo=False, worker="embedded")
    )
    try:
        yield instance
    finally:
        instance.close()
