"""Rollups: the records that they are over, what they measure of them, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Path
from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.parts import EXPRESSION_MARK

#: What may be asked of many records; ``count`` takes no value.
_FUNCTIONS = ("sum", "average", "min", "max")
_MOST_ROLLUPS = 8


class RollupLinker:
    """Checks the rollups of entities and completes what they leave unsaid."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report

    def link(
        self, content: MarkedMap, path: tuple[str, ...], field: MarkedMap, scope: Scope
    ) -> None:
        """Check one rollup; note the type of its result if its author did not."""
        over = self._find(content, path, field, scope)
        function = next((key for key in _FUNCTIONS if key in field), "")
        if over is not None and "returns" not in field:
            self._note_result(field, function, over.here)
        for key in (*_FUNCTIONS, "where"):
            if isinstance(field.get(key), str):
                if over is not None:
                    self._expressions.check(content, (*path, key), over)
                field[key] = {EXPRESSION_MARK: field[key]}
        if not function:
            field["count"] = True

    def _find(
        self, content: MarkedMap, path: tuple[str, ...], field: Mapping[str, Any], scope: Scope
    ) -> Scope | None:
        """Return the names of the records that a rollup is over, None if there are none."""
        names = tuple(str(field["of"]).split("."))
        try:
            targets, of_lines = self._expressions.related(Path(names), scope)
        except ExpressionError as error:
            self._report.expression(content, (*path, "of"), error)
            return None
        own = names[0] in self._names.fields(scope.here[0])
        if len(names) > (1 if own else 2):
            far = ExpressionError(
                "too_far",
                "A rollup is over the record's own lines and links, or over what links to it.",
                0, ".".join(names), "an entity that links here",
            )  # fmt: skip
            self._report.expression(content, (*path, "of"), far)
            return None
        return Scope(targets, targets, scope.here if of_lines else ())

    def _note_result(self, field: MarkedMap, function: str, targets: tuple[str, ...]) -> None:
        returns, scale = ("decimal", None) if function else ("integer", None)
        written = field.get(function) if function else None
        if isinstance(written, str) and len(targets) == 1:
            returns, scale = self._type_of(written, targets[0])
        if function == "average" and returns in ("integer", "decimal"):
            returns, scale = "decimal", None
        field["returns"] = returns
        if scale is not None and "scale" not in field:
            field["scale"] = scale

    def _type_of(self, written: str, entity: str, depth: int = 0) -> tuple[str, int | None]:
        """Return the type and decimals of a measured field; of an expression, of a number."""
        try:
            tree = parse(written).tree
            if not isinstance(tree, Path) or tree.root:
                return "decimal", None
            end = self._names.walk(entity, tree.names)
        except (ExpressionError, UnknownPathError):
            return "decimal", None  # reported where the expression is checked
        field = self._names.fields(end.entity).get(end.field, {})
        described = self._names.type_of(field)
        if described is None or end.type is None:
            return "decimal", None
        if described.computed == "rollup" and "returns" not in field and depth < _MOST_ROLLUPS:
            return self._of_rollup(end.entity, field, depth)
        returns = str(field.get("returns") or "decimal") if described.computed else described.name
        scale = field.get("scale")
        return returns, scale if isinstance(scale, int) else None

    def _of_rollup(
        self, entity: str, field: Mapping[str, Any], depth: int
    ) -> tuple[str, int | None]:
        function = next((key for key in _FUNCTIONS if isinstance(field.get(key), str)), "")
        if not function:
            return "integer", None
        scope = self._expressions.scope_of(entity)
        names = tuple(str(field.get("of")).split("."))
        try:
            targets, _ = self._expressions.related(Path(names), scope)
        except ExpressionError:
            return "decimal", None
        return self._type_of(field[function], targets[0], depth + 1)
