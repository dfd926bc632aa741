"""Parts of measures and reports → their definitions."""

from __future__ import annotations

from cardwright_metadata.definitions.reports import (
    FUNCTIONS,
    AxisDefinition,
    ChartDefinition,
    FigureDefinition,
    MeasureDefinition,
    RecordsDefinition,
    ReportDefinition,
    ShiftDefinition,
)
from cardwright_metadata.parts import Parse, Part, in_order, read_columns, read_sort, read_text

#: The one figure of a report that lists records: their number.
RECORDS = "records"


def read_measure(part: Part, parse: Parse) -> MeasureDefinition:
    """Build a measure from its part."""
    by = dict(in_order(part.get("by")))
    function = next(each for each in FUNCTIONS if each in part)
    return MeasureDefinition(
        name=part["name"],
        entity=part["of"],
        function=function,
        value=parse(part[function]) if function != "count" else None,
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        where=parse(part["where"]) if "where" in part else None,
        by={name: each["path"] for name, each in by.items()},
        labels={name: read_text(each["label"]) for name, each in by.items() if "label" in each},
        format=part.get("format", ""),
    )


def read_report(part: Part, parse: Parse) -> ReportDefinition:
    """Build a report from its part."""
    chart = part.get("chart")
    return ReportDefinition(
        name=part["name"],
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        figures=_read_figures(part, parse),
        rows=_read_axes(part.get("rows")),
        columns=_read_axes(part.get("columns")),
        records=_read_records(part.get("records")),
        where=parse(part["where"]) if "where" in part else None,
        asks=tuple(part.get("ask", ())),
        sort=tuple(part.get("sort", ())),
        chart=ChartDefinition(type=chart["type"], figures=tuple(chart.get("measures", ())))
        if chart
        else None,
        drill=part.get("drill", False),
        icon=part.get("icon", ""),
        order=part.get("order", 0),
    )


def _read_figures(part: Part, parse: Parse) -> tuple[FigureDefinition, ...]:
    listed = part.get("records")
    if listed is None:
        found = in_order(part.get("measures"))
        return tuple(_read_figure(name, each, parse) for name, each in found)
    counted = {"count": listed["of"], **{key: listed[key] for key in ("where",) if key in listed}}
    return (_read_figure(RECORDS, counted, parse),)


def _read_records(part: Part | None) -> RecordsDefinition | None:
    if part is None:
        return None
    return RecordsDefinition(
        columns=read_columns(part.get("columns")), sort=read_sort(part.get("sort"))
    )


def _read_figure(name: str, part: Part, parse: Parse) -> FigureDefinition:
    return FigureDefinition(
        name=name,
        label=read_text(part.get("label")),
        measure=part.get("measure", ""),
        own=_read_own(name, part, parse),
        expression=parse(part["value"]) if "value" in part else None,
        shift=_read_shift(part["shift"]) if "shift" in part else None,
        format=part.get("format", ""),
    )


def _read_own(name: str, part: Part, parse: Parse) -> MeasureDefinition | None:
    function = next((each for each in FUNCTIONS if each in part), "")
    if not function:
        return None
    return MeasureDefinition(
        name=name,
        entity=part["count"] if function == "count" else part["of"],
        function=function,
        value=parse(part[function]) if function != "count" else None,
        where=parse(part["where"]) if "where" in part else None,
        by=None,
    )


def _read_shift(text: str) -> ShiftDefinition:
    number, unit = text.split()
    return ShiftDefinition(number=int(number), unit=unit.rstrip("s"))


def _read_axes(part: Part | None) -> tuple[AxisDefinition, ...]:
    return tuple(
        AxisDefinition(path=path, label=read_text(each.get("label")))
        for path, each in in_order(part)
    )
