"""What is asked of an import or an export, as it travels in a job: names and ids only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from cardwright_entities.access.policy import Policy
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message
from cardwright_entities.model.model import Model
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.records.gate import Records
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Node

IMPORT, EXPORT = "import", "export"
CREATE, UPDATE, UPSERT = "create", "update", "upsert"


class Desk(Protocol):
    """Where one principal works within one transaction; the engine opens it."""

    session: Session
    context: Context
    model: Model
    policy: Policy
    cursors: Cursors

    @property
    def settings(self) -> Mapping[str, object]:
        """The values of the settings; they cost a statement when one is looked at."""

    @property
    def reading(self) -> Reading:
        """What every read of the transaction shares."""

    @property
    def records(self) -> Records:
        """The write gate."""

    def condition(
        self, entity: str, text: str = "", filter_: Mapping[str, Any] | None = None
    ) -> Node | None:
        """Return the typed tree of a condition."""


class OpenDesk(Protocol):
    """Opens a desk over a session; of the model that is active in it."""

    def __call__(self, session: Session, context: Context) -> Desk:
        """Open the desk."""


class Say(Protocol):
    """Puts a message into words of a language; the platform has the words."""

    def __call__(self, message: Message, language: str) -> str:
        """Return the sentence."""


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """One file into one entity.

    ``columns`` maps titles of the file, or places such as ``#3``, to paths of fields and wins over
    the map and the guess; an empty path leaves a column out. A path is a field (``name``), a link
    with the field by which its record is found (``customer.code``) or a field of a line
    (``items.product``). ``blanks`` tells whether an empty cell leaves a value alone (keep) or
    empties it (clear).
    """

    file: int
    entity: str
    import_map: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    key: tuple[str, ...] = ()
    mode: str = ""
    blanks: str = "keep"
    dry_run: bool = False
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""

    def to_arguments(self) -> dict[str, Any]:
        """Return the request as a job keeps it."""
        return asdict(self)

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, Any]) -> ImportRequest:
        """Read the request that a job keeps."""
        return cls(**{**arguments, "key": tuple(arguments["key"])})


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """Records of one entity into one file; ``columns`` are paths, none for those of the list.

    ``with_ids`` adds id and version, so that the file can come back as changes. ``reason`` is why
    somebody wants the file, kept in the log.
    """

    entity: str
    columns: tuple[str, ...] = ()
    where: str = ""
    filter: Mapping[str, Any] | None = None
    search: str = ""
    sort: tuple[str, ...] = ()  #: paths, ``-`` before one that runs from high to low
    ids: tuple[int, ...] = ()
    format: str = "xlsx"  #: xlsx or csv
    with_ids: bool = False
    reason: str = ""

    def to_arguments(self) -> dict[str, Any]:
        """Return the request as a job keeps it."""
        return asdict(self)

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, Any]) -> ExportRequest:
        """Read the request that a job keeps."""
        lists = {name: tuple(arguments[name]) for name in ("columns", "sort", "ids")}
        return cls(**{**arguments, **lists})
