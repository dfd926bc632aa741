"""The engine knows no entity of a pack by its name: what it needs it asks of who plays a part."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from cardwright_metadata.linking.entities import PARTS
from cardwright_metadata.schema_files import read_schemas

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("platform", "metadata", "entities", "plugins")
PACKS = ROOT / "metadata" / "cardwright_metadata" / "packs"
#: What takes the name of an entity as its first argument.
TAKES_AN_ENTITY = {
    "create", "create_many", "delete", "entity", "lines_of", "may", "may_create", "may_edit",
    "record", "restore", "rows", "targets", "update",
}  # fmt: skip


def documents() -> Iterator[dict[str, object]]:
    for file in sorted(PACKS.rglob("*.yaml")):
        for document in yaml.load_all(file.read_bytes(), yaml.CSafeLoader):  # noqa: S506 - a safe loader
            if isinstance(document, dict) and document.get("kind") == "entity":
                yield document


@cache
def entity_names() -> frozenset[str]:
    return frozenset(str(each["name"]) for each in documents() if "name" in each)


@cache
def keys_of_the_language() -> frozenset[str]:
    """Return the keys that definitions have: the package that reads them names them too."""

    def keys(part: object) -> Iterator[str]:
        if isinstance(part, dict):
            yield from part.get("properties", {})
            part = list(part.values())
        for each in part if isinstance(part, list) else ():
            yield from keys(each)

    return frozenset(key for schema in read_schemas().values() for key in keys(schema))


@cache
def nodes() -> tuple[tuple[Path, ast.expr], ...]:
    """Return what may name an entity: constants, and what takes one."""
    wanted = (ast.Constant, ast.Call, ast.Subscript)
    return tuple(
        (path.relative_to(ROOT), node)
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        if not path.is_relative_to(PACKS)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, wanted)
    )


def test_the_packs_are_found() -> None:
    assert {"customer", "contact", "product", "employee"} <= entity_names()


def test_no_source_bears_the_name_of_an_entity() -> None:
    names = entity_names() - set(PARTS)
    found = [
        f"{path}:{node.lineno} {node.value}"
        for path, node in nodes()
        if isinstance(node, ast.Constant) and node.value in names
        if path.parts[0] != "metadata" or node.value not in keys_of_the_language()
    ]
    assert found == []


def test_what_is_also_a_part_or_a_key_is_never_used_as_an_entity() -> None:
    names = entity_names() & (set(PARTS) | keys_of_the_language())
    found = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for path, node in nodes()
        if isinstance(node, ast.Call | ast.Subscript) and _entity_named(node) in names
    ]
    assert found == []


def _entity_named(node: ast.Call | ast.Subscript) -> object:
    """Return the constant that is used as the name of an entity, None for all else."""
    if isinstance(node, ast.Subscript):
        of_entities = isinstance(node.value, ast.Attribute) and node.value.attr == "entities"
        return _constant(node.slice) if of_entities else None
    for keyword in node.keywords:
        if keyword.arg == "entity":
            return _constant(keyword.value)
    takes = isinstance(node.func, ast.Attribute) and node.func.attr in TAKES_AN_ENTITY
    return _constant(node.args[0]) if takes and node.args else None


def _constant(node: ast.expr) -> object:
    return node.value if isinstance(node, ast.Constant) else None
