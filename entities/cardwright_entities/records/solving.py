"""Equations between fields: price and price with tax. What was set last is kept, the rest follows.

Known first is what somebody sets now, then what he set before, then what is suggested, then what
is stored, those that no equation computes first before the others. What an equation gives is
rounded as its field stores it, so that stored values satisfy it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.locales import Locale
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.suggesting import (
    depends_on_change,
    keep_by_hand,
    parse_rounded,
    set_by_hand,
)
from cardwright_metadata.definitions.entities import EquationDefinition
from cardwright_metadata.expressions.tree import Expression


def solve(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Compute what the equations of a draft and its lines leave open; note contradictions."""
    for each in draft.walk():
        if each.entity.definition.solve:
            _Solving(each, evaluator, messages).solve()


@dataclass
class _Solving:
    """The equations of one record."""

    draft: Draft
    evaluator: Evaluator
    messages: Messages
    known: set[str] = field(default_factory=set)
    #: which equation gave a field
    given_by: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the equations and what they bind."""
        self.equations = list(self.draft.entity.definition.solve.values())
        self.names = list(dict.fromkeys(name for each in self.equations for name in each.fields))
        self.record: RecordValues = self.evaluator.of_draft(self.draft)

    def solve(self) -> None:
        typed = {name for name in self.names if self._is_typed(name)}
        if not typed and not self._is_due():
            return
        self.known |= typed
        self._follow()
        for name in self._others():
            if name not in self.known:
                self.known.add(name)
                self._follow()
        by_hand = set_by_hand(self.draft) - self.draft.released - set(self.given_by)
        keep_by_hand(self.draft, by_hand | typed)
        for each in self.equations:
            self._check(each, typed)

    def _is_typed(self, name: str) -> bool:
        draft = self.draft
        if name not in draft.given or draft.prefix + name in self.messages.fields:
            return False
        if draft.is_new:
            return draft.values.get(name) is not None
        return draft.values.get(name) != (draft.stored or {}).get(name)

    def _is_due(self) -> bool:
        """Tell whether anything that the equations read is new."""
        if self.draft.is_new or self.draft.released & set(self.names):
            return True
        if any(name in self.draft.pending for name in self.names):
            return True
        reads = (
            self.evaluator.model.typed(self.draft.entity, value).paths
            for each in self.equations
            for _, value in each.values
        )
        return any(depends_on_change(self.draft, paths) for paths in reads)

    def _others(self) -> Iterator[str]:
        """Yield the fields that may be taken as they are, the best known first."""
        draft, by_hand = self.draft, set_by_hand(self.draft) - self.draft.released
        yield from (name for name in self.names if name in by_hand and self._has(name))
        suggested = [name for name in self.names if name in draft.suggested]
        yield from (name for name in suggested if self._value(name) is not None)
        first = {each.fields[0] for each in self.equations}
        rest = [name for name in self.names if self._has(name) and name not in draft.released]
        yield from sorted(rest, key=lambda name: name in first)
        yield from sorted(self.names, key=lambda name: name in first)

    def _has(self, name: str) -> bool:
        return self._value(name) is not None

    def _value(self, name: str) -> object:
        return self.record.read(name)

    def _follow(self) -> None:
        """Compute what the known fields leave no choice about."""
        moved = True
        while moved:
            moved = False
            for equation in self.equations:
                left = [name for name in equation.fields if name not in self.known]
                if len(left) == 1 and len(left) < len(equation.fields):
                    self._give(equation, left[0])
                    moved = True

    def _give(self, equation: EquationDefinition, name: str) -> None:
        self.known.add(name)
        self.given_by[name] = equation.name
        self.draft.pending.discard(name)
        try:
            self.draft.values[name] = self._computed(name, dict(equation.values)[name])
        except ValueProblem as problem:
            self.messages.add(self.draft.prefix + name, problem.message)

    def _computed(self, name: str, value: Expression) -> object:
        found = self.draft.entity.fields[name]
        return parse_rounded(
            found, self.evaluator.value(value, self.record), self.evaluator.context
        )

    def _check(self, equation: EquationDefinition, typed: set[str]) -> None:
        """Refuse two values that both were set and contradict each other."""
        if equation.name in self.given_by.values() or self._holds(equation):
            return
        both = [name for name in equation.fields if name in typed] or list(equation.fields)
        language = self.evaluator.context.language
        for name in both:
            others = (each for each in equation.fields if each != name)
            labels = [self.draft.entity.fields[each].definition.label for each in others]
            fields = Locale(language=language).listed(each.in_language(language) for each in labels)
            message = Message.of("does_not_fit", fields=fields, equation=equation.name)
            self.messages.add(self.draft.prefix + name, message)

    def _holds(self, equation: EquationDefinition) -> bool:
        for name, value in equation.values:
            try:
                if self._computed(name, value) == self.draft.values.get(name):
                    return True
            except ValueProblem:
                continue
        return False
