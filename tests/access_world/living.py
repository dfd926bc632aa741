"""A world that goes on changing in any order, while readers go on asking: engine against oracle."""

from __future__ import annotations

import random
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from access_world.answers import ask_engine, ask_oracle
from access_world.asking import Asker
from access_world.eyes import Row
from access_world.keeping import FOR_GOOD, Keeper
from access_world.peopling import CHAIN, LENT, ROLES, WORKERS, any_owner
from access_world.rights import SCOPED
from access_world.sight import Owner, read_roles
from access_world.stage import build_stage
from access_world.world import OWNED, Maker
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cardwright_entities.errors import NotFoundError

#: Who asks after each step; the others have rights that no step touches.
READERS = tuple(SCOPED)
SEEDS = st.integers(0, 2**16)
NAMES = st.sampled_from(OWNED)


class LivingWorld(RuleBasedStateMachine):
    """Steps that change what somebody may see, in any order."""

    @initialize()
    def build(self) -> None:
        self.folder = TemporaryDirectory(prefix="cardwright-living-")
        stage = build_stage(f"sqlite:///{Path(self.folder.name) / 'world.sqlite'}")
        self.stage = replace(stage, scoped=dict(SCOPED))
        self.steps = 0

    # -- records -----------------------------------------------------------------------------------

    @rule(entity=st.sampled_from(["area", "firm", "thing", "person", "deal"]), seed=SEEDS)
    def create(self, entity: str, seed: int) -> None:
        row, owner = self._row(entity, seed), any_owner(random.Random(seed))
        with self.stage.keeper() as keeper:
            record = keeper.create(entity, row, owner)
        self._compare(entity, record, seed)

    @rule(seed=SEEDS)
    def change(self, seed: int) -> None:
        record = self._pick("firm", seed)
        fresh = self._row("firm", seed)
        with self.stage.keeper() as keeper:
            keeper.change(
                "firm", record, {name: fresh[name] for name in ("level", "staff", "area")}
            )
        self._compare("firm", record, seed)

    @rule(entity=NAMES, seed=SEEDS)
    def delete(self, entity: str, seed: int) -> None:
        record = self._pick(entity, seed)
        with self.stage.keeper() as keeper:
            if any(keeper.pointing_at(entity, record)):
                return
            keeper.delete(entity, record)
        self._compare(entity, record, seed)

    @precondition(lambda self: self._gone())
    @rule(seed=SEEDS)
    def restore(self, seed: int) -> None:
        entity, record = random.Random(seed).choice(self._gone())
        with self.stage.keeper() as keeper:
            bring_back(keeper, entity, record)
        self._compare(entity, record, seed)

    # -- whose it is -------------------------------------------------------------------------------

    @rule(entity=NAMES, seed=SEEDS)
    def give_away(self, entity: str, seed: int) -> None:
        self._assign(entity, seed, any_owner(random.Random(seed)))

    @rule(entity=NAMES, seed=SEEDS)
    def put_into_the_pool(self, entity: str, seed: int) -> None:
        self._assign(entity, seed, None)

    @rule(entity=NAMES, seed=SEEDS, worker=st.integers(1, CHAIN))
    def claim(self, entity: str, seed: int, worker: int) -> None:
        self._assign(entity, seed, ("worker", worker))

    @rule(
        entity=st.sampled_from(LENT),
        seed=SEEDS,
        level=st.sampled_from(["read", "edit"]),
        holder=st.one_of(
            st.tuples(st.just("worker"), st.integers(1, CHAIN)),
            st.tuples(st.just("gang"), st.integers(1, 6)),
            st.tuples(st.just("unit"), st.integers(1, 10)),
            st.tuples(st.just("role"), st.sampled_from(ROLES)),
        ),
        hours=st.sampled_from([FOR_GOOD, 48, 0, -1]),
    )
    def share(
        self, entity: str, seed: int, level: str, holder: tuple[str, object], hours: float
    ) -> None:
        record = self._pick(entity, seed)
        with self.stage.keeper() as keeper:
            keeper.share(entity, record, holder, level, hours)
        self._compare(entity, record, seed)

    @rule(seed=SEEDS)
    def end_a_share(self, seed: int) -> None:
        lasting = [each for each in self.stage.people.shares if each["lasts"]]
        if lasting:
            ended = random.Random(seed).choice(lasting)
            with self.stage.keeper() as keeper:
                keeper.end_share(ended)
            self._compare(ended["entity"], ended["record"], seed)

    # -- who somebody is ---------------------------------------------------------------------------

    @rule(reader=st.sampled_from(READERS), seed=SEEDS)
    def give_other_roles(self, reader: str, seed: int) -> None:
        pick = random.Random(seed)
        roles = tuple(sorted(pick.sample(sorted(read_roles()), pick.randint(0, 2))))
        _, me = self.stage.scoped[reader]
        self.stage = replace(self.stage, scoped={**self.stage.scoped, reader: (roles, me)})
        entity = pick.choice(OWNED)
        self._compare(entity, self._pick(entity, seed), seed)

    @rule(worker=st.integers(CHAIN + 1, WORKERS), unit=st.integers(1, 10), seed=SEEDS)
    def move_a_worker(self, worker: int, unit: int, seed: int) -> None:
        moved: Row = {"boss": random.Random(seed).randint(1, worker - 1), "unit": unit}
        with self.stage.keeper() as keeper:
            keeper.desk.records.update("worker", worker, moved, None)
            keeper.people.workers[worker] = moved
        entity = random.Random(seed).choice(OWNED)
        self._compare(entity, self._pick(entity, seed), seed)

    @rule(gang=st.integers(1, 6), hands=st.sets(st.integers(1, WORKERS), max_size=4), seed=SEEDS)
    def put_a_gang_together_anew(self, gang: int, hands: set[int], seed: int) -> None:
        with self.stage.keeper() as keeper:
            keeper.desk.records.update("gang", gang, {"hands": sorted(hands)}, None)
            keeper.people.gangs[gang] = {**keeper.people.gangs[gang], "hands": tuple(sorted(hands))}
        entity = random.Random(seed).choice(OWNED)
        self._compare(entity, self._pick(entity, seed), seed)

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.stage.installation.store.close()
            self.folder.cleanup()

    # -- parts -------------------------------------------------------------------------------------

    def _compare(self, entity: str, record: int, seed: int) -> None:
        """Ask everybody for the record that was touched, for the list of its like, and one more."""
        self.steps += 1
        for reader in READERS:
            oracle = self.stage.oracle(reader)
            listed = {
                "kind": "list", "entity": entity, "columns": ["id"], "sort": ["id"],
                "totals": {}, "deleted": False,
            }  # fmt: skip
            question = Asker(oracle, seed + self.steps).question()
            with self.stage.desk(reader) as desk:
                for asked in (listed, {**listed, "deleted": True}, question):
                    assert ask_engine(desk, asked) == ask_oracle(oracle, asked), (reader, asked)
                found = False
                with suppress(NotFoundError):
                    row = self.stage.world[entity][record]
                    desk.record(entity, record, deleted=row["deleted"], masked=True)
                    found = True
            assert found == oracle.visible(entity, record), (reader, entity, record)

    def _assign(self, entity: str, seed: int, owner: Owner) -> None:
        record = self._pick(entity, seed)
        with self.stage.keeper() as keeper:
            keeper.assign(entity, record, owner)
        self._compare(entity, record, seed)

    def _row(self, entity: str, seed: int) -> Row:
        maker, world = Maker(seed), self._living()
        match entity:
            case "area":
                return {**maker.area(world["area"]), "code": f"Z{seed}{self.steps}"}
            case "firm":
                return maker.firm(world)
            case "thing":
                return maker.thing(10_000 + seed * 100 + self.steps)
            case "person":
                return maker.person(world)
        return maker.deal(world)

    def _living(self) -> dict[str, dict[int, Row]]:
        return {
            entity: {number: row for number, row in rows.items() if not row["deleted"]}
            for entity, rows in self.stage.world.items()
        }

    def _pick(self, entity: str, seed: int) -> int:
        return random.Random(seed).choice([*self._living()[entity]])

    def _gone(self) -> Sequence[tuple[str, int]]:
        world = self.stage.world
        return [
            (entity, number)
            for entity in ("thing", "person", "deal", "firm", "area")
            for number, row in world[entity].items()
            if row["deleted"]
        ]


def bring_back(keeper: Keeper, entity: str, record: int) -> None:
    """Take a record with its lines out of the recycle bin."""
    keeper.desk.records.restore(entity, record)
    keeper.world[entity][record]["deleted"] = False
    of_lines = {"person": "job", "deal": "deal_item"}.get(entity, "")
    for row in keeper.world.get(of_lines, {}).values():
        if row["head"] == record:
            row["deleted"] = False
