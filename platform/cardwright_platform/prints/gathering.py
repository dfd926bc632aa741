"""A record → what its print may say: only what its reader may read, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from cardwright_entities.engine import Desk
from cardwright_entities.field_types.masking import MaskedType
from cardwright_entities.files.register import names_of
from cardwright_entities.locales import Locale
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_platform.prints.pictures import Pictures

#: Field → the fields of the record behind it that the template names.
Needs = Mapping[str, "Needs"]
Titles = Mapping[tuple[str, int], str]
Row = Mapping[str, object]

_DEEPEST = 3
_BATCH = 200
_FILES = "cw_file"
_PICTURES = frozenset({"image", "images"})


def needs_of(paths: Iterable[tuple[str, ...]]) -> Needs:
    """Return the paths of templates as a tree."""
    tree: dict[str, Any] = {}
    for path in paths:
        here = tree
        for name in path[: _DEEPEST + 1]:
            here = here.setdefault(name, {})
    return tree


@dataclass
class Gathering:
    """Reads the values of one print at a desk, with the rights of its reader."""

    desk: Desk
    locale: Locale
    pictures: Pictures
    titles: dict[tuple[str, int], str] = field(default_factory=dict)

    def rows(self, entity: EntityModel, rows: Sequence[Row], needs: Needs) -> list[dict[str, Any]]:
        """Return the values of records of one entity, with what is behind their links."""
        self._learn_file_names(entity, rows)
        shown = {**entity.fields, **self.desk.reading.masked(entity)}
        behind = {
            name: self._behind(shown[name], rows, inner)
            for name, inner in needs.items()
            if inner and name in shown
        }
        return [
            {
                name: self.cell(shown[name], value, behind.get(name, {}), pictured=name in needs)
                for name, value in row.items()
                if name in shown
            }
            for row in rows
        ]

    def cell(
        self,
        found: FieldModel,
        value: object,
        behind: Mapping[int, dict[str, Any]] | None = None,
        *,
        pictured: bool = False,
    ) -> dict[str, Any]:
        """Return one value: its text, its worth, the record behind it, its picture."""
        locale = replace(self.locale, titles=self.titles)
        cell: dict[str, Any] = {"t": self._text(found, value, locale)}
        if value is None or value == () or isinstance(found.type, MaskedType):
            return cell  # a part of a value is shown, and nothing is calculated with it
        worth = found.type.to_json(value, found.definition)
        if isinstance(value, bool):
            cell["v"] = value
        elif isinstance(value, Decimal | int) and found.type.numeric:
            cell |= {"v": str(value), "n": True}
        elif isinstance(worth, str):
            cell["v"] = worth
        if behind and isinstance(value, int):
            cell["f"] = behind.get(value, {})
        if pictured and found.type.cell in _PICTURES:
            cell["d"] = self.pictures.address(self.desk, found.type.files_of(value))
        return cell

    def _text(self, found: FieldModel, value: object, locale: Locale) -> str:
        if value is None or value == ():
            return ""
        if found.type.holds_file:
            names = (locale.title(_FILES, each) for each in found.type.files_of(value))
        elif found.type.relation == "many" and isinstance(value, tuple):
            names = (locale.title(found.targets[0], each) for each in value)
        elif found.type.relation and isinstance(value, int) and found.targets:
            return locale.title(found.targets[0], value)
        else:
            return found.type.display(value, found.definition, locale)
        return locale.listed(each for each in names if each)

    def _behind(
        self, found: FieldModel, rows: Sequence[Row], needs: Needs
    ) -> dict[int, dict[str, Any]]:
        """Read the records behind a link, the fields that the template names and no others."""
        if len(found.targets) != 1 or found.type.relation != "one":
            return {}
        entity = self.desk.model.entity(found.targets[0])
        shown = self.desk.reading.shown(entity)
        columns = tuple(
            name
            for name in needs
            if name in shown and shown[name].type.relation in ("", "one", "any")
        )
        values = (row.get(found.name) for row in rows)
        ids = sorted({each for each in values if isinstance(each, int)})
        if not columns or not self.desk.policy.may(
            self.desk.context.principal, entity.name, "read"
        ):
            return {}
        read: list[RowOfPage] = []
        for start in range(0, len(ids), _BATCH):
            part = tuple(ids[start : start + _BATCH])
            page = self.desk.page(
                PageRequest(
                    entity=entity.name,
                    columns=columns,
                    ids=part,
                    limit=len(part),
                    count="none",
                    masked=True,
                )
            )
            self.titles |= page.titles
            read += page.rows
        written = self.rows(entity, [row.values for row in read], needs)
        return {row.id: each for row, each in zip(read, written, strict=True)}

    def _learn_file_names(self, entity: EntityModel, rows: Sequence[Row]) -> None:
        files = {
            file
            for row in rows
            for name, value in row.items()
            if name in entity.fields and entity.fields[name].type.holds_file
            for file in entity.fields[name].type.files_of(value)
        }
        named = names_of(self.desk.session, sorted(files))
        self.titles |= {(_FILES, file): name for file, name in named.items()}
