"""Makes everything different that a reader may not see, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from access_world.eyes import Row, World
from access_world.keeping import Keeper
from access_world.masks import another
from access_world.oracle import Oracle
from access_world.rights import SCOPED
from access_world.schema import FIELDS
from access_world.sight import Owner
from access_world.stage import Stage
from access_world.world import OWNED, Maker

from cardwright_entities.errors import CardwrightError

#: A beginning that makes a person invisible to the reader by_value.
LATE = date(2025, 3, 1)

_HEADS = {"job": ("person", "jobs"), "deal_item": ("deal", "items")}

#: What the engine fills or computes, and what says which record a line belongs to.
_FIXED = frozenset(
    {"id", "created_at", "position", "head", "jobs", "items", "company", "post_now", "double",
     "total", "amount", "short", "number"}
)  # fmt: skip


def disturb(stage: Stage, reader: str, seed: int) -> int:
    """Change invisible records and hidden fields, add and remove records; return how many."""
    maker, changed = Maker(seed), 0
    with stage.keeper() as keeper:
        for entity in FIELDS:
            for record, row in [*stage.world[entity].items()]:
                if not row["deleted"]:
                    changed += _disturb_record(stage, keeper, maker, reader, entity, record)
        changed += _hand_over_invisible(stage, keeper, maker, reader)
        changed += _add_invisible(stage, keeper, maker, reader)
        changed += _remove_invisible(stage, keeper, reader)
    return changed


def _disturb_record(
    stage: Stage, keeper: Keeper, maker: Maker, reader: str, entity: str, record: int
) -> int:
    oracle = stage.oracle(reader)
    hidden = oracle.hidden.get(entity, ())
    free = {
        name: value
        for name, value in _fresh(maker, stage.world, entity, record).items()
        if name in FIELDS[entity] and name not in _FIXED
        if not oracle.visible(entity, record) or name in hidden
    }
    for name in oracle.masked.get(entity, ()) if oracle.visible(entity, record) else ():
        if name in free:
            free[name] = another(entity, name, stage.world[entity][record][name], free[name])
    tries = [free, *({name: value} for name, value in free.items())]
    for values in tries if free else ():
        if _sees_alike(stage, reader, entity, record, values) and _store(
            keeper, stage.world, entity, record, values
        ):
            return 1
    return 0


def _fresh(maker: Maker, world: World, entity: str, record: int) -> Row:
    """Return other values for a record's fields."""
    match entity:
        case "area":
            lower = [each for each in world["area"] if each < record]
            other = {**maker.area({}), "code": f"A{maker.random.randint(100, 10**6)}"}
            return {**other, "above": maker.random.choice([*lower, None])}
        case "firm":
            return maker.firm(world)
        case "thing":
            return maker.thing(maker.random.randint(100, 10**6))
        case "person":
            return maker.person(world)
        case "job":
            return maker.job(maker.random.choice([*world["firm"]]))
        case "deal":
            return maker.deal(world)
    return maker.item(maker.random.choice([*world["thing"]]))


def _sees_alike(stage: Stage, reader: str, entity: str, record: int, values: Row) -> bool:
    """Tell whether the reader would see the same records afterwards."""
    gone = bool(values.get("deleted"))
    world = {
        name: {
            number: {**row, "deleted": row["deleted"] or (gone and row.get("head") == record)}
            if _HEADS.get(name, ("", ""))[0] == entity
            else row
            for number, row in rows.items()
        }
        for name, rows in stage.world.items()
    }
    world[entity] = {**world[entity], record: {**world[entity][record], **values}}
    return _seen(stage.oracle(reader)) == _seen(replace(stage, world=world).oracle(reader))


def _seen(oracle: Oracle) -> set[tuple[str, int]]:
    return {
        (entity, record)
        for entity, records in oracle.world.items()
        for record in records
        if oracle.visible(entity, record)
    }


def _store(keeper: Keeper, world: World, entity: str, record: int, values: Row) -> int:
    try:
        if entity in _HEADS:
            head = world[entity][record]["head"]
            keeper.change(_HEADS[entity][0], head, {}, record, values)
        else:
            keeper.change(entity, record, values)
    except CardwrightError:
        return 0  # such as a link to what is in the recycle bin
    return 1


def _add_invisible(stage: Stage, keeper: Keeper, maker: Maker, reader: str) -> int:
    """Add records that the reader does not see, whichever of the rules is his."""
    world = stage.world
    living = [each for each in world["firm"].values() if not each["deleted"]]
    dull = next(each["id"] for each in living if each["level"] == "b")
    rows = {
        "area": {**maker.area({}), "code": "A1-new", "above": None},
        "firm": {**maker.firm(world), "level": "b", "area": None, "mother": None},
        "thing": {**maker.thing(777), "price": 900},
        "person": {
            "name": "张小",
            "jobs": [{**maker.job(dull), "post": "销售", "since": LATE, "until": None}],
        },
        "deal": {**maker.deal(world), "firm": dull, "extras": None, "items": [], "about": None},
    }
    before = _seen(stage.oracle(reader))
    added = []
    for entity, row in rows.items():
        owners = [each for each in _strangers(stage, reader, entity) if reader in SCOPED]
        if owners or reader not in SCOPED:
            added.append((entity, keeper.create(entity, row, owners[0] if owners else None)))
    oracle = stage.oracle(reader)
    assert not any(oracle.visible(entity, record) for entity, record in added)
    assert _seen(oracle) == before
    return len(added)


def _strangers(stage: Stage, reader: str, entity: str) -> list[Owner]:
    """Return the owners whose records of an entity the reader does not see."""
    sight = stage.oracle(reader).sight
    if sight is None:
        return []
    owners: list[Owner] = [("worker", each) for each in stage.people.workers]
    found = []
    for owner in (*owners, *(("gang", each) for each in stage.people.gangs), None):
        unit, site = stage.people.places(owner)
        row: Row = {"owner": owner, "department": unit, "organisation": site}
        if not sight.sees(stage.world, entity, row):
            found.append(owner)
    return found


def _hand_over_invisible(stage: Stage, keeper: Keeper, maker: Maker, reader: str) -> int:
    """Give what the reader does not see to others of whom he sees nothing either."""
    changed = 0
    for entity in OWNED:
        strangers = _strangers(stage, reader, entity)
        oracle = stage.oracle(reader)
        hidden = [
            each
            for each, row in stage.world[entity].items()
            if not row["deleted"] and not oracle.visible(entity, each)
        ]
        for record in hidden[:5] if strangers else ():
            keeper.assign(entity, record, maker.random.choice(strangers))
            changed += 1
    return changed


def _remove_invisible(stage: Stage, keeper: Keeper, reader: str) -> int:
    removed = 0
    for entity in ("deal", "person", "thing"):
        for record, row in stage.world[entity].items():
            alone = not row["deleted"] and not any(keeper.pointing_at(entity, record))
            hidden = not stage.oracle(reader).visible(entity, record)
            if alone and hidden and _sees_alike(stage, reader, entity, record, {"deleted": True}):
                keeper.delete(entity, record)
                removed += 1
                break
    return removed
