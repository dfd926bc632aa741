"""Folding of text inside statements: the same on both engines as ``fold`` in Python."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Text, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from cardwright_entities.folding import fold


class folded(FunctionElement[str]):  # noqa: N801 - it is written as a function
    """The folded text of an element: NFKC and lower case, compared by code point."""

    type = Text()
    inherit_cache = True


@compiles(folded, "sqlite")
def _on_sqlite(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return folded_ddl(compiler.process(element.clauses, **options), "sqlite")


@compiles(folded, "postgresql")
def _on_postgresql(element: folded, compiler: SQLCompiler, **options: Any) -> str:
    return folded_ddl(compiler.process(element.clauses, **options), "postgresql")


def folded_ddl(term: str, dialect: str) -> str:
    """Return the folded text of a term as SQL, for an index that ``folded`` conditions use."""
    if dialect == "sqlite":
        return f"cw_fold({term})"
    return f'(lower(normalize({term}, NFKC) COLLATE "und-x-icu") COLLATE "C")'


def contains_folded(
    column: ColumnElement[Any], text: str, dialect: str, *, start: bool = False
) -> ColumnElement[bool]:
    """Return whether a text contains (or starts with) another, whatever their case and width."""
    return contains_element(folded(column), literal(fold(text), Text()), dialect, start=start)


def contains_element(
    text: ColumnElement[Any], part: ColumnElement[Any], dialect: str, *, start: bool = False
) -> ColumnElement[bool]:
    """Return whether a folded text contains (or starts with) a folded part."""
    if dialect == "sqlite":
        place = func.instr(text, part)
        return place == 1 if start else place > 0
    if start:
        return func.starts_with(text, part)
    return func.strpos(text, part) > 0
