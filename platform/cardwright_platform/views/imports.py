"""The pages of an import: upload, columns, dry run, progress, result with undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.jobs import JobView


@dataclass(frozen=True, kw_only=True)
class Step:
    """A step of the import; ``state``: done, now, next."""

    label: str
    state: str = "next"
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportUpload:
    """Choose a file. Posts ``file``, ``encoding``, ``map`` to ``action``."""

    template: ClassVar[str] = "import_upload.html"
    title: str
    entity: str
    list_url: str
    action: str
    steps: tuple[Step, ...]
    limit: str = ""
    maps: tuple[Choice, ...] = ()  #: import maps that packs bring
    encodings: tuple[Choice, ...] = ()
    templates: tuple[Action, ...] = ()  #: download an empty table
    errors: tuple[str, ...] = ()
    recent: tuple[JobView, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ImportColumn:
    """A column of the file, sample values, and the field it becomes.

    Posts ``column.<number>`` (a field path, empty: left out) and ``match.<number>``.
    """

    number: int
    title: str
    samples: tuple[str, ...] = ()
    fields: tuple[Choice, ...] = ()
    matches: tuple[Choice, ...] = ()  #: for a link: by which field of the target it is found
    guess: str = ""  #: why this field: 标题相同, 别名
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportMapping:
    """Which column becomes which field, and how existing records are found.

    Posts the columns, ``mode`` (create, update, upsert) and ``key`` (several) to ``action``.
    """

    template: ClassVar[str] = "import_mapping.html"
    title: str
    entity: str
    list_url: str
    action: str
    steps: tuple[Step, ...]
    file: str
    file_note: str = ""  #: GB18030, 3,120 行
    columns: tuple[ImportColumn, ...] = ()
    modes: tuple[Choice, ...] = ()
    keys: tuple[Choice, ...] = ()
    sheets: tuple[Choice, ...] = ()
    missing: tuple[str, ...] = ()  #: labels of required fields without a column
    errors: tuple[str, ...] = ()
    hidden: tuple[tuple[str, str], ...] = ()
    back_url: str = ""


@dataclass(frozen=True, kw_only=True)
class RowMessage:
    """What is said about one row of the file."""

    row: str
    column: str = ""
    value: str = ""
    text: str = ""
    tone: str = "danger"  #: danger: rejected; warning: taken with a remark


@dataclass(frozen=True, kw_only=True)
class Count:
    """A figure of a dry run or a result; ``tone``: "", success, warning, danger."""

    label: str
    text: str
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportResult:
    """The dry run, or what was done: counts, messages, and the way on or back.

    Nothing was changed while ``dry``; then ``action`` posts to begin.
    """

    template: ClassVar[str] = "import_result.html"
    title: str
    entity: str
    list_url: str
    steps: tuple[Step, ...]
    dry: bool = True
    headline: str = ""
    text: str = ""
    counts: tuple[Count, ...] = ()
    messages: tuple[RowMessage, ...] = ()
    more_messages: str = ""  #: 还有 212 条
    rejects: Action | None = None  #: download the rejected rows with their messages
    action: Action | None = None  #: begin
    back: Action | None = None
    undo: Action | None = None
    open: Action | None = None  #: the records of this import as a list


@dataclass(frozen=True, kw_only=True)
class ImportProgress:
    """The import or export at work; polled. ``fetch_url`` is downloaded once without a click."""

    template: ClassVar[str] = "import_progress.html"
    title: str
    entity: str
    list_url: str
    steps: tuple[Step, ...]
    job: JobView
    note: str = ""
    poll_url: str = ""
    fetch_url: str = ""
