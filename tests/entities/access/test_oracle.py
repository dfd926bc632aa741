"""Every answer equals that of a brute-force oracle that shares no code with the engine."""

from __future__ import annotations

import pytest
from access_world.answers import ask_engine, ask_oracle
from access_world.asking import Asker
from access_world.rights import RULES
from conftest import SEED, Stage

#: Questions asked of each reader on each engine.
QUESTIONS = 500


@pytest.mark.parametrize("reader", [*RULES])
def test_generated_questions_are_answered_as_the_oracle_does(stage: Stage, reader: str) -> None:
    oracle = stage.oracle(reader)
    asker = Asker(oracle, SEED)
    differences = []
    context = stage.installation.acting(reader)
    for number in range(QUESTIONS):
        asked = asker.question()
        expected = ask_oracle(oracle, asked)
        with stage.installation.engine.read(context) as desk:
            found = ask_engine(desk, asked)
        if found != expected:
            differences.append((number, asked, found, expected))
    assert differences == []
