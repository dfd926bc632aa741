"""Which column of a file is which field: said by a map, else guessed from titles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.errors import InputError, Message
from cardwright_entities.exchange.cells import Cell, cell_text
from cardwright_entities.exchange.fields import (
    IDENTITY,
    ExchangeField,
    importable_fields,
    match_fields,
)
from cardwright_entities.exchange.requests import CREATE, UPSERT, Desk, ImportRequest
from cardwright_entities.folding import fold
from cardwright_entities.model.entities import EntityModel
from cardwright_metadata.definitions.others import ImportColumnDefinition, ImportMapDefinition

#: Titles stand in one of the first rows.
HEADER_ROWS = 10
_SIGNS = re.compile(r"[\s_\-*:：'\"()（）\[\]【】]+")
_BRACKETS = re.compile(r"[(（](.*?)[)）]\s*$")
_DOTS = re.compile(r"[./\\·。]")


@dataclass(frozen=True, kw_only=True)
class ColumnUse:
    """One column that is read: its place, its title, the field it fills and how.

    ``match`` is the field of the linked entity by which a link is found, empty for any of those
    by which people name its records.
    """

    index: int
    title: str
    path: str
    match: str = ""
    empty: frozenset[str] = frozenset()
    pattern: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Return the path as names."""
        return tuple(self.path.split("."))


@dataclass(frozen=True, kw_only=True)
class ImportPlan:
    """How every row of a file is read and stored."""

    entity: str
    columns: tuple[ColumnUse, ...]
    width: int  #: cells of the row of titles
    delimiter: str = ""  #: of a CSV file, empty for a workbook
    key: tuple[str, ...]
    mode: str
    blanks: str
    unknown: tuple[str, ...] = ()  #: titles that nobody wanted to leave out


def plan_import(
    desk: Desk, request: ImportRequest, header: Sequence[Cell], delimiter: str = ""
) -> ImportPlan:
    """Decide the use of every column; raise InputError when the file cannot be read so."""
    entity = desk.model.entity(request.entity)
    said = _import_map(desk, request)
    titles = [cell_text(cell).strip() for cell in header]
    columns, unknown = _use_columns(desk, entity, request, said, titles)
    if not columns:
        raise InputError({"columns": [Message("no_column_known")]})
    key = _key(entity, request, said, columns)
    mode = request.mode or (said.mode if said else UPSERT)
    if mode != CREATE and not key:
        if mode != UPSERT:
            raise InputError({"key": [Message("key_missing")]})
        mode = CREATE
    return ImportPlan(
        entity=entity.name,
        columns=columns,
        width=len(titles),
        delimiter=delimiter,
        key=key,
        mode=mode,
        blanks=request.blanks,
        unknown=unknown,
    )


def find_header(desk: Desk, request: ImportRequest, rows: Sequence[Sequence[Cell]]) -> int:
    """Return which of the first rows holds the titles: the one with the most known ones."""
    entity = desk.model.entity(request.entity)
    names = _Names(desk, entity, _import_map(desk, request))
    explicit = {_plain(title) for title in request.columns}

    def known(row: Sequence[Cell]) -> int:
        titles = [cell_text(cell) for cell in row if isinstance(cell, str)]
        return sum(1 for each in titles if names.find(each) or _plain(each) in explicit)

    scores = [known(row) for row in rows[:HEADER_ROWS]]
    return scores.index(max(scores)) if scores else 0


def _import_map(desk: Desk, request: ImportRequest) -> ImportMapDefinition | None:
    if not request.import_map:
        return None
    found = desk.model.catalog.import_maps.get(request.import_map)
    if found is None or found.entity != request.entity:
        raise InputError({"import_map": [Message.of("unknown_map", name=request.import_map)]})
    return found


def _use_columns(
    desk: Desk,
    entity: EntityModel,
    request: ImportRequest,
    said: ImportMapDefinition | None,
    titles: Sequence[str],
) -> tuple[tuple[ColumnUse, ...], tuple[str, ...]]:
    names = _Names(desk, entity, said)
    explicit = {_plain(title): path for title, path in request.columns.items()}
    mapped = {_plain(each.column): each for each in said.columns} if said else {}
    ignored = {_plain(each) for each in said.ignore} if said else set()
    common = frozenset(said.empty) if said else frozenset()
    used: dict[str, ColumnUse] = {}
    unknown: list[str] = []
    for index, title in enumerate(titles):
        plain = _plain(title)
        definition = mapped.get(plain)
        found = ""
        said_here = explicit.get(f"#{index + 1}", explicit.get(plain))
        if said_here is not None:
            found = said_here and names.require(said_here)
        elif definition is not None:
            found = names.require(definition.field)
        elif plain and plain not in ignored:
            found = names.find(title)
            if not found:
                unknown.append(title)
        if found and found not in used:
            used[found] = _use(index, title, found, definition, common, names)
    return tuple(used.values()), tuple(unknown)


def _use(
    index: int,
    title: str,
    found: str,
    definition: ImportColumnDefinition | None,
    common: frozenset[str],
    names: _Names,
) -> ColumnUse:
    path, match = names.split(found)
    return ColumnUse(
        index=index,
        title=title,
        path=path,
        match=(definition.match if definition else "") or match,
        empty=common | frozenset(definition.empty if definition else ()),
        pattern=definition.pattern if definition else "",
    )


def _key(
    entity: EntityModel,
    request: ImportRequest,
    said: ImportMapDefinition | None,
    columns: Sequence[ColumnUse],
) -> tuple[str, ...]:
    paths = [each.path for each in columns]
    wanted = request.key or (said.key if said else ())
    missing = [name for name in wanted if name not in paths]
    if missing:
        raise InputError({"key": [Message.of("key_not_in_file", fields=", ".join(missing))]})
    if wanted:
        return tuple(wanted)
    if "id" in paths:
        return ("id",)
    for unique in (each for each in entity.stored if each.definition.unique):
        if unique.name in paths:
            return (unique.name,)
    for several in entity.definition.unique.values():
        if several.condition is None and set(several.fields) <= set(paths):
            return several.fields
    return ()


class _Names:
    """Finds paths by what people call them."""

    def __init__(self, desk: Desk, entity: EntityModel, said: ImportMapDefinition | None) -> None:
        self._desk = desk
        self._fields = {each.path: each for each in importable_fields(desk, entity)}
        self._titles: dict[str, str] = {}
        for path in (*IDENTITY, *self._fields):
            self._add(path, path)
        for path, each in self._fields.items():
            self._add_labels(path, each, bare=False)
        aliases: Mapping[str, Sequence[str]] = said.aliases if said else {}
        for path, words in aliases.items():
            for word in words:
                self._add(word, path)
        # A line's field alone, where no field of the head is called so.
        for path, each in self._fields.items():
            if each.lines is not None:
                self._add(each.found.name, path)
                self._add_labels(path, each, bare=True)

    def find(self, title: str) -> str:
        """Return the path that a title means, empty for none; ``客户.编码`` names a match too."""
        if not title.strip():
            return ""
        own = self._titles.get(_plain(title))
        if own:
            return own
        brackets = _BRACKETS.search(title)
        if brackets:
            inside = self._titles.get(_plain(brackets[1]))
            return inside or self.find(title[: brackets.start()])
        return self._through_link(title)

    def require(self, path: str) -> str:
        """Return a path that somebody wrote; raise InputError if there is no such field."""
        field, _ = self.split(path)
        if field not in self._fields and field not in IDENTITY:
            raise InputError({"columns": [Message.of("unknown_field", name=path)]})
        return path

    def split(self, path: str) -> tuple[str, str]:
        """Return the field's own path, and the match that may follow it."""
        if path in self._fields or path in IDENTITY:
            return path, ""
        field, _, match = path.rpartition(".")
        return (field, match) if field in self._fields else (path, "")

    def _through_link(self, title: str) -> str:
        parts = _DOTS.split(title)
        link = self._titles.get(_plain("".join(parts[:-1]))) if len(parts) > 1 else None
        if link not in self._fields:
            return ""
        wanted = _plain(parts[-1])
        for target in self._fields[link].found.targets:
            for each in match_fields(self._desk.model.entity(target)):
                labels = [text for _, text in each.definition.label.words]
                if wanted in map(_plain, [each.name, *labels]):
                    return f"{link}.{each.name}"
        return ""

    def _add_labels(self, path: str, each: ExchangeField, *, bare: bool) -> None:
        for language, text in each.found.definition.label.words:
            self._add(text if bare else each.title(language), path)

    def _add(self, title: str, path: str) -> None:
        self._titles.setdefault(_plain(title), path)


def _plain(title: str) -> str:
    """Return a title without what people write differently: case, width, blanks, stars, dots."""
    return _DOTS.sub("", _SIGNS.sub("", fold(title)))
