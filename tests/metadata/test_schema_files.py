"""The schemas are complete, valid and described to the last key."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_metadata.schema_files import kinds, read_schemas
from cardwright_metadata.schema_writing import write_schemas
from cardwright_metadata.type_catalogue import TypeCatalogue

FIRST_KINDS = {
    "pack", "entity", "trait", "picklist", "menu", "role", "setting", "translation", "seed",
    "import_map", "print",
}  # fmt: skip


@pytest.fixture(scope="module")
def real_types() -> TypeCatalogue:
    return FieldTypes(BUILTIN_FIELD_TYPES).catalogue()


def keys_of(schema: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(schema, dict):
        return
    for key, inner in schema.get("properties", {}).items():
        yield f"{path}.{key}", inner
        yield from keys_of(inner, f"{path}.{key}")
    for part in ("additionalProperties", "items"):
        yield from keys_of(schema.get(part), f"{path}.{part}")


def test_every_kind_has_a_schema() -> None:
    assert set(kinds()) >= FIRST_KINDS


@pytest.mark.parametrize("kind", sorted(read_schemas()))
def test_every_schema_is_valid_and_every_key_described(kind: str) -> None:
    schema = read_schemas()[kind]
    Draft202012Validator.check_schema(dict(schema))
    bare = [path for path, inner in keys_of(schema, kind) if not inner.get("description")]
    assert bare == []
    assert schema["description"]


def test_every_option_of_every_type_is_described(real_types: TypeCatalogue) -> None:
    bare = [
        f"{name}.{key}"
        for name in real_types.names()
        for key, option in real_types.describe(name).options.items()
        if not option.get("description")
    ]
    assert bare == []


def test_the_written_schemas_take_the_bundled_packs(
    real_types: TypeCatalogue, tmp_path: Path
) -> None:
    write_schemas(real_types, tmp_path)
    schemas = {path.name: json.loads(path.read_text("utf-8")) for path in tmp_path.iterdir()}
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas.items()
    )
    checked = 0
    for folder in bundled_packs().values():
        for file in Path(str(folder)).rglob("*.yaml"):
            for document in yaml.safe_load_all(file.read_text("utf-8")):
                schema = schemas[f"{document['kind']}.schema.json"]
                validator = Draft202012Validator(schema, registry=registry)
                errors = [error.message for error in validator.iter_errors(document)]
                assert errors == [], f"{file}: {errors[:3]}"
                checked += 1
    assert checked > 20


def test_an_editor_hears_of_a_key_that_a_type_does_not_take(
    real_types: TypeCatalogue, tmp_path: Path
) -> None:
    write_schemas(real_types, tmp_path)
    schema = json.loads((tmp_path / "entity.schema.json").read_text("utf-8"))
    fields = {"a": {"type": "boolean", "max_length": 3}}
    document = {"kind": "entity", "name": "thing", "fields": fields}
    assert not Draft202012Validator(schema).is_valid(document)
    document["fields"] = {"a": {"type": "text", "max_length": 3}}
    assert Draft202012Validator(schema).is_valid(document)
