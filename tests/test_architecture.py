"""What import contracts cannot say: layout, sizes, names, and where dangerous things may stand."""

from __future__ import annotations

import ast
import platform
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("platform", "metadata", "entities", "plugins", "themes")
MAX_LINES = 400
#: Words that name nothing: a module that needs one has not found its idea.
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "common", "manager", "handler", "misc"}
#: Parsers and writers of other people's files run in limited child processes only.
CONFINED_LIBRARIES = {"PIL", "lxml", "openpyxl", "python_calamine", "weasyprint", "xlsxwriter"}
#: What would make text into code.
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__"}
#: SQL as text may stand in these only; each builds it from constants.
TEXT_SQL = {
    "entities/cardwright_entities/store",
    "entities/cardwright_entities/changes",
    "entities/cardwright_entities/queries",
    "entities/cardwright_entities/expressions",
}


def sources() -> list[Path]:
    return sorted(chain.from_iterable((ROOT / folder).rglob("*.py") for folder in FOLDERS))


@cache
def parsed() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple(
        (path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))) for path in sources()
    )


@cache
def nodes_of(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_holds_exactly_its_one_package(folder: str) -> None:
    packages = [path.parent.name for path in (ROOT / folder).glob("*/__init__.py")]
    assert packages == [f"cardwright_{folder}"]
    assert not (ROOT / folder / "__init__.py").exists()
    assert not list((ROOT / folder).glob("*.py"))


def test_no_folder_of_tests_is_a_package() -> None:
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_platform_is_the_one_of_the_standard_library() -> None:
    assert Path(platform.__file__).is_relative_to(Path(sys.base_prefix))


def test_a_module_fits_on_four_hundred_lines() -> None:
    longer = {
        str(path.relative_to(ROOT)): lines
        for path in (*sources(), *(ROOT / "tests").rglob("*.py"))
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert longer == {}


def test_a_module_says_in_its_first_line_why_it_exists() -> None:
    silent = [str(path) for path, tree in parsed() if not ast.get_docstring(tree)]
    assert silent == []


def test_a_module_has_a_name_that_means_something() -> None:
    empty = [
        str(path) for path, _ in parsed() if set(path.stem.strip("_").split("_")) & EMPTY_WORDS
    ]
    assert empty == []


def test_a_package_file_holds_names_and_no_code() -> None:
    allowed = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    with_code = [
        str(path)
        for path, tree in parsed()
        if path.name == "__init__.py" and not all(isinstance(node, allowed) for node in tree.body)
    ]
    assert with_code == []


def test_every_import_stands_at_the_top() -> None:
    hidden = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        for function in nodes_of(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_a_function_fits_a_screen() -> None:
    longer = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1}"
        for path, tree in parsed()
        for node in nodes_of(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 40 + _head_lines(node)
    ]
    assert longer == []


def test_dangerous_libraries_are_imported_by_confined_children_only() -> None:
    outside = [
        f"{path}: {name}"
        for path, tree in parsed()
        if "confined" not in path.parts
        for name in _imported(tree)
        if name.partition(".")[0] in CONFINED_LIBRARIES
    ]
    assert outside == []


def test_text_never_becomes_python() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        for node in nodes_of(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in FORBIDDEN_CALLS
    ]
    assert found == []


def test_sql_as_text_stands_in_its_few_places() -> None:
    words = {"text", "literal_column", "exec_driver_sql"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in parsed()
        if not any(str(path).startswith(place) for place in TEXT_SQL)
        and any(name.startswith("sqlalchemy") for name in _imported(tree))
        for node in nodes_of(tree)
        if isinstance(node, ast.Call) and _called(node) in words
    ]
    assert found == []


def test_tables_are_never_rebuilt_by_alembic() -> None:
    # On a parent with foreign keys on it the batch mode deletes the children silently.
    banned = "batch_" + "alter_table"
    found = [str(path) for path in sources() if banned in path.read_text(encoding="utf-8")]
    assert found == []


def test_each_platform_table_is_touched_by_one_part_of_the_engine() -> None:
    users: dict[str, set[str]] = defaultdict(set)
    for path, tree in parsed():
        if path.parts[1] != "cardwright_entities" or "upgrades" in path.parts:
            continue
        for name in _named_tables(tree):
            users[name].add(path.with_suffix("").parts[2])
    several = {name: sorted(paths) for name, paths in users.items() if len(paths) > 1}
    assert several == {}


def test_no_two_functions_do_the_same() -> None:
    seen: dict[str, list[str]] = defaultdict(list)
    for path, tree in parsed():
        for node in nodes_of(tree):
            if isinstance(node, ast.FunctionDef) and len(_body(node)) >= 4:
                shape = "\n".join(ast.dump(statement) for statement in _body(node))
                seen[shape].append(f"{path}:{node.lineno}")
    assert [places for places in seen.values() if len(places) > 1] == []


def _body(function: ast.FunctionDef) -> list[ast.stmt]:
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[1:] if is_docstring else function.body


def _head_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of signature and docstring, which are read and not thought through."""
    body = function.body
    first = body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and len(body) > 1:
        return body[1].lineno - function.lineno
    return first.lineno - function.lineno


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _named_tables(tree: ast.Module) -> Iterator[str]:
    for node in nodes_of(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith("platform_tables"):
            yield from (alias.name for alias in node.names if alias.name.startswith("cw_"))
