"""Labels are data: whatever stands in them comes through unchanged and breaks nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.type_catalogue import TypeCatalogue

HOSTILE = [
    'it\'s "quoted" `so` \\ \'\' ""',
    "%(b)s %s {0} {{ x }} {% if %} ${x} #{y}",
    "two\nlines\tand a tab",
    "😀👩‍👩‍👧‍👦🇨🇳",
    "שלום \u202eعكس\u202c",
    "Я" * 200,
    "<script>alert(1)</script> & <b>",
    "'; drop table cw_identity; --",
    "null",
    "=1+1",
    "[数量]",
    "  blanks around  ",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_any_text_may_be_a_label_of_anything(
    write_pack: Callable[..., Pack], types: TypeCatalogue, words: str
) -> None:
    catalog = build_catalog([write_pack(_definitions(words))], types)
    again = Catalog.from_parts(json.loads(json.dumps(catalog.to_parts())))
    for each in (catalog, again):
        assert _texts_of(each) == {words}


def _definitions(words: str) -> str:
    # JSON is YAML, and quotes whatever must be quoted.
    text: dict[str, Any] = {"zh": words}
    documents: list[dict[str, Any]] = [
        {"kind": "picklist", "name": "level", "label": text, "choices": {"a": {"label": text}}},
        {
            "kind": "entity",
            "name": "thing",
            "label": text,
            "fields": {
                "name": {
                    "type": "text",
                    "label": text,
                    "help": words,
                    "hint": text,
                    "example": words,
                    "unit": text,
                    "check": {"if": "name = 'x'", "message": words},
                },
                "kind": {"type": "picklist", "values": {"a": words}, "label": text},
            },
            "card": {"tabs": {"t": {"label": text, "sections": {"s": {"label": words}}}}},
            "queries": {"q": {"label": words, "where": "name = 'x'"}},
        },
        {"kind": "menu", "name": "m", "label": text, "items": {"thing": {"label": words}}},
        {"kind": "role", "name": "r", "label": words},
        {"kind": "setting", "name": "s", "type": "text", "label": words, "help": text},
    ]
    return "---\n".join(json.dumps(each, ensure_ascii=False) + "\n" for each in documents)


def _texts_of(catalog: Catalog) -> set[str]:
    thing = catalog.entity("thing")
    name, kind = thing.fields["name"], thing.fields["kind"]
    texts = [
        catalog.picklists["level"].label,
        catalog.picklists["level"].choices["a"].label,
        thing.label, name.label, name.help, name.hint, name.example, name.unit,
        name.checks[0].message, kind.label, kind.options["values"]["a"].label,
        thing.card.tabs[0].label, thing.card.tabs[0].sections[0].label,
        thing.queries["q"].label, catalog.menus["m"].label, catalog.menus["m"].items[0].label,
        catalog.roles["r"].label, catalog.settings["s"].label, catalog.settings["s"].help,
    ]  # fmt: skip
    return {text.in_language("zh") for text in texts}
