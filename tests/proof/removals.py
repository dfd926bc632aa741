"""The list of removals: single steps of rights, each taken out of the product to see who notices.

A removal never touches a file: the function that it names is compiled anew without the step, and
only the running process gets it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from types import CodeType, FunctionType

import yaml

ROOT = Path(__file__).resolve().parents[2]
LISTS = Path(__file__).with_name("removals")


@dataclass(frozen=True)
class Removal:
    """One step of rights: where it stands, what stands there without it, and why it is there."""

    name: str
    file: str
    function: str
    remove: str
    put: str
    why: str
    #: the way of asking that is tried first; all others follow if it notices nothing
    ask: str = ""
    #: a test instead, of a step about which the worlds ask nothing
    test: str = ""

    def text(self) -> str:
        """Return the file without the step; raise LookupError if the step is not there once."""
        source = (ROOT / self.file).read_text(encoding="utf-8")
        lines = source.splitlines(keepends=True)
        found = _definition(ast.parse(source), self.function.split("."))
        if found is None or found.end_lineno is None:
            raise LookupError(f"{self.name}: {self.file} has no function {self.function}.")
        before = "".join(lines[: found.lineno - 1])
        body = "".join(lines[found.lineno - 1 : found.end_lineno])
        times = body.count(self.remove)
        if times != 1:
            raise LookupError(
                f"{self.name}: what it removes stands {times} times in {self.function} of "
                f"{self.file}. Write down how the step looks now, or what took its place."
            )
        return before + body.replace(self.remove, self.put) + "".join(lines[found.end_lineno :])

    def code(self) -> CodeType:
        """Return the function without the step, compiled."""
        whole = compile(self.text(), str(ROOT / self.file), "exec", dont_inherit=True)
        for each in _codes(whole):
            if each.co_qualname == self.function:
                return each
        raise LookupError(f"{self.name}: {self.function} is no function.")

    def apply(self) -> None:
        """Take the step out of the running process."""
        living = self.living()
        code = self.code()
        if code == living.__code__:
            raise LookupError(f"{self.name}: nothing changes without the step.")
        living.__code__ = code

    def living(self) -> FunctionType:
        """Return the function that runs."""
        found: object = import_module(".".join(Path(self.file).with_suffix("").parts[1:]))
        for name in self.function.split("."):
            found = vars(found)[name]
        return _bare(found)


def _bare(found: object) -> FunctionType:
    """Return the function behind a property, a class method or a decorator."""
    if isinstance(found, property):
        found = found.fget
    elif isinstance(found, cached_property):
        found = found.func
    elif isinstance(found, classmethod | staticmethod):
        found = found.__func__
    if isinstance(found, Callable):  # type: ignore[arg-type] # a plain class to isinstance
        found = unwrap(found)
    if not isinstance(found, FunctionType):
        raise LookupError(f"{found!r} is no function.")
    return found


def _definition(tree: ast.AST, names: list[str]) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == names[0]:
            if len(names) > 1:
                return _definition(node, names[1:])
            if isinstance(node, ast.FunctionDef):
                return node
    return None


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def read_removals() -> list[Removal]:
    """Return all removals, file by file."""
    found: list[Removal] = []
    for path in sorted(LISTS.glob("*.yaml")):
        found += [Removal(**each) for each in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return found
