"""A world that goes on changing in any order, while readers go on asking: engine against oracle."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from access_world.answers import ask_engine, ask_oracle
from access_world.asking import Asker
from access_world.eyes import Row
from access_world.keeping import FOR_GOOD, Keeper
from access_world.merged import MERGED, Field, bites_its_tail, merge_two
from access_world.peopling import CHAIN, LENT, ROLES, WORKERS, any_owner
from access_world.rights import SCOPED
from access_world.sight import Owner, read_roles
from access_world.stage import build_stage
from access_world.turning import TURNED, Wording, install, purge
from access_world.world import OWNED, Maker
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from cardwright_entities.accounts.accounts import set_disabled
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.errors import AccessError, ConflictError, NotFoundError

#: Who asks after each step; the others have rights that no step touches.
READERS = tuple(SCOPED)
SEEDS = st.integers(0, 2**16)
NAMES = st.sampled_from(OWNED)


class LivingWorld(RuleBasedStateMachine):
    """Steps that change what somebody may see, in any order."""

    #: the database of each world; a new file where there is none
    url: Callable[[], str] | None = None
    #: so many ask after a step, in turn, beside those whom it is about
    asking = len(READERS)

    @initialize()
    def build(self) -> None:
        self.folder = TemporaryDirectory(prefix="cardwright-living-")
        file = f"sqlite:///{Path(self.folder.name) / 'world.sqlite'}"
        stage = build_stage(self.url() if self.url else file)
        self.stage = replace(stage, scoped=dict(SCOPED))
        self.steps = 0
        self.wording = Wording()
        self.disabled: set[int] = set()

    # -- records -----------------------------------------------------------------------------------

    @rule(entity=st.sampled_from(["area", "firm", "thing", "person", "deal"]), seed=SEEDS)
    def create(self, entity: str, seed: int) -> None:
        row, owner = self._row(entity, seed), any_owner(random.Random(seed))
        gone = self.stage.retired.get(entity, frozenset())
        with self.stage.keeper() as keeper:
            said = {name: value for name, value in row.items() if name not in gone}
            record = keeper.create(entity, said, owner)
        self.stage.world[entity][record] |= dict.fromkeys(gone)
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

    @rule(entity=st.sampled_from(MERGED), seed=SEEDS)
    def merge(self, entity: str, seed: int) -> None:
        living, retired = [*self._living()[entity]], self.wording.retired
        master, other = random.Random(seed).sample(living, 2)
        refused = bites_its_tail(self.stage.world, entity, master, other)
        expected = pytest.raises(ConflictError) if refused else nullcontext()
        with expected, self.stage.keeper() as keeper:
            merge_two(keeper, entity, master, other, retired)
        for record in (master, other):
            self._compare(entity, record, seed)

    # -- what there is -----------------------------------------------------------------------------

    @rule(field=st.sampled_from([*TURNED]), seed=SEEDS)
    def retire_a_field(self, field: Field, seed: int) -> None:
        retired, forgotten = self.wording.retired | {field}, self.wording.forgotten - {field}
        self._reword(replace(self.wording, retired=retired, forgotten=forgotten))
        self._compare(field[0], self._pick(field[0], seed), seed)

    @precondition(lambda self: self.wording.retired)
    @rule(purged=st.booleans(), forgotten=st.booleans(), hidden=st.booleans(), seed=SEEDS)
    def name_a_field_again(self, *, purged: bool, forgotten: bool, hidden: bool, seed: int) -> None:
        field = random.Random(seed).choice(sorted(self.wording.retired))
        entity, name = field
        if purged:
            purge(self.stage.installation, [field])
            for row in self.stage.world[entity].values():
                row[name] = None
        said = self.wording
        self._reword(
            Wording(
                retired=said.retired - {field},
                forgotten=said.forgotten | {field} if forgotten else said.forgotten - {field},
                hidden=said.hidden | {field} if hidden else said.hidden - {field},
            )
        )
        self._compare(entity, self._pick(entity, seed), seed)

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
        self._compare(entity, self._pick(entity, seed), seed, about=reader)

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

    @rule(worker=st.integers(1, CHAIN), seed=SEEDS)
    def disable_or_enable(self, worker: int, seed: int) -> None:
        account = self.stage.accounts.get(worker, worker)
        with self.stage.keeper() as keeper:
            set_disabled(keeper.desk.session, account, disabled=account not in self.disabled)
        self.disabled ^= {account}
        entity = random.Random(seed).choice(OWNED)
        self._compare(entity, self._pick(entity, seed), seed, about=worker)

    @rule(worker=st.integers(1, CHAIN), seed=SEEDS)
    def give_a_new_account(self, worker: int, seed: int) -> None:
        """Let somebody come back as a new user; the old account is nobody's."""
        old, login = self.stage.accounts.get(worker, worker), f"w{worker}-{self.steps}"
        with self.stage.keeper() as keeper:
            new = keeper.desk.records.create("login", {"name": login, "login": login}).id
            keeper.desk.records.update("worker", worker, {"account": new}, None)
        assert new not in {*range(1, WORKERS + 1), *self.stage.accounts.values()}
        self.stage = replace(self.stage, accounts={**self.stage.accounts, worker: new})
        if old not in self.disabled:
            with self.stage.keeper() as keeper:
                known, _ = principal_of(keeper.desk.session, keeper.desk.model, old)
            assert known.employee is None
        entity = random.Random(seed).choice(OWNED)
        self._compare(entity, self._pick(entity, seed), seed, about=worker)

    def teardown(self) -> None:
        if hasattr(self, "stage"):
            self.stage.installation.store.close()
            self.folder.cleanup()

    # -- parts -------------------------------------------------------------------------------------

    def _askers(self, about: str | int) -> list[str]:
        """Return who asks: some in turn, and the readers who are somebody."""
        first = self.steps * self.asking
        turn = {READERS[(first + each) % len(READERS)] for each in range(self.asking)}
        concerned = {
            reader for reader in READERS if about in (reader, self.stage.scoped[reader][1])
        }
        return [reader for reader in READERS if reader in turn | concerned]

    def _compare(self, entity: str, record: int, seed: int, *, about: str | int = "") -> None:
        """Ask for the record that was touched, for the list of its like, and one question more."""
        self.steps += 1
        for reader in self._askers(about):
            if self._is_out(reader):
                with pytest.raises(AccessError):
                    self.stage.context(reader)
                continue
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

    def _is_out(self, reader: str) -> bool:
        _, me = self.stage.scoped[reader]
        return me is not None and self.stage.accounts.get(me, me) in self.disabled

    def _reword(self, said: Wording) -> None:
        folder = Path(self.folder.name) / f"workshop{self.steps}"
        self.wording = said
        scopes = install(self.stage.installation, said, folder)
        retired = {
            entity: frozenset(name for of, name in said.retired if of == entity)
            for entity in self.stage.world
        }
        self.stage = replace(self.stage, scopes=scopes, retired=retired)

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
