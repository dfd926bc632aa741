"""What a change of definitions fails on, as far as its reader may know: records, and their values.

A plan and a commit say which records they are about, and no more. Who looks at them needs the right
to change definitions, which is no right to read records: what a value is, and whose, is read with
the reader's own rights. A record that he may not read, or whose field he may not read, is counted
and not named.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from cardwright_entities.changes.commits import load_active, load_bodies
from cardwright_entities.changes.conversion_rows import Reject
from cardwright_entities.changes.conversions import TypedField, typed_field
from cardwright_entities.changes.plans import Offence, Plan
from cardwright_entities.changes.tables import build_tables
from cardwright_entities.errors import Message
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.pages import read_rows
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_entities.queries.sorting import Cursors
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition

#: Characters of a value that are told.
_SHOWN = 60
#: Kinds of offences that are about the value of one field.
_OF_VALUES = ("convert", "value")

_Place = tuple[str, str]  # an entity and the retired field that keeps former values


@dataclass(frozen=True)
class Failing:
    """A record that a change fails on: what it holds or held, and why that does not do."""

    entity: str
    record: int
    title: str = ""
    value: str = ""
    reason: Message | None = None


@dataclass(frozen=True)
class FormerValues:
    """Reads them at one desk, with the rights that it has."""

    session: Session
    reading: Reading
    cursors: Cursors

    def of_plan(self, plan: Plan, offence: Offence) -> tuple[Failing, ...]:
        """Return the records of an offence that may be named, with their values as they are."""
        entity, names = self._present(plan, offence)
        there, of_value = tuple(filter(None, names)), offence.kind in _OF_VALUES
        asked = names if of_value else there  # a field that comes has no values to hide
        if entity is None or not all(self._may_know(entity, name) for name in asked):
            return ()
        told = there if of_value else ()
        rows, titles = self._rows(entity, offence.records, told)
        locale = self._locale(titles)
        reasons = dict(zip(offence.records, offence.reasons, strict=False))
        return tuple(
            Failing(
                entity.name,
                record,
                titles.get((entity.name, record), ""),
                " ".join(_shown(entity, name, rows[record], locale) for name in told),
                reasons.get(record),
            )
            for record in offence.records
            if record in rows
        )

    def of_commit(self, rejects: Sequence[Reject]) -> tuple[Failing | None, ...]:
        """Return beside each value that did not convert what may be told of it, if anything."""
        if not rejects:
            return ()
        _, catalog = load_active(self.session)
        places: defaultdict[_Place, list[Reject]] = defaultdict(list)
        for each in rejects:
            places[each.entity, each.kept_in].append(each)
        told = {
            (place, failing.record): failing
            for place, some in sorted(places.items())
            for failing in self._kept(catalog, place, some)
        }
        return tuple(told.get(((each.entity, each.kept_in), each.record)) for each in rejects)

    # -- of plans ------------------------------------------------------------------------------

    def _present(self, plan: Plan, offence: Offence) -> tuple[EntityModel | None, tuple[str, ...]]:
        """Return the entity of an offence and its fields as they are called before the change.

        A field that is not in use has no name then.
        """
        address = offence.target.partition("#")[0]
        part = self._wanted(plan, address)
        entities = self.reading.model.catalog.entities.values()
        before = next((each.name for each in entities if each.id == part["id"]), None)
        if before is None:
            return None, ()
        entity = self.reading.model.entity(before)
        ids = {field.definition.id: name for name, field in entity.fields.items()}
        asked = [part["fields"][name]["id"] for name in offence.fields if name in part["fields"]]
        return entity, tuple(ids.get(each, "") for each in asked)

    def _wanted(self, plan: Plan, address: str) -> Mapping[str, Any]:
        digest = dict(plan.parts)[address]
        if digest not in plan.bodies:
            return load_bodies(self.session, [digest])[digest]
        part: dict[str, Any] = json.loads(plan.bodies[digest])
        return part

    # -- of commits ----------------------------------------------------------------------------

    def _kept(
        self, catalog: Catalog, place: _Place, rejects: Sequence[Reject]
    ) -> Iterator[Failing]:
        entity = catalog.entities.get(place[0])
        kept = entity.fields.get(place[1]) if entity is not None else None
        if entity is None or kept is None or entity.retired:
            return
        model = self.reading.model.entity(entity.name)
        now = next((n for n, f in model.fields.items() if f.definition.id == kept.kept_of), "")
        if not self._may_know(model, now):
            return
        rows, titles = self._rows(model, [each.record for each in rejects], ())
        typed = typed_field(kept, self.reading.model.types.of(kept), catalog.picklists)
        values = self._former(catalog, entity, typed, rows)
        locale = self._locale(titles | self._titles_behind(typed, values.values()))
        for each in rejects:
            if each.record in rows:
                value = values.get(each.record)
                told = "" if value is None else _line(typed.type.display(value, kept, locale))
                title = titles.get((entity.name, each.record), "")
                yield Failing(entity.name, each.record, title, told, each.message)

    def _former(
        self,
        catalog: Catalog,
        entity: EntityDefinition,
        kept: TypedField,
        records: Collection[int],
    ) -> dict[int, object]:
        """Return what the kept field holds, of records that may be read."""
        types = self.reading.model.types
        tables = build_tables(entity, catalog, types, self.session.dialect)
        columns, key = tables.fields[kept.definition.name], tables.table.c.id
        rows = self.session.rows(select(key, *columns).where(key.in_(sorted(records))))
        return {int(row[0]): kept.type.from_row(row[1:], kept.definition) for row in rows}

    def _titles_behind(self, kept: TypedField, values: Iterable[object]) -> Titles:
        if kept.kind != "record" or kept.definition.targets[0] not in self._known:
            return {}
        found = [each for each in values if isinstance(each, int)]
        return titles_of(self.session, self.reading, kept.definition.targets[0], found)

    # -- what may be known ---------------------------------------------------------------------

    @property
    def _known(self) -> Collection[str]:
        return self.reading.model.catalog.entities

    def _may_know(self, entity: EntityModel, name: str) -> bool:
        """Tell whether a field is there for the reader; one that is gone only for the operator."""
        if self.reading.context.principal.is_system:
            return True
        return name in entity.fields and self.reading.has_field(entity, name)

    def _rows(
        self, entity: EntityModel, records: Sequence[int], columns: tuple[str, ...]
    ) -> tuple[dict[int, RowOfPage], Titles]:
        """Return the records that may be read, those in the recycle bin too, with all titles."""
        rows: dict[int, RowOfPage] = {}
        titles: Titles = {}
        for deleted in (False, True):
            ids = tuple(each for each in records if each not in rows)
            if not ids or not self.reading.rows(entity.name):
                break
            request = PageRequest(
                entity=entity.name,
                columns=columns,
                ids=ids,
                limit=len(ids),
                count="none",
                deleted=deleted,
            )
            page = read_rows(self.session, self.reading, request, self.cursors)
            rows |= {each.id: each for each in page.rows}
            titles |= page.titles
        return rows, titles | titles_of(self.session, self.reading, entity.name, rows)

    def _locale(self, titles: Titles) -> Locale:
        context = self.reading.context
        return Locale(language=context.language, zone=context.zone, titles=titles)


def _shown(entity: EntityModel, name: str, row: RowOfPage, locale: Locale) -> str:
    field, value = entity.fields[name], row.values.get(name)
    return "" if value is None else _line(field.type.display(value, field.definition, locale))


def _line(text: str) -> str:
    """Return a value as one short line: what cannot be printed is left out."""
    line = " ".join("".join(each if each.isprintable() else " " for each in text).split())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
