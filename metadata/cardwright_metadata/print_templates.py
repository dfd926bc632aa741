"""What a template of a print says, without running it: its mistakes, and the fields it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import Environment, TemplateSyntaxError, nodes

#: The name under which a template finds the record.
RECORD = "record"
#: Filters of ours beside Jinja's own.
FILTERS = ("capitals", "raw", "money", "number", "date")

_EXTERNAL = re.compile(
    r"(?:\bsrc\s*=\s*[\"']?|url\(\s*[\"']?|@import\s+[\"']?|<link\b[^>]*\bhref\s*=\s*[\"']?)"
    r"((?:[a-z][a-z0-9+.-]{0,20}:)?//[^\s\"')>]{0,80}|(?:file|ftp|https?):[^\s\"')>]{0,80})",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class NamedPath:
    """A path from the record, such as ``lines.product.name``, and the line where it stands."""

    names: tuple[str, ...]
    line: int


@dataclass(frozen=True)
class TemplateProblem:
    """What is wrong with a template, and in which of its lines."""

    code: str
    message: str
    line: int
    found: str = ""


@dataclass(frozen=True)
class TemplateUse:
    """What a template names: fields by their paths, settings, other templates."""

    paths: tuple[NamedPath, ...] = ()
    settings: tuple[tuple[str, int], ...] = ()
    templates: tuple[tuple[str, int], ...] = ()
    problems: tuple[TemplateProblem, ...] = ()


def read_template(text: str) -> TemplateUse:
    """Parse a template and return what it names; what is wrong stands in its problems."""
    environment = Environment(autoescape=True)  # parses only: nothing is compiled or run
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        wrong = TemplateProblem("template_syntax", str(error.message), error.lineno)
        return TemplateUse(problems=(wrong,))
    except RecursionError:
        wrong = TemplateProblem("template_syntax", "The template is nested too deeply.", 1)
        return TemplateUse(problems=(wrong,))
    walk = _Walk(frozenset(environment.filters) | frozenset(FILTERS))
    walk.body(tree.body, {RECORD: ()})
    walk.problems += _external(text)
    return TemplateUse(
        tuple(walk.paths), tuple(walk.settings), tuple(walk.templates), tuple(walk.problems)
    )


def _external(text: str) -> Iterator[TemplateProblem]:
    for found in _EXTERNAL.finditer(text):
        yield TemplateProblem(
            "external_address",
            "A print fetches nothing: use image() with a field or a setting, or data:image/.",
            text.count("\n", 0, found.start()) + 1,
            found.group(1),
        )


#: Names of the template → the path of the record they stand for.
_Known = Mapping[str, tuple[str, ...]]


@dataclass
class _Walk:
    filters: frozenset[str]
    paths: list[NamedPath] = field(default_factory=list)
    settings: list[tuple[str, int]] = field(default_factory=list)
    templates: list[tuple[str, int]] = field(default_factory=list)
    problems: list[TemplateProblem] = field(default_factory=list)

    def body(self, body: list[nodes.Node], known: _Known) -> None:
        """Go through statements in their order; what one sets the next ones know."""
        known = dict(known)
        for node in body:
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
                self._look(node.node, known)
                known.pop(node.target.name, None)
                path = self._path(node.node, known)
                if path is not None:
                    known[node.target.name] = path
            else:
                self._look(node, known)

    def _look(self, node: nodes.Node, known: _Known) -> None:
        if isinstance(node, nodes.For):
            self._loop(node, known)
            return
        if isinstance(node, nodes.If):
            self._look(node.test, known)
            for each in (node.body, node.else_):
                self.body(each, known)
            for branch in node.elif_:
                self._look(branch, known)
            return
        path = self._path(node, known)
        if path:
            self.paths.append(NamedPath(path, node.lineno))
            return
        self._note(node)
        for child in node.iter_child_nodes():
            self._look(child, known)

    def _loop(self, node: nodes.For, known: _Known) -> None:
        self._look(node.iter, known)
        inner = dict(known)
        path = self._path(_inmost(node.iter), known)
        for name in node.target.find_all(nodes.Name):
            inner.pop(name.name, None)
        if isinstance(node.target, nodes.Name):
            inner.pop(node.target.name, None)
            if path:
                inner[node.target.name] = path
        if node.test is not None:
            self._look(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, known)

    def _path(self, node: nodes.Node, known: _Known) -> tuple[str, ...] | None:
        """Return the path of the record that an expression names, None for any other."""
        if isinstance(node, nodes.Name):
            return known.get(node.name)
        if isinstance(node, nodes.Getattr):
            before = self._path(node.node, known)
            return None if before is None else (*before, node.attr)
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            before = self._path(node.node, known)
            if before is None or not isinstance(node.arg.value, str):
                return before
            return (*before, node.arg.value)
        return None

    def _note(self, node: nodes.Node) -> None:
        if isinstance(node, nodes.Filter) and node.name not in self.filters:
            message = f"There is no filter '{node.name}'."
            self.problems.append(TemplateProblem("unknown_filter", message, node.lineno, node.name))
        elif isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends):
            name = node.template.value if isinstance(node.template, nodes.Const) else ""
            self.templates.append((str(name), node.lineno))
        elif (
            isinstance(node, nodes.Call)
            and isinstance(node.node, nodes.Name)
            and node.node.name == "setting"
            and node.args
            and isinstance(node.args[0], nodes.Const)
        ):
            self.settings.append((str(node.args[0].value), node.lineno))


def _inmost(node: nodes.Node) -> nodes.Node:
    """Return what a filter is applied to: the list that a loop goes through."""
    while isinstance(node, nodes.Filter) and node.node is not None:
        node = node.node
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Slice):
        return _inmost(node.node)
    return node
