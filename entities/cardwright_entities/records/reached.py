"""From records that changed back to the records whose stored values read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, select

from cardwright_entities.errors import LimitError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.model.reaching import Hop, Reach
from cardwright_entities.records.changed_records import Change
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.loading import Values
from cardwright_entities.store.sessions import Session

#: Records whose values one save may cause to be computed again.
MOST_REACHED = 100_000
_BACK = frozenset({"back", "back_any", "back_many"})
#: Ids that one statement looks for.
_BATCH = 5_000


@dataclass(eq=False)
class Wanted:
    """What has to be computed again of one record."""

    fields: set[str] = field(default_factory=set)
    #: by field, the changes of the records it is over; None where more than they has changed
    direct: dict[str, list[Change] | None] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)  #: by field, how those records point here


@dataclass(eq=False)
class Reached:
    """The records to be computed again, by entity and id."""

    session: Session
    model: Model
    #: records that a save has computed together: which line entities were at hand
    settled: Mapping[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    wanted: defaultdict[str, defaultdict[int, Wanted]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Wanted))
    )

    def add(self, changes: Sequence[Change]) -> None:
        """Take in what some changes reach."""
        by_entity: defaultdict[str, list[Change]] = defaultdict(list)
        for each in changes:
            by_entity[each.entity.name].append(each)
        for name, same in by_entity.items():
            for reach in self.model.reaches.get(name, ()):
                touching = [each for each in same if reach.way and each.touches(reach.reads)]
                if touching:
                    self._add(reach, touching)

    def add_whole(self, entity: EntityModel, record: int, fields: Iterable[str]) -> None:
        """Want values of one record whatever reached it."""
        wanted = self.wanted[entity.name][record]
        for name in fields:
            wanted.fields.add(name)
            wanted.direct[name] = None

    def _add(self, reach: Reach, changes: Sequence[Change]) -> None:
        last = reach.way[-1]
        starts: defaultdict[int, list[Change]] = defaultdict(list)
        for change in changes:
            for record in self._begin(last, change):
                starts[record].append(change)
        ids = set(starts)
        rest = reach.way[:-1] if last.kind in _BACK else reach.way
        for hop in reversed(rest):
            ids = self._step_back(hop, ids)
        if len(ids) > MOST_REACHED:
            raise LimitError(Message.of("too_many_reached", most=MOST_REACHED))
        for record in ids:
            if not self._is_settled(reach, record):
                self._want(reach, record, None if rest else starts[record])

    def _begin(self, last: Hop, change: Change) -> set[int]:
        """Return where the way back begins: what a record pointed to, or the record itself."""
        if last.kind not in _BACK:
            return {change.record}
        target = self.model.entity(last.entity)
        found: set[int] = set()
        for values in (change.old, change.new):
            if values is not None and last.kind == "back_many" and last.field not in values:
                found |= self._step_back(last, {change.record})
            elif values is not None:
                found |= _pointed_to(target, last, values)
        return found

    def _want(self, reach: Reach, record: int, changes: list[Change] | None) -> None:
        wanted = self.wanted[reach.entity][record]
        wanted.fields.add(reach.field)
        wanted.links[reach.field] = reach.way[-1].field
        known = wanted.direct.setdefault(reach.field, [])
        if changes is None or known is None:
            wanted.direct[reach.field] = None
        else:
            known += [each for each in changes if each not in known]

    def _is_settled(self, reach: Reach, record: int) -> bool:
        at_hand = self.settled.get((reach.entity, record))
        if at_hand is None or any(hop.field != "head" for hop in reach.way):
            return False
        lines = {hop.target if hop.is_to_many else hop.entity for hop in reach.way}
        return lines <= at_hand

    def _step_back(self, hop: Hop, ids: set[int]) -> set[int]:
        found: set[int] = set()
        ordered = sorted(ids)
        for start in range(0, len(ordered), _BATCH):
            statement = _holders(self.model, hop, ordered[start : start + _BATCH])
            found.update(row[0] for row in self.session.rows(statement) if row[0] is not None)
        return found


def settled_by(drafts: Iterable[Draft]) -> dict[tuple[str, int], frozenset[str]]:
    """Return the records that were computed with their head or lines at hand."""
    found: dict[tuple[str, int], frozenset[str]] = {}
    for head in drafts:
        if not head.lines:
            continue
        fields = head.entity.fields
        at_hand = frozenset(fields[name].targets[0] for name in head.lines)
        for each in head.walk():
            if each.id is not None:
                found[each.entity.name, each.id] = at_hand
    return found


def _pointed_to(target: EntityModel, hop: Hop, values: Values) -> set[int]:
    value = values.get(hop.field)
    if isinstance(value, RecordRef):
        own = (target.name, target.definition.id)
        return {value.id} if value.entity in own else set()
    if isinstance(value, tuple):
        return {each for each in value if isinstance(each, int)}
    return {value} if isinstance(value, int) else set()


def _holders(model: Model, hop: Hop, ids: Sequence[int]) -> Select[int]:
    """Return the statement that finds from which records a step leads to some."""
    entity, target = model.entity(hop.entity), model.entity(hop.target)
    if hop.kind == "many":
        between = entity.tables.links[hop.field]
        return select(between.c.source).distinct().where(between.c.target.in_(ids))
    if hop.kind == "back_many":
        between = target.tables.links[hop.field]
        return select(between.c.target).distinct().where(between.c.source.in_(ids))
    if hop.kind in ("one", "any"):
        column, condition = _link_columns(entity, hop, target)
        wanted = and_(column.in_(ids), entity.table.c["deleted_at"].is_(None), *condition)
        return select(entity.table.c["id"]).where(wanted)
    column, condition = _link_columns(target, hop, entity)
    return select(column).distinct().where(target.table.c["id"].in_(ids), *condition)


def _link_columns(
    holder: EntityModel, hop: Hop, target: EntityModel
) -> tuple[ColumnElement[int], tuple[ColumnElement[bool], ...]]:
    columns = holder.fields[hop.field].columns
    column = holder.table.c[columns[0].name]
    if hop.kind not in ("any", "back_any"):
        return column, ()
    key = target.key
    return column, (holder.table.c[columns[1].name] == key,)
