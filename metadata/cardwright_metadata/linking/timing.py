"""Calendars, deadlines and recurrences: the days they say, and every name in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from cardwright_metadata.calendar_parts import read_spans
from cardwright_metadata.definitions.flows import HEAD
from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.fields import FieldLinker
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.linking.rules import as_expression
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.timing_fields import KEPT
from cardwright_metadata.timing_parts import COUNTED, read_length

At = tuple[str | int, ...]

#: A piece of a day; a schema looks at the pieces of a list only, not at one that stands alone.
_PIECE = re.compile(r"([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)")

#: Types of fields that hold a day.
_DAYS = ("date", "datetime")
#: Units of a deadline: months have no fixed amount of work.
_OF_WORK = ("minute", "hour", "day")
#: Units in which something comes again.
_OF_RECURRENCE = ("day", "week", "month", "year")


@dataclass(frozen=True)
class TimingLinker:
    """Checks what time brings."""

    names: Names
    expressions: Expressions
    fields: FieldLinker
    report: Report

    # -- calendars -----------------------------------------------------------------------------

    def link_calendar(self, content: MarkedMap) -> None:
        """Check the hours, days and noted days of one calendar."""
        for day in content.get("week") or {}:
            self._check_spans(content, ("week", day))
        for name, each in (content.get("days") or {}).items():
            self._check_spans(content, ("days", name, "hours"))
            first = self._day(content, ("days", name, "from"))
            last = self._day(content, ("days", name, "to")) if "to" in each else first
            if first is not None and last is not None and last < first:
                message = "The last day comes before the first."
                self._add(content, ("days", name, "to"), "wrong_order", message, str(last))
        if "exceptions" in content:
            self._check_noted(content)

    def _check_spans(self, content: MarkedMap, at: At) -> None:
        pieces = value_at(content, at)
        if not isinstance(pieces, list):
            return
        wrong = [str(each) for each in pieces if not _PIECE.fullmatch(str(each))]
        if wrong:
            message = "Hours are written as 09:00-12:00."
            self._add(content, at, "wrong_hours", message, wrong[0], "09:00-12:00")
            return
        end = 0
        for begin, until in read_spans(pieces):
            if begin < end or until <= begin:
                message = "The pieces of a day follow each other and end later than they begin."
                self._add(content, at, "wrong_order", message, ", ".join(pieces))
                return
            end = until

    def _day(self, content: MarkedMap, at: At) -> date | None:
        written = str(value_at(content, at))
        try:
            return date.fromisoformat(written)
        except ValueError:
            self._add(content, at, "no_such_day", f"There is no day {written}.", written)
            return None

    def _check_noted(self, content: MarkedMap) -> None:
        said = content["exceptions"]
        entity = said.get("of")
        if entity not in self.names.entities:
            known = self.names.entities
            self.report.unknown(content, ("exceptions", "of"), "entity", str(entity), known)
            return
        fields = self.names.fields(str(entity))
        for key in ("from", "to", "works", "calendar"):
            if key in said and said[key] not in fields:
                self.report.unknown(content, ("exceptions", key), "field", said[key], fields)

    # -- deadlines and recurrences -------------------------------------------------------------

    def link(self, entity: str, content: MarkedMap) -> None:
        """Check the deadlines and recurrences of one entity."""
        for key, kept in KEPT.items():
            for name in content.get(key) or {}:
                self._check_place(entity, content, (key, name), list(kept))
        scope = self.expressions.scope_of(entity)
        for name in content.get("deadlines") or {}:
            self._link_deadline(entity, content, ("deadlines", name), scope)
        for name in content.get("recurrence") or {}:
            self._link_recurrence(entity, content, ("recurrence", name), scope)

    def _check_place(self, entity: str, content: MarkedMap, at: At, suffixes: list[str]) -> None:
        if content.get("owner"):
            message = "Lines have none of their own; say it of their head."
            self._add(content, at, "of_lines", message, str(at[-1]), at_key=True)
        for suffix in suffixes:
            name = f"{at[-1]}_{suffix}"
            if not self.names.fields(entity).get(name, {}).get("system"):
                message = f"The field '{name}' is kept by the engine; name one of them otherwise."
                self._add(content, at, "name_taken", message, name, at_key=True)

    def _link_deadline(self, entity: str, content: MarkedMap, at: At, scope: Scope) -> None:
        said = value_at(content, at)
        for key in ("from", "until", "pause"):
            self.expressions.check(content, (*at, key), scope)
        self._check_length(content, (*at, "within"), _OF_WORK, scope)
        calendar = said.get("calendar")
        calendars = self.names.contents["calendar"]
        if calendar in calendars:
            said["calendar"] = f"'{calendar}'"
        elif isinstance(calendar, str):
            first = calendar.partition(".")[0]
            if first.isidentifier() and first not in self.names.fields(entity):
                known = [*calendars, *self.names.fields(entity)]
                self.report.unknown(content, (*at, "calendar"), "calendar", calendar, known)
            else:
                self.expressions.check(content, (*at, "calendar"), scope)

    def _check_length(
        self, content: MarkedMap, at: At, units: tuple[str, ...], scope: Scope
    ) -> None:
        written = value_at(content, at)
        if not isinstance(written, str):
            return
        length = read_length(written)
        if length is None:
            self.expressions.check(content, at, scope)
        elif length.unit not in units or not length.number:
            message = "This is no length that can be counted here."
            expected = ", ".join(f"{each}s" for each in units)
            self._add(content, at, "wrong_length", message, written, expected)

    def _link_recurrence(self, entity: str, content: MarkedMap, at: At, scope: Scope) -> None:
        said = value_at(content, at)
        every = said.get("every")
        for key in every if isinstance(every, dict) else ():
            if key in COUNTED:
                every[key] = str(every[key])
                self.expressions.check(content, (*at, "every", key), scope)
            else:
                self._check_length(content, (*at, "every", key), _OF_RECURRENCE, scope)
        self._link_between(entity, content, at)
        self.expressions.check(content, (*at, "skip"), scope)
        self._check_one_way(content, at)
        for target in said.get("create") or {}:
            self._link_created(entity, content, (*at, "create"), target, scope)
        for conversion in said.get("convert") or {}:
            self._link_converted(entity, content, at, conversion, scope)
        for lines in said.get("take") or {}:
            self._link_take(entity, content, (*at, "take", lines))

    def _check_one_way(self, content: MarkedMap, at: At) -> None:
        said = value_at(content, at)
        if ("create" in said) == ("convert" in said):
            message = "What comes again is made by 'create' or by 'convert', one of them."
            self._add(content, at, "one_way", message, str(at[-1]), "create, convert", at_key=True)
        if "take" in said and "convert" not in said:
            message = "'take' needs 'convert' beside it."
            self._add(content, (*at, "take"), "missing_key", message, "take", "convert:")

    def _link_converted(
        self, entity: str, content: MarkedMap, at: At, conversion: str, scope: Scope
    ) -> None:
        known = {
            name: each
            for name, each in self.names.contents["conversion"].items()
            if each.get("from") == entity
        }
        here = (*at, "convert")
        if conversion not in known:
            at_name = (*here, conversion)
            self.report.unknown(content, at_name, "conversion", conversion, known, at_key=True)
            return
        target = str(known[conversion].get("to"))
        self._link_values(entity, content, (*here, conversion), target, scope)
        self._link_day(content, at, self.names.fields(target))

    def _link_take(self, entity: str, content: MarkedMap, at: At) -> None:
        """Check how much of each line is taken; a number stands for itself."""
        name = str(at[-1])
        taken = value_at(content, at[:-1])
        taken[name] = str(taken[name])
        parts = {
            each: self.names.targets(entity, each)
            for each, field in self.names.fields(entity).items()
            if (kind := self.names.type_of(field)) is not None and kind.relation == "lines"
        } | {HEAD: (entity,)}
        if name not in parts:
            self.report.unknown(content, at, "lines field", name, parts, at_key=True)
        elif parts[name]:
            self.expressions.check(content, at, self.expressions.scope_of(parts[name][0]))

    def _link_between(self, entity: str, content: MarkedMap, at: At) -> None:
        fields = self.names.fields(entity)
        between = value_at(content, (*at, "between")) or ()
        wanted = _DAYS if len(between) > 1 else ("period", *_DAYS)
        for index, name in enumerate(between):
            here = (*at, "between", index)
            if name not in fields:
                self.report.unknown(content, here, "field", str(name), fields)
                continue
            found = fields[name]
            if found.get("type") not in wanted or found.get("grain", "range") != "range":
                message = f"'{name}' holds no day."
                self._add(content, here, "wrong_type", message, str(name), ", ".join(wanted))

    def _link_created(
        self, entity: str, content: MarkedMap, at: At, target: str, scope: Scope
    ) -> None:
        here = (*at, target)
        if target not in self.names.entities:
            known = self.names.entities
            self.report.unknown(content, here, "entity", target, known, at_key=True)
            return
        self._link_values(entity, content, here, target, scope)
        self._link_day(content, at[:-1], self.names.fields(target))

    def _link_values(
        self, entity: str, content: MarkedMap, here: At, target: str, scope: Scope
    ) -> None:
        fields = self.names.fields(target)
        values = value_at(content, here) or {}
        for name, value in values.items():
            if name not in fields:
                self.report.unknown(content, (*here, name), "field", name, fields, at_key=True)
                continue
            own = self.names.fields(entity)
            values[name] = as_expression(self.fields, fields[name], value, own)
            self.expressions.check(content, (*here, name), scope)

    def _link_day(self, content: MarkedMap, at: At, fields: Mapping[str, Any]) -> None:
        day = value_at(content, at).get("day")
        if day is None:
            return
        if day not in fields:
            self.report.unknown(content, (*at, "day"), "field", str(day), fields)
        elif fields[day].get("type") != "date":
            message = f"'{day}' holds no day."
            self._add(content, (*at, "day"), "wrong_type", message, str(day), "date")

    def _add(
        self,
        content: MarkedMap,
        at: At,
        code: str,
        message: str,
        found: str,
        expected: str = "",
        *,
        at_key: bool = False,
    ) -> None:
        self.report.add(content, at, code, message, found=found, expected=expected, at_key=at_key)
