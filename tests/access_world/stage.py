"""An installation with a generated world in it, and the oracle's view of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from access_world.eyes import World
from access_world.keeping import Change, Keeper
from access_world.oracle import Oracle
from access_world.rights import HIDDEN, RULES, SplitPolicy
from access_world.world import empty_world, fill
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.engine import Desk

SEED = 20261118


@dataclass(frozen=True)
class Stage:
    """The workshop with the split policy, and the world that was stored in it."""

    installation: Installation
    world: World
    changes: list[Change]

    def oracle(self, reader: str) -> Oracle:
        """Return the oracle for a reader, as the world is now."""
        zone = self.installation.system().zone
        today = NOW.astimezone(zone).date()
        return Oracle(self.world, RULES[reader], HIDDEN[reader], zone, today)

    @contextmanager
    def keeper(self) -> Iterator[Keeper]:
        """Open a transaction in which the world changes."""
        with self.installation.engine.write(self.installation.system()) as desk:
            yield Keeper(desk, self.world, self.changes)

    @contextmanager
    def desk(self, reader: str) -> Iterator[Desk]:
        """Open a desk at which a reader reads."""
        with self.installation.engine.read(self.installation.acting(reader)) as desk:
            yield desk


def build_stage(url: str, seed: int = SEED) -> Stage:
    """Return a stage on a fresh database; the caller closes its store."""
    installation = build_installation(url, PACKS / "workshop", policy_of=SplitPolicy)
    stage = Stage(installation, empty_world(), [])
    with stage.keeper() as keeper:
        fill(keeper, seed)
    return stage
