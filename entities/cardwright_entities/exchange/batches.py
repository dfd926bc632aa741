"""One batch of documents into the gate: found by key, created or changed, each refused alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_entities.exchange.documents import Document
from cardwright_entities.exchange.finding import Key, find_records
from cardwright_entities.exchange.mapping import ImportPlan
from cardwright_entities.exchange.requests import CREATE, UPDATE, Desk
from cardwright_entities.jobs.outcomes import WARNED, RowOutcome
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.gate import Records, Saved, SaveOptions

#: What the gate says of one record; anything else is our mistake or the database's state.
_REFUSALS = (InputError, AccessError, ConflictError, NotFoundError)


@dataclass
class BatchResult:
    """What became of a batch: rows by outcome, records created and changed."""

    outcomes: list[RowOutcome] = field(default_factory=list)
    imported: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    warned: int = 0


@dataclass
class Batch:
    """Stores documents within one transaction. ``fresh`` opens a gate that remembers nothing."""

    desk: Desk
    plan: ImportPlan
    options: SaveOptions
    fresh: Callable[[], Records]
    #: keys that this run has stored already; a dry run finds them nowhere else
    stored: set[Key] | None = None
    result: BatchResult = field(default_factory=BatchResult)

    def __post_init__(self) -> None:
        """Open the gate."""
        self.entity: EntityModel = self.desk.model.entity(self.plan.entity)
        self._gate = self.fresh()
        self._waiting: list[Document] = []
        self._waiting_keys: set[Key] = set()
        self._made: dict[Key, int] = {}

    def run(self, documents: Sequence[Document]) -> BatchResult:
        """Store what can be stored; say of every row what became of it."""
        good = [each for each in documents if not each.refused]
        for each in documents:
            if each.refused:
                self._reject(each)
        keys = {self._key(each) for each in good}
        names = self.plan.key
        found = dict(find_records(self.desk, self.entity, names, keys)) if names else {}
        if self.entity.definition.owner:
            self._store_lines(good, found)
        else:
            for each in good:
                self._store(each, found)
            self._flush()
        return self.result

    # -- heads -----------------------------------------------------------------------------------

    def _store(self, document: Document, found: dict[Key, tuple[int, ...]]) -> None:
        key = self._key(document)
        if key in self._waiting_keys:
            self._flush()
        if key in self._made:
            found = {**found, key: (self._made[key],)}
        if self.stored is not None and key in self.stored and key not in found:
            if self.plan.mode == CREATE:
                self._refuse(document, Message("already_there"))
            else:
                self._accept(document, None)
                self.result.updated += 1
            return
        record = self._record(document, key, found)
        if document.refused:
            self._reject(document)
        elif record is None:
            self._waiting.append(document)
            self._waiting_keys.add(key)
        else:
            self._update(document, record)

    def _record(
        self, document: Document, key: Key, found: dict[Key, tuple[int, ...]]
    ) -> int | None:
        """Return the record that a document changes, None for a new one; refuse what is neither."""
        hits = found.get(key, ()) if key and None not in key else ()
        first = document.rows[0]
        if len(hits) > 1:
            first.refuse("", Message.of("several_records", text=_shown(key), count=len(hits)))
        elif hits and self.plan.mode == CREATE:
            first.refuse(self.plan.key[0], Message("already_there"))
        elif not hits and self._must_exist(key):
            first.refuse(self.plan.key[0], Message.of("no_such_record", text=_shown(key)))
        return hits[0] if hits else None

    def _must_exist(self, key: Key) -> bool:
        # An id is never made up: one that is given is one that is there.
        return self.plan.mode == UPDATE or (self.plan.key == ("id",) and key != (None,))

    def _update(self, document: Document, record: int) -> None:
        options = replace(self.options, replace_lines=bool(document.lines))
        version = document.head.get("version")
        try:
            with self.desk.session.savepoint():
                saved = self._gate.update(
                    self.entity.name, record, document.values(), version, options
                )
        except _REFUSALS as error:
            self._gate = self.fresh()
            self._refuse_by(document, error)
        else:
            document.warn(saved.warnings.values())
            self._accept(document, record)
            self.result.updated += 1

    def _flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._waiting_keys.clear()
        self._create(waiting)

    def _create(self, documents: Sequence[Document]) -> None:
        """Create all at once; where that fails as a whole, halve until it is known why."""
        if not documents:
            return
        results: Sequence[Saved | InputError]
        raws = [each.values() for each in documents]
        try:
            with self.desk.session.savepoint():
                results = self._gate.create_many(self.entity.name, raws, self.options, atomic=False)
        except _REFUSALS as error:
            self._gate = self.fresh()
            if len(documents) == 1:
                self._refuse_by(documents[0], error)
                return
            middle = len(documents) // 2
            self._create(documents[:middle])
            self._create(documents[middle:])
            return
        for document, result in zip(documents, results, strict=True):
            if isinstance(result, InputError):
                self._refuse_by(document, result)
            else:
                document.warn(result.warnings.values())
                self._accept(document, result.id)
                self.result.created += 1

    # -- lines in a file of their own ------------------------------------------------------------

    def _store_lines(
        self, documents: Sequence[Document], found: dict[Key, tuple[int, ...]]
    ) -> None:
        by_head: dict[int, list[tuple[Document, int | None]]] = {}
        for each in documents:
            head = each.head.get("head")
            record = self._record(each, self._key(each), found)
            if not isinstance(head, int):
                each.rows[0].refuse("head", Message("required"))
            if each.refused or not isinstance(head, int):
                self._reject(each)
            else:
                by_head.setdefault(head, []).append((each, record))
        for head, lines in by_head.items():
            self._save_head(head, lines)

    def _save_head(self, head: int, lines: list[tuple[Document, int | None]]) -> None:
        owner = self.entity.definition
        raws = [_line(document, record) for document, record in lines]
        values = {owner.owner_field: raws}
        try:
            with self.desk.session.savepoint():
                self._gate.update(owner.owner, head, values, None, self.options)
        except _REFUSALS as error:
            self._gate = self.fresh()
            if len(lines) == 1:
                self._refuse_by(lines[0][0], _of_line(error, owner.owner_field))
                return
            for each in lines:
                self._save_head(head, [each])
        else:
            for document, record in lines:
                self._accept(document, record)
                self.result.created += record is None
                self.result.updated += record is not None

    # -- what became of them ---------------------------------------------------------------------

    def _key(self, document: Document) -> Key:
        return tuple(document.head.get(name) for name in self.plan.key)

    def _accept(self, document: Document, record: int | None) -> None:
        self.result.imported += len(document.rows)
        key = self._key(document)
        if key and None not in key:
            if record is not None:
                self._made[key] = record
            if self.stored is not None:
                self.stored.add(key)
        said = document.outcomes(record)
        self.result.outcomes += said
        self.result.warned += sum(1 for each in said if each.outcome == WARNED)

    def _refuse_by(self, document: Document, error: CardwrightError) -> None:
        if isinstance(error, InputError):
            document.refuse(error)
        else:
            document.rows[0].refuse("", error.message)
        self._reject(document)

    def _refuse(self, document: Document, message: Message) -> None:
        document.rows[0].refuse("", message)
        self._reject(document)

    def _reject(self, document: Document) -> None:
        self.result.rejected += len(document.rows)
        self.result.outcomes += document.rejections()


def _line(document: Document, record: int | None) -> dict[str, Any]:
    values = {name: value for name, value in document.head.items() if name not in ("head", "id")}
    return values if record is None else {**values, "id": record}


def _of_line(error: CardwrightError, lines: str) -> CardwrightError:
    """Return a head's error as one of its only line: ``items.0.price`` is ``price``."""
    if not isinstance(error, InputError):
        return error
    prefix = f"{lines}.0."
    fields = {place.removeprefix(prefix): said for place, said in error.fields.items()}
    return InputError(fields, confirm=error.confirm)


def _shown(key: Key) -> str:
    return " / ".join(str(each) for each in key)[:60]
