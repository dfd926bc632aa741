"""What follows from a write inside its own transaction: rollups, states, postings, chains.

The gate knows only this protocol. Whoever makes gates hands in the effects, so that records never
look up to the flows above them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, Protocol, TypeGuard, TypeVar, runtime_checkable

from cardwright_entities.records.drafts import Draft, Messages

Operation = Literal["create", "update", "delete", "restore"]

GateT = TypeVar("GateT", contravariant=True)  # noqa: PLC0105 - read as "of this gate"


@dataclass(frozen=True)
class Written:
    """One record that was just written; lines stand in the ``lines`` of their head's draft."""

    draft: Draft
    operation: Operation


@runtime_checkable
class EarlyEffect(Protocol[GateT]):
    """What an effect may do besides: fill a draft before anything is computed from it."""

    def begin(self, gate: GateT, draft: Draft, messages: Messages) -> None:
        """Complete what was given, before defaults and formulas."""
        ...


class Effect(Protocol[GateT]):
    """One kind of consequence. Stateless: everything comes from the model and the drafts."""

    def settle(self, gate: GateT, draft: Draft, messages: Messages) -> None:
        """Complete or refuse a computed draft before its checks run."""
        ...

    def follow(self, gate: GateT, written: Sequence[Written], change_set: int) -> None:
        """Do what follows from rows that are written and in history, in the same transaction.

        Raise InputError or ConflictError to refuse the whole write.
        """
        ...


@runtime_checkable
class SeesKept(Protocol[GateT]):
    """What an effect may do besides: hear of values kept in records that nobody has written."""

    def kept(self, gate: GateT, changes: Sequence[Draft], change_set: int) -> None:
        """Do what follows from kept values that came out differently, in the same transaction."""
        ...


def is_early(effect: Effect[Any]) -> TypeGuard[EarlyEffect[Any]]:
    """Tell whether an effect also fills drafts before anything is computed from them."""
    return _begins(type(effect))


def sees_kept(effect: Effect[Any]) -> TypeGuard[SeesKept[Any]]:
    """Tell whether an effect also hears of values kept in records that nobody has written."""
    return _hears(type(effect))


# Kept by class: every request and every save asks, and comparing names takes long.
@cache
def _begins(kind: type) -> bool:
    return issubclass(kind, EarlyEffect)


@cache
def _hears(kind: type) -> bool:
    return issubclass(kind, SeesKept)
