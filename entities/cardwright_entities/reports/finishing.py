"""Numbers of a report that follow from its other numbers, by an expression."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.expressions.checking import check_types
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.numbers import number_of
from cardwright_entities.expressions.typed import TypedExpression
from cardwright_entities.model.measuring import figure_scope
from cardwright_entities.queries.reading import Reading
from cardwright_entities.reports.seeing import needs_of
from cardwright_entities.reports.tables import Figure, Values
from cardwright_metadata.definitions.reports import ReportDefinition
from cardwright_metadata.expressions.tree import Path

#: What was measured → all numbers, in the order of the report.
Finish = Callable[[Mapping[str, object]], Values]


def finish_for(reading: Reading, report: ReportDefinition, figures: Sequence[Figure]) -> Finish:
    """Return what adds the numbers that follow to those that were measured."""
    scope = figure_scope(report)
    trees = [
        (each.name, check_types(each.definition.expression, scope))
        for each in _in_turn(figures)
        if each.definition.expression is not None
    ]
    names = [each.name for each in figures]

    def finish(measured: Mapping[str, object]) -> Values:
        values = dict(measured)
        for name, tree in trees:
            values[name] = _evaluated(reading, tree, values)
        return {name: values[name] for name in names}

    return finish


def _in_turn(figures: Sequence[Figure]) -> list[Figure]:
    """Return the numbers so that each stands behind those that it needs."""
    turn: dict[str, Figure] = {}
    waiting = list(figures)
    while waiting:
        ready = [each for each in waiting if needs_of(each.definition) <= set(turn)]
        turn |= {each.name: each for each in ready}
        waiting = [each for each in waiting if each.name not in turn]
    return list(turn.values())


def _evaluated(reading: Reading, tree: TypedExpression, values: Mapping[str, object]) -> object:
    return evaluate(tree, FigureValues(reading, values), reading.context)


@dataclass(frozen=True)
class FigureValues:
    """The numbers of one cell, as an expression over them sees them."""

    reading: Reading
    values: Mapping[str, object]

    def value(self, path: Path) -> object:
        """Return a number by its name."""
        return number_of(self.values.get(".".join(path.names)))

    def related(self, path: Path) -> Sequence[FigureValues]:
        """Return nothing: a number has no records behind it."""
        return ()

    def variable(self, name: str) -> object:
        """Return the value of a setting."""
        return self.reading.settings.get(name.removeprefix("$setting."))

    def entity_key(self, name: str) -> str:
        """Return the key of an entity."""
        return name

    def is_under(self, value: object, operand: object) -> bool:
        """Tell that numbers stand in no tree."""
        return False
