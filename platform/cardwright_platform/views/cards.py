"""The card of one record: header, figures, tabs, and the parts that a tab is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.approvals import ApprovalPanel
from cardwright_platform.views.cells import Action, Cell, Mark
from cardwright_platform.views.flowing import ChainPanel
from cardwright_platform.views.lists import Column, Empty, Row, Total
from cardwright_platform.views.marks import MarkBox


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A field shown large in the header."""

    label: str
    cell: Cell
    note: str = ""
    note_tone: str = ""


@dataclass(frozen=True, kw_only=True)
class CardTab:
    """A tab of the card; only the current one's parts are loaded."""

    name: str
    label: str
    url: str
    count: str = ""
    current: bool = False
    phone_only: bool = False  #: what stands in the rail on a desk


@dataclass(frozen=True, kw_only=True)
class Spark:
    """The values that a field has had: a line in a room of 100 × 20, and the same in words."""

    points: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Item:
    """A field on a card: its label and its value."""

    label: str
    cell: Cell
    help: str = ""
    wide: bool = False  #: takes the whole row: long text, address
    edit_url: str = ""  #: the form with this field in focus; empty: may not be changed
    place_url: str = ""  #: the form of this field alone, which opens where it stands
    spark: Spark | None = None


@dataclass(frozen=True, kw_only=True)
class Section:
    """A titled group of fields."""

    template: ClassVar[str] = "parts/section.html"
    name: str
    label: str = ""
    items: tuple[Item, ...] = ()
    columns: int = 2


@dataclass(frozen=True, kw_only=True)
class LinesTable:
    """The lines of a head, to read; of very many the first, and the way to ``all``."""

    template: ClassVar[str] = "parts/lines_table.html"
    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    totals: tuple[Total, ...] = ()
    count: str = ""
    all: Action | None = None
    empty: str = ""
    shortened: bool = False


@dataclass(frozen=True, kw_only=True)
class RelatedList:
    """Records that point here: a few rows, the way to all of them, and a new one prefilled."""

    template: ClassVar[str] = "parts/related_list.html"
    name: str
    label: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = ()
    count: str = ""
    new: Action | None = None
    all: Action | None = None  #: 查看全部 6 位
    empty: str = ""
    totals: tuple[Total, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Change:
    """One field before and after; ``place`` names the line it belongs to."""

    label: str
    old: str = ""
    new: str = ""
    place: str = ""


@dataclass(frozen=True, kw_only=True)
class ChangeSet:
    """One save, import or bulk edit as it touched this record."""

    id: str
    day: str  #: heading under which it stands: 今天, 11月18日
    time: str  #: 10:38
    time_title: str = ""  #: date and time in full
    who: str = ""
    what: str = ""  #: 修改了信用额度, 新建, 删除
    icon: str = "pencil"
    changes: tuple[Change, ...] = ()
    record: Mark | None = None  #: where the set touched another record than this one
    undo: Action | None = None


@dataclass(frozen=True, kw_only=True)
class HistoryPanel:
    """Change sets from new to old."""

    template: ClassVar[str] = "parts/history.html"
    change_sets: tuple[ChangeSet, ...] = ()
    more_url: str = ""
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """A file of a record."""

    id: str
    name: str
    url: str
    size: str = ""
    kind: str = ""  #: icon of its kind: file-text, photo, file-spreadsheet
    who: str = ""
    when: str = ""
    image: str = ""  #: thumbnail
    field: str = ""  #: label of the field that holds it; empty: attached to the record
    remove: Action | None = None


@dataclass(frozen=True, kw_only=True)
class FilesPanel:
    """The files of a record; uploading posts ``files`` to ``upload_url``."""

    template: ClassVar[str] = "parts/files.html"
    files: tuple[FileEntry, ...] = ()
    upload_url: str = ""  #: empty: may not upload
    limit: str = ""  #: 单个文件不超过 20 MB
    empty: str = ""


@dataclass(frozen=True, kw_only=True)
class ShareEntry:
    """One with whom a record is shared: a person, or many behind one name."""

    name: str
    url: str = ""
    initial: str = ""  #: character in the round badge of a person
    icon: str = ""  #: in its place of a team, a department, a role
    hue: str = "slate"
    kind: str = ""  #: 团队, 部门（含下级）, 角色
    level: str = ""
    edits: bool = False
    collaborator: bool = False  #: edits for good
    until: str = ""
    by: str = ""  #: 王建国于 2026-11-18 共享
    end: Action | None = None


@dataclass(frozen=True, kw_only=True)
class SharesPanel:
    """With whom a record is shared, those first who may edit it for good."""

    template: ClassVar[str] = "parts/shares.html"
    shares: tuple[ShareEntry, ...] = ()
    new: Action | None = None
    empty: str = ""


Part = (
    Section
    | LinesTable
    | RelatedList
    | HistoryPanel
    | FilesPanel
    | ChainPanel
    | ApprovalPanel
    | SharesPanel
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One state of a path. ``tone``: done, now, later, lost; ``move`` leads there from here."""

    label: str
    tone: str
    note: str = ""  #: 已 3 天, of where the record stands
    hint: str = ""  #: when it stood there, and how long
    move: Action | None = None


@dataclass(frozen=True, kw_only=True)
class StagePath:
    """Where a record stands in its process."""

    label: str
    steps: tuple[Step, ...]
    now: str  #: the state in words, for a phone
    text: str = ""  #: 第 4 步，共 5 步，已 412 天


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Where the record stands in the list from which it was opened."""

    text: str = ""  #: 3 / 186
    previous_url: str = ""
    next_url: str = ""


@dataclass(frozen=True, kw_only=True)
class Card:
    """The page of one record."""

    template: ClassVar[str] = "card.html"
    title: str
    url: str
    entity: str  #: label of the entity
    list_url: str
    icon: str = ""
    initial: str = ""  #: character in the tile before the title; empty: the icon
    hue: str = "blue"
    image: str = ""  #: picture in the tile
    meta: tuple[Cell, ...] = ()  #: the line under the title
    marks: MarkBox | None = None
    figures: tuple[Figure, ...] = ()
    paths: tuple[StagePath, ...] = ()
    tabs: tuple[CardTab, ...] = ()
    parts: tuple[Part, ...] = ()  #: of the current tab
    rail: HistoryPanel | None = None  #: the history at the right on a desk
    view: Mark | None = None  #: the named query from which it was opened
    neighbours: Neighbours | None = None
    edit: Action | None = None
    primary: Action | None = None
    primary_more: tuple[Action, ...] = ()  #: what else can be done, behind the primary one
    more: tuple[Action, ...] = ()  #: duplicate, delete, print
    contact: tuple[Action, ...] = ()  #: tiles on a phone: call, map, mail
    closed: str = ""  #: why it cannot be edited: closed for good, locked
    returns: str = ""  #: when and why it goes back into the pool by itself
    recycled: str = ""  #: 王建国 11月18日 移入回收站; empty: not in the bin
    restore: Action | None = None
    empty: Empty | None = None
