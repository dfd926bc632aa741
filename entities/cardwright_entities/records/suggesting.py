"""Suggested values: filled and refilled until somebody sets another, all sources offered.

A record remembers in ``set_by_hand`` which of its fields somebody set himself. A suggestion is
read with the rights of the one who acts: what he may not read is not suggested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from cardwright_entities.contexts import Context
from cardwright_entities.errors import CardwrightError, QueryError, ValueProblem
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.number_text import round_to_scale
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.conditions import bound_condition
from cardwright_entities.queries.lookups import candidates
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_metadata.by_hand import FIELD_BY_HAND
from cardwright_metadata.currencies import RATE
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Expression, Node, Path

#: The field that remembers what was set by hand.
BY_HAND = FIELD_BY_HAND


class Offer(NamedTuple):
    """One suggested value and where it comes from."""

    source: str
    label: Text
    value: object


@dataclass(frozen=True)
class Suggesting:
    """The suggestions of one transaction."""

    evaluator: Evaluator

    def mark(self, draft: Draft) -> None:
        """Say of a draft and its lines which fields suggestions fill, and note what is by hand."""
        self._mark(draft)
        self._bring_lines(draft)
        for each in draft.walk():
            if each is not draft:
                self._mark(each)

    def _mark(self, draft: Draft) -> None:
        if remembers(draft.entity):
            by_hand = set_by_hand(draft)
            self._mark_suggested(draft, by_hand)
            keep_by_hand(draft, by_hand)
        _mark_rate(draft, self.evaluator)

    def _mark_suggested(self, draft: Draft, by_hand: set[str]) -> None:
        waiting = []
        for found in draft.entity.suggested:
            name = found.name
            if name in draft.given:
                if draft.values.get(name) is None and draft.is_new:
                    draft.given.discard(name)
                elif draft.is_new or draft.values.get(name) != (draft.stored or {}).get(name):
                    by_hand.add(name)
                    continue
            was_set = name in by_hand
            if name in draft.released:
                by_hand.discard(name)
            if name in by_hand:
                continue
            if draft.is_new or was_set:
                self._fill_later(draft, found)
            else:
                waiting.append(found)
        self._follow(draft, waiting)

    def _follow(self, draft: Draft, waiting: Sequence[FieldModel]) -> None:
        """Fill anew what reads something that changes; that may be what another one reads."""
        _mark_rate(draft, self.evaluator)
        due = [each for each in waiting if self._is_due(draft, each)]
        for each in due:
            self._fill_later(draft, each)
        if due:
            self._follow(draft, [each for each in waiting if each not in due])

    def _fill_later(self, draft: Draft, found: FieldModel) -> None:
        draft.pending.add(found.name)
        draft.suggested[found.name] = self._suggest(draft, found)

    def _suggest(self, draft: Draft, found: FieldModel) -> Callable[[], object]:
        def first() -> object:
            offers = self.offers(draft, found)
            return next((each.value for each in offers), None)

        return first

    def offers(self, draft: Draft, found: FieldModel) -> Iterator[Offer]:
        """Yield what is suggested for a field, source by source; empty ones are left out."""
        evaluator = self.evaluator.reader
        record = evaluator.of_draft(draft)
        for name, label, source in sources_of(found):
            try:
                value = evaluator.value(source, record)
                value = parse_rounded(found, _fitting(found, value, source), evaluator.context)
            except (ValueProblem, CardwrightError):
                continue
            if value is not None:
                yield Offer(name, label, value)
        if found.definition.suggest_first and (first := self._first(record, found)) is not None:
            yield Offer("first", Text(), first)

    def _first(self, record: RecordValues, found: FieldModel) -> object:
        """Return the first record that a link offers, if all that it depends on is known."""
        reading = self.evaluator.reading
        where = found.definition.options.get("where")
        if reading is None:
            return None
        for target in found.targets:
            tree: Node | None = None
            if isinstance(where, Expression):
                if not _is_known(record, where):
                    return None
                tree = offered_condition(record, target, where)
            ids = candidates(self.evaluator.loader.session, reading, target, tree, 1)
            if ids:
                return RecordRef(target, ids[0]) if found.type.relation == "any" else ids[0]
        return None

    def _is_due(self, draft: Draft, found: FieldModel) -> bool:
        """Tell whether something changed on which a suggestion depends."""
        typed = self.evaluator.model.typed
        reads = [typed(draft.entity, source).paths for _, _, source in sources_of(found)]
        where = found.definition.options.get("where")
        if found.definition.suggest_first and isinstance(where, Expression):
            reads.append(paths_of(where.tree))
        return any(depends_on_change(draft, paths) for paths in reads)

    def _bring_lines(self, draft: Draft) -> None:
        """Take the lines that nobody touched along, if a change of their head concerns them."""
        if draft.is_new or draft.head is not None:
            return
        for each in draft.entity.lines:
            line = self.evaluator.model.lines_of(draft.entity, each.name)
            if each.name in draft.lines or not remembers(line):
                continue
            trees = [tree for found in line.fields.values() for tree in _trees(self, line, found)]
            if any(_reads_changed_head(draft, tree) for tree in trees):
                self.evaluator.rates.take_lines(draft, each)


def _mark_rate(draft: Draft, evaluator: Evaluator) -> None:
    """Have the rate that a draft keeps found before what follows from it, if it may be another."""
    given_by = evaluator.rates.given_by(draft.entity)
    if (
        given_by
        and RATE not in draft.pending
        and (draft.is_new or any(_changes(draft, name) for name in given_by))
    ):
        draft.pending.add(RATE)
        draft.suggested[RATE] = evaluator.rates.found(evaluator.of_draft(draft))


def _trees(suggesting: Suggesting, line: EntityModel, found: FieldModel) -> list[Node]:
    model = suggesting.evaluator.model
    return [model.tree(line, source) for _, _, source in sources_of(found)]


def remembers(entity: EntityModel) -> bool:
    """Tell whether the records of an entity remember what was set by hand."""
    return BY_HAND in entity.fields and entity.fields[BY_HAND].definition.system


def sources_of(found: FieldModel) -> list[tuple[str, Text, Expression]]:
    """Return the sources of a field's suggestions in their order: name, label, expression."""
    definition = found.definition
    named = [(each.name, each.label, each.value) for each in definition.suggestions]
    return named if definition.suggest is None else [("", Text(), definition.suggest), *named]


def set_by_hand(draft: Draft) -> set[str]:
    """Return the fields of a draft that somebody set himself before."""
    kept = draft.values.get(BY_HAND)
    return {str(each) for each in kept} if isinstance(kept, list | tuple) else set()


def keep_by_hand(draft: Draft, names: set[str]) -> None:
    """Remember the fields that somebody set himself."""
    draft.values[BY_HAND] = sorted(names) or None


def depends_on_change(draft: Draft, paths: Sequence[Path]) -> bool:
    """Tell whether any of some paths reads what changes in a draft or in its head."""
    own = {"": draft, "$record": draft, "$self": draft, "$head": draft.head}
    read = ((own.get(path.root), path.names) for path in paths)
    return any(
        changed is not None and names and (changed.is_new or _changes(changed, names[0]))
        for changed, names in read
    )


def _reads_changed_head(head: Draft, tree: Node) -> bool:
    heads = (path for path in paths_of(tree) if path.root == "$head" and path.names)
    return any(_changes(head, path.names[0]) for path in heads)


def _changes(draft: Draft, name: str) -> bool:
    if name in draft.lines or name in draft.suggested:
        return True
    return draft.values.get(name) != (draft.stored or {}).get(name)


def _is_known(record: RecordValues, where: Expression) -> bool:
    asked = [each for each in paths_of(where.tree) if each.root in ("$record", "$head")]
    return all(record.asked(each) is not None for each in asked)


def offered_condition(record: RecordValues, target: str, where: Expression) -> Node | None:
    """Return a link's condition on its target with what its record holds in it."""
    reading = record.evaluator.reading
    if reading is None:
        return None

    def given(names: tuple[str, ...]) -> object:
        root = "$head" if names[:1] == ("head",) and record.entity.definition.owner else ""
        return record.value(Path(names[1:] if root else names, root))

    try:
        return bound_condition(reading, target, where.tree, record.entity, given)
    except QueryError:
        return None


def parse_rounded(found: FieldModel, value: object, context: Context) -> object:
    """Return a computed value as a field takes it, rounded to what it stores."""
    scale = found.value_type.scale
    if isinstance(value, Decimal) and scale >= 0:
        value = round_to_scale(value, scale)
    return found.parse(value, context)


def _fitting(found: FieldModel, value: object, source: Expression) -> object:
    """Return a value as a field takes it: to a link to any entity the record says of which."""
    if found.type.relation == "any" and isinstance(value, int | Decimal):
        entity = getattr(source.tree, "entity", "") or next(iter(found.targets), "")
        return RecordRef(str(entity), int(value))
    return value
