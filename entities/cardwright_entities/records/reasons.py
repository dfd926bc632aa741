"""Why a value of a record is what it is: who set it, or what it follows from, for its reader.

Nothing is told that the reader could not look up himself: records and fields that he may not read
are passed over, among what a formula used as among what a rollup counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import cast

from sqlalchemy import select

from cardwright_entities.errors import CardwrightError, Message, NotFoundError, QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.reading import inputs_of
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sources import Joins
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import ChangeEntry, read_history
from cardwright_entities.records.loading import Values
from cardwright_entities.records.suggesting import BY_HAND, Suggesting, sources_of
from cardwright_metadata.closing import FROZEN_AT
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import (
    Binary,
    Expression,
    Literal,
    Membership,
    Node,
    Path,
    Related,
)

#: Changes of the record that are looked through, and records of a rollup that are named.
MOST_CHANGES, MOST_RECORDS = 1_000, 20


@dataclass(frozen=True)
class Input:
    """A value that a formula used: the path to it, and the field at its end."""

    path: tuple[str, ...]
    value: object
    field: FieldModel | None


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why one field holds what it holds.

    ``kind``: entered, default, suggested, formula, rollup, mirror, mnemonic, engine, empty.
    """

    field: FieldModel
    kind: str
    value: object = None
    by: int | None = None  #: the account that entered it
    at: datetime | None = None
    via: str = ""  #: kind of the change set: edit, import, rule …
    formula: Node | None = None  #: of a formula, a rollup or a default
    source: Text = Text()  #: of a suggestion
    inputs: tuple[Input, ...] = ()
    records: tuple[RecordRef, ...] = ()  #: what a rollup asked, those that the reader may see
    more: bool = False  #: there are more of these records
    frozen_at: datetime | None = None  #: closed since then: it follows from nothing any more


def reasons_of(
    gate: Records, entity: EntityModel, record: int, names: Iterable[str]
) -> list[Reason]:
    """Explain fields of a record that was read at this gate; unreadable fields are passed over.

    Raise NotFoundError when none is left.
    """
    known = gate.reading.readable(entity)
    fields = [entity.fields[name] for name in names if name in known]
    values = gate.loader.record(entity, record)
    if not fields or values is None:
        raise NotFoundError(Message("not_found"))
    history = read_history(gate.session, gate.reading, entity, record, limit=MOST_CHANGES)
    own = [each for each in history if each.entity == entity.name and each.record == record]
    explaining = _Explaining(gate, gate.evaluator.reader, entity, values, own)
    return [explaining.reason(each) for each in fields]


@dataclass(frozen=True)
class _Explaining:
    gate: Records
    evaluator: Evaluator
    entity: EntityModel
    values: Values
    history: Sequence[ChangeEntry]

    def reason(self, field: FieldModel) -> Reason:
        """Explain one field."""
        record = RecordValues(self.evaluator, self.entity, self.values)
        found = Reason(field=field, kind=field.type.computed, value=record.own(field))
        frozen = self.values.get(FROZEN_AT)
        if isinstance(frozen, datetime) and field.columns:
            found = replace(found, frozen_at=frozen)
        match field.type.computed:
            case "formula" | "mirror" | "mnemonic":
                return self._followed(found, record)
            case "rollup":
                return self._counted(found)
        if field.definition.system and field.type.computed != "stage":
            return replace(found, kind="engine")
        return self._entered(found, record)

    def _followed(self, found: Reason, record: RecordValues) -> Reason:
        formula = found.field.definition.options.get("formula")
        tree = formula.tree if isinstance(formula, Expression) else None
        paths = dict.fromkeys(inputs_of(self.gate.model, self.entity, found.field))
        return replace(found, formula=tree, inputs=tuple(self._inputs(paths, record)))

    def _inputs(self, paths: Iterable[tuple[str, ...]], record: RecordValues) -> Iterator[Input]:
        for path in paths:
            end = self._end_of(path)
            if end is None or end.type.relation in ("lines", "many"):
                continue  # many records are no value
            yield Input(path, record.value(Path(path)), end)

    def _end_of(self, path: Sequence[str]) -> FieldModel | None:
        here: EntityModel | None = self.entity
        end: FieldModel | None = None
        for name in path:
            field = here.fields.get(name) if here is not None else None
            if field is None:
                return end if end is not None and name in end.type.parts else None
            end = field
            targets = field.targets
            here = self.gate.model.entity(targets[0]) if len(targets) == 1 else None
        return end

    def _counted(self, found: Reason) -> Reason:
        formula = found.field.definition.options.get("formula")
        tree = formula.tree if isinstance(formula, Expression) else None
        if not isinstance(tree, Related):
            return found
        records = tuple(self._asked(tree))
        more = len(records) > MOST_RECORDS
        return replace(found, formula=tree, records=records[:MOST_RECORDS], more=more)

    def _asked(self, question: Related) -> Iterator[RecordRef]:
        """Yield the records that a rollup asks, as far as the reader may see them and its why."""
        for child, link in self._ways(question.path.names):
            where: Node = Membership(Path((link,)), (Literal(Decimal(_id_of(self.values))),))
            if question.where is not None:
                where = Binary("and", where, question.where)
            reading = self.gate.reading
            try:
                typed = typed_condition(reading, child.name, where)
            except QueryError:
                return  # it asks for what this reader may not read
            request = PageRequest(entity=child.name, where=typed)
            names, condition = open_records(reading, child, request)
            _, (cell, *_) = names.cells(("id",))
            clause = cast(Joins, names.joins).clause
            statement = select(cell).select_from(clause).where(condition).order_by(cell)
            for row in self.gate.session.rows(statement.limit(MOST_RECORDS + 1)):
                yield RecordRef(child.name, int(row[0]))

    def _ways(self, names: Sequence[str]) -> Iterator[tuple[EntityModel, str]]:
        """Yield the entity of the records that a way leads to, and its link back."""
        model, own = self.gate.model, self.entity.fields.get(names[0])
        if own is not None:
            if own.type.relation == "lines":
                yield model.lines_of(self.entity, own.name), "head"
            return
        for child, link in model.links_to(self.entity):
            if child.name == names[0] and names[1:] in ((), (link.name,)):
                yield child, link.name
                return

    def _entered(self, found: Reason, record: RecordValues) -> Reason:
        name = found.field.name
        entry = next((each for each in self.history if name in each.before), None)
        entry = entry or next((each for each in self.history if each.op == "create"), None)
        if entry is not None:
            found = replace(found, by=entry.principal, at=entry.at, via=entry.kind)
        if found.value is None:
            return replace(found, kind="empty")
        if sources_of(found.field) and name not in _by_hand(self.values):
            return replace(found, kind="suggested", source=self._source(found))
        default = found.field.definition.default
        created = entry is None or entry.op == "create"
        if default is not None and created and self._gives(default, record, found.value):
            return replace(found, kind="default", formula=default.tree)
        return replace(found, kind="entered")

    def _gives(self, default: Expression, record: RecordValues, value: object) -> bool:
        try:
            return self.evaluator.value(default, record) == value
        except CardwrightError:
            return False  # it asks for what is there only while a record is made

    def _source(self, found: Reason) -> Text:
        draft = Draft(self.entity, dict(self.values), self.values)
        offers = Suggesting(self.evaluator).offers(draft, found.field)
        return next((each.label for each in offers if each.value == found.value), Text())


def _by_hand(values: Mapping[str, object]) -> frozenset[str]:
    kept = values.get(BY_HAND)
    return frozenset(map(str, kept)) if isinstance(kept, list | tuple) else frozenset()


def _id_of(values: Mapping[str, object]) -> int:
    return int(str(values["id"]))
