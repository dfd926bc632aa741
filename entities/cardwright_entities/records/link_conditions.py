"""What a link newly points to must be what the link offers: its ``where`` binds saves too.

The condition is asked with all rights: it is the author's word, and holds even where the writer may
not read what it speaks of. What the engine itself owes is not asked. Lines that ask the same are
answered by one statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cardwright_entities.errors import Message
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.queries.lookups import fulfilling
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import pointed
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.link_checks import Places, changed_links
from cardwright_entities.records.suggesting import offered_condition
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Expression


@dataclass(eq=False)
class _Chosen:
    """What was newly chosen in one link by records that ask the same of its target."""

    asker: RecordValues
    where: Expression
    records: dict[int, Places] = field(default_factory=dict)


def check_offered(
    evaluator: Evaluator, reading: Reading, prepared: Sequence[tuple[Draft, Messages]]
) -> None:
    """Note ``record_not_offered`` at every link to a record that its condition leaves out."""
    if reading.context.principal.is_system:
        return
    groups: dict[tuple[str, str, str, str], _Chosen] = {}
    for head, messages in prepared:
        for draft in head.walk():
            for found, where, entity, record in _newly_chosen(draft, reading):
                asker = evaluator.of_draft(draft)
                key = (draft.entity.name, found.name, entity, _asked(asker, where))
                group = groups.setdefault(key, _Chosen(asker, where))
                places = group.records.setdefault(record, [])
                places.append((messages, draft.prefix + found.name))
    every = _beyond_rights(reading)
    for (_, _, entity, _), group in sorted(groups.items(), key=lambda each: each[0]):
        _refuse_others(evaluator, every, entity, group)


def _newly_chosen(
    draft: Draft, reading: Reading
) -> Iterator[tuple[FieldModel, Expression, str, int]]:
    for found, value in changed_links(draft):
        where = found.definition.options.get("where")
        if not isinstance(where, Expression):
            continue
        before = set(pointed(reading, found, (draft.stored or {}).get(found.name)))
        for entity, record in pointed(reading, found, value):
            if (entity, record) not in before:
                yield found, where, entity, record


def _asked(asker: RecordValues, where: Expression) -> str:
    """Return what tells askers apart: the values that the condition takes from their records."""
    paths = (each for each in paths_of(where.tree) if each.root in ("$record", "$head"))
    return repr([asker.asked(each) for each in paths])


def _refuse_others(evaluator: Evaluator, reading: Reading, entity: str, chosen: _Chosen) -> None:
    tree = offered_condition(chosen.asker, entity, chosen.where)
    if tree is None:
        return
    offered = fulfilling(evaluator.loader.session, reading, entity, tree, chosen.records)
    for record, places in chosen.records.items():
        for messages, place in places:
            # Of a record that the writer may not see, nothing more is said.
            if record not in offered and place not in messages.fields:
                messages.add(place, Message("record_not_offered"))


def _beyond_rights(reading: Reading) -> Reading:
    context = reading.context.beyond_rights()
    return Reading(reading.model, reading.policy, context, reading.dialect, reading.settings)
