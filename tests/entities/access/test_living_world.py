"""Whatever is done in whatever order: afterwards everybody reads what the oracle says.

CARDWRIGHT_LIVES says how many worlds live, each for CARDWRIGHT_STEPS steps.
"""

from __future__ import annotations

import os

import pytest
from access_world.living import LivingWorld
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

LIVES = int(os.environ.get("CARDWRIGHT_LIVES", "3"))
STEPS = int(os.environ.get("CARDWRIGHT_STEPS", "10"))


@pytest.mark.timeout(200 * LIVES)
def test_after_each_step_everybody_reads_what_the_oracle_says() -> None:
    bounded = settings(
        max_examples=LIVES,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seed(20261123)(LivingWorld), settings=bounded)
