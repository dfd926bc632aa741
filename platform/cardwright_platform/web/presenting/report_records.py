"""A list of records of several entities before a reader: a line each, leading to its card."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.model.entities import FieldModel
from cardwright_entities.reports.listing import Listed, RecordList
from cardwright_platform.views.reports import HeadCell, NumberCell, NumberRow, NumberTable
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url


@dataclass(frozen=True)
class ListFace:
    """One list of records for one reader: everything in words."""

    reader: Reader
    listed: RecordList

    @classmethod
    def of(cls, reader: Reader, listed: RecordList) -> ListFace:
        """Put a list before a reader."""
        return cls(reader.knowing(listed.titles), listed)

    @property
    def name(self) -> str:
        """Return what the list is called."""
        return self.reader.text(self.listed.definition.label, self.listed.definition.name)

    def titles(self) -> list[str]:
        """Return the titles of the columns: the record, what it is, then its values."""
        named = [
            self.reader.text(column.label) or self.reader.text(field.definition.label, column.path)
            for column, field in self.listed.columns
        ]
        return [self.reader.t("report.record"), self.reader.t("report.kind"), *named]

    def heads(self, each: Listed) -> tuple[str, str]:
        """Return what a record is called and what it is."""
        entity = self.reader.model.entity(each.record.entity)
        title = self.reader.locale.title(each.record.entity, each.record.id)
        return title or f"#{each.record.id}", self.reader.entity_label(entity)

    def cells(self, each: Listed) -> Iterator[tuple[FieldModel, object]]:
        """Yield the values of a record, each with the field that says how it is shown."""
        for column, field in self.listed.columns:
            own = each.fields.get(column.path, field)
            yield own, each.values.get(column.path) if column.path in each.fields else None

    def table(self) -> NumberTable:
        """Return the table of the page."""
        numeric = [False, False, *(field.type.numeric for _, field in self.listed.columns)]
        heads = (
            HeadCell(text=text, number=number)
            for text, number in zip(self.titles(), numeric, strict=True)
        )
        return NumberTable(
            caption=self.name,
            heads=(tuple(heads),),
            rows=tuple(self._row(each) for each in self.listed.records),
        )

    def _row(self, each: Listed) -> NumberRow:
        title, kind = self.heads(each)
        cells = (
            NumberCell(text=self.text(field, value), words=not field.type.numeric)
            for field, value in self.cells(each)
        )
        url = card_url(each.record.entity, each.record.id)
        return NumberRow(
            heads=(HeadCell(text=title, url=url),),
            cells=(NumberCell(text=kind, words=True), *cells),
        )

    def text(self, field: FieldModel, value: object) -> str:
        """Return a value in words."""
        if value is None:
            return ""
        return field.type.display(value, field.definition, self.reader.locale)
