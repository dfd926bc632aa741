"""Stages: the states in which a record can stand, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: In ``from`` of a move: every state but the one it leads to, and those in which all is fixed.
ANY_STATE = "any"


@dataclass(frozen=True, kw_only=True)
class StateDefinition:
    """One state. ``outcome``: won, lost or empty; ``probability`` is a fraction of one."""

    name: str
    label: Text = Text()
    description: Text = Text()
    colour: str = ""
    final: bool = False
    outcome: str = ""
    probability: Decimal | None = None
    frozen: bool = False
    locked: bool = False
    retired: bool = False
    was: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class MoveDefinition:
    """One step. ``asks`` maps fields to whether they must be answered.

    ``roles`` and ``allowed`` say who is offered the move, ``condition`` when it can be taken,
    ``waits_for`` what of the documents made from the record stands in its way, by entity.
    """

    name: str
    origins: tuple[str, ...]  #: key ``from``; ANY_STATE alone means every other state
    target: str  #: key ``to``
    label: Text = Text()
    icon: str = ""
    tone: str = ""
    roles: frozenset[str] = frozenset()
    allowed: Expression | None = None  #: key ``who.if``
    condition: Expression | None = None  #: key ``if``
    message: Text = Text()
    asks: Mapping[str, bool] = field(default_factory=dict)
    confirm: Text = Text()
    sets: Mapping[str, Expression] = field(default_factory=dict)
    reverses: str = ""
    waits_for: Mapping[str, Expression] = field(default_factory=dict)

    @property
    def from_any(self) -> bool:
        """Tell whether the move names no state in which it begins."""
        return ANY_STATE in self.origins

    def leads(self, origin: str) -> bool:
        """Tell whether the move can begin in a state."""
        if self.from_any:
            return origin != self.target
        return origin in self.origins


@dataclass(frozen=True, kw_only=True)
class StagesDefinition:
    """A process: states in their usual order, and moves. ``initial`` is where records begin."""

    name: str
    id: str = ""
    label: Text = Text()
    description: Text = Text()
    pack: str = ""
    initial: str = ""
    states: Mapping[str, StateDefinition] = field(default_factory=dict)
    moves: Mapping[str, MoveDefinition] = field(default_factory=dict)

    def knows(self, state: object) -> bool:
        """Tell whether a state is one of its own, by its name or a former one."""
        return state in self.states or any(state in each.was for each in self.states.values())


@dataclass(frozen=True, kw_only=True)
class ProcessChoice:
    """Which process a record goes through: by the value to which a path leads."""

    by: tuple[str, ...]
    of: Mapping[str, str] = field(default_factory=dict)
    otherwise: str = ""  #: key ``else``

    def named(self, value: object) -> str:
        """Return the process for a value, which is text or the codes of choices."""
        code = value[0] if isinstance(value, tuple) and value else value
        return self.of.get(str(code), self.otherwise)


def read_choice(written: object) -> ProcessChoice | None:
    """Return how the process of a stage field is chosen, None where one is named for all."""
    if not isinstance(written, Mapping):
        return None
    of = written.get("of")
    return ProcessChoice(
        by=tuple(str(written.get("by", "")).split(".")),
        of={str(each): str(name) for each, name in of.items()} if isinstance(of, Mapping) else {},
        otherwise=str(written.get("else", "")),
    )


def processes_named(written: object) -> tuple[str, ...]:
    """Return the processes of a stage field, the usual one first."""
    choice = read_choice(written)
    if choice is None:
        return (written,) if isinstance(written, str) else ()
    return tuple(dict.fromkeys(each for each in (choice.otherwise, *choice.of.values()) if each))


def states_of(written: object, processes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the states of all processes of a stage field; of one name, those said first."""
    found: dict[str, Any] = {}
    for name in processes_named(written):
        states = processes.get(name, {}).get("states")
        for state, each in states.items() if isinstance(states, Mapping) else ():
            found.setdefault(state, each)
    return found
