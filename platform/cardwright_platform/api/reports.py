"""Reports: numbers by rows and columns, over what the caller may read."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.conditions import read_expression
from cardwright_entities.queries.requests import LARGEST_PAGE
from cardwright_entities.reports.listing import Listed, ListRequest, RecordList
from cardwright_entities.reports.naming import name_of_axis, name_of_figure
from cardwright_entities.reports.seeing import may_see
from cardwright_entities.reports.tables import Axis, Key, ReportTable
from cardwright_metadata.expressions.tree import Node
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, Parameters
from cardwright_platform.api.rows import conversion
from cardwright_platform.api.values import plain_value
from cardwright_platform.current import current_context
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_reports", __name__, url_prefix=BASE)

NARROWING = (
    Parameter(
        "where",
        "A condition over the report's dimensions, such as time in this_year() and region = 3.",
    ),
    Parameter(
        "limit",
        "Records of one answer, of a report that lists them.",
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": 50},
    ),
    Parameter("after", "Only the records behind this cursor: next of the answer before."),
)


@pages.get("/reports")
@requires(RECORDS)
@operation(Operation(answer="Reports"))
def list_reports() -> ResponseReturnValue:
    """Answer the reports in which the caller may see anything."""
    read_parameters()
    language = current_context().language
    with reading_desk() as desk:
        items = [
            {
                "name": each.name,
                "label": each.label.in_language(language, name=each.name),
                "description": each.description.in_language(language),
            }
            for each in desk.model.catalog.reports.values()
            if may_see(desk.reading, each)
        ]
    return respond(dumps({"items": items}))


@pages.get("/reports/<name>")
@requires(RECORDS)
@operation(Operation(answer="Report", parameters=NARROWING))
def show_report(name: str) -> ResponseReturnValue:
    """Answer a report: its numbers by rows and columns, with totals; or the records it lists."""
    asked = read_parameters()
    with reading_desk() as desk:
        where = _where(desk, asked)
        definition = desk.model.catalog.reports.get(name)
        if definition is not None and definition.records is not None:
            page = ListRequest(
                where=where, limit=asked.number("limit", 50), after=asked.text("after")
            )
            return respond(dumps(_records_json(desk.listed(name, page))))
        table = desk.report(name, where)
        told = {
            "name": table.definition.name,
            "label": table.definition.label.in_language(current_context().language, name=name),
            "measures": [
                {
                    "name": each.name,
                    "label": name_of_figure(desk.model, each).in_language(
                        current_context().language, name=each.name
                    ),
                    "format": each.format,
                }
                for each in table.figures
            ],
            "row_dimensions": [_axis_json(table, each) for each in table.row_axes],
            "column_dimensions": [_axis_json(table, each) for each in table.column_axes],
            "columns": [
                {"key": _key_json(table, each), "totals": _values_json(table.column_totals[each])}
                for each in table.columns
            ],
            "rows": [
                {
                    "key": _key_json(table, row),
                    "cells": [_values_json(table.cells[row, each]) for each in table.columns],
                    "totals": _values_json(table.row_totals[row]),
                }
                for row in table.rows
            ],
            "totals": _values_json(table.totals),
        }
    return respond(dumps(told))


def _where(desk: Desk, asked: Parameters) -> Node | None:
    """Return by what somebody narrows a report."""
    text = asked.text("where")
    return read_expression(text, desk.reading) if text else None


def _records_json(listed: RecordList) -> dict[str, object]:
    language, name = current_context().language, listed.definition.name
    columns = [
        (column.path, column.label or field.definition.label) for column, field in listed.columns
    ]
    return {
        "name": name,
        "label": listed.definition.label.in_language(language, name=name),
        "fields": [
            {"path": path, "label": label.in_language(language, name=path)}
            for path, label in columns
        ],
        "records": [
            {
                "entity": each.record.entity,
                "id": each.record.id,
                "title": listed.titles.get((each.record.entity, each.record.id), ""),
                "values": {path: _value_json(each, path) for path, _ in columns},
            }
            for each in listed.records
        ],
        "next": listed.next or None,
    }


def _value_json(listed: Listed, path: str) -> object:
    """Return a value as its field is shown in the record's own entity."""
    value = listed.values.get(path)
    convert = conversion(listed.fields[path]) if path in listed.fields else None
    return value if convert is None or value is None else convert(value)


def _axis_json(table: ReportTable, axis: Axis) -> dict[str, object]:
    label = name_of_axis(axis, table.figures)
    path = axis.definition.path
    return {
        "path": path,
        "label": label.in_language(current_context().language, name=path),
        "period": axis.grain,
    }


def _key_json(table: ReportTable, key: Key) -> list[object]:
    return [
        {
            "entity": each.entity,
            "id": each.id,
            "title": table.titles.get((each.entity, each.id), ""),
        }
        if isinstance(each, RecordRef)
        else plain_value(each)
        for each in key
    ]


def _values_json(values: Mapping[str, object]) -> dict[str, object]:
    return {name: plain_value(each) for name, each in values.items()}
