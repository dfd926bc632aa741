"""Measures and reports: what is measured, and that every dimension leads somewhere for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cardwright_metadata.definitions.entities import TRAIT_PREFIX
from cardwright_metadata.definitions.reports import CHARTS, FUNCTIONS, GRAINS, KIND, way_to
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Find, Node, Path, RecordAt, Related
from cardwright_metadata.expressions.walking import walk
from cardwright_metadata.linking.expressions import Expressions
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.words import list_words, nearest

At = tuple[str | int, ...]

#: What one statement groups by at most.
MOST_DIMENSIONS = 4

#: What a number of a report may be; exactly one of them.
_FIGURES = ("value", "measure", "count", "sum", "average", "min", "max")


@dataclass(frozen=True)
class _Measured:
    """The dimensions of one number: of a measure by name, of one written here every field."""

    figure: str
    entity: str
    by: Mapping[str, str] | None
    over_trait: bool

    def dimensions(self, names: Names) -> list[str]:
        kind = [KIND] if self.is_kind(names, KIND) else []
        return [*self._own(names), *kind, self.entity]

    def is_kind(self, names: Names, path: str) -> bool:
        """Tell whether a dimension is the entity, and no field or dimension of that name."""
        return path == KIND and self.over_trait and KIND not in self._own(names)

    def _own(self, names: Names) -> Iterable[str]:
        return names.fields(self.entity) if self.by is None else self.by


class ReportLinker:
    """Checks what measures and reports name."""

    def __init__(self, names: Names, expressions: Expressions, report: Report) -> None:
        self._names = names
        self._expressions = expressions
        self._report = report

    # -- measures ------------------------------------------------------------------------------

    def link_measure(self, content: MarkedMap) -> None:
        """Check one measure: its entity, what it adds up, and where its dimensions lead."""
        functions = [each for each in FUNCTIONS if each in content]
        if len(functions) != 1:
            self._report.add(
                content, (functions[1],) if functions else ("name",), "one_function",
                "A measure sums, counts, or takes an average, the least or the greatest value.",
                found=list_words(functions), expected=list_words(FUNCTIONS), at_key=True,
            )  # fmt: skip
            # What stands in a part can always be read.
            if not functions:
                content["count"] = True
        entities = self._entities(content, ("of",))
        for name, said in (content.get("by") or {}).items():
            said.setdefault("path", name)
            way = said["path"].split(".")
            all(self._check_way(content, ("by", name), each, way) for each in entities)
        self._check_written(content, entities, ((key,) for key in (*FUNCTIONS, "where")))

    def _entities(self, content: MarkedMap, at: At) -> tuple[str, ...]:
        """Return the entities that are named; none, and reported, if there are none."""
        named = value_at(content, at)
        found = self._names.of(named) if isinstance(named, str) else ()
        if found or not isinstance(named, str):
            return found
        kind, known = "entity", list(self._names.entities)
        if named.startswith(TRAIT_PREFIX):
            kind, known = "trait", sorted(f"{TRAIT_PREFIX}{each}" for each in self._names.traits())
        self._report.unknown(content, at, kind, named, known)
        return ()

    def _check_written(
        self, content: MarkedMap, entities: Iterable[str], places: Iterable[At]
    ) -> None:
        """Check expressions for each entity; what the first of them refuses is told once."""
        before = len(self._report.problems)
        wanted = list(places)
        for entity in entities:
            for at in wanted if len(self._report.problems) == before else ():
                self._expressions.check(content, at, self._expressions.scope_of(entity))

    # -- reports -------------------------------------------------------------------------------

    def link_report(self, content: MarkedMap) -> None:
        """Check one report: its numbers, then every dimension for each that is measured."""
        figures = content.get("measures") or {}
        measured = [each for name in figures for each in self._link_figure(content, name)]
        measured += self._link_records(content)
        for key in ("rows", "columns"):
            for path in content.get(key) or {}:
                self._check_axis(content, (key, path), path, measured, at_key=True)
        if sum(len(content.get(key) or ()) for key in ("rows", "columns")) > MOST_DIMENSIONS:
            message = f"Rows and columns have at most {MOST_DIMENSIONS} dimensions together."
            self._report.add(content, ("rows",), "too_many_dimensions", message)
        for index, name in enumerate(content.get("ask") or ()):
            self._check_axis(content, ("ask", index), name, measured, at_key=False)
        self._check_where(content, measured)
        for index, name in enumerate(content.get("sort") or ()):
            if name.removeprefix("-") not in figures:
                self._report.unknown(content, ("sort", index), "measure", str(name), figures)
        chart = content.get("chart") or {}
        if chart.get("type", CHARTS[0]) not in CHARTS:
            self._report.unknown(content, ("chart",), "chart", str(chart["type"]), CHARTS)
        for index, name in enumerate(chart.get("measures") or ()):
            if name not in figures:
                at: At = ("chart", "measures", index)
                self._report.unknown(content, at, "measure", str(name), figures)

    def _link_records(self, content: MarkedMap) -> Iterator[_Measured]:
        """Check the records that a report lists: its columns and order are for each entity."""
        if ("records" in content) == ("measures" in content):
            self._report.add(
                content, ("measures",) if "measures" in content else ("name",), "one_of_two",
                "A report either adds up measures or lists records.",
                expected="measures or records", at_key=True,
            )  # fmt: skip
        listed = content.get("records") or {}
        for key in (each for each in ("rows", "columns", "sort", "chart") if listed):
            if content.get(key):
                message = f"A report that lists records has no '{key}' beside them."
                self._report.add(content, (key,), "not_with_records", message, at_key=True)
        entities = self._entities(content, ("records", "of")) if "of" in listed else ()
        self._check_written(content, entities, [("records", "where")])
        for key in ("columns", "sort"):
            for path in listed.get(key) or {}:
                at: At = ("records", key, path)
                way = path.split(".")
                all(self._check_way(content, at, each, way, at_key=True) for each in entities)
        for entity in entities:
            yield _Measured("records", entity, None, _is_trait(listed["of"]))

    def _link_figure(self, content: MarkedMap, name: str) -> Iterator[_Measured]:
        """Check one number; yield what it measures, nothing for an expression over others."""
        at: At = ("measures", name)
        said = value_at(content, at)
        measures = self._names.in_use("measure")
        written = said.get("value")
        if not any(key in said for key in _FIGURES):
            said["measure"] = name
        elif isinstance(written, str) and (written in measures or _is_name(written)):
            # A plain name is a measure; another number of the report is no news.
            others = [each for each in content["measures"] if each != name]
            if written in measures or written not in others:
                said["measure"] = said.pop("value")
        found = [key for key in _FIGURES if key in said]
        if len(found) != 1:
            self._report.add(
                content, at, "one_figure", "A number of a report is exactly one of these.",
                found=list_words(found), expected=list_words(_FIGURES), at_key=True,
            )  # fmt: skip
        elif found == ["measure"]:
            yield from self._by_name(content, at, said)
        elif found == ["value"]:
            self._check_expression(content, at, said["value"])
        else:
            yield from self._own(content, at, found[0])

    def _by_name(self, content: MarkedMap, at: At, said: MarkedMap) -> Iterator[_Measured]:
        measures = self._names.in_use("measure")
        found = measures.get(said["measure"])
        if found is None:
            place = (*at, "measure") if (*at, "measure")[-1] in said.values_at else at
            self._report.unknown(content, place, "measure", str(said["measure"]), measures)
            return
        ways = {
            name: str(each.get("path", name)) if isinstance(each, Mapping) else name
            for name, each in (found.get("by") or {}).items()
        }
        for entity in self._names.of(str(found.get("of"))):
            yield _Measured(str(at[-1]), entity, ways, _is_trait(found.get("of")))

    def _own(self, content: MarkedMap, at: At, function: str) -> Iterator[_Measured]:
        """Check a measure that is written inside the report."""
        said = value_at(content, at)
        key = "count" if function == "count" else "of"
        if key not in said:
            message = f"A number with '{function}' says also of which entity."
            self._report.add(content, (*at, function), "missing_key", message, expected="of:")
            said["of"] = ""
            return
        entities = self._entities(content, (*at, key))
        written = ("where", *(() if function == "count" else (function,)))
        self._check_written(content, entities, ((*at, each) for each in written))
        for entity in entities:
            yield _Measured(str(at[-1]), entity, None, _is_trait(said[key]))

    def _check_expression(self, content: MarkedMap, at: At, text: str) -> None:
        """Check that an expression names other numbers only."""
        at = (*at, "value") if "value" in value_at(content, at).values_at else at
        known = [name for name in content["measures"] if name != at[1]]
        try:
            tree = parse(text).tree
            for node in walk(tree):
                _refuse_question(node)
                if isinstance(node, Path) and (node.root or dotted(node) not in known):
                    name = dotted(node)
                    raise ExpressionError(
                        "unknown_measure", f"The report has no other number '{name}'.",
                        node.at, name, list_words(known), nearest(name, known),
                    )  # fmt: skip
        except ExpressionError as error:
            self._report.expression(content, (*at[:2], "value"), error)

    # -- dimensions ----------------------------------------------------------------------------

    def _check_axis(
        self, content: MarkedMap, at: At, path: str, measured: list[_Measured], *, at_key: bool
    ) -> None:
        """Check that a dimension is one of every number that is measured, and leads somewhere."""
        for each in (each for each in measured if not each.is_kind(self._names, path)):
            way = way_to(each.entity, each.by, path)
            first = path.partition(".")[0]
            if way is None or (each.by is None and first not in each.dimensions(self._names)):
                self._report.add(
                    content, at, "unknown_dimension",
                    f"'{each.figure}' has no dimension '{first}'.", found=first,
                    expected=list_words(each.dimensions(self._names)),
                    near=nearest(first, each.dimensions(self._names)), at_key=at_key,
                )  # fmt: skip
                return
            if not way:
                message = f"'{path}' is the record itself; name a field behind it."
                self._report.add(content, at, "not_a_dimension", message, found=path, at_key=at_key)
                return
            if not self._check_way(content, at, each.entity, list(way), grain=True, at_key=at_key):
                return

    def _check_way(
        self,
        content: MarkedMap,
        at: At,
        entity: str,
        way: list[str],
        *,
        grain: bool = False,
        at_key: bool = False,
    ) -> bool:
        """Tell whether a way leads to one value; report it otherwise."""
        try:
            end = self._names.walk(entity, way)
        except UnknownPathError as error:
            if grain and len(way) > 1 and error.index == len(way) - 1 and way[-1] in GRAINS:
                return self._check_way(content, at, entity, way[:-1], at_key=at_key)
            self._report.unknown_path(content, at, error, at_key=at_key)
            return False
        if end.many:
            message = f"'{end.field}' holds several records, a dimension one value."
            self._report.add(content, at, "several", message, found=end.field, at_key=at_key)
        return not end.many

    def _check_where(self, content: MarkedMap, measured: list[_Measured]) -> None:
        """Check a condition over dimensions: each has to be one of all numbers."""
        text = content.get("where")
        if not isinstance(text, str):
            return
        try:
            for node in walk(parse(text).tree):
                _refuse_question(node)
                if isinstance(node, Path) and not node.root:
                    self._check_named(node, measured)
        except ExpressionError as error:
            self._report.expression(content, ("where",), error)

    def _check_named(self, path: Path, measured: list[_Measured]) -> None:
        for each in (each for each in measured if not each.is_kind(self._names, dotted(path))):
            known = each.dimensions(self._names)
            way = way_to(each.entity, each.by, dotted(path))
            if way is None or path.names[0] not in known:
                raise ExpressionError(
                    "unknown_dimension", f"'{each.figure}' has no dimension '{path.names[0]}'.",
                    path.at, path.names[0], list_words(known), nearest(path.names[0], known),
                )  # fmt: skip
            try:
                self._names.walk(each.entity, way)
            except UnknownPathError as error:
                raise ExpressionError(
                    "unknown_field", error.message, path.at, error.found,
                    list_words(error.known), nearest(error.found, error.known),
                ) from error  # fmt: skip


def _is_trait(of: object) -> bool:
    return str(of).startswith(TRAIT_PREFIX)


def _is_name(text: str) -> bool:
    return text.isidentifier() and text.isascii()


def _refuse_question(node: Node) -> None:
    if isinstance(node, Related | RecordAt | Find):
        raise ExpressionError(
            "not_allowed", "Here stand single values, no questions about other records.", node.at
        )
