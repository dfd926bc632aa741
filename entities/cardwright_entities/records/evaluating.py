"""Names inside expressions for a record in the making: its draft first, the store behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from sqlalchemy import and_, select

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, QueryError
from cardwright_entities.expressions.evaluation import evaluate
from cardwright_entities.expressions.periods import valid_record
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.kept_scopes import KeptScope, attribute_of, check_kept, field_at
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.people.belonging import SETS
from cardwright_entities.people.people import People
from cardwright_entities.queries.calendars import Calendars
from cardwright_entities.queries.ledger_balances import LedgerBalances
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading, mirrored
from cardwright_entities.queries.record_sets import is_record_set, records_of_set
from cardwright_entities.records.balances import Balances
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.filling import fill
from cardwright_entities.records.loading import Loader, Values
from cardwright_entities.records.looking_up import LookUps, linked_beside
from cardwright_entities.records.rates import Rates
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Expression, Find, Node, Path


@dataclass(eq=False)
class Evaluator:
    """Evaluates expressions over drafts and stored records for one transaction."""

    model: Model
    loader: Loader
    context: Context
    settings: Mapping[str, object] = field(default_factory=dict)
    reading: Reading | None = None  #: the rights with which other records are looked up
    balances: Balances | None = LedgerBalances()  #: who knows the ledgers
    guarded: bool = False  #: reads as its principal would
    full: Evaluator | None = None  #: of a guarded one, what computes with all rights
    roots: Mapping[str, RecordValues] = field(default_factory=dict)  #: ``$each``, ``$ask``
    look_ups: LookUps = field(default_factory=LookUps)
    _kept: dict[tuple[str, str], Node | None] = field(default_factory=dict)
    _seen: dict[tuple[str, int], bool] = field(default_factory=dict)
    #: the head whose lines are read now
    _head: RecordValues | None = field(default=None, init=False)

    @classmethod
    def of(cls, reading: Reading, loader: Loader) -> Evaluator:
        """Return an evaluator that looks up other records with the rights of a reader."""
        return cls(reading.model, loader, reading.context, reading.settings, reading)

    def __post_init__(self) -> None:
        """Prepare the rates and calendars of the transaction."""
        self.calendars = Calendars(self.loader.session, self.model, self.settings)
        self.rates = Rates(self.model, self.loader, self.context)

    def value(self, expression: Expression | Node, record: RecordValues) -> object:
        """Return the value of an expression for one record."""
        if not isinstance(expression, Expression):
            return evaluate(expression, record, self.context)
        roots = {name: each.entity.name for name, each in self.roots.items()}
        return evaluate(self.model.typed(record.entity, expression, roots), record, self.context)

    def people_around(self, name: str) -> tuple[RecordRef, ...]:
        """Return what ``$my_subordinates`` and its like stand for."""
        return People(self.loader.session, self.model).set_of(self.context.principal, name)

    def holds(self, slot: bool | Expression, record: RecordValues) -> bool:
        """Tell whether a slot or condition is true for one record."""
        return slot if isinstance(slot, bool) else self.value(slot, record) is True

    @cached_property
    def reader(self) -> Evaluator:
        """Return an evaluator that reads as its principal would: what he must not see is empty."""
        return replace(self, guarded=True, full=self)

    @property
    def computing(self) -> Evaluator:
        """Return the evaluator of computed values, which reads all that they need."""
        return self.full or self

    def shows(self, entity: EntityModel, name: str) -> bool:
        """Tell whether a field may be read in passing."""
        reading = self.reading if self.guarded else None
        return reading is None or reading.has_field(entity, name)

    def seen(self, entity: EntityModel, rows: Sequence[Values]) -> Sequence[Values]:
        """Return the records of some that may be read in passing."""
        reading = self.reading if self.guarded else None
        if reading is None or reading.rows(entity.name) is True:
            return rows
        ids = [int(str(each["id"])) for each in rows]
        unknown = [each for each in ids if (entity.name, each) not in self._seen]
        if unknown:
            condition = rows_condition(reading, entity, entity.table)
            found = self.loader.records(entity, unknown, condition=condition)
            self._seen.update({(entity.name, each): each in found for each in unknown})
        return [row for row, each in zip(rows, ids, strict=True) if self._seen[entity.name, each]]

    def kept_tree(self, entity: EntityModel, text: str, found: FieldModel) -> Node | None:
        """Return the tree of a formula kept in a field, None if it can no longer be read."""
        key = (entity.name, text)
        if key not in self._kept:
            scope = KeptScope(EntityScope(self.model, entity))
            try:
                self._kept[key] = check_kept(text, scope, found.value_type.item).tree
            except ExpressionError:
                self._kept[key] = None
        return self._kept[key]

    def of_draft(self, draft: Draft) -> RecordValues:
        """Return the names of a draft."""
        head = None if draft.head is None else self._of_head(draft.head)
        return RecordValues(self, draft.entity, draft.values, draft, head)

    def _of_head(self, head: Draft) -> RecordValues:
        kept = self._head
        if kept is None or kept.draft is not head or kept.values is not head.values:
            self._head = kept = self.of_draft(head)
        return kept


@dataclass(eq=False)
class RecordValues:
    """The names of one record; implements the Values of the expressions."""

    evaluator: Evaluator
    entity: EntityModel
    values: Mapping[str, object]
    draft: Draft | None = None
    head: RecordValues | None = None

    def value(self, path: Path) -> object:
        """Return the value at a path; None where a link on the way is empty."""
        if not path.root:
            return self._at(path.names)
        if path.root in self.evaluator.roots:
            return self.evaluator.roots[path.root]._at(path.names)
        if path.root == "$head":
            head = self.of_head()
            return None if head is None else head._at(path.names)
        if path.root == "$old":
            stored = self.draft.stored if self.draft is not None else None
            return RecordValues(self.evaluator, self.entity, stored or {})._at(path.names)
        return self._at(path.names)

    def read(self, name: str) -> object:
        """Return the value of an own field, None where it must not be read."""
        return self._walk((name,))

    def _at(self, names: tuple[str, ...]) -> object:
        return self._walk(names) if names else self.values.get("id")

    def related(self, path: Path) -> Sequence[RecordValues]:
        """Return the records that a to-many path leads to, in their order."""
        names = path.names
        own = self.entity.fields.get(names[0])
        if path.root == "$head":
            head = self.of_head()
            return () if head is None else head.related(replace(path, root=""))
        if own is not None and own.type.relation == "one" and len(names) > 1:
            target = self.target(own)
            return () if target is None else target.related(Path(names[1:]))
        if own is not None and own.type.relation == "lines":
            return self._lines(own)
        if own is not None and own.type.relation == "many":
            return self._linked(own)
        return self._pointing(names)

    def variable(self, name: str) -> object:
        """Return what ``$me`` and its like stand for."""
        principal = self.evaluator.context.principal
        simple = {
            "$me": principal.employee,
            "$contact": principal.contact,
            "$user": principal.account,
            "$my_department": principal.department,
            "$my_organisation": principal.organisation,
        }
        if name.startswith("$setting."):
            return self.evaluator.settings.get(name.removeprefix("$setting."))
        if name.startswith("$me."):
            return self._of_person("employee", principal.employee, name.split(".")[1:])
        if name.startswith("$contact."):
            return self._of_person("contact", principal.contact, name.split(".")[1:])
        if name in SETS:
            return self.evaluator.people_around(name)
        if is_record_set(name):
            return records_of_set(self.evaluator.loader.session, self.evaluator.model, name)
        return simple.get(name)

    def find(self, node: Find) -> object:
        """Return what a look-up finds for the one who acts."""
        evaluator, reading = self.evaluator, self.evaluator.reading
        if reading is None:
            return False if node.tests else None
        session, of_draft = evaluator.loader.session, evaluator.of_draft
        return evaluator.look_ups.find(session, reading, node, self, of_draft)

    def asked(self, path: Path) -> object:
        """Return what a look-up asks of this record: ``$record.x``, ``$head.x``."""
        return self._at(path.names) if path.root in ("$record", "$self") else self.value(path)

    def formula(self, field: Path, over: object) -> tuple[Node, RecordValues] | None:
        """Return the formula that a field keeps, and the names of the record it is read over.

        It is read with the rights of the one who acts; what can no longer be read gives nothing.
        """
        model, reader, text = self.evaluator.model, self.evaluator.reader, self.value(field)
        found = field_at(self.entity, field.names, model)
        if found is None or not isinstance(text, str):
            return None
        entity = model.entity(str(found.definition.options["over"]))
        number = over.id if isinstance(over, RecordRef) else over
        own = entity is self.entity and number == self.values.get("id")
        record = RecordValues(reader, entity, self.values, self.draft, self.head) if own else None
        if record is None and isinstance(number, int):
            record = RecordValues(reader, self.entity, {})._stored(entity, number)
        tree = reader.kept_tree(entity, text, found)
        return None if record is None or tree is None else (tree, record)

    def balance(
        self, ledger: str, dimensions: Mapping[str, object], measure: str, at: date | None
    ) -> object:
        """Return what a ledger holds for the one who acts."""
        balances, reading = self.evaluator.balances, self.evaluator.reading
        if balances is None or reading is None:
            return None
        return balances.balance(
            self.evaluator.loader.session, reading, ledger, dimensions, measure, at
        )

    def workdays(self, first: date, last: date, calendar: object) -> object:
        """Return how many days are worked between two days."""
        return self.evaluator.calendars.workdays(first, last, calendar)

    def entity_key(self, name: str) -> str:
        """Return the name itself: values name entities, only columns hold their ids."""
        return name

    def is_under(self, value: object, operand: object) -> bool:
        """Tell whether a record of a tree is the operand or below it."""
        return value is not None and value == operand

    def _walk(self, names: tuple[str, ...]) -> object:
        found = self.entity.fields.get(names[0])
        if found is None:
            raise QueryError(Message.of("unknown_field", name=names[0], entity=self.entity.name))
        if not self.evaluator.shows(self.entity, found.name):
            return None
        rest = names[1:]
        if not rest:
            return self.own(found)
        if found.type.relation == "lines" and rest[0] == "current":
            return self._current(found, rest[1:])
        if found.type.relation in ("one", "any") and found.targets:
            target = self.target(found)
            if target is None or (rest[0] not in target.entity.fields):
                return None
            return target.value(Path(rest))
        if found.type.computed == "mirror" and not found.columns:
            return self.value(Path((*mirrored(found), *rest)))
        value = self.own(found)
        if rest[0] == "base":
            return self.evaluator.rates.base(self, found, value)
        if isinstance(value, Mapping):
            return attribute_of(value, rest[0])
        return value if rest[0] == "amount" else getattr(value, rest[0], None)

    def own(self, found: FieldModel) -> object:
        """Return the value of the record's own field, filled first if it is still to be filled."""
        if self.draft is not None and found.name in self.draft.pending:
            self.draft.pending.discard(found.name)
            record = self.evaluator.computing.of_draft(self.draft)
            fill(self.draft, found, record.computed, self.evaluator.context)
        if found.columns or found.name in self.values:
            return self.values.get(found.name)
        options = found.definition.options
        if found.type.computed in ("formula", "rollup"):
            return self.evaluator.value(options["formula"], self)
        if found.type.computed == "mirror":
            return self.value(Path(mirrored(found)))
        return None

    def computed(self, expression: Expression) -> object:
        """Return the value of an expression for this record."""
        return self.evaluator.value(expression, self)

    def target(self, found: FieldModel) -> RecordValues | None:
        """Return the record that a link leads to."""
        value = self.own(found)
        model = self.evaluator.model
        if isinstance(value, RecordRef):
            if value.entity not in model.catalog.entities:
                return None
            return self._stored(model.entity(value.entity), value.id)
        if found.name == "head" and self.head is not None:
            return self.head
        if isinstance(value, int):
            entity = model.entity(found.targets[0])
            if not self.evaluator.loader.knows(entity, value):
                # The lines beside this one will be asked for theirs: all come at once.
                linked = linked_beside(self.draft, found.name)
                self.evaluator.seen(entity, self.evaluator.loader.bring(entity, linked))
            return self._stored(entity, value)
        return None

    def _stored(self, entity: EntityModel, record: int) -> RecordValues | None:
        if self.draft is not None and self.draft.entity is entity and self.draft.id == record:
            return self
        values = self.evaluator.loader.record(entity, record)
        if values is None or not self.evaluator.seen(entity, (values,)):
            return None
        return RecordValues(self.evaluator, entity, values)

    def of_head(self) -> RecordValues | None:
        """Return the names of a line's head, None for a record that is no line."""
        if self.head is not None:
            return self.head
        head = self.evaluator.model.head_of(self.entity)
        record = self.values.get("head")
        return self._stored(head, record) if head is not None and isinstance(record, int) else None

    def _lines(self, own: FieldModel) -> Sequence[RecordValues]:
        if self.draft is not None and own.name in self.draft.lines:
            return [
                RecordValues(self.evaluator, each.entity, each.values, each, self)
                for each in self.draft.lines[own.name]
            ]
        record = self.values.get("id")
        if not isinstance(record, int):
            return ()
        line = self.evaluator.model.lines_of(self.entity, own.name)
        rows = self.evaluator.seen(
            line, self.evaluator.loader.lines(self.entity, own.name, [record])
        )
        return [RecordValues(self.evaluator, line, row, None, self) for row in rows]

    def _linked(self, own: FieldModel) -> Sequence[RecordValues]:
        target = self.evaluator.model.entity(own.targets[0])
        chosen = self.values.get(own.name)
        if chosen is None and self.draft is not None and own.name in self.draft.given:
            chosen = ()
        if not isinstance(chosen, tuple):
            between = self.entity.tables.links[own.name]
            statement = select(between.c.target).where(between.c.source == self.values.get("id"))
            chosen = tuple(row[0] for row in self.evaluator.loader.session.rows(statement))
        found = self.evaluator.loader.records(target, list(chosen))
        return self._seen(target, list(found.values()))

    def _seen(self, entity: EntityModel, rows: Sequence[Values]) -> Sequence[RecordValues]:
        seen = self.evaluator.seen(entity, rows)
        return [RecordValues(self.evaluator, entity, each) for each in seen]

    def _pointing(self, names: tuple[str, ...]) -> Sequence[RecordValues]:
        model = self.evaluator.model
        if not isinstance(self.values.get("id"), int):
            return ()  # nothing points to a record that is not there yet
        for entity, link in model.links_to(self.entity):
            if entity.name != names[0] or (len(names) > 1 and link.name != names[1]):
                continue
            columns = link.columns
            if not columns:
                between = entity.tables.links[link.name]
                mine = select(between.c.source).where(between.c.target == self.values["id"])
                found = self.evaluator.loader.where(entity, entity.table.c["id"].in_(mine))
                return self._seen(entity, found)
            condition = columns[0] == self.values.get("id")
            if link.type.relation == "any":
                own = self.entity.definition
                condition = and_(condition, columns[1] == (own.id or own.name))
            return self._seen(entity, self.evaluator.loader.where(entity, condition))
        raise QueryError(Message.of("unknown_field", name=names[0], entity=self.entity.name))

    def _current(self, found: FieldModel, rest: tuple[str, ...]) -> object:
        context = self.evaluator.context
        today = context.now.astimezone(context.zone).date()
        line = self.evaluator.model.lines_of(self.entity, found.name)
        period = line.definition.period
        if period is None:
            return None
        valid = valid_record(self._lines(found), period.ends, today, context.zone)
        return None if valid is None else valid.value(Path(rest))

    def _of_person(self, part: str, record: int | None, names: Sequence[str]) -> object:
        player = self.evaluator.model.catalog.player(part)
        if player is None or record is None:
            return None
        found = self._stored(self.evaluator.model.entity(player.name), record)
        return None if found is None else found.value(Path(tuple(names)))
