"""An entity's records → the view model of a list."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.preferences import read_preference
from cardwright_entities.queries.requests import Page, PageRequest
from cardwright_entities.records.duplicates import readable_rules
from cardwright_metadata.definitions.lists import QueryDefinition
from cardwright_metadata.expressions.json_filters import to_json
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Node
from cardwright_metadata.expressions.walking import operands
from cardwright_platform.views.cells import Action, Cell
from cardwright_platform.views.lists import (
    BulkAction,
    Empty,
    FilterBuilder,
    FilterChip,
    ListView,
    ModeLink,
    Row,
    SearchBox,
    Selection,
    ViewTab,
)
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.cells import cells_of_row
from cardwright_platform.web.presenting.columns import (
    chooser,
    chosen_columns,
    column_heads,
    shown_columns,
    totals_row,
)
from cardwright_platform.web.presenting.deadlines import cells_left
from cardwright_platform.web.presenting.file_names import file_names
from cardwright_platform.web.presenting.filters import describe_condition, say_problem
from cardwright_platform.web.presenting.flowing import pull_actions
from cardwright_platform.web.presenting.named_queries import named_queries, readable_sort
from cardwright_platform.web.presenting.pagers import count_text, pager
from cardwright_platform.web.presenting.phone_rows import phone_row
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.set_rules import rule_buttons, selection_actions
from cardwright_platform.web.urls import bulk_url, card_url, duplicates_url, list_url, new_url


@dataclass(frozen=True)
class _Asked:
    """What a list was asked for, once its state is understood."""

    state: ListState
    columns: dict[str, FieldModel]
    totals: dict[str, str]
    query: QueryDefinition | None
    own: Node | None  #: the condition typed or clicked
    problem: QueryError | None = None  #: why the condition cannot be asked
    error: str = ""  #: the same in the reader's words


def list_view(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> ListView:
    """Read a page of records and lay it out as a list."""
    asked = _understand(desk, reader, entity, state)
    # A condition that was not understood shows nothing rather than everything.
    page = Page(rows=()) if asked.problem else desk.page(_request(desk, entity, asked))
    names = file_names(desk, asked.columns, [row.values for row in page.rows])
    reader = reader.knowing({**page.titles, **names})
    ids = [each.id for each in page.rows]
    drawn = cells_left(desk, reader, entity, asked.columns, ids)
    rows = _rows(reader, entity, asked.columns, page, state, drawn)
    may = desk.policy.may
    principal = desk.context.principal
    heads = column_heads(reader, entity, asked.columns, state)
    can_create = may(principal, entity.name, "create") and not entity.definition.is_made_inside
    return ListView(
        title=reader.list_label(entity),
        url=state.url(),
        icon=entity.definition.icon,
        count=count_text(reader, page),
        search=_search_box(reader, entity, state),
        views=_views(desk, reader, entity, state, asked),
        mode=state.mode,
        modes=_modes(reader, state),
        chips=_chips(desk, reader, entity, asked),
        filter=_builder(desk, reader, entity, asked),
        sort_label=next(
            (f"{h.label} {'↑' if h.sort == 'ascending' else '↓'}" for h in heads if h.sort), ""
        ),
        columns=heads,
        chooser=chooser(reader, desk.reading, entity, asked.columns, asked.totals, state),
        rows=rows,
        totals=totals_row(reader, asked.columns, asked.totals, page.totals),
        pager=pager(reader, page, state),
        selection=_selection(desk, reader, entity, state, page),
        new=_new(reader, entity) if can_create else None,
        export=_exports(desk, reader, entity, state),
        more=_more(desk, reader, entity),
        empty=None if rows else _empty(desk, reader, entity, asked, can_create=can_create),
    )


def list_request(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> PageRequest:
    """Return what a list in this state asks of the compiler; raise QueryError when nothing."""
    asked = _understand(desk, reader, entity, state)
    if asked.problem is not None:
        raise asked.problem
    return _request(desk, entity, asked)


def list_columns(desk: Desk, entity: EntityModel, state: ListState) -> list[str] | None:
    """Return the columns that somebody chose or the named query has, None for the shipped ones."""
    chosen, _ = chosen_columns(read_preference(desk.session, f"list/{entity.name}"))
    query, _ = named_queries(desk, entity).get(state.query, (None, None))
    if chosen is None and query is not None and query.columns:
        chosen = [each.path for each in query.columns]
    return chosen


def _understand(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> _Asked:
    address = f"list/{entity.name}"
    chosen, totals = chosen_columns(read_preference(desk.session, address))
    query, _ = named_queries(desk, entity).get(state.query, (None, None))
    if chosen is None and query is not None and query.columns:
        chosen = [each.path for each in query.columns]
    columns = shown_columns(desk.reading, entity, chosen)
    shipped = dict(entity.definition.list.totals)
    functions = {
        path: function
        for path, function in (shipped if totals is None else totals).items()
        if path in columns and columns[path].type.numeric
    }
    try:
        own = desk.condition(entity.name, state.where, state.filter_tree())
    except QueryError as problem:
        said = say_problem(reader, problem.message)
        return _Asked(state, columns, functions, query, None, problem, said)
    return _Asked(state, columns, functions, query, own)


def _request(desk: Desk, entity: EntityModel, asked: _Asked) -> PageRequest:
    state = asked.state
    where = asked.own
    sort = state.sort or entity.definition.list.sort
    if asked.query is not None:
        stored = desk.typed(entity.name, asked.query.where)
        if stored is not None:
            where = stored if where is None else Binary("and", stored, where)
        sort = state.sort or asked.query.sort or entity.definition.list.sort
    return PageRequest(
        entity=entity.name,
        columns=tuple(asked.columns),
        where=where,
        search=state.search,
        sort=readable_sort(desk, entity, sort),
        limit=state.size,
        after=state.after,
        offset=0 if state.after else (state.page - 1) * state.size,
        count="exact" if state.exact else "capped",
        totals=asked.totals,
        masked=True,
    )


def _rows(
    reader: Reader,
    entity: EntityModel,
    columns: Mapping[str, FieldModel],
    page: Page,
    state: ListState,
    drawn: Mapping[tuple[int, str], Cell],
) -> tuple[Row, ...]:
    rows: list[Row] = []
    first = (state.page - 1) * state.size + 1
    for number, found in enumerate(page.rows, first):
        cells = cells_of_row(reader, columns, found, drawn)
        title = next((cell.text for cell in cells if cell.text), f"#{found.id}")
        rows.append(
            Row(
                id=str(found.id),
                url=_row_url(entity, cells) or card_url(entity.name, found.id, state.place(number)),
                cells=cells,
                title=title,
                phone=phone_row(entity, list(columns), cells, title),
                retired=found.values.get("active") is False,
            )
        )
    return tuple(rows)


def _row_url(entity: EntityModel, cells: Sequence[Cell]) -> str:
    """Return where a row leads that is called as another record: there."""
    title = entity.title
    return cells[0].href if title is not None and title.type.relation == "any" and cells else ""


def _search_box(reader: Reader, entity: EntityModel, state: ListState) -> SearchBox | None:
    paths = list(entity.definition.search)
    if not paths:
        return None
    names = [reader.path_label(entity, path) for path in paths[:3]]
    return SearchBox(
        action=list_url(entity.name),
        text=state.search,
        placeholder=reader.listed(names),
        hidden=state.hidden("q"),
    )


def _views(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState, asked: _Asked
) -> tuple[ViewTab, ...]:
    changed = bool(state.search or state.where or state.filter or state.sort)
    everything = reader.t("list.all", entity=reader.inside(reader.list_label(entity)))
    tabs = [ViewTab(label=everything, url=list_url(entity.name), current=asked.query is None)]
    for name, (query, _) in named_queries(desk, entity).items():
        tabs.append(
            ViewTab(
                label=reader.text(query.label, name),
                url=list_url(entity.name, (("query", name),)),
                current=name == state.query,
            )
        )
    return tuple(replace(tab, changed=changed and tab.current) for tab in tabs)


def _modes(reader: Reader, state: ListState) -> tuple[ModeLink, ...]:
    return tuple(
        ModeLink(
            label=reader.t(f"list.mode_{mode}"),
            url=replace(state, mode=mode).url(),
            icon=icon,
            current=state.mode == mode,
        )
        for mode, icon in (("table", "table"), ("cards", "layout-grid"))
    )


def _chips(
    desk: Desk, reader: Reader, entity: EntityModel, asked: _Asked
) -> tuple[FilterChip, ...]:
    state = asked.state
    if asked.error:
        wrong = state.where or state.filter
        clear = replace(state, where="", filter="", page=1, after="").url()
        return (FilterChip(label=wrong[:60], remove_url=clear, wrong=True),)
    if asked.own is None:
        return ()
    parts = operands(asked.own, "and")
    chips: list[FilterChip] = []
    for index, part in enumerate(parts):
        rest = [each for position, each in enumerate(parts) if position != index]
        text = " and ".join(f"({write(each)})" for each in rest)
        without = replace(state, where=text, filter="", page=1, after="").url()
        chips.append(replace(describe_condition(desk, reader, entity, part), remove_url=without))
    return tuple(chips)


def _builder(desk: Desk, reader: Reader, entity: EntityModel, asked: _Asked) -> FilterBuilder:
    tree = ""
    text = asked.state.where
    if asked.own is not None:
        tree = json.dumps(to_json(asked.own), ensure_ascii=False)
        text = write(asked.own)
    return FilterBuilder(
        action=list_url(entity.name),
        fields_url=bulk_url(entity.name, "fields"),
        tree=tree,
        text=text,
        hidden=asked.state.hidden("filter", "where"),
        error=asked.error,
    )


def _selection(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState, page: Page
) -> Selection | None:
    principal = desk.context.principal
    actions: list[BulkAction] = []
    if desk.policy.may(principal, entity.name, "export"):
        actions.append(
            BulkAction(
                label=reader.t("list.export"), url=bulk_url(entity.name, "export"), icon="download"
            )
        )
    actions += selection_actions(desk, reader, entity)
    if desk.policy.may(principal, entity.name, "delete"):
        actions.append(
            BulkAction(
                label=reader.t("delete"),
                url=bulk_url(entity.name, "delete"),
                icon="trash",
                danger=True,
                confirm=reader.t("list.delete_confirm", count="{count}"),
            )
        )
    if not actions:
        return None
    return Selection(
        actions=tuple(actions),
        counter=reader.t("list.selected", count="{count}"),
        all_label=reader.t("list.select_all", count=count_text(reader, page)) if page.next else "",
        all_hidden=state.hidden(),
    )


def _new(reader: Reader, entity: EntityModel) -> Action:
    label = reader.t("list.new", entity=reader.inside(reader.entity_label(entity)))
    return Action(label=label, url=new_url(entity.name), icon="plus", primary=True, key="n")


def _exports(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState
) -> tuple[Action, ...]:
    if not desk.policy.may(desk.context.principal, entity.name, "export"):
        return ()
    return tuple(
        Action(
            label=label,
            url=bulk_url(entity.name, "export"),
            icon=icon,
            post=True,
            hidden=(("all", "1"), ("format", kind), *state.hidden()),
        )
        for kind, label, icon in (
            ("xlsx", "Excel", "file-spreadsheet"),
            ("csv", "CSV", "file-text"),
        )
    )


def _more(desk: Desk, reader: Reader, entity: EntityModel) -> tuple[Action, ...]:
    principal = desk.context.principal
    actions = [*rule_buttons(desk, reader, entity), *pull_actions(desk, reader, entity)]
    if desk.policy.may(principal, entity.name, "import"):
        actions.append(
            Action(label=reader.t("list.import"), url=f"/import/{entity.name}", icon="upload")
        )
    if any(readable_rules(desk.reading, entity)):
        url = duplicates_url(entity.name)
        actions.append(Action(label=reader.t("duplicates.title"), url=url, icon="copy"))
    if desk.policy.may(principal, entity.name, "delete"):
        actions.append(
            Action(label=reader.t("bin.title"), url=f"/bin?entity={entity.name}", icon="trash")
        )
    return tuple(actions)


def _empty(
    desk: Desk, reader: Reader, entity: EntityModel, asked: _Asked, *, can_create: bool
) -> Empty:
    label, state = reader.inside(reader.list_label(entity)), asked.state
    if state.search or state.where or state.filter or state.query:
        bare = ListState(state.entity, size=state.size, mode=state.mode)
        clear = Action(label=reader.t("list.clear_all"), url=bare.url(), primary=True)
        key = "list.not_understood" if asked.problem else "list.empty_filtered"
        title = reader.t(key, entity=label)
        return Empty(title=title, text=asked.error, kind="filtered", actions=(clear,))
    actions: list[Action] = []
    if can_create:
        actions.append(_new(reader, entity))
    actions += [each for each in _more(desk, reader, entity) if each.icon == "upload"]
    return Empty(title=reader.t("list.empty", entity=label), actions=tuple(actions))
