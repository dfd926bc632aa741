from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

Cardwright = Callable[..., Any]
PACKS = Path(__file__).resolve().parents[2] / "packs"


def test_scenarios_of_a_pack_are_played_beside_the_installation(
    cardwright: Cardwright, place: Path
) -> None:
    told = cardwright("pack", "test", str(PACKS / "counter"))
    assert (told.code, told.out) == (0, "✓ counter: sell\n1 of 1 scenarios passed.\n")
    assert not (place / "var").exists()


def test_a_scenario_that_fails_says_step_expected_and_found(
    cardwright: Cardwright, place: Path
) -> None:
    shutil.copytree(PACKS / "counter", place / "counter")
    file = place / "counter" / "scenarios.yaml"
    file.write_text(file.read_text("utf-8").replace('"24.50"', '"24.60"'), "utf-8")
    told = cardwright("pack", "test", "counter")
    assert told.code == 1
    assert "sell, step more: total should be 24.60 and is 24.50." in told.out
    assert cardwright("pack", "test", "counter", LC_ALL="zh_CN").code == 1
    (found,) = cardwright("pack", "test", "counter", "--json").json()["scenarios"]
    assert (found["step"], found["code"]) == ("more", "scenario_expected")


def test_a_refusal_that_nobody_expected_is_worded(cardwright: Cardwright, place: Path) -> None:
    shutil.copytree(PACKS / "counter", place / "counter")
    file = place / "counter" / "scenarios.yaml"
    file.write_text(file.read_text("utf-8").replace(", refused: not_allowed", ""), "utf-8")
    told = cardwright("pack", "test", "counter")
    assert "step not_mine: It should be done and was refused." in told.out


def test_packs_without_scenarios_say_so(cardwright: Cardwright) -> None:
    told = cardwright("pack", "test")
    assert (told.code, told.out) == (0, "There is no scenario.\n")


def test_documents_are_made_of_documents_in_parts(cardwright: Cardwright) -> None:
    told = cardwright("pack", "test", str(PACKS / "shipping"))
    assert (told.code, told.out) == (0, "✓ shipping: ship\n1 of 1 scenarios passed.\n")
