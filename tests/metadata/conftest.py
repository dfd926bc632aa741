"""A catalogue of field types for tests of the language, which knows no real ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from cardwright_metadata.loading import Pack, load_pack
from cardwright_metadata.type_catalogue import TypeDescription

_EXPRESSION = {"type": "string", "format": "expression", "description": "An expression."}
_NUMBER = {"type": "number", "description": "A number."}
_INTEGER = {"type": "integer", "description": "A whole number."}
_STRING = {"type": "string", "description": "A word."}
_NAME_LIST = {"type": "array", "items": {"type": "string"}, "description": "Names."}
_CHOICES = {
    "of": {"type": "string", "description": "A picklist."},
    "values": {"type": ["object", "array"], "description": "Choices written here."},
}
_LINK = {
    "where": _EXPRESSION,
    "on_delete": {"type": "string", "enum": ["restrict", "clear"], "description": "On delete."},
    "quick": _NAME_LIST,
}
_ONE_TARGET = {"to": {"type": "string", "description": "The entity."}}
_TARGETS = {"to": {"type": ["string", "array"], "description": "The entities."}}


def _described(
    name: str,
    options: Mapping[str, Any] | None = None,
    required: tuple[str, ...] = (),
    **more: Any,
) -> TypeDescription:
    return TypeDescription(
        name=name,
        label={"zh": name, "en": name},
        options=options or {},
        required=required,
        operators=("=",),
        stored=more.pop("stored", True),
        searchable=more.pop("searchable", False),
        **more,
    )


_PROCESS = {
    "type": ["string", "object"],
    "description": "A process, or how it is chosen.",
    "properties": {
        "by": {"type": "string", "description": "What decides."},
        "of": {
            "type": "object",
            "description": "By value.",
            "additionalProperties": {"type": "string", "description": "A process."},
        },
        "else": {"type": "string", "description": "Of all others."},
    },
    "required": ["by", "of", "else"],
    "additionalProperties": False,
}

_TYPES = (
    _described("text", {"max_length": _INTEGER}, searchable=True, masks=True),
    _described("long_text", searchable=True),
    _described(
        "code",
        {"max_length": _INTEGER, "pattern": _STRING, "check_digit": _STRING},
        searchable=True,
    ),
    _described("integer", {"min": _INTEGER, "max": _INTEGER}),
    _described("decimal", {"scale": _INTEGER, "min": _NUMBER, "max": _NUMBER}),
    _described("percent"),
    _described("money", {"scale": _INTEGER}, parts=("amount", "base")),
    _described("boolean"),
    _described("date"),
    _described("datetime"),
    _described("phone", searchable=True),
    _described("email", searchable=True),
    _described("address", parts=("region", "street", "postcode")),
    _described("picklist", _CHOICES, searchable=True),
    _described("picklists", _CHOICES, searchable=True),
    _described("stage", {"stages": _PROCESS}, ("stages",), computed="stage"),
    _described("serial", {"pattern": _STRING, "reset": _STRING}, ("pattern",), computed="serial"),
    _described("mnemonic", {"of": _STRING}, ("of",), computed="mnemonic", searchable=True),
    _described("link", {**_ONE_TARGET, **_LINK}, ("to",), reference="to", relation="one"),
    _described("link_any", {**_TARGETS, **_LINK}, ("to",), reference="to", relation="any"),
    _described("links", _ONE_TARGET, ("to",), reference="to", relation="many", stored=False),
    _described(
        "lines",
        {"of": {"type": "string", "description": "The line entity."}},
        ("of",),
        reference="of",
        relation="lines",
        stored=False,
    ),
    _described("parent", relation="one", tree=True),
    _described(
        "formula",
        {"formula": _EXPRESSION, "returns": _STRING, "stored": {"type": "boolean"}},
        ("formula", "returns"),
        computed="formula",
        stored=False,
    ),
    _described(
        "mirror",
        {"path": _STRING, "on_edit": {"type": "object", "description": "What an edit does."}},
        ("path",),
        computed="mirror",
        stored=False,
    ),
    _described("user", relation="one", plays="user"),
    _described("employee", relation="one", plays="employee"),
    _described("department", relation="one", plays="department"),
    _described("organisation", relation="one", plays="organisation"),
    _described("owner", relation="any", plays="employee team"),
    _described("file"),
    _described("json"),
)


class FakeTypes:
    """Field types by name, as the entities layer describes them."""

    def __init__(self) -> None:
        self._types = {each.name: each for each in _TYPES}

    def names(self) -> list[str]:
        return list(self._types)

    def describe(self, name: str) -> TypeDescription:
        return self._types[name]


PACK = "kind: pack\nname: trial\nlabel: {zh: 试用, en: Trial}\nlanguage: 1\n"

Write = Callable[..., Pack]


@pytest.fixture(scope="session")
def types() -> FakeTypes:
    return FakeTypes()


@pytest.fixture
def write_pack(tmp_path: Path) -> Write:
    """Write files into a folder of their own and read the folder as a pack."""
    counter = iter(range(100))

    def write(text: str = "", *, pack: str = PACK, **files: str) -> Pack:
        folder = tmp_path / f"pack{next(counter)}"
        folder.mkdir()
        (folder / "pack.yaml").write_text(pack, encoding="utf-8")
        if text:
            (folder / "definitions.yaml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (folder / name.replace("__", ".")).write_text(content, encoding="utf-8")
        return load_pack(folder)

    return write
