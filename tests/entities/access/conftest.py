"""One generated world on each engine, its records and its oracle's view of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from access_world.oracle import Oracle, World
from access_world.rights import HIDDEN, RULES, SplitPolicy
from access_world.world import build_world
from installation import NOW, PACKS, Installation, build_installation

SEED = 20261118


@dataclass(frozen=True)
class Stage:
    """An installation with a world in it."""

    installation: Installation
    world: World

    def oracle(self, reader: str) -> Oracle:
        """Return the oracle for a reader, as the world is now."""
        zone = self.installation.system().zone
        today = NOW.astimezone(zone).date()
        return Oracle(self.world, RULES[reader], HIDDEN[reader], zone, today)


@pytest.fixture(scope="module")
def stage(store_module_url: str) -> Iterator[Stage]:
    """The workshop with a generated world and the split policy."""
    installation = build_installation(store_module_url, PACKS / "workshop", policy_of=SplitPolicy)
    yield Stage(installation, build_world(installation, SEED))
    installation.store.close()
