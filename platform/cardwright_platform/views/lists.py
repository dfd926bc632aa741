"""The list view: search, named queries, filter, columns, rows, totals, pages, selection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Cell, Choice, Mark


@dataclass(frozen=True, kw_only=True)
class ViewTab:
    """A named query as a tab above the list."""

    label: str
    url: str
    current: bool = False
    changed: bool = False  #: search, filter, sort or columns differ from what is stored
    title: str = ""  #: what the pointer shows: whose it is, and in which folder
    icon: str = ""
    count: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchBox:
    """The search input: a GET form; ``hidden`` keeps the rest of the list's state."""

    action: str
    text: str = ""
    name: str = "q"
    placeholder: str = ""
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operator:
    """An operator of a filter field. ``value`` says what is asked behind it.

    ``none``, ``one``, ``two`` (between), ``many`` (in), ``period`` (one of the field's relative
    ones), ``days`` or ``number`` (a number, whatever the field is).
    """

    code: str  #: as in the JSON filter: =, !=, <, in, between, contains, starts, empty, under …
    label: str
    value: str = "one"


@dataclass(frozen=True, kw_only=True)
class FilterField:
    """A field or path that may be filtered by.

    ``kind`` picks the input: text, number, date, datetime, boolean, choice, link. ``choices``
    are for choice; ``options_url`` answers a link's ``?q=`` with
    ``[{"value": "12", "text": "…", "note": "…"}]``.
    """

    path: str
    label: str
    kind: str = "text"
    operators: tuple[Operator, ...] = ()
    choices: tuple[Choice, ...] = ()
    options_url: str = ""
    unit: str = ""
    icon: str = ""
    group: str = ""  #: heading in the choice of fields: own fields, fields of a linked entity
    #: days and periods that move with the calendar: ``this_month()``, in the words of the reader
    relative: tuple[Choice, ...] = ()
    periods: tuple[Choice, ...] = ()
    related: bool = False  #: leads to several records: the operators ask about them


@dataclass(frozen=True, kw_only=True)
class FilterChip:
    """One condition of the running filter; a group of conditions is one chip."""

    label: str
    operator: str = ""
    value: str = ""
    remove_url: str = ""
    wrong: bool = False  #: this one could not be understood or costs too much


@dataclass(frozen=True, kw_only=True)
class FilterBuilder:
    """The condition as a tree to click together and as text to edit.

    The builder sends a GET to ``action`` with ``hidden`` and either ``filter`` (the JSON tree of
    the API) or ``where`` (the text form). Where there are many ``fields`` they need not travel
    with every page: ``fields_url`` answers ``{"fields": [FilterField, …]}`` when it is opened.
    """

    action: str
    fields: tuple[FilterField, ...] = ()
    fields_url: str = ""
    clear_url: str = ""  #: the list without any condition; empty: the action's
    everything: str = ""  #: text that says "no condition", where leaving it out says another
    tree: str = ""  #: the running filter as JSON; empty for none
    text: str = ""  #: the same as text
    titles: tuple[tuple[str, str], ...] = ()  #: of links in the tree: ("path:12", title)
    hidden: tuple[tuple[str, str], ...] = ()
    open: bool = False
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class SortLink:
    """An order that the menu of a column leads to."""

    label: str
    url: str
    icon: str


@dataclass(frozen=True, kw_only=True)
class ColumnMenu:
    """What can be done with a column: sort, hide, another function below it.

    Posts ``hide`` (the path) or ``total`` (path:function) to the list's layout form.
    """

    sorts: tuple[SortLink, ...] = ()
    group_url: str = ""  #: the list grouped by this column too; empty where it cannot be
    totals: tuple[Choice, ...] = ()  #: functions to choose from; empty where none makes sense
    can_hide: bool = False


@dataclass(frozen=True, kw_only=True)
class Column:
    """A shown column. ``width`` is in pixels, 0 shares the rest; the first one is the title."""

    path: str
    label: str
    numeric: bool = False
    width: int = 0
    sort: str = ""  #: "ascending" or "descending" of the first key, "" of all others
    direction: str = ""  #: the same of whichever key it is
    place: int = 0  #: which key it is, counted from 1, where there are several
    sort_url: str = ""  #: empty: cannot be sorted by
    unit: str = ""
    title: str = ""  #: the whole path in words: 来源 › 市场活动 › 名称
    rank: str = ""  #: "short" for a title that is a number, "long" for what names the record then
    menu: ColumnMenu | None = None


@dataclass(frozen=True, kw_only=True)
class GroupChip:
    """A key by which a list is grouped; ``periods`` are the grains of a date, by address."""

    label: str
    remove_url: str
    periods: tuple[Choice, ...] = ()
    forward_url: str = ""  #: the same with this key one level further out


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """A group of records: its value, how many there are, what stands under the columns."""

    label: Cell
    count: str
    url: str  #: the list of the group alone
    open_url: str  #: what stands in the group: further groups, or records
    totals: tuple[Total, ...] = ()  #: one a column, or none at all


@dataclass(frozen=True, kw_only=True)
class BoardColumn:
    """A state with its first records; ``leads`` are the states to which one may be dragged."""

    code: str
    label: str
    hue: str = ""
    count: str = ""
    figures: tuple[tuple[str, str], ...] = ()  #: what is summed: its label and the figure
    leads: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    all: Action | None = None  #: where there are more records than are shown


@dataclass(frozen=True, kw_only=True)
class PhoneRow:
    """The four places of a row on a phone: title, figure, state · second field, last place."""

    title: str
    lead: Cell | None = None
    state: Cell | None = None
    second: Cell | None = None
    tail: Cell | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A record in a list; ``cells`` stand in the order of the columns."""

    id: str
    url: str
    cells: tuple[Cell, ...]
    title: str = ""
    selected: bool = False
    retired: bool = False
    tags: tuple[Mark, ...] = ()  #: of whoever looks; each leads to the list of its records
    starred: bool = False
    phone: PhoneRow | None = None


@dataclass(frozen=True, kw_only=True)
class Total:
    """What stands under a column: the function's name and the figure; both empty for nothing."""

    function: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """A numbered page or a page size; without an address it is a gap (…)."""

    label: str
    url: str = ""
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class Pager:
    """Where we are and where we can go; by key (``next_url``) and by number."""

    text: str = ""  #: 1–50 / 186, or 1–50 / 1,000+
    first_url: str = ""
    previous_url: str = ""
    next_url: str = ""
    pages: tuple[PageLink, ...] = ()
    sizes: tuple[PageLink, ...] = ()
    count_url: str = ""  #: count exactly, where the count is capped


@dataclass(frozen=True, kw_only=True)
class ChooserEntry:
    """A field in the column chooser."""

    path: str
    label: str
    shown: bool = False
    pinned: bool = False  #: the title: always shown, always first
    total: str = ""  #: function chosen for the total
    totals: tuple[Choice, ...] = ()  #: functions to choose from; empty where none makes sense
    group: str = ""  #: heading among the hidden ones: fields of a linked entity


@dataclass(frozen=True, kw_only=True)
class ColumnChooser:
    """Which columns are shown, in which order, with which totals.

    Posts ``columns`` (once a shown path, in order) and ``total.<path>`` to ``save_url``; the
    answer is the list again.
    """

    save_url: str
    reset_url: str = ""
    entries: tuple[ChooserEntry, ...] = ()  #: shown ones in their order, then the hidden ones
    hidden: tuple[tuple[str, str], ...] = ()
    shown_count: int = 0


@dataclass(frozen=True, kw_only=True)
class BulkAction:
    """What can be done to the selected records.

    Posts ``ids`` (one a record) or ``all=1``, with the selection's hidden pairs and, where it
    has a ``name``, ``action=<name>``. ``confirm`` may hold ``{count}``.
    """

    label: str
    url: str
    name: str = ""
    icon: str = ""
    danger: bool = False
    confirm: str = ""


@dataclass(frozen=True, kw_only=True)
class Selection:
    """The bar that appears with a selection."""

    actions: tuple[BulkAction, ...] = ()
    counter: str = ""  #: "已选 {count} 家"
    all_label: str = ""  #: "选择全部 186 家"; empty: only this page can be selected
    all_hidden: tuple[tuple[str, str], ...] = ()  #: state by which the server finds all of them


@dataclass(frozen=True, kw_only=True)
class Empty:
    """Why nothing is here and what to do about it; ``kind``: none, filtered, done, error."""

    title: str
    text: str = ""
    kind: str = "none"
    actions: tuple[Action, ...] = ()
    note: str = ""
    note_action: Action | None = None


@dataclass(frozen=True, kw_only=True)
class ModeLink:
    """Table or cards; the address of a record is the same in both."""

    label: str
    url: str
    icon: str
    current: bool = False


@dataclass(frozen=True, kw_only=True)
class ListView:
    """A page of records of one entity."""

    template: ClassVar[str] = "list.html"
    title: str
    url: str = ""  #: this list with its whole state
    icon: str = ""
    count: str = ""  #: 186, or 1,000+
    search: SearchBox | None = None
    views: tuple[ViewTab, ...] = ()
    tag_menu: tuple[Action, ...] = ()  #: one's tags, each the list of its records
    view_actions: tuple[Action, ...] = ()  #: 还原, 保存, 另存为视图, 设置, 删除
    mode: str = "table"  #: table or cards
    modes: tuple[ModeLink, ...] = ()
    chips: tuple[FilterChip, ...] = ()
    filter: FilterBuilder | None = None
    sort_label: str = ""  #: 年成交额 ↓
    columns: tuple[Column, ...] = ()
    widths_url: str = ""  #: takes ``columns`` and ``width.<path>`` in characters; empty: fixed
    table_width: int = 0  #: pixels, where widths were chosen: columns keep them, whatever is there
    chooser: ColumnChooser | None = None
    rows: tuple[Row, ...] = ()
    group_chips: tuple[GroupChip, ...] = ()
    groups: tuple[GroupRow, ...] = ()  #: in place of rows
    groups_note: str = ""  #: that there are more groups than are shown
    board: tuple[BoardColumn, ...] = ()  #: in place of rows
    board_url: str = ""  #: takes ``record``, ``to`` and ``version``
    totals: tuple[Total, ...] = ()  #: one a column, or empty for no totals row
    pager: Pager = Pager()
    selection: Selection | None = None
    new: Action | None = None
    export: tuple[Action, ...] = ()  #: Excel, CSV
    more: tuple[Action, ...] = ()  #: import, recycle bin
    empty: Empty | None = None  #: given when there are no rows
    notice: str = ""  #: one sentence above the table, such as a filter that was not understood


@dataclass(frozen=True, kw_only=True)
class OpenedGroup:
    """What stands in a group: further groups or its first records, as rows of the list's table."""

    template: ClassVar[str] = "list_group.html"
    title: str
    back_url: str
    columns: tuple[Column, ...] = ()
    groups: tuple[GroupRow, ...] = ()
    rows: tuple[Row, ...] = ()
    note: str = ""
    all: Action | None = None  #: where there are more records than are shown
    selectable: bool = False
