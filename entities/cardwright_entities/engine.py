"""The entity engine of one installation: the store, the models, and a desk for each transaction.

Holds parts, no logic of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

from cardwright_entities.access.policy import Policy, RolePolicy
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.flows.actions import Actions
from cardwright_entities.flows.registered import ACTION_SOURCES, EFFECTS
from cardwright_entities.model.dependencies import Place
from cardwright_entities.model.model import Model, Models
from cardwright_entities.queries.aggregates import read_aggregate
from cardwright_entities.queries.allowed import allowed_actions
from cardwright_entities.queries.conditions import read_condition, typed_condition
from cardwright_entities.queries.explaining import (
    Explanation,
    FieldVerdict,
    explain_fields,
    explain_record,
    may_each,
    may_name,
)
from cardwright_entities.queries.former_values import FormerValues
from cardwright_entities.queries.pages import read_page
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import (
    Aggregate,
    AggregateRequest,
    Page,
    PageRequest,
    RecordView,
)
from cardwright_entities.queries.single import read_record
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.records.closing import leaves_open, obstacle_of
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept_states import note_checked
from cardwright_entities.records.recomputing import Recomputed, recompute, recompute_changed
from cardwright_entities.records.sampling import Checked, check_values
from cardwright_entities.reports.listing import (
    ListRequest,
    RecordList,
    read_all_records,
    read_records,
)
from cardwright_entities.reports.reading import read_report
from cardwright_entities.reports.tables import ReportTable
from cardwright_entities.settings import LazySettings
from cardwright_entities.store.doors import Store
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.reports import ReportDefinition
from cardwright_metadata.expressions.tree import Expression, Node

PolicyOf = Callable[[Catalog], Policy]
Result = TypeVar("Result")


class Engine:
    """One installation's engine; threads share it. ``policy_of`` makes the rights of a catalog."""

    def __init__(
        self, store: Store, models: Models, secret: bytes, policy_of: PolicyOf = RolePolicy
    ) -> None:
        self.store = store
        self.models = models
        self.cursors = Cursors(secret)
        self._policy_of = policy_of
        self._policies: dict[int, tuple[Catalog, Policy]] = {}

    @contextmanager
    def read(self, context: Context, model: Model | None = None) -> Iterator[Desk]:
        """Open a desk that reads one state, with a model that the request already has."""
        with self.store.read(context) as session:
            yield self.desk(session, context, model)

    @contextmanager
    def write(self, context: Context) -> Iterator[Desk]:
        """Open a desk that may write; everything done at it is one transaction."""
        with self.store.write(context) as session:
            yield self.desk(session, context)

    def run_write(self, context: Context, action: Callable[[Desk], Result]) -> Result:
        """Do something at a writing desk, again from the beginning while others are in the way."""
        return self.store.run_write(context, lambda session: action(self.desk(session, context)))

    def giving_way(self) -> AbstractContextManager[None]:
        """Leave others time to write where one writes at a time: as much as the block took."""
        return self.store.giving_way()

    def recompute_changed(self, context: Context) -> list[Recomputed]:
        """Compute the stored values whose definition has changed since they were computed."""
        return recompute_changed(self, context)

    def check_values(self, context: Context) -> list[Checked]:
        """Compute samples of the stored values anew, compare, and note what was found."""
        with self.read(context) as desk:
            found = check_values(desk.records)
            model = desk.model
        self.run_write(context, lambda desk: note_checked(desk.session, model, found, context.now))
        return found

    def repair_values(self, context: Context, places: Iterable[Place]) -> list[Recomputed]:
        """Compute stored values anew that were found to be wrong."""
        return recompute(self, context, places)

    def desk(self, session: Session, context: Context, model: Model | None = None) -> Desk:
        """Return a desk over an open session.

        Without a model it is that of the commit that is active inside this transaction: what a
        write must go by, whatever its request began with.
        """
        used = model if model is not None else self.models.current(session)
        context = replace(context, commit=used.commit)
        return Desk(session, context, used, self.policy(used), self.cursors)

    def policy(self, model: Model) -> Policy:
        """Return the rights as a model's catalog defines them."""
        kept = self._policies.get(model.commit)
        if kept is None or kept[0] is not model.catalog:
            kept = (model.catalog, self._policy_of(model.catalog))
            self._policies = {model.commit: kept}
        return kept[1]


@dataclass(eq=False)
class Desk:
    """Where one principal works on records within one transaction: reads and writes alike."""

    session: Session
    context: Context
    model: Model
    policy: Policy
    cursors: Cursors

    @cached_property
    def settings(self) -> Mapping[str, object]:
        """Return the values of the settings; they cost a statement when one is looked at."""
        return LazySettings(self.session, self.model)

    @cached_property
    def reading(self) -> Reading:
        """Return what every read of this transaction shares."""
        return Reading(self.model, self.policy, self.context, self.session.dialect, self.settings)

    @cached_property
    def records(self) -> Records:
        """Return the write gate."""
        return Records(self.session, self.model, self.policy, self.context, self.settings, EFFECTS)

    @cached_property
    def actions(self) -> Actions:
        """Return what can be done with records beside editing them."""
        return Actions(self.records, ACTION_SOURCES)

    @property
    def former_values(self) -> FormerValues:
        """Return what changes of definitions fail on, as far as one may know here."""
        return FormerValues(self.session, self.reading, self.cursors)

    def page(self, request: PageRequest) -> Page:
        """Read a page of records."""
        return read_page(self.session, self.reading, request, self.cursors)

    def record(
        self,
        entity: str,
        record: int,
        *,
        fields: Sequence[str] | None = None,
        lines: bool = True,
        deleted: bool = False,
        titles: bool = True,
        masked: bool = False,
    ) -> RecordView:
        """Read one record; raise NotFoundError alike for missing and unreadable ones.

        ``masked``: with fields of which the reader sees a part, as that part.
        """
        return read_record(
            self.session,
            self.reading,
            self.cursors,
            entity,
            record,
            fields=fields,
            lines=lines,
            deleted=deleted,
            titles=titles,
            masked=masked,
        )

    def allowed(self, entity: str, record: int, actions: Sequence[str]) -> frozenset[str]:
        """Return which actions may be done with a record that was read at this desk."""
        model = self.model.entity(entity)
        return allowed_actions(self.session, self.reading, model, record, actions)

    def explained(
        self, entity: str, record: int, principal: Principal | None = None
    ) -> Explanation:
        """Explain what a principal, else oneself, may do with a record that was read here."""
        reader = self.reading if principal is None else self._reading_of(principal)
        model = self.model.entity(entity)
        return Explanation(
            verdicts=explain_record(self.session, self.reading, reader, model, record),
            fields=explain_fields(self.reading, reader, model),
        )

    def allowed_to(self, principal: Principal, entity: str, record: int) -> frozenset[str]:
        """Return what somebody else may do with a record that was read here."""
        reader = self._reading_of(principal)
        return may_each(self.session, reader, self.model.entity(entity), record)

    def explained_fields(self, entity: str, principal: Principal) -> Sequence[FieldVerdict]:
        """Explain what somebody may do with each field of which oneself sees all or a part."""
        reader = self._reading_of(principal)
        return explain_fields(self.reading, reader, self.model.entity(entity))

    def may_tell(self, entity: str, condition: Node) -> bool:
        """Tell whether a condition of rights speaks of nothing that is hidden from oneself."""
        return may_name(self.reading, self.model.entity(entity), condition)

    def _reading_of(self, principal: Principal) -> Reading:
        context = replace(self.context, principal=principal)
        return Reading(self.model, self.policy, context, self.session.dialect, self.settings)

    def obstacle(self, entity: str, record: int) -> Message | None:
        """Return why a record that was read here may not be edited: closed, locked; else None."""
        model = self.model.entity(entity)
        return obstacle_of(self.records, model, record)

    def leaves_open(self, entity: str, record: int) -> bool:
        """Tell whether some fields of a record with an obstacle may be edited all the same."""
        return leaves_open(self.records, self.model.entity(entity), record)

    def aggregate(self, request: AggregateRequest) -> Aggregate:
        """Group and measure records."""
        return read_aggregate(self.session, self.reading, request)

    def report(self, name: str, where: Node | None = None) -> ReportTable:
        """Read a report, narrowed by a condition over its dimensions; raise NotFoundError."""
        return read_report(self.session, self.reading, self._report(name), where)

    def listed(self, name: str, asked: ListRequest | None = None) -> RecordList:
        """Read a page of the records of a report that lists them; raise NotFoundError."""
        definition = self._report(name)
        return read_records(
            self.session, self.reading, definition, self.cursors, asked or ListRequest()
        )

    def all_listed(self, name: str, where: Node | None = None) -> RecordList:
        """Read all records of a report that lists them, for a file; raise LimitError."""
        definition = self._report(name)
        return read_all_records(self.session, self.reading, definition, self.cursors, where)

    def _report(self, name: str) -> ReportDefinition:
        found = self.model.catalog.reports.get(name)
        if found is None:
            raise NotFoundError(Message("not_found"))
        return found

    def condition(
        self, entity: str, text: str = "", filter_: Mapping[str, Any] | None = None
    ) -> Node | None:
        """Return the typed tree of a condition; raise QueryError."""
        return read_condition(self.reading, entity, text, filter_)

    def typed(self, entity: str, expression: Expression | None) -> Node | None:
        """Return the typed tree of a condition that a definition holds."""
        if expression is None:
            return None
        return typed_condition(self.reading, entity, expression.tree)
