"""The scenarios of the bundled packs: the whole sales chain, played as people work."""

from __future__ import annotations

from cardwright_metadata.loading import load_pack
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.config import Config
from cardwright_platform.packs.scratch import play_scenarios


def test_every_scenario_of_the_bundled_packs_passes() -> None:
    packs = [load_pack(folder) for folder in bundled_packs().values()]
    outcomes = {each.scenario: each for each in play_scenarios(Config(), packs)}
    assert {"sales_chain", "sales_prices", "sales_expenses"} <= set(outcomes)
    assert [each for each in outcomes.values() if not each.passed] == []
