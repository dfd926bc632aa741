"""SQL written by a template: flat elements, so that deep expressions need little stack."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine


class Written(FunctionElement[Any]):
    """An element whose SQL is a template of ours, its arguments in the places of ``{0} {1} …``.

    SQLAlchemy's own nested functions take some twenty stack frames a level, this takes six.
    """

    inherit_cache = True
    _traverse_internals = [
        *FunctionElement._traverse_internals,  # noqa: SLF001 - the documented way to extend
        ("template", InternalTraversal.dp_string),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, template: str, type_: TypeEngine[Any], *arguments: Any) -> None:
        super().__init__(*arguments)
        self.template = template
        self.type = type_


@compiles(Written)
def _write(element: Written, compiler: SQLCompiler, **options: Any) -> str:
    options.pop("within_columns_clause", None)
    arguments = []
    for each in element.clauses:
        arguments.append(each._compiler_dispatch(compiler, **options))  # noqa: SLF001, PERF401 - a frame less
    return element.template.format(*arguments)


def written(
    template: str, type_: TypeEngine[Any], *arguments: ColumnElement[Any]
) -> ColumnElement[Any]:
    """Return an element by its template; whatever a user wrote must come in as an argument."""
    return Written(template, type_, *arguments)
