"""Where a line stands in a matrix: its columns, and how what was posted becomes lines again.

A matrix posts a row under ``targets.r2``: the fields of the row by their names, a cell under
``c0``, such as ``targets.r2.c0.amount``, with ``id`` and ``version`` where it is stored. The hidden
``targets.columns`` says which columns the page had. For the gate each filled cell is a line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.definitions.cards import MatrixDefinition
from cardwright_platform.security.numbers import is_number
from cardwright_platform.web.presenting.inputs import Typed

_MONTHS = {"month": 1, "quarter": 3}


def year_field(entity: EntityModel) -> FieldModel | None:
    """Return the field that says of which year a record is, None where none does."""
    return next((each for each in entity.fields.values() if _grain(each) == "year"), None)


def column_values(field: FieldModel, year: int) -> Mapping[str, object]:
    """Return the columns of a matrix: what is posted for each, with the value of its lines."""
    if _grain(field):
        step = _MONTHS[_grain(field)]
        days = [date(year, month, 1) for month in range(1, 13, step)]
        return {_code(field, day): day for day in days}
    choices: Mapping[str, object] = field.definition.options.get("choices", {})
    return {code: (code,) for code in choices}


def row_keys(typed: Typed, lines: str) -> list[int]:
    """Return the numbers of the posted rows in their order."""
    prefix = f"{lines}.r"
    found: dict[int, None] = {}
    for name in typed:
        if name.startswith(prefix):
            key = name.removeprefix(prefix).partition(".")[0]
            if is_number(key):
                found[int(key)] = None
    return list(found)


def posted_columns(typed: Typed, lines: str) -> tuple[str, ...]:
    """Return the columns that the page had, none for lines that were posted as lines."""
    written = (typed.get(f"{lines}.columns") or [""])[-1]
    return tuple(written.split(",")) if written else ()


def text_at(typed: Typed, name: str) -> str:
    """Return what was typed into one input."""
    return (typed.get(name) or [""])[-1].strip()


def unfolded(entity: EntityModel, line_of: Mapping[str, EntityModel], typed: Typed) -> Typed:
    """Return what was posted with each filled cell of a matrix as a line.

    ``line_of`` gives the entities of the lines; without them the columns stay in their year.
    """
    found = dict(typed)
    for matrix in entity.definition.card.matrices:
        codes = posted_columns(typed, matrix.lines)
        if not codes:
            continue
        line = line_of.get(matrix.lines)
        if line is not None:
            codes = _of_year(entity, line.fields[matrix.column], codes, typed)
        for name, text in _cells(matrix, codes, typed):
            found[name] = [text]
    return found


def _cells(
    matrix: MatrixDefinition, codes: Sequence[str], typed: Typed
) -> Iterator[tuple[str, str]]:
    """Yield the names of lines with what stands in them."""
    for key in row_keys(typed, matrix.lines):
        row = f"{matrix.lines}.r{key}"
        gone = bool(text_at(typed, f"{row}.remove"))
        for index, code in enumerate(codes):
            cell, line = f"{row}.c{index}", f"{matrix.lines}.{key * len(codes) + index}"
            text, stored = text_at(typed, f"{cell}.{matrix.cell}"), text_at(typed, f"{cell}.id")
            if stored:
                yield f"{line}.id", stored
                yield f"{line}.version", text_at(typed, f"{cell}.version")
            if stored and (gone or not text):
                yield f"{line}.remove", "1"
            elif text and not gone:
                yield f"{line}.{matrix.column}", code
                yield f"{line}.{matrix.cell}", text
                for name in matrix.rows:
                    if f"{row}.{name}" in typed:
                        yield f"{line}.{name}", text_at(typed, f"{row}.{name}")


def place_in_form(entity: EntityModel, typed: Typed, name: str) -> str:
    """Return the name of an input for that of a line: of a matrix, that of its cell or row."""
    parts = name.split(".")
    found = (each for each in entity.definition.card.matrices if each.lines == parts[0])
    matrix, codes = next(found, None), posted_columns(typed, parts[0])
    if matrix is None or not codes or len(parts) < 2 or not is_number(parts[1]):
        return name
    key, index = divmod(int(parts[1]), len(codes))
    field = parts[2] if len(parts) > 2 else ""
    inside = field if field in matrix.rows else f"c{index}.{matrix.cell}"
    return f"{parts[0]}.r{key}.{inside}"


def typed_year(entity: EntityModel, typed: Typed) -> int:
    """Return the year that was typed for a record, 0 where none was."""
    field = year_field(entity)
    text = text_at(typed, field.name) if field is not None else ""
    return int(text[:4]) if is_number(text[:4]) and len(text[:4]) == 4 else 0


def year_of(entity: EntityModel, values: Mapping[str, object], typed: Typed, today: date) -> int:
    """Return the year whose months a matrix has."""
    field = year_field(entity)
    kept = values.get(field.name) if field is not None else None
    return typed_year(entity, typed) or (kept.year if isinstance(kept, date) else today.year)


def _of_year(
    entity: EntityModel, column: FieldModel, codes: Sequence[str], typed: Typed
) -> tuple[str, ...]:
    """Return the columns in the year that was typed: a plan for another year moves as a whole."""
    year = typed_year(entity, typed)
    if not _grain(column) or not year:
        return tuple(codes)
    return tuple(f"{year:04}{code[4:]}" for code in codes)


def _grain(field: FieldModel) -> str:
    return str(field.definition.options.get("grain", "")) if field.type.name == "period" else ""


def _code(field: FieldModel, day: date) -> str:
    return str(field.type.to_json(day, field.definition))
