"""An entity's records → the view model of a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import Page
from cardwright_entities.records.duplicates import readable_rules
from cardwright_platform.views.cells import Action, Cell
from cardwright_platform.views.lists import (
    BoardColumn,
    Empty,
    GroupRow,
    ListView,
    ModeLink,
    OpenedGroup,
    Row,
    SearchBox,
    Total,
    ViewTab,
)
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import Asked, request_of, understand
from cardwright_platform.web.presenting.boards import board_field, board_of
from cardwright_platform.web.presenting.cells import cells_of_row
from cardwright_platform.web.presenting.column_heads import column_heads, order_label, table_width
from cardwright_platform.web.presenting.columns import chooser, totals_row
from cardwright_platform.web.presenting.deadlines import cells_left
from cardwright_platform.web.presenting.file_names import file_names
from cardwright_platform.web.presenting.filters import records_asked, titles_asked
from cardwright_platform.web.presenting.flowing import pull_actions
from cardwright_platform.web.presenting.groups import chips_of_groups, groups_of
from cardwright_platform.web.presenting.list_chips import builder_of, chips_of
from cardwright_platform.web.presenting.list_selection import exports_of, selection_of
from cardwright_platform.web.presenting.list_views import notice_of, tabs_of, view_actions
from cardwright_platform.web.presenting.marks import (
    ListMarks,
    is_of_favourites,
    list_marks,
    mark_tabs,
)
from cardwright_platform.web.presenting.pagers import count_text, pager
from cardwright_platform.web.presenting.phone_rows import phone_row
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.set_rules import rule_buttons
from cardwright_platform.web.presenting.shaping import shaping_actions
from cardwright_platform.web.urls import bulk_url, card_url, duplicates_url, list_url, new_url


def list_view(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> ListView:
    """Read a page of records and lay it out as a list."""
    asked = understand(desk, reader, entity, state)
    state = asked.state
    body = _body(desk, reader, entity, asked)
    named = records_asked(desk, entity, asked.own).values()
    asking = reader.knowing(titles_asked(desk, set(named)))
    new = _new(desk, reader, entity)
    heads = column_heads(reader, entity, asked)
    bar = selection_of(desk, reader, entity, state, body.page)
    return replace(
        _filled(reader, entity, body),
        url=state.url(),
        icon=entity.definition.icon,
        search=_search_box(reader, entity, state),
        views=_tabs(desk, reader, entity, asked),
        view_actions=view_actions(desk, reader, entity, asked),
        mode=state.shown_as,
        modes=_modes(desk, reader, entity, state),
        board_url=bulk_url(entity.name, "board"),
        chips=chips_of(desk, asking, entity, asked),
        filter=builder_of(desk, asking, entity, asked),
        sort_label=order_label(heads),
        columns=heads,
        widths_url=bulk_url(entity.name, "columns"),
        table_width=table_width(heads, selectable=bool(bar)) if asked.layout.widths else 0,
        chooser=chooser(reader, desk.reading, entity, asked.columns, asked.totals, state),
        group_chips=chips_of_groups(desk, reader, entity, state),
        pager=pager(reader, body.page, state),
        selection=bar,
        new=new,
        export=exports_of(desk, reader, entity, state),
        more=_more(desk, reader, entity),
        empty=_empty(desk, reader, entity, asked, new) if body.is_empty else None,
        notice=notice_of(desk, reader, entity, asked),
    )


def _filled(reader: Reader, entity: EntityModel, body: _Body) -> ListView:
    return ListView(
        title=reader.list_label(entity),
        count=body.count,
        tag_menu=body.marks.menu,
        board=body.board,
        rows=body.rows,
        groups=body.groups,
        groups_note=body.note,
        totals=body.totals,
    )


@dataclass(frozen=True, kw_only=True)
class _Body:
    """What stands in a list: rows, groups or the columns of a board."""

    page: Page  #: empty where groups or a board stand there
    marks: ListMarks
    count: str
    rows: tuple[Row, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    note: str = ""
    board: tuple[BoardColumn, ...] = ()
    totals: tuple[Total, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.groups or self.board)


def _body(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> _Body:
    grouped = groups_of(desk, reader, entity, asked)
    board = board_of(desk, reader, entity, asked) if grouped is None else None
    laid = grouped or board
    # A condition that was not understood shows nothing rather than everything.
    shows_none = asked.problem is not None or laid is not None
    page = Page(rows=()) if shows_none else desk.page(request_of(desk, entity, asked))
    marks = list_marks(desk, reader, entity, [each.id for each in page.rows])
    reader, rows = _rows_of(desk, reader, entity, asked, page)
    return _Body(
        page=page,
        marks=marks,
        count=laid.count if laid is not None else count_text(reader, page),
        rows=marks.on(entity, rows),
        groups=grouped.rows if grouped is not None else (),
        note=grouped.note if grouped is not None else "",
        board=board.columns if board is not None else (),
        totals=grouped.totals
        if grouped is not None
        else totals_row(reader, asked.columns, asked.totals, page.totals),
    )


def _rows_of(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked, page: Page
) -> tuple[Reader, tuple[Row, ...]]:
    """Return the rows of a page, and the reader who knows what is called how on it."""
    names = file_names(desk, asked.columns, [row.values for row in page.rows])
    knowing = reader.knowing({**page.titles, **names})
    ids = [each.id for each in page.rows]
    drawn = cells_left(desk, knowing, entity, asked.columns, ids)
    return knowing, _rows(knowing, entity, asked.columns, page, asked.state, drawn)


def _rows(
    reader: Reader,
    entity: EntityModel,
    columns: Mapping[str, FieldModel],
    page: Page,
    state: ListState,
    drawn: Mapping[tuple[int, str], Cell],
) -> tuple[Row, ...]:
    rows: list[Row] = []
    first = (state.page - 1) * state.page_size + 1
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


def opened_group(desk: Desk, reader: Reader, entity: EntityModel, state: ListState) -> OpenedGroup:
    """Read what stands in a group: the groups of the next level, or the first records."""
    asked = understand(desk, reader, entity, state)
    back = OpenedGroup(title=reader.list_label(entity), back_url=asked.state.url())
    if asked.problem is not None:
        return replace(back, note=asked.error)
    heads = column_heads(reader, entity, asked)
    grouped = groups_of(desk, reader, entity, asked)
    if grouped is not None:
        selectable = selection_of(desk, reader, entity, asked.state, Page(rows=())) is not None
        return replace(
            back,
            columns=heads,
            groups=grouped.rows,
            note=grouped.note,
            selectable=selectable,
        )
    page = desk.page(request_of(desk, entity, asked))
    marks = list_marks(desk, reader, entity, [each.id for each in page.rows])
    reader, rows = _rows_of(desk, reader, entity, asked, page)
    whole = Action(label=reader.t("related.all"), url=asked.state.url())
    return replace(
        back,
        columns=heads,
        rows=marks.on(entity, rows),
        all=whole if page.next else None,
        selectable=selection_of(desk, reader, entity, asked.state, page) is not None,
    )


def _tabs(desk: Desk, reader: Reader, entity: EntityModel, asked: Asked) -> tuple[ViewTab, ...]:
    """Return the views of a list, then one's favourites and tags."""
    tabs = tabs_of(desk, reader, entity, asked)
    if tabs and is_of_favourites(asked.state):
        tabs = (replace(tabs[0], current=False), *tabs[1:])
    return (*tabs, *mark_tabs(desk, reader, entity, asked.state))


def _modes(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState
) -> tuple[ModeLink, ...]:
    modes = [("table", "table"), ("cards", "layout-grid")]
    if board_field(desk, entity) is not None:
        modes.append(("board", "layout-kanban"))
    return tuple(
        ModeLink(
            label=reader.t(f"list.mode_{mode}"),
            url=replace(state, mode=mode, group=() if mode == "board" else state.group).url(),
            icon=icon,
            current=state.shown_as == mode,
        )
        for mode, icon in modes
    )


def _new(desk: Desk, reader: Reader, entity: EntityModel) -> Action | None:
    may = desk.policy.may(desk.context.principal, entity.name, "create")
    if not may or entity.definition.is_made_inside:
        return None
    label = reader.t("list.new", entity=reader.inside(reader.entity_label(entity)))
    return Action(label=label, url=new_url(entity.name), icon="plus", primary=True, key="n")


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
    actions += shaping_actions(desk, reader, entity, list_url(entity.name))
    return tuple(actions)


def _empty(
    desk: Desk, reader: Reader, entity: EntityModel, asked: Asked, new: Action | None
) -> Empty:
    label, state = reader.inside(reader.list_label(entity)), asked.state
    if state.search or state.where or state.filter or state.query or asked.own is not None:
        bare = ListState(state.entity, size=state.size, mode=state.mode)
        clear = Action(label=reader.t("list.clear_all"), url=bare.url(), primary=True)
        key = "list.not_understood" if asked.problem else "list.empty_filtered"
        title = reader.t(key, entity=label)
        return Empty(title=title, text=asked.error, kind="filtered", actions=(clear,))
    actions: list[Action] = [new] if new is not None else []
    actions += [each for each in _more(desk, reader, entity) if each.icon == "upload"]
    return Empty(title=reader.t("list.empty", entity=label), actions=tuple(actions))
