"""Calendars, deadlines and recurrences that cannot be meant are refused where they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]

WORLD = """
kind: calendar
name: plant
week: {workdays: 09:00-17:00}
---
kind: entity
name: visit
fields: {name: {type: text}, day: {type: date}}
---
"""
DEADLINE = "from: created_at, within: 8 hours, until: done, calendar: plant, pause: held"
RECURRENCE = "every: 1 month, between: valid, create: {visit: {name: name}}, day: day"


def entity(more: str, fields: str = "") -> str:
    return WORLD + (
        "kind: entity\nname: job\nfields: {name: {type: text}, done: {type: boolean},"
        f" held: {{type: boolean}}, valid: {{type: date}}{fields}}}\n{more}\n"
    )


def deadline(old: str = "", new: str = "", fields: str = "") -> str:
    return entity(f"deadlines: {{respond: {{{DEADLINE.replace(old, new)}}}}}", fields)


def recurrence(old: str = "", new: str = "") -> str:
    return entity(f"recurrence: {{visits: {{{RECURRENCE.replace(old, new)}}}}}")


def calendar(*lines: str) -> str:
    return "\n".join(["kind: calendar", "name: plant", *lines]) + "\n"


def problem(write_pack: WritePack, types: TypeCatalogue, text: str) -> tuple[str, str, str]:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    found = raised.value.problems[0]
    assert found.place is not None
    assert found.place.line > 0
    return found.code, found.found, found.nearest


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (calendar("week: {workdays: 09:00-08:00}"), ("wrong_order", "09:00-08:00")),
        (calendar("week: {monday: [09:00-12:00, 11:00-17:00]}"), ("wrong_order", "09:00-12:00")),
        (calendar("week: {monday: 9-17}"), ("bad_spelling", "9-17")),
        (calendar("week: {mondays: 09:00-17:00}"), ("unknown_key", "monday")),
        (calendar("week: {monday: 09:00-17:00}", "days: {gone: 2026-02-30}"), ("no_such_day", "")),
        (
            calendar(
                "week: {monday: 09:00-17:00}", "days: {a: {from: 2026-02-03, to: 2026-02-01}}"
            ),
            ("wrong_order", "2026-02-01"),
        ),
        (
            calendar("week: {monday: 09:00-17:00}", "exceptions: {of: holidy, from: day}"),
            ("unknown_entity", "holidy"),
        ),
        (
            entity("")
            + "---\n"
            + calendar("week: {monday: 09:00-17:00}").replace("plant", "other")
            + "exceptions: {of: visit, from: dya}\n",
            ("unknown_field", "day"),
        ),
        (deadline("done", "dnoe"), ("unknown_field", "done")),
        (deadline("8 hours", "8 months"), ("wrong_length", "8 months")),
        (deadline("8 hours", "0 hours"), ("wrong_length", "0 hours")),
        (deadline("8 hours", "alowed"), ("unknown_field", "alowed")),
        (deadline("calendar: plant", "calendar: plnat"), ("unknown_calendar", "plant")),
        (deadline(fields=", respond_due: {type: date}"), ("name_taken", "respond_due")),
        (recurrence("1 month", "1 hour"), ("wrong_length", "1 hour")),
        (recurrence("valid", "vald"), ("unknown_field", "valid")),
        (recurrence("between: valid", "between: name"), ("wrong_type", "name")),
        (recurrence("{visit:", "{vist:"), ("unknown_entity", "visit")),
        (recurrence("{name: name}", "{nmae: name}"), ("unknown_field", "name")),
        (recurrence("day: day", "day: dya"), ("unknown_field", "day")),
        (recurrence("day: day", "day: name"), ("wrong_type", "name")),
        (recurrence("every: 1 month", "every: {months: nmae}"), ("unknown_field", "name")),
        (
            recurrence("create: {visit: {name: name}}", "convert: {visti: {}}"),
            ("unknown_conversion", "visti"),
        ),
        (recurrence("day: day", "convert: {visit: {}}"), ("one_way", "visits")),
        (recurrence("create: {visit: {name: name}}, day: day", "ahead: 1 day"), ("one_way", "")),
        (recurrence("day: day", "take: {lines: 3}"), ("missing_key", "take")),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(
    write_pack: WritePack, types: TypeCatalogue, text: str, found: tuple[str, str]
) -> None:
    code, written, nearest = problem(write_pack, types, text)
    assert code == found[0]
    assert found[1] in (written, nearest, "") or found[1] in written


def test_lines_have_no_deadlines_of_their_own(write_pack: WritePack, types: TypeCatalogue) -> None:
    text = deadline().replace("name: job", "name: job\nowner: visit")
    assert "of_lines" in {each.code for each in problems(write_pack, types, text)}


def test_rules_know_the_deadlines_of_their_entity(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    rule = "---\nkind: rule\nname: late\nof: job\ndo: {stop: {stop: true}}\ntrigger: %s\n"
    wrong = deadline() + rule % "{deadline: respnd}"
    assert problem(write_pack, types, wrong)[::2] == ("unknown_deadline", "respond")
    days = deadline() + rule % "{deadline: respond, before: 2 days}"
    assert problem(write_pack, types, days)[0] == "wrong_length"


def problems(write_pack: WritePack, types: TypeCatalogue, text: str) -> tuple[object, ...]:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    return tuple(raised.value.problems)
