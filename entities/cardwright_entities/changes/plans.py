"""A plan: the steps to the wanted definitions, what they mean for people, and what binds it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_entities.changes.budgets import Budget
from cardwright_entities.changes.costs import Cost
from cardwright_entities.changes.identities import Identity
from cardwright_entities.changes.overlay_report import OverlayReport
from cardwright_entities.changes.references import Use
from cardwright_entities.changes.steps import Step
from cardwright_entities.changes.wording import Effects, describe_effects
from cardwright_entities.errors import Message


@dataclass(frozen=True)
class RenameQuestion:
    """A name that vanished beside one of the same type that appeared: perhaps a rename."""

    target: str  #: address of the entity or, for an entity itself, of the new one
    old: str
    new: str


@dataclass(frozen=True)
class Offence:
    """Records that a new rule would not allow, counted, with some of their ids.

    ``kind``: unique, required, check, value (of a narrower type), convert (to another type).
    """

    target: str
    fields: tuple[str, ...]
    count: int
    records: tuple[int, ...]
    kind: str = "unique"
    reasons: tuple[Message, ...] = ()  #: why, beside each of ``records``; empty for unique

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; values of records are not told."""
        return {
            "kind": self.kind,
            "target": self.target,
            "fields": list(self.fields),
            "count": self.count,
            "records": list(self.records),
            "reasons": [each.code for each in self.reasons],
        }


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What applying would do; bound to the commit and the contents that it was made from."""

    base: int  #: number of the active commit, 0 for none
    dialect: str
    steps: tuple[Step, ...]
    parts: tuple[tuple[str, str], ...]  #: address and content hash of every wanted part, in order
    bodies: Mapping[str, str] = field(repr=False)  #: content hash → canonical JSON, new ones only
    documents: Mapping[str, str] = field(repr=False)  #: path → source text
    identities: int  #: how many identities were recorded when the plan was made
    new_identities: tuple[Identity, ...] = ()
    changed_identities: tuple[Identity, ...] = ()
    effects: Effects = Effects()
    questions: tuple[RenameQuestion, ...] = ()
    offences: tuple[Offence, ...] = ()
    overlays: OverlayReport = OverlayReport()
    costs: tuple[Cost, ...] = ()  #: beside each step
    uses: tuple[Use, ...] = ()  #: where is used what is renamed, retired or gets another type
    budgets: tuple[Budget, ...] = ()
    accepted: frozenset[str] = frozenset()  #: kinds of offences that do not stop it
    reverts: bool = False  #: takes a commit back

    @property
    def blocking(self) -> tuple[Offence, ...]:
        """Return the offences that stop it."""
        return tuple(each for each in self.offences if each.kind not in self.accepted)

    @property
    def is_empty(self) -> bool:
        """Tell whether the documents already are what is active."""
        return not self.steps

    @property
    def archives(self) -> tuple[str, ...]:
        """Return the names of the files to which goes what is purged."""
        return tuple(step.name for step in self.steps if step.kind == "archive")

    @property
    def is_safe(self) -> bool:
        """Tell whether no stored record stands against it."""
        return not self.blocking

    @property
    def hash(self) -> str:
        """Return the hash of everything that would be done."""
        content = [self.base, self.dialect, self.parts, [step.to_json() for step in self.steps]]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()

    def describe(self, language: str) -> tuple[str, ...]:
        """Return the first face of the plan: three sentences."""
        return describe_effects(self.effects, language)

    def to_json(self) -> dict[str, Any]:
        """Return the plan for the API, for files and for its commit."""
        return {
            "hash": self.hash,
            "base": self.base,
            "empty": self.is_empty,
            "safe": self.is_safe,
            "effects": {language: list(self.describe(language)) for language in ("zh", "en")},
            "steps": [
                step.to_json() | cost.to_json()
                for step, cost in zip(self.steps, self.costs, strict=True)
            ],
            "references": [{**vars(use), "place": use.place} for use in self.uses],
            "columns": [{**vars(each), "tight": each.is_tight} for each in self.budgets],
            "questions": [vars(question) for question in self.questions],
            "offences": [each.to_json() for each in self.offences],
            "accepted": sorted(self.accepted),
            "reverts": self.reverts,
            "overlays": self.overlays.to_json(),
        }
