"""``cardwright pack …``: write, test, build, sign, install, upgrade and remove packs."""

from __future__ import annotations

from pathlib import Path

import click

from cardwright_platform.cli.output import Output, as_json_option
from cardwright_platform.cli.scenario_report import outcomes_to_json, write_outcomes
from cardwright_platform.cli.workplace import Workplace, pass_workplace
from cardwright_platform.installing import pack_paths
from cardwright_platform.packs.scratch import play_scenarios, read_for_test


@click.group()
def pack() -> None:
    """Packs that travel: tested, built, signed, installed, upgraded, removed."""


@pack.command("test")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--all", "every", is_flag=True, help="Play the scenarios of all packs.")
@as_json_option
@pass_workplace
def test_pack(workplace: Workplace, paths: tuple[Path, ...], every: bool, as_json: bool) -> int:
    """Play the scenarios of packs in a scratch database; exit code 1 if one fails.

    PATHS are folders of packs, tried together with those of the configuration that they need;
    without them the configured packs are tested.
    """
    output = Output(Output.of().language, as_json)
    config = workplace.config
    packs = read_for_test(config, paths or pack_paths(config))
    named = () if every or not paths else tuple(each.definition.name for each in packs.tested)
    outcomes = play_scenarios(config, packs.all, only=named)
    output.write_json(outcomes_to_json(outcomes, output))
    write_outcomes(outcomes, output)
    return 0 if all(each.passed for each in outcomes) else 1
