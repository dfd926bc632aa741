"""The lines of a head → a grid to type: a page of them drawn, all of them carried along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.suggesting import BY_HAND
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.forms import GridColumn, GridRow, Input, LinesGrid, Suggested
from cardwright_platform.web.presenting.carried_lines import (
    PLAIN_WIDGETS,
    CarriedLine,
    posted_texts,
    write_carried,
)
from cardwright_platform.web.presenting.columns import grid_width
from cardwright_platform.web.presenting.flowing import carried_fields, hidden_of_row
from cardwright_platform.web.presenting.form_lines import FormLine, lines_of_form
from cardwright_platform.web.presenting.form_requests import FormRequest
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.matrices import MakeInput
from cardwright_platform.web.presenting.new_records import new_values
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.suggestions import suggested_of
from cardwright_platform.web.urls import rows_url

#: Lines that are drawn at once. With more of them a form is leafed through.
PAGE = 50


@dataclass(frozen=True)
class GridMaker:
    """Lays out the grid of one lines field."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    found: FieldModel
    line: EntityModel
    columns: Mapping[str, FieldModel]
    totals: Sequence[str]
    asked: FormRequest
    make: MakeInput
    shut: bool = False  #: the record is locked: no line comes or goes

    def grid(self) -> LinesGrid:
        """Return the grid: all of few lines, a page of many."""
        lines = lines_of_form(self.asked, self.found.name)
        first = self._first(lines)
        shown = lines[first : first + PAGE]
        rows = tuple(
            replace(self._row(each), number=number) for number, each in enumerate(shown, first + 1)
        )
        carried = ""
        typed = [self._typed_on(rows)]
        if len(lines) > len(shown):
            all_lines = [self._carried(each) for each in lines]
            typed += [set(each.texts) for each in all_lines]
            carried = write_carried(all_lines, self._titles(lines), moved=self._is_moved(lines))
        return LinesGrid(
            name=self.found.name,
            label=self.reader.field_label(self.found),
            columns=tuple(self._columns(set.intersection(*typed))),
            rows=rows,
            blank=self.blank,
            next_key=max((int(each.key) for each in lines), default=-1) + 1,
            totals=tuple("" for _ in self.columns),
            errors=tuple(self.asked.failure.errors.get(self.found.name, ())),
            add_label=self.reader.t("lines.add"),
            can_remove=self._may_write,
            can_sort=self._may_write,
            carried=carried,
            rows_url=rows_url(self.entity.name, self.found.name, self.asked.record),
            first=first,
            count=len(lines),
            page=PAGE,
        )

    def _first(self, lines: Sequence[FormLine]) -> int:
        """Return where the page begins that was asked for, else that with the first message."""
        place = self.asked.first.get(self.found.name, 0)
        if not place:
            wrong = {
                name.split(".")[1] for name in self.asked.failure.errors if self._is_here(name)
            }
            place = next((at for at, each in enumerate(lines) if each.key in wrong), 0)
        return min(place, max(len(lines) - 1, 0)) // PAGE * PAGE

    def _is_moved(self, lines: Sequence[FormLine]) -> bool:
        """Tell whether a hand has changed the order of stored lines."""
        known = [each.id for each in lines if each.id]
        stored = self.asked.lines.get(self.found.name, ())
        return known != [str(each.id) for each in stored if each.id]

    def _is_here(self, name: str) -> bool:
        return name.startswith(f"{self.found.name}.")

    def rows(self) -> LinesGrid:
        """Return a grid of the rows that were posted, to be put into a form that is open."""
        lines = [each for each in lines_of_form(self.asked, self.found.name) if each.typed]
        return LinesGrid(
            name=self.found.name,
            label="",
            columns=tuple(self._columns(set())),
            rows=tuple(self._row(each) for each in lines),
            can_remove=self._may_write,
            can_sort=self._may_write,
        )

    @cached_property
    def _may_write(self) -> bool:
        if self.shut:
            return False
        principal = self.desk.context.principal
        return self.found.name in self.desk.policy.fields(principal, self.entity.name, "write")

    def _columns(self, typed: set[str]) -> Iterator[GridColumn]:
        for index, (path, each) in enumerate(self.columns.items()):
            yield GridColumn(
                name=path,
                label=self.reader.field_label(each),
                numeric=each.type.numeric,
                width=grid_width(each, first=index == 0),
                required=each.definition.required is True,
                total=path in self.totals,
                scale=max(each.value_type.scale, 0),
                least=self._least(each),
                unit=self.reader.text(each.definition.unit),
                help=self.reader.text(each.definition.help),
                typed=path in typed,
            )

    def _least(self, each: FieldModel) -> int:
        """Return how many decimals the type writes of every number, as it writes nought."""
        if each.value_type.kind != "decimal":
            return 0
        nought = each.type.display(Decimal(0), each.definition, self.reader.locale)
        return len(nought.partition(".")[2])

    # -- rows ----------------------------------------------------------------------------------

    @cached_property
    def blank(self) -> GridRow | None:
        """Return the row that a new line begins with, None where lines may not be added."""
        if not self._may_write:
            return None
        values = new_values(self.desk, self.line, {})
        return self._drawn("__n__", values, {}, ())

    def _row(self, each: FormLine) -> GridRow:
        row = self._drawn(each.key, each.row.values, self._typed_of(each), self._hidden(each))
        return replace(row, removed=bool(each.typed and each.typed.get("remove")))

    def _typed_of(self, each: FormLine) -> Typed:
        return self.asked.typed if each.typed is not None else {}

    def _hidden(self, each: FormLine) -> tuple[tuple[str, str], ...]:
        if each.typed is None:
            return hidden_of_row(each.row, self._origins)
        names = ("id", "version", *sorted(self._origins))
        return tuple((name, each.typed[name][0]) for name in names if each.typed.get(name))

    @cached_property
    def _origins(self) -> frozenset[str]:
        carried = carried_fields(self.desk, self.entity, self.line)
        return carried - self.columns.keys()

    def _drawn(
        self,
        key: str,
        values: Mapping[str, object],
        typed: Typed,
        hidden: tuple[tuple[str, str], ...],
    ) -> GridRow:
        prefix = f"{self.found.name}.{key}."
        suggested = suggested_of(self.line, values, typed, prefix)
        inputs = tuple(
            with_suggestion(self.make(prefix, each, values.get(path), values), suggested.get(path))
            for path, each in self.columns.items()
        )
        return GridRow(
            key=key,
            inputs=inputs,
            hidden=tuple((prefix + name, value) for name, value in hidden),
            remove_name=prefix + "remove" if hidden else "",
            errors=tuple(self.asked.failure.errors.get(prefix.rstrip("."), ())),
        )

    def _typed_on(self, rows: Sequence[GridRow]) -> set[str]:
        """Return the columns that can be typed in every one of some rows."""
        every = [*rows, *([self.blank] if self.blank is not None else [])]
        return {
            path
            for index, path in enumerate(self.columns)
            if not any(row.inputs[index].readonly for row in every)
        }

    # -- what is carried -----------------------------------------------------------------------

    def _carried(self, each: FormLine) -> CarriedLine:
        errors = self.asked.failure.errors
        prefix = f"{self.found.name}.{each.key}"
        texts = each.typed if each.typed is not None else self._texts(each)
        told = {
            path: self._text(self.columns[path], each.row.values.get(path))
            for path in self.totals
            if path not in texts and path in self.columns
        }
        return CarriedLine(
            key=each.key,
            known=each.typed is None and bool(each.id),
            texts=texts,
            told=told,
            errors={name: errors[name] for name in self._wrong.get(prefix, ())},
        )

    @cached_property
    def _wrong(self) -> Mapping[str, list[str]]:
        """Return the names of messages by the line that they are about."""
        found: dict[str, list[str]] = {}
        for name in self.asked.failure.errors:
            found.setdefault(".".join(name.split(".")[:2]), []).append(name)
        return found

    def _texts(self, each: FormLine) -> dict[str, list[str]]:
        """Return what the inputs of a line would post that is not drawn."""
        texts = {name: [text] for name, text in self._hidden(each)}
        values = each.row.values
        prefix = f"{self.found.name}.{each.key}."
        for path, found in self.columns.items():
            if path in self._plain:
                texts[path] = [self._text(found, values.get(path))]
            elif path not in self._shut:
                made = self.make(prefix, found, values.get(path), values)
                texts |= {
                    name.removeprefix(prefix): posted for name, posted in posted_texts(made).items()
                }
        by_hand = values.get(BY_HAND)
        kept = by_hand if isinstance(by_hand, list | tuple) else ()
        for name in self._suggested:
            if name in texts and name not in kept:
                texts[f"{name}.suggested"] = ["1"]
        return texts

    def _text(self, found: FieldModel, value: object) -> str:
        if value is None:
            return ""
        return found.type.input_text(value, found.definition, self.reader.locale)

    @cached_property
    def _suggested(self) -> Mapping[str, Suggested]:
        return suggested_of(self.line, {}, {}, "")

    @cached_property
    def _shut(self) -> frozenset[str]:
        """Return the columns that this writer types in no line."""
        writable = self.desk.policy.fields(self.desk.context.principal, self.line.name, "write")
        return frozenset(
            path
            for path, each in self.columns.items()
            if each.name not in writable or not each.type.editable
        )

    @cached_property
    def _plain(self) -> frozenset[str]:
        """Return the columns of which a line posts one text, whatever else stands in it."""
        return frozenset(
            path
            for path, each in self.columns.items()
            if path not in self._shut
            and each.name == path
            and each.definition.readonly is False
            and each.type.widget in PLAIN_WIDGETS
            and not each.type.write_only
        )

    def _titles(self, lines: Sequence[FormLine]) -> dict[str, dict[str, str]]:
        """Return by column what stands on the screen for the values of links and choices."""
        found: dict[str, dict[str, str]] = {}
        for path, each in self.columns.items():
            choices = each.definition.options.get("choices", {})
            if choices:
                found[path] = {
                    code: self.reader.text(choice.label, code) for code, choice in choices.items()
                }
            elif each.targets and each.type.relation == "one":
                values = [self._chosen(line, path) for line in lines]
                found[path] = {
                    text: self.reader.locale.title(each.targets[0], int(text))
                    for text in dict.fromkeys(values)
                    if is_number(text)
                }
        return found

    def _chosen(self, each: FormLine, path: str) -> str:
        if each.typed is not None:
            return (each.typed.get(path) or [""])[-1]
        return str(each.row.values.get(path) or "")


def with_suggestion(made: Input, suggested: Suggested | None) -> Input:
    """Return the input with what it has to know of suggestions."""
    if suggested is None or made.readonly or made.computed:
        return made
    return replace(made, suggested=suggested)
