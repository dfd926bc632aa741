"""Templates of prints are checked when a pack is: with the template's own file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import load_pack
from cardwright_metadata.problems import MetadataError, Problem

PACK = """\
kind: pack
name: shop
language: 1
---
kind: entity
name: buyer
fields:
  name: {type: text}
---
kind: entity
name: offer
fields:
  number: {type: text}
  buyer:  {type: link, to: buyer}
  items:  {type: lines, of: offer_line}
---
kind: entity
name: offer_line
owner: offer
fields:
  what: {type: text}
---
"""
PRINT = "kind: print\nname: sheet\nof: offer\ntemplate: sheet.html\n"


def built(folder: Path, template: str, definition: str = PRINT) -> Catalog:
    (folder / "pack.yaml").write_text(PACK + definition, "utf-8")
    (folder / "sheet.html").write_text(template, "utf-8")
    types = FieldTypes(BUILTIN_FIELD_TYPES).catalogue()
    return build_catalog([load_pack(folder)], types)


def problem(folder: Path, template: str, definition: str = PRINT) -> Problem:
    with pytest.raises(MetadataError) as caught:
        built(folder, template, definition)
    (found,) = caught.value.problems
    return found


def test_a_template_is_read_from_its_file(tmp_path: Path) -> None:
    catalog = built(tmp_path, "{{ record.number }} {{ record.buyer.name }}")
    definition = catalog.prints["sheet"]
    assert definition.template == "{{ record.number }} {{ record.buyer.name }}"
    assert definition.paper.size == "A4"
    assert Catalog.from_parts(catalog.to_parts()).prints["sheet"] == definition
    assert "origins" not in catalog.to_parts()["print/sheet"]


@pytest.mark.parametrize(
    ("template", "code", "line", "found", "near"),
    [
        ("<p>\n{% if record.number %}\n", "template_syntax", 2, "", ""),
        ("<p>\n{{ record.nmuber }}", "unknown_field", 2, "nmuber", "number"),
        ("{{ record['nmuber'] }}", "unknown_field", 1, "nmuber", "number"),
        ("\n\n{{ record.buyer.nmae }}", "unknown_field", 3, "nmae", "name"),
        ("{{ record.number.nmae }}", "unknown_field", 1, "nmae", ""),
        ("{% for x in record.items %}\n{{ x.waht }}{% endfor %}", "unknown_field", 2, "waht",
         "what"),
        ("{% for x in record.items | list %}{{ x.waht }}{% endfor %}", "unknown_field", 1, "waht",
         "what"),
        ("{% set b = record.buyer %}\n{{ b.nmae }}", "unknown_field", 2, "nmae", "name"),
        ("{{ record.number | capitls }}", "unknown_filter", 1, "capitls", ""),
        ("{{ setting('shop.seal') }}", "unknown_setting", 1, "shop.seal", ""),
        ("\n{% include '/etc/passwd' %}", "unknown_partial", 2, "/etc/passwd", ""),
        ("{% include record.number %}", "unknown_partial", 1, "", ""),
        ("\n<img src='https://example.com/x.png'>", "external_address", 2, "https://example.com/x.png",
         ""),
        ("<style>@import url(//example.com/x.css)</style>", "external_address", 1,
         "//example.com/x.css", ""),
        ("(" * 5 + "{{ " + "(" * 5000 + " }}", "template_syntax", 1, "", ""),
    ],
)  # fmt: skip
def test_a_mistake_in_a_template_has_its_line(
    tmp_path: Path, template: str, code: str, line: int, found: str, near: str
) -> None:
    told = problem(tmp_path, template)
    assert told.place is not None
    assert (told.code, told.place.line, told.nearest) == (code, line, near)
    assert told.place.file.endswith("sheet.html")
    assert told.found == found


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        (PRINT.replace("of: offer", "of: ofer"), "unknown_entity"),
        (PRINT.replace("sheet.html", "shet.html"), "no_file"),
        (PRINT.replace("sheet.html", "../../etc/passwd.html"), "no_file"),
        (PRINT + "partials: [head.html]\n", "no_file"),
        (PRINT + "paper: A9\n", "unknown_size"),
        (PRINT + "paper: {margin: 1px; url(x)}\n", "bad_spelling"),
    ],
)
def test_a_mistake_in_a_definition_is_told(tmp_path: Path, definition: str, code: str) -> None:
    told = problem(tmp_path, "{{ record.number }}", definition)
    assert told.place is not None
    assert told.place.file.endswith("pack.yaml")
    assert told.code == code


def test_a_mistake_in_an_inline_template_stands_in_its_definition(tmp_path: Path) -> None:
    inline = "kind: print\nname: sheet\nof: offer\ntemplate: |\n  <p>\n  {{ record.nmuber }}\n"
    told = problem(tmp_path, "", inline)
    assert told.place is not None
    lines = (tmp_path / "pack.yaml").read_text("utf-8").splitlines()
    assert "nmuber" in lines[told.place.line - 1]


def test_too_large_a_template_is_not_read(tmp_path: Path) -> None:
    assert problem(tmp_path, "x" * 300_000).code == "file_too_large"
