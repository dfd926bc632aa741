"""The reference pages of the definition language, written from its schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cardwright_metadata.schema_files import Schema, kinds, read_schemas
from cardwright_metadata.type_catalogue import TypeCatalogue, TypeDescription

_TYPE_WORDS = {
    "array": "list",
    "boolean": "true or false",
    "integer": "whole number",
    "number": "number",
    "object": "map",
    "string": "text",
}
#: Sections of every page; a deeper map gets a section of its own.
_MAX_DEPTH = 5


def write_reference(types: TypeCatalogue, folder: Path) -> list[Path]:
    """Write a page for each kind, one for all field types, and the table of contents."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {f"{kind}.md": kind_page(kind) for kind in kinds()}
    pages["field-types.md"] = types_page(types)
    pages["README.md"] = contents_page()
    written = []
    for name, text in pages.items():
        path = folder / name
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def contents_page() -> str:
    """Return the table of contents."""
    lines = [
        "# Reference of the definition language",
        "",
        "Written from the schemas; `cardwright docs` writes it anew.",
        "",
        "| kind | what it is |",
        "|---|---|",
    ]
    for kind in kinds():
        lines.append(f"| [`{kind}`]({kind}.md) | {read_schemas()[kind]['description']} |")
    lines += ["", "The types that a field may have: [field types](field-types.md)."]
    return "\n".join(lines) + "\n"


def kind_page(kind: str) -> str:
    """Return the page of one kind: its keys, and the keys of every map inside."""
    schema = read_schemas()[kind]
    lines = [f"# `{kind}`: {schema['title']}", "", str(schema["description"]), ""]
    for path, part in _maps_of(schema, ()):
        if path:
            lines += ["", f"## `{'.'.join(path)}`", "", str(part.get("description", "")), ""]
        lines += _key_table(part["properties"], part.get("required", ()))
    return "\n".join(lines) + "\n"


def types_page(types: TypeCatalogue) -> str:
    """Return the page of all field types with the keys that each one takes."""
    lines = [
        "# Field types",
        "",
        "What may stand behind `type:`, with the keys that only this type takes. The keys that "
        "every field takes are on the page of [`entity`](entity.md), under `fields.<name>`.",
        "",
        "| type | 中文 | English | operators | searched |",
        "|---|---|---|---|---|",
    ]
    described = [types.describe(name) for name in types.names()]
    for each in described:
        operators = " ".join(f"`{operator}`" for operator in each.operators)
        searched = "yes" if each.searchable else ""
        zh, en = each.label.get("zh", ""), each.label.get("en", "")
        lines.append(f"| [`{each.name}`](#{each.name}) | {zh} | {en} | {operators} | {searched} |")
    for each in described:
        lines += ["", f"## {each.name}", "", _about(each), ""]
        if each.options:
            lines += _key_table(each.options, each.required)
    return "\n".join(lines) + "\n"


def _about(described: TypeDescription) -> str:
    said = [f"{described.label.get('en', described.name)} ({described.label.get('zh', '')})."]
    if described.relation:
        points = {"one": "one record", "any": "one record of several entities"}
        said.append(f"Points to {points.get(described.relation, 'records')}.")
    if described.plays:
        said.append(f"Points to the entity that plays {' or '.join(described.plays.split())}.")
    if described.parts:
        parts = ", ".join(f"`.{part}`" for part in described.parts)
        said.append(f"In a path, {parts} may follow.")
    if not described.stored:
        said.append("Not stored in a column of its own.")
    if not described.options:
        said.append("Takes no keys of its own.")
    return " ".join(said)


def _maps_of(schema: Schema, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Schema]]:
    """Yield every map with named keys inside a schema, with its path."""
    if len(path) > _MAX_DEPTH * 2:
        return
    if "properties" in schema:
        yield path, schema
        for key, inner in schema["properties"].items():
            yield from _maps_of(inner, (*path, key))
    others = schema.get("additionalProperties")
    if isinstance(others, dict):
        yield from _maps_of(others, (*path, "<name>"))
    items = schema.get("items")
    if isinstance(items, dict):
        yield from _maps_of(items, path)


def _key_table(properties: Mapping[str, Any], required: Any) -> list[str]:
    lines = ["| key | value | |", "|---|---|---|"]
    for key, schema in properties.items():
        name = f"**`{key}`**" if key in required else f"`{key}`"
        lines.append(f"| {name} | {_value_words(schema)} | {_escape(_described(schema))} |")
    return lines


def _described(schema: Schema) -> str:
    said = str(schema.get("description", ""))
    if "default" in schema:
        said += f" Without it: `{_literal(schema['default'])}`."
    return said


def _value_words(schema: Schema) -> str:
    if "const" in schema:
        return f"`{schema['const']}`"
    if "enum" in schema:
        return ", ".join(f"`{_literal(each)}`" for each in schema["enum"])
    form = schema.get("format")
    types = schema.get("type", "")
    names = [types] if isinstance(types, str) else list(types)
    if form == "text":
        return "text, or a text for each language"
    words = [_TYPE_WORDS.get(each, each) for each in names if each]
    if form == "expression":
        words = ["expression" if each == "text" else each for each in words]
    return " or ".join(words)


def _literal(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escape(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
