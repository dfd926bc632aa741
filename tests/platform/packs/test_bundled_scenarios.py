"""The scenarios of the bundled packs: the whole sales chain, played as people work."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import serve

from cardwright_entities.scenarios.playing import play
from cardwright_metadata.loading import load_pack
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_platform.config import Config
from cardwright_platform.packs.scratch import play_scenarios


def test_every_scenario_of_the_bundled_packs_passes() -> None:
    packs = [load_pack(folder) for folder in bundled_packs().values()]
    outcomes = {each.scenario: each for each in play_scenarios(Config(), packs)}
    assert {"sales_chain", "sales_prices", "sales_expenses"} <= set(outcomes)
    assert [each for each in outcomes.values() if not each.passed] == []


@pytest.mark.parametrize(
    "name", ["sales_chain", "sales_contract_execution", "sales_stored_value", "sales_expenses"]
)
def test_what_is_counted_and_posted_is_the_same_on_postgresql(
    name: str, postgresql_url: str, tmp_path: Path
) -> None:
    served = serve(postgresql_url, tmp_path, *bundled_packs().values())
    context = served.instance.system_context()
    with served.instance.engine.read(context) as desk:
        scenario = desk.model.catalog.scenarios[name]
    outcome = play(served.instance.engine, scenario, context)
    served.instance.close()
    assert outcome.passed, outcome
