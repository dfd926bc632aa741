"""How the outcomes of scenarios are told to people and to programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cardwright_entities.scenarios.outcomes import Outcome, messages_of
from cardwright_metadata.definitions.scenarios import ScenarioDefinition
from cardwright_platform.cli.output import Output
from cardwright_platform.packs.scratch import Playing


def tell_playing(output: Output) -> Playing:
    """Return what writes a line for each scenario as it is played, beside what is answered."""

    def playing(scenario: ScenarioDefinition, number: int, count: int) -> None:
        told = {"pack": scenario.pack, "scenario": scenario.name, "number": number, "count": count}
        output.say_aside("cli.scenario_playing", **told)

    return playing


def write_outcomes(outcomes: Sequence[Outcome], output: Output) -> None:
    """Write a line for each scenario, and why it failed."""
    for each in outcomes:
        if each.passed:
            output.say("cli.scenario_passed", pack=each.pack, scenario=each.scenario)
        else:
            output.say(
                "cli.scenario_failed",
                pack=each.pack,
                scenario=each.scenario,
                step=each.step,
                text=failure_text(each, output),
            )
    if not outcomes:
        output.say("cli.scenarios_none")
        return
    passed = sum(each.passed for each in outcomes)
    output.say("cli.scenarios_done", passed=passed, count=len(outcomes))


def outcomes_to_json(outcomes: Sequence[Outcome], output: Output) -> dict[str, Any]:
    """Return the outcomes for programs."""
    return {
        "passed": all(each.passed for each in outcomes),
        "scenarios": [
            {
                "pack": each.pack,
                "scenario": each.scenario,
                "passed": each.passed,
                "step": each.step if not each.passed else None,
                "code": each.message.code if each.message else None,
                "message": failure_text(each, output) if not each.passed else None,
            }
            for each in outcomes
        ],
    }


def failure_text(outcome: Outcome, output: Output) -> str:
    """Return what was expected and what was found, with the refusal that came instead."""
    parts = [output.words.say(output.language, outcome.message)] if outcome.message else []
    if outcome.refusal is not None:
        for field, message in messages_of(outcome.refusal):
            said = output.words.say(output.language, message)
            parts.append(f"{field}: {said}" if field else said)
    return " ".join(parts)
