"""Stages: the states in which a record can stand, and the moves between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: In ``from`` of a move: every state but the one it leads to.
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

    ``roles`` and ``allowed`` say who is offered the move, ``condition`` when it can be taken.
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

    def leads(self, origin: str) -> bool:
        """Tell whether the move can begin in a state."""
        if ANY_STATE in self.origins:
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
