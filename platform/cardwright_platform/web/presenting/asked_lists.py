"""The state of a list → what is asked of the compiler: view, condition, columns, order."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, QueryError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import (
    AggregateRequest,
    GroupKey,
    Measure,
    PageRequest,
)
from cardwright_entities.saved_views.resolving import PACK, View, view_of
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Binary, Literal, Node
from cardwright_platform.web.layouts import Layout, read_layout
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.columns import shown_columns
from cardwright_platform.web.presenting.filters import say_problem
from cardwright_platform.web.presenting.orders import readable_sort
from cardwright_platform.web.presenting.reader import Reader

COUNT = "n"  #: the measure that counts the records of a group


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a list was asked for, once its state is understood."""

    state: ListState
    view: View | None
    layout: Layout
    columns: dict[str, FieldModel]
    totals: dict[str, str]
    order: tuple[SortDefinition, ...]  #: as far as it exists for the reader, as shipped at last
    own: Node | None = None  #: the condition of the chips: typed, clicked, or of the kept view
    problem: QueryError | None = None  #: why the condition cannot be asked
    error: str = ""  #: the same in the reader's words
    gone: bool = False  #: a view was asked for that is not there for the reader

    @property
    def sort(self) -> tuple[SortDefinition, ...]:
        """Return the order that was chosen, or that the view has."""
        return self.state.sort or (self.view.sort if self.view is not None else ())

    @property
    def text(self) -> str:
        """Return the condition as it was written, where it could not be read."""
        state = self.state
        if state.where or state.filter or self.view is None or self.view.origin == PACK:
            return state.where or state.filter
        return self.view.text

    @property
    def is_changed(self) -> bool:
        """Tell whether the list differs from what the open view keeps."""
        state, view = self.state, self.view
        if view is None or view.stored is None:
            return bool(state.search or state.where or state.filter or state.sort)
        other_condition = bool(state.where or state.filter) and _bare(self.own) != view.where
        other_order = bool(state.sort) and state.sort != view.sort
        shown = (state.page_size, state.shown_as) != state.usual
        return other_condition or other_order or shown or self.layout.personal


def understand(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> Asked:
    """Return what a state means to the reader; a condition with a problem shows nothing."""
    view, gone = None, False
    if state.query:
        view = view_of(desk.session, desk.reading, entity, state.query)
        if view is None or (view.problem is not None and view.origin == PACK):
            # What packs ask and this reader may not is as little there as what is not defined.
            view, gone, state = None, True, replace(state, query="")
    if view is not None:
        state = state.opened(view.size, view.mode)
    layout = read_layout(desk, entity, view)
    columns = shown_columns(desk.reading, entity, layout.columns)
    shipped = dict(entity.definition.list.totals)
    functions = {
        path: function
        for path, function in (shipped if layout.totals is None else layout.totals).items()
        if path in columns and columns[path].type.numeric
    }
    sort = state.sort or (view.sort if view is not None else ()) or entity.definition.list.sort
    asked = Asked(
        state=state,
        view=view,
        layout=layout,
        columns=columns,
        totals=functions,
        order=readable_sort(desk, entity, sort),
        gone=gone,
    )
    if view is not None and view.stored is not None and not (state.where or state.filter):
        said = "" if view.problem is None else say_problem(reader, view.problem.message)
        return replace(asked, own=view.where, problem=view.problem, error=said)
    try:
        own = desk.condition(entity.name, state.where, state.filter_tree())
    except QueryError as problem:
        said = say_problem(reader, problem.message)
        return replace(asked, problem=problem, error=said)
    return replace(asked, own=own)


def request_of(desk: Desk, entity: EntityModel, asked: Asked) -> PageRequest:
    """Return what is asked of the compiler."""
    state, view, where = asked.state, asked.view, _bare(asked.own)
    if view is not None and view.origin == PACK and view.where is not None:
        where = view.where if where is None else Binary("and", view.where, where)
    return PageRequest(
        entity=entity.name,
        columns=tuple(asked.columns),
        where=where,
        search=state.search,
        sort=asked.order,
        limit=state.page_size,
        after=state.after,
        offset=0 if state.after else (state.page - 1) * state.page_size,
        count="exact" if state.exact else "capped",
        totals=asked.totals,
        masked=True,
    )


def grouped(request: PageRequest, key: GroupKey) -> AggregateRequest:
    """Return what is asked of each group of a list: COUNT, and its totals as t0, t1, …."""
    totals = enumerate(request.totals.items())
    return AggregateRequest(
        entity=request.entity,
        where=request.where,
        search=request.search,
        group_by=(key,),
        measures={
            COUNT: Measure("count"),
            **{f"t{number}": Measure(function, path) for number, (path, function) in totals},
        },
    )


def list_request(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> PageRequest:
    """Return what a list in this state asks of the compiler; raise QueryError when nothing."""
    return request_of(desk, entity, understand_all(desk, reader, entity, state))


def understand_all(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> Asked:
    """Return the same of a list with which something is done; raise QueryError for a problem.

    Where a view is gone a page shows everything and says so: nothing is done with everything.
    """
    asked = understand(desk, reader, entity, state)
    if asked.gone:
        raise QueryError(Message.of("unknown_query", name=state.query[:60]))
    if asked.problem is not None:
        raise asked.problem
    return asked


def _bare(node: Node | None) -> Node | None:
    """Return a condition, None for the one that every record meets."""
    return None if node == Literal(True) else node
