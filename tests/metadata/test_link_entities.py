"""Links with fields of their own become lines of an entity, each mistake told where it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]
TEXT = """kind: entity
name: rival
fields:
  name: {type: text}
---
kind: entity
name: chance
fields:
  name: {type: text}
  rivals:
    type: links
    to: rival
    label: Rivals
    fields:
      price: {type: decimal}
"""


def test_the_field_becomes_the_lines_of_an_entity_of_links(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    catalog = build_catalog([write_pack(TEXT)], types)
    field, entity = catalog.entity("chance").fields["rivals"], catalog.entity("chance_rivals")
    assert (field.type, field.targets) == ("lines", ("chance_rivals",))
    assert (entity.owner, entity.title) == ("chance", "rival")
    own = [name for name, each in entity.fields.items() if not each.system]
    assert own[:2] == ["rival", "price"]
    assert entity.fields["rival"].required is True
    assert entity.unique["once"].fields == ("head", "rival")


def test_an_extension_may_bring_such_links_under_a_name_of_its_own(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    more = """---
kind: entity
extend: chance
fields:
  helpers: {type: links, to: rival, via: acme_help, fields: {share: {type: decimal}}}
"""
    catalog = build_catalog([write_pack(TEXT + more)], types)
    assert catalog.entity("acme_help").owner == "chance"


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ("to: rival", "to: rvial", "unknown_entity", 12),
        ("price: {type: decimal}", "price: {type: decmal}", "unknown_field_type", 15),
        ("price: {type: decimal}", "price: {type: decimal, requird: true}", "unknown_key", 15),
        ("label: Rivals", "label: Rivals\n    via: rival", "duplicate_name", 16),
    ],
)
def test_a_mistake_in_it_is_told_where_it_stands(
    write_pack: WritePack, types: TypeCatalogue, old: str, new: str, code: str, line: int
) -> None:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(TEXT.replace(old, new))], types)
    found = {(each.code, each.place.line if each.place else 0) for each in raised.value.problems}
    assert (code, line) in found, found
