"""Whatever is done in whatever order: afterwards everybody reads what the oracle says.

CARDWRIGHT_LIVES says how many worlds live on each engine, each for CARDWRIGHT_STEPS steps.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from access_world.keeping import FOR_GOOD
from access_world.living import LivingWorld
from access_world.merged import MERGED
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test
from services.postgresql import PostgresqlServer

LIVES = int(os.environ.get("CARDWRIGHT_LIVES", "3"))
STEPS = int(os.environ.get("CARDWRIGHT_STEPS", "10"))

Step = Callable[[LivingWorld], object]
#: Every step at least once: what comes later finds what was done before.
ONCE: tuple[Step, ...] = (
    lambda world: world.create(entity="deal", seed=11),
    lambda world: world.change(seed=12),
    lambda world: world.share(
        entity="firm", seed=13, level="edit", holder=("worker", 3), hours=-1.0
    ),
    lambda world: world.share(
        entity="person", seed=14, level="read", holder=("role", "branch"), hours=FOR_GOOD
    ),
    lambda world: world.retire_a_field(field=("deal", "about"), seed=15),
    *(lambda world, each=each: world.merge(entity=each, seed=16) for each in MERGED),
    lambda world: world.end_a_share(seed=17),
    lambda world: world.give_other_roles(reader="both", seed=18),
    lambda world: world.disable_or_enable(worker=3, seed=19),
    lambda world: world.move_a_worker(worker=9, unit=2, seed=20),
    lambda world: world.put_a_gang_together_anew(gang=2, hands={2, 4, 5}, seed=21),
    lambda world: world.name_a_field_again(purged=False, forgotten=True, hidden=True, seed=22),
    lambda world: world.give_a_new_account(worker=3, seed=23),
    lambda world: world.claim(entity="firm", seed=24, worker=3),
    lambda world: world.put_into_the_pool(entity="deal", seed=25),
    lambda world: world.give_away(entity="thing", seed=26),
    lambda world: world.retire_a_field(field=("firm", "email"), seed=27),
    lambda world: world.delete(entity="deal", seed=28),
    lambda world: world.restore(seed=29),
    lambda world: world.name_a_field_again(purged=True, forgotten=False, hidden=False, seed=30),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> type[LivingWorld]:
    """Worlds on an engine."""

    class World(LivingWorld):
        pass

    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        World.url = staticmethod(lambda: server.url(server.create_database()))
    return World


def test_after_every_kind_of_step_everybody_reads_what_the_oracle_says(
    kind: type[LivingWorld],
) -> None:
    world = kind()
    world.asking = 2
    try:
        world.build()
        for number, step in enumerate(ONCE):
            before = world.steps
            step(world)
            assert world.steps > before, f"step {number} did nothing"
    finally:
        world.teardown()


@pytest.mark.timeout(200 * LIVES)
def test_after_any_steps_everybody_reads_what_the_oracle_says(kind: type[LivingWorld]) -> None:
    bounded = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(20261123)(kind), settings=bounded)
