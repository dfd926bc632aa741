"""What steps of rules reckon over many records: the formulas of items, and ranks by a score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from cardwright_entities.errors import InputError, Message
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.model.dependencies import find_circles
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.kept_scopes import check_kept, field_at
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.kept_formulas import names_in, returned, scope_of
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Path

#: Steps that the formulas of one record may take together.
FUEL = 100_000


@dataclass(frozen=True)
class Calculated:
    """What one item gave; ``value`` is empty where something was missing or divided by zero."""

    item: RecordValues
    name: str
    value: object


def calculate(
    evaluator: Evaluator, over: RecordValues, items: Sequence[RecordValues], formula: str
) -> list[Calculated]:
    """Evaluate the formulas of items over one record, each after those that it names.

    ``formula`` is their field of type expression; its ``names`` say by which field items know
    each other. The result is in the order of the items. Raise InputError for items that need
    themselves, and for a formula that can no longer be read, with the name of the item.
    """
    if not items:
        return []
    found = field_at(items[0].entity, (formula,), evaluator.model)
    if found is None:
        raise InputError({"": [Message.of("unknown_field", name=formula)]})
    key = str(found.definition.options.get("names", "")).rpartition(".")[2]
    names = [str(each.value(Path((key,))) or "").lower() if key else "" for each in items]
    texts = {
        name or f"#{index}": str(item.value(Path((formula,))) or "null")
        for index, (name, item) in enumerate(zip(names, items, strict=True))
    }
    known = {name for name in names if name}
    reader = evaluator.reader
    values: dict[str, object] = {}
    siblings = _Siblings(reader, over, values)
    for name in _in_order(reader, found, texts, known):
        typed = check_kept(
            texts[name], scope_of(reader.model, reader.reading, found, known), returned(found)
        )
        values[name] = evaluate(typed, siblings, reader.context, FUEL // max(1, len(texts)))
    return [
        Calculated(item, name, values[name or f"#{index}"])
        for index, (name, item) in enumerate(zip(names, items, strict=True))
    ]


def _in_order(
    evaluator: Evaluator, found: FieldModel, texts: Mapping[str, str], known: set[str]
) -> list[str]:
    """Return the items so that each follows those that it names; refuse circles by name."""
    needs: dict[str, frozenset[str]] = {}
    for name, text in texts.items():
        try:
            needs[name] = names_in(evaluator.model, evaluator.reading, found, text, known)
        except ExpressionError as error:
            message = Message.of("bad_item", name=name, at=error.at + 1, problem=error.message)
            raise InputError({"": [message]}) from error
    graph = {("", name): tuple(("", each) for each in sorted(of)) for name, of in needs.items()}
    for circle in find_circles(graph):
        way = " → ".join(name for _, name in (*circle, circle[0]))
        raise InputError({"": [Message.of("formula_circle", way=way)]})
    done: dict[str, None] = {}
    for start in needs:
        waiting = [start]
        while waiting:
            left = [each for each in sorted(needs.get(waiting[-1], ())) if each not in done]
            if left:
                waiting.append(left[0])
            else:
                done[waiting.pop()] = None
    return list(done)


class _Siblings(RecordValues):
    """The names of a record, and beside them what its items have given so far."""

    def __init__(
        self, evaluator: Evaluator, over: RecordValues, known: Mapping[str, object]
    ) -> None:
        super().__init__(evaluator, over.entity, over.values, over.draft, over.head)
        self._known = known

    def value(self, path: Path) -> object:
        """Return what an item gave, or a value of the record."""
        if not path.root and len(path.names) == 1 and path.names[0] in self._known:
            return self._known[path.names[0]]
        return super().value(path)


def rank(
    scores: Iterable[tuple[int, Decimal | None]], cuts: Mapping[str, Decimal]
) -> dict[int, str]:
    """Return the choice of each record by its place among all: cuts are shares from the top.

    ``{"gold": 0.05, "silver": 0.2, "iron": 1}``: the best twentieth is gold, up to a fifth
    silver. Equal scores are in the same place, the better one of them; without a score there is
    no choice. The best is always in the first cut.
    """
    found = [(record, score) for record, score in scores if score is not None]
    ordered = sorted(found, key=lambda each: (-each[1], each[0]))
    steps = sorted(cuts.items(), key=lambda each: each[1])
    result: dict[int, str] = {}
    place = 0
    before: Decimal | None = None
    for index, (record, score) in enumerate(ordered):
        if score != before:
            place, before = index, score
        share = Decimal(place) / len(ordered)
        choice = next((name for name, cut in steps if share < cut), "")
        if choice:
            result[record] = choice
    return result
