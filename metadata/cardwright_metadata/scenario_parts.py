"""The part of a scenario → its definition."""

from __future__ import annotations

from cardwright_metadata.definitions.scenarios import (
    VERBS,
    ActingDefinition,
    RefusalDefinition,
    ScenarioDefinition,
    StepDefinition,
)
from cardwright_metadata.parts import Part, in_order, read_text


def read_scenario(part: Part) -> ScenarioDefinition:
    """Build a scenario from its part."""
    return ScenarioDefinition(
        name=part["name"],
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        acting=_read_acting(part.get("as")) or ActingDefinition(),
        today=part.get("today", ""),
        settings=dict(part.get("settings", {})),
        given=_read_steps(part.get("given")),
        steps=_read_steps(part.get("steps")),
    )


def _read_steps(part: Part | None) -> tuple[StepDefinition, ...]:
    return tuple(_read_step(name, each) for name, each in in_order(part))


def _read_step(name: str, part: Part) -> StepDefinition:
    verb = next(each for each in VERBS if each in part)
    refused = part.get("refused")
    return StepDefinition(
        name=name,
        verb=verb,
        word=part[verb],
        label=read_text(part.get("label")),
        record=part.get("record", ""),
        sources=tuple(part.get("sources", ())),
        path=part.get("of", ""),
        where=part.get("where", ""),
        match=dict(part.get("match", {})),
        at=dict(part.get("at", {})),
        amount=part.get("is"),
        values=dict(part.get("values", {})),
        replace_lines=part.get("replace_lines", False),
        confirm=dict(part.get("confirm", {})),
        expect=dict(part.get("expect", {})),
        holds=tuple(part.get("holds", ())),
        offers=tuple(part.get("offers", ())),
        withholds=tuple(part.get("withholds", ())),
        hides=tuple(part.get("hides", ())),
        runs=dict(part.get("runs", {})),
        tells=tuple(part["tells"]) if "tells" in part else None,
        refused=RefusalDefinition(code=refused["code"], field=refused.get("field", ""))
        if refused
        else None,
        acting=_read_acting(part.get("as")),
        today=part.get("today", ""),
    )


def _read_acting(part: Part | None) -> ActingDefinition | None:
    if not part:
        return None
    return ActingDefinition(roles=tuple(part["role"]), employee=part.get("employee", ""))
