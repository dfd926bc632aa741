"""Options that are paths to several records: lines that define values, siblings of a formula."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap

#: Formats of such options: to the records, and to a field of theirs.
_RECORDS, _NAMES = "records", "names_of_records"


def check_records(
    names: Names,
    report: Report,
    entity: str,
    content: MarkedMap,
    path: tuple[str, ...],
    schema: Mapping[str, Any],
) -> None:
    """Report an option of such a format that leads elsewhere."""
    how = schema.get("format")
    if how not in (_RECORDS, _NAMES):
        return
    written = str(content["fields"][path[1]][path[-1]]).split(".")
    way = written if how == _RECORDS else written[:-1]
    try:
        end = names.walk(entity, way)
    except UnknownPathError as error:
        report.unknown_path(content, path, error)
        return
    known = [each for target in end.targets for each in names.fields(target)]
    if not end.many:
        report.add(
            content, path, "not_several",
            "This leads to one record at most; name lines or links.",
            found=".".join(written), expected="a path to lines",
        )  # fmt: skip
    elif how == _NAMES and written[-1] not in known:
        report.unknown(content, path, "field", written[-1], known)
