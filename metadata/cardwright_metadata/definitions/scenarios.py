"""Scenarios: tests of a pack, written as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_metadata.definitions.texts import Text

#: What a step may do: the key of the step that names it.
VERBS = (
    "create", "update", "delete", "restore", "read", "perform", "convert", "run", "find", "count",
    "sum", "report",
)  # fmt: skip
#: Verbs whose word is an entity; those of the others is a record.
OF_ENTITIES = frozenset({"create", "find", "count", "sum"})


@dataclass(frozen=True, kw_only=True)
class ActingDefinition:
    """Who does a step: roles, and the record of the employee it is (``$wang``)."""

    roles: tuple[str, ...] = ("admin",)
    employee: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalDefinition:
    """A refusal that must come: code of the message or name of the check, and its field."""

    code: str
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One step. ``verb`` is one of VERBS, ``word`` what stands behind it.

    ``record`` is the record (``$order``) with which an action is performed. ``amount`` is what a
    count or a sum must be, ``acting`` and ``today`` are empty when the scenario's hold.
    """

    name: str
    verb: str
    word: str
    label: Text = Text()
    record: str = ""
    sources: tuple[str, ...] = ()  #: of a conversion
    path: str = ""  #: the field that is added up
    where: str = ""
    match: Mapping[str, Any] = field(default_factory=dict)
    at: Mapping[str, Any] = field(default_factory=dict)  #: dimensions of a report
    amount: Any = None
    values: Mapping[str, Any] = field(default_factory=dict)
    replace_lines: bool = False
    confirm: Mapping[str, str] = field(default_factory=dict)
    expect: Mapping[str, Any] = field(default_factory=dict)
    holds: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    withholds: tuple[str, ...] = ()
    hides: tuple[str, ...] = ()
    runs: Mapping[str, int] = field(default_factory=dict)  #: rules and how often they work
    tells: tuple[str, ...] | None = None  #: records of people (``$wang``); None for whoever
    refused: RefusalDefinition | None = None
    acting: ActingDefinition | None = None
    today: str = ""


@dataclass(frozen=True, kw_only=True)
class ScenarioDefinition:
    """Records that are given, then steps, played on one day by one role unless a step says else."""

    name: str
    pack: str = ""
    label: Text = Text()
    acting: ActingDefinition = ActingDefinition()
    today: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)
    given: tuple[StepDefinition, ...] = ()
    steps: tuple[StepDefinition, ...] = ()
