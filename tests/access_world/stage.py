"""An installation with a generated world in it, and the oracle's view of it."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path

from access_world.eyes import World
from access_world.keeping import Change, Keeper
from access_world.oracle import Oracle
from access_world.peopling import admit, any_owner, lend, rearrange, settle
from access_world.rights import HIDDEN, RULES, SCOPED, SplitPolicy
from access_world.sight import SCOPES_FILE, People, Sight, read_roles
from access_world.world import empty_world, fill
from installation import NOW, PACKS, Installation, build_installation, open_installation
from originals import make_alike
from sqlalchemy import make_url

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, PolicyOf

SEED = 20261118
#: What was stored in the worlds that later stages are copies of, by engine and seed.
_BUILT: dict[tuple[str, int], tuple[World, list[Change], People]] = {}


@dataclass(frozen=True)
class Stage:
    """The workshop with the split policy, and the world that was stored in it."""

    installation: Installation
    world: World
    changes: list[Change]
    people: People = field(default_factory=People)
    #: readers whose roles have scopes: their roles, and who they are
    scoped: Mapping[str, tuple[tuple[str, ...], int | None]] = field(default_factory=lambda: SCOPED)
    #: where the roles are written, and which fields are out of use, by their entities
    scopes: Path = SCOPES_FILE
    retired: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: accounts of workers who have another one than their number says
    accounts: Mapping[int, int] = field(default_factory=dict)

    def oracle(self, reader: str) -> Oracle:
        """Return the oracle for a reader, as the world is now."""
        zone = self.installation.system().zone
        today = NOW.astimezone(zone).date()
        if reader in self.scoped:
            roles, me = self.scoped[reader]
            known = read_roles(self.scopes)
            sight = Sight(tuple(known[each] for each in roles), self.people, me, roles)
            gone = self.retired
            hidden = {name: each | gone.get(name, set()) for name, each in sight.hidden().items()}
            masked = {name: each - gone.get(name, set()) for name, each in sight.masked().items()}
            return Oracle(self.world, {}, hidden, zone, today, sight, masked=masked)
        return Oracle(self.world, RULES[reader], HIDDEN[reader], zone, today)

    @contextmanager
    def keeper(self) -> Iterator[Keeper]:
        """Open a transaction in which the world changes."""
        with self.installation.engine.write(self.installation.system()) as desk:
            yield Keeper(desk, self.world, self.changes, self.people)

    @contextmanager
    def desk(self, reader: str) -> Iterator[Desk]:
        """Open a desk at which a reader reads."""
        with self.installation.engine.read(self.context(reader)) as desk:
            yield desk

    def context(self, reader: str) -> Context:
        """Return who a reader is now: one with scopes is found again as a request finds him."""
        if reader not in self.scoped:
            return self.installation.acting(reader)
        roles, me = self.scoped[reader]
        if me is None:
            return self.installation.acting(*roles)
        system = self.installation.system()
        with self.installation.engine.read(system) as desk:
            account = self.accounts.get(me, me)
            principal, _ = principal_of(desk.session, desk.model, account)
        return replace(system, principal=replace(principal, roles=frozenset(roles)))


def build_stage(url: str, seed: int = SEED) -> Stage:
    """Return a stage on a fresh database; the caller closes its store."""
    key = make_url(url).get_backend_name(), seed

    def make() -> None:
        built = build_original(url, seed, PACKS / "workshop")
        built.installation.store.close()
        _BUILT[key] = built.world, built.changes, built.people

    make_alike(url, ("stage", seed), make)
    # Tests change the world that they were given.
    return open_stage(url, deepcopy(_BUILT[key]), SplitPolicy)


def open_stage(url: str, built: tuple[World, list[Change], People], policy_of: PolicyOf) -> Stage:
    """Return the stage over a database in which a world has been stored."""
    return Stage(open_installation(url, policy_of=policy_of), *built)


def build_original(url: str, seed: int, *packs: Path) -> Stage:
    """Install packs, the workshop among them, and store a world."""
    installation = build_installation(url, *packs, policy_of=SplitPolicy)
    stage = Stage(installation, empty_world(), [])
    owners = random.Random(seed)
    with stage.keeper() as keeper:
        settle(keeper, seed)
        fill(keeper, seed, lambda: any_owner(owners))
        rearrange(keeper, seed)
        lend(keeper, seed)
        accounts = admit(keeper)
        assert all(number == account for number, account in accounts.items())
    return stage
