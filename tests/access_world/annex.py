"""A second world beside the workshop's: visits, calls and remarks, and who may read them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace

from access_world.eyes import Row, World
from access_world.oracle import Oracle
from access_world.peopling import any_owner
from access_world.sight import Sight, read_roles
from access_world.stage import SEED, Stage, build_original, open_stage
from installation import PACKS
from originals import make_alike
from sqlalchemy import make_url

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.blobs import Blob
from cardwright_entities.files.register import add_file
from cardwright_entities.notifications import Notice, notify

_PACKS = (PACKS / "workshop", PACKS / "annex")
_SUBJECTS = ("报价", "回访", "Delivery", "Complaint", None)
#: Readers by the pack's roles: their roles, and who they are.
CALLERS = {
    "caller": (("caller",), 2),
    "listener": (("listener",), 3),
    "overseer": (("overseer",), 1),
    "stranger": (("caller", "listener"), 30),
}
#: What was stored, by engine.
_BUILT: dict[str, tuple[Stage, World]] = {}


@dataclass(frozen=True)
class Annex:
    """The workshop with its annex, and what was stored there."""

    stage: Stage
    world: World

    def oracle(self, reader: str) -> Oracle:
        """Return the oracle for a reader: of the workshop's records by value, of others by rows."""
        roles, me = CALLERS[reader]
        known = read_roles(PACKS / "annex" / "roles.yaml")
        sight = Sight(tuple(known[each] for each in roles), self.stage.people, me, roles)
        return replace(self.stage.oracle("seller"), sight=sight, hidden=sight.hidden(), _seen={})

    def seen(self, reader: str, entity: str) -> Iterator[Row]:
        """Yield the living records of the annex that a reader sees."""
        sight = self.oracle(reader).sight
        assert sight is not None
        for row in self.world[entity].values():
            if not row["deleted"] and sight.covers(self.world, entity, row, "read"):
                yield row

    @contextmanager
    def desk(self, reader: str) -> Iterator[Desk]:
        """Open a desk at which a reader reads."""
        with self.stage.desk(reader) as desk:
            yield desk


def build_annex(url: str) -> Annex:
    """Return the annex on a fresh database; the caller closes its store."""
    engine = make_url(url).get_backend_name()
    make_alike(url, "annex", lambda: _BUILT.update({engine: _build(url)}))
    built, world = _BUILT[engine]
    stage = open_stage(url, deepcopy((built.world, built.changes, built.people)), RolePolicy)
    return Annex(replace(stage, scoped={**CALLERS, **stage.scoped}), deepcopy(world))


def _build(url: str) -> tuple[Stage, World]:
    stage = build_original(url, SEED, *_PACKS)
    pick = random.Random(SEED)
    world: World = {"visit": {}, "call": {}, "remark": {}}
    with stage.keeper() as keeper:
        for _ in range(30):
            _add(stage, keeper.desk, world, "visit", _visit(stage, keeper.desk, pick), pick)
        for _ in range(15):
            _add(stage, keeper.desk, world, "call", _outing(stage, pick), pick)
        for _ in range(8):
            remark = {"text": "Later", "visit": pick.choice([*world["visit"]])}
            _add(stage, keeper.desk, world, "remark", remark, pick)
        _tell(keeper.desk, world)
        held = {row["visit"] for row in world["remark"].values()}
        for record in pick.sample([each for each in world["visit"] if each not in held], 3):
            keeper.desk.records.delete("visit", record)
            world["visit"][record]["deleted"] = True
    # Each change is a set of its own, and the newest of its record.
    for record, row in world["visit"].items():
        if not row["deleted"]:
            name = pick.choice(["hours", "subject"])
            value = {"hours": "7.5", "subject": "Changed"}[name]
            with stage.keeper() as keeper:
                saved = keeper.desk.records.update("visit", record, {name: value}, None)
            row |= {name: 7.5 if name == "hours" else value}
            row |= {"change_set": saved.change_set, "changed": name}
    stage.installation.store.close()
    return stage, world


def _tell(desk: Desk, world: World) -> None:
    """Tell everybody of every visit, whether or not he may see it."""
    accounts = [me for _, me in CALLERS.values()]
    for record in world["visit"]:
        notice = Notice(kind="changed", message=Message("not_found"), entity="visit", record=record)
        notify(desk.session, accounts, notice)


def _add(
    stage: Stage, desk: Desk, world: World, entity: str, row: Row, pick: random.Random
) -> None:
    owner = any_owner(pick)
    raw = {**row, "owner": None if owner is None else RecordRef(*owner)}
    saved = desk.records.create(entity, raw)
    unit, site = stage.people.places(owner)
    stamped = {"owner": owner, "department": unit, "organisation": site}
    world[entity][saved.id] = {"id": saved.id, "deleted": False, **row, **stamped}


def _living(stage: Stage, entity: str) -> list[int]:
    return [each for each, row in stage.world[entity].items() if not row["deleted"]]


def _outing(stage: Stage, pick: random.Random) -> Row:
    return {
        "subject": pick.choice(_SUBJECTS),
        "firm": pick.choice(_living(stage, "firm")),
        "hours": pick.choice([None, 1, 2.5, 4]),
    }


def _visit(stage: Stage, desk: Desk, pick: random.Random) -> Row:
    digest = f"{pick.getrandbits(256):064x}"
    return {
        **_outing(stage, pick),
        "deal": pick.choice([None, *_living(stage, "deal")]),
        "thing": pick.choice(_living(stage, "thing")),
        "paper": add_file(desk.session, Blob(digest, 5, "text/plain"), "paper.txt"),
    }
