"""Expressions read with the rights of the one who acts: what he must not see reads as empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.loading import Values


@dataclass(eq=False)
class GuardedEvaluator(Evaluator):
    """An evaluator that reads as its principal would; what was computed before it may use."""

    full: Evaluator | None = None
    _seen: dict[tuple[str, int], bool] = field(default_factory=dict)

    @property
    def computing(self) -> Evaluator:
        """Return the evaluator of computed values."""
        return self.full or self

    def shows(self, entity: EntityModel, name: str) -> bool:
        """Tell whether a field exists for the principal."""
        return self.reading is None or self.reading.has_field(entity, name)

    def seen(self, entity: EntityModel, rows: Sequence[Values]) -> Sequence[Values]:
        """Return the records that the principal may see."""
        reading = self.reading
        if reading is None or reading.rows(entity.name) is True:
            return rows
        self._ask(reading, entity, [int(str(each["id"])) for each in rows])
        return [each for each in rows if self._seen[entity.name, int(str(each["id"]))]]

    def _ask(self, reading: Reading, entity: EntityModel, ids: list[int]) -> None:
        unknown = [each for each in ids if (entity.name, each) not in self._seen]
        if not unknown:
            return
        condition = rows_condition(reading, entity, entity.table)
        found = self.loader.records(entity, unknown, condition=condition)
        for each in unknown:
            self._seen[entity.name, each] = each in found


def guarded(evaluator: Evaluator) -> GuardedEvaluator:
    """Return an evaluator of the same transaction that reads as its principal would."""
    return GuardedEvaluator(
        evaluator.model,
        evaluator.loader,
        evaluator.context,
        evaluator.settings,
        evaluator.reading,
        evaluator.balances,
        full=evaluator,
    )
