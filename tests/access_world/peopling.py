"""Makes people of a world: chains of bosses, units and sites below each other, gangs, loners."""

from __future__ import annotations

import random
from typing import Any

from access_world.keeping import FOR_GOOD, Keeper
from access_world.sight import Owner
from access_world.world import OWNED

#: So many workers stand one below the other, before the others choose a boss at random.
CHAIN = 8
WORKERS = 30
#: Their accounts follow those of the workers.
PATRONS = 3


def settle(keeper: Keeper, seed: int) -> None:
    """Make sites, units, workers and gangs; a few workers stand nowhere and belong to nobody."""
    pick, people, records = random.Random(seed), keeper.people, keeper.desk.records
    for number in range(1, 7):
        above = None if number in (1, 6) else number - 1
        people.sites[number] = {"above": above}
        records.create("site", {"code": f"S{number}", "name": f"厂区{number}", "above": above})
    for number in range(1, 11):
        above = None if number in (1, 9) else pick.randint(max(1, number - 3), number - 1)
        site = None if number == 10 else pick.randint(1, 6)
        people.units[number] = {"above": above, "site": site}
        records.create("unit", {"name": f"班组{number}", "above": above, "site": site})
    for number in range(1, WORKERS + 1):
        people.workers[number] = _worker(pick, number)
        account = records.create("login", {"name": f"W{number}", "login": f"w{number}"}).id
        row = {"name": f"工人{number}", "account": account, **people.workers[number]}
        records.create("worker", row)
    for number in range(1, 7):
        hands = tuple(sorted(pick.sample(range(1, WORKERS + 1), pick.randint(0, 5))))
        chief = pick.choice([None, *range(1, CHAIN + 1)])
        people.gangs[number] = {"chief": chief, "hands": hands}
        row = {"name": f"小组{number}", "chief": chief, "hands": list(hands)}
        records.create("gang", row)


def admit(keeper: Keeper) -> dict[int, int]:
    """Give people of some firms accounts of their own, the patrons; return their accounts."""
    people, records = keeper.people, keeper.desk.records
    accounts: dict[int, int] = {}
    living = [each for each, row in keeper.world["firm"].items() if not row["deleted"]]
    deals = [row["firm"] for row in keeper.world["deal"].values() if not row["deleted"]]
    busy = sorted(living, key=lambda firm: (-deals.count(firm), firm))
    for number, firm in zip(range(WORKERS + 1, WORKERS + 1 + PATRONS), busy, strict=False):
        people.patrons[number] = firm
        account = records.create("login", {"name": f"W{number}", "login": f"w{number}"}).id
        records.create("patron", {"name": f"常客{number}", "account": account, "firm": firm})
        accounts[number] = account
    return accounts


def _worker(pick: random.Random, number: int) -> dict[str, Any]:
    boss = number - 1 if number <= CHAIN else pick.choice([None, *range(1, number)])
    unit = None if number % 7 == 0 else pick.randint(1, 10)
    return {"boss": boss or None, "unit": unit}


def any_owner(pick: random.Random) -> Owner:
    """Return a worker, more often one of the chain, a gang, or nobody."""
    chosen: Owner = ("worker", pick.choice([pick.randint(1, CHAIN), pick.randint(1, WORKERS)]))
    return pick.choice([chosen, chosen, chosen, ("gang", pick.randint(1, 6)), None])


def rearrange(keeper: Keeper, seed: int) -> None:
    """Give records to others, and move people: what they own stays where it was stamped."""
    pick, people = random.Random(seed), keeper.people
    for entity in OWNED:
        living = [each for each, row in keeper.world[entity].items() if not row["deleted"]]
        for record in pick.sample(living, len(living) // 5):
            keeper.assign(entity, record, any_owner(pick))
    for number in pick.sample(range(CHAIN + 1, WORKERS + 1), 8):
        moved = {"boss": pick.randint(1, number - 1), "unit": pick.randint(1, 10)}
        keeper.desk.records.update("worker", number, moved, None)
        people.workers[number] = moved


#: Entities of the world whose records are shared; of the others the engine shares none.
LENT = ("firm", "person", "deal")
ROLES = ("seller", "branch", "floater", "foreman", "gone")


def lend(keeper: Keeper, seed: int) -> None:
    """Share records with all kinds of people, for good, for a while, and till some time ago."""
    pick = random.Random(seed)
    for entity in LENT:
        for record in pick.sample([*keeper.world[entity]], 16):
            for _ in range(pick.randint(1, 3)):
                hours = pick.choice([FOR_GOOD, FOR_GOOD, 0.01, 48, 0, -0.01, -48])
                level = pick.choice(["read", "edit"])
                keeper.share(entity, record, _any_holder(pick), level, hours)
    lasting = [each for each in keeper.people.shares if each["lasts"]]
    for each in pick.sample(lasting, len(lasting) // 6):
        keeper.end_share(each)


def _any_holder(pick: random.Random) -> tuple[str, Any]:
    kind = pick.choice(["worker", "worker", "gang", "unit", "role"])
    match kind:
        case "worker":
            return kind, pick.randint(1, CHAIN)
        case "gang":
            return kind, pick.randint(1, 6)
        case "unit":
            return kind, pick.randint(1, 10)
    return kind, pick.choice(ROLES)
