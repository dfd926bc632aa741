"""Where suggested values come from, and the equations between fields: brought into one form."""

from __future__ import annotations

from typing import Any

from cardwright_metadata.linking.expressions import Expressions, Scope
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import BLOCK, MarkedList, MarkedMap, Spot

#: ``suggest: first`` takes the first candidate of a link and is no expression.
_FIRST = "first"


class SuggestionLinker:
    """Turns every form of ``suggest`` into expressions, and checks them."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report

    def link(
        self, content: MarkedMap, path: tuple[str, ...], field: MarkedMap, scope: Scope
    ) -> None:
        """Check what a field suggests; named sources move to ``suggestions``."""
        suggest = field.get("suggest")
        if suggest == _FIRST and path[-1] != _FIRST:
            field.drop("suggest")
            field["suggest_first"] = True
        elif isinstance(suggest, str):
            self._expressions.check(content, (*path, "suggest"), scope)
        elif isinstance(suggest, MarkedMap):
            self._link_map(content, path, field, suggest, scope)

    def _link_map(
        self,
        content: MarkedMap,
        path: tuple[str, ...],
        field: MarkedMap,
        suggest: MarkedMap,
        scope: Scope,
    ) -> None:
        if "find" in suggest:
            others = [name for name in suggest if name not in ("find", "where", "sort", "take")]
            for name in others:
                self._unexpected(content, (*path, "suggest", name), name)
            if not others:
                text = self._written(content, (*path, "suggest"), suggest)
                _write(field, "suggest", text)
                self._expressions.check(content, (*path, "suggest"), scope)
            return
        sources = MarkedMap()
        for order, name in enumerate(each for each in suggest if _is_used(suggest[each])):
            source = suggest[name]
            if not isinstance(source, MarkedMap):
                self._unexpected(content, (*path, "suggest", name), name)
                continue
            if not self._complete(content, (*path, "suggest", name), source):
                continue
            self._expressions.check(content, (*path, "suggest", name, "value"), scope)
            source["order"] = order
            sources.take(name, suggest)
        field.drop("suggest")
        field["suggestions"] = sources

    def _complete(self, content: MarkedMap, path: tuple[str, ...], source: MarkedMap) -> bool:
        """Give a source its value; report one that says none, or two."""
        if ("find" in source) == ("value" in source):
            self._report.add(
                content,
                path,
                "missing_key",
                "A source says either 'value' or 'find'.",
                expected="value:",
                at_key=True,
            )
            return False
        if "find" in source:
            _write(source, "value", self._written(content, path, source))
            for key in ("find", "where", "sort", "take"):
                source.drop(key)
        return True

    def _written(self, content: MarkedMap, path: tuple[str, ...], source: MarkedMap) -> str:
        """Return a look-up as the expression that means it."""
        entity = str(source["find"])
        if entity not in self._names.entities:
            self._report.unknown(content, (*path, "find"), "entity", entity, self._names.entities)
        sort = source.get("sort") or ()
        keys = [sort] if isinstance(sort, str) else list(sort)
        given = [entity, f"({source.get('where') or 'true'})", *keys]
        take = f".{source['take']}" if source.get("take") else ""
        return f"find({', '.join(given)}){take}"

    def _unexpected(self, content: MarkedMap, path: tuple[str, ...], name: str) -> None:
        self._report.add(
            content,
            path,
            "unknown_key",
            "Beside 'find' stand 'where', 'sort' and 'take'; named sources stand alone.",
            found=name,
            expected="where, sort, take",
            at_key=True,
        )


def link_equations(
    entity: str, content: MarkedMap, names: Names, expressions: Expressions, report: Report
) -> None:
    """Check the equations of an entity and put them into the order in which they were written."""
    solve = content.get("solve")
    if not isinstance(solve, MarkedMap):
        return
    made = MarkedMap()
    for order, name in enumerate(each for each in solve if _is_used(solve[each])):
        equation = MarkedMap()
        values = MarkedList()
        for field in solve[name]:
            path = ("solve", name, field)
            described = names.type_of(names.fields(entity).get(field))
            if field not in names.fields(entity):
                report.unknown(content, path, "field", field, names.fields(entity), at_key=True)
            elif described is None or described.computed or described.relation:
                report.add(
                    content, path, "not_solvable",
                    f"'{field}' is not set by people, so no equation can give it.",
                    found=field, expected="a field that people type", at_key=True,
                )  # fmt: skip
            expressions.check(content, path, expressions.scope_of(entity))
            one = MarkedMap()
            one["field"] = field
            one["value"] = solve[name][field]
            values.append(one)
        equation["order"] = order
        equation["values"] = values
        made.put(name, equation, solve.keys_at.get(name), solve.values_at.get(name))
    content["solve"] = made


def _is_used(source: Any) -> bool:  # noqa: ANN401 - whatever the author wrote
    return not (isinstance(source, dict) and source.get("retired"))


def _write(holder: MarkedMap, key: str, text: str) -> None:
    """Put a text whose characters are not those of the file."""
    spot = holder.values_at.get(key) or next(iter(holder.values_at.values()), None)
    holder[key] = text
    if spot is not None:
        holder.values_at[key] = Spot(spot.place, style=BLOCK)
