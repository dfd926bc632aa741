"""What asks for a retired field, or sets it, is told before it fails; layouts pass over it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

THINGS = """\
kind: entity
name: firm
fields:
  name: {type: text}
  gone: {type: text, retired: true}
  way:  {type: stage, stages: firm_way}
list: {columns: [name, gone]}
---
kind: stages
name: firm_way
states: {open: {label: Open}, shut: {label: Shut}}
moves: {close: {label: Close, from: open, to: shut%s}}
"""
ELSEWHERE = {
    "moves.close.ask.gone": ", ask: {gone: {required: true}}",
    "moves.close.set.gone": ", set: {gone: name}",
}
OTHERS = {
    "ask.gone": "kind: rule\nname: press\nof: firm\ntrigger: {button: card}\n"
    "ask: [gone]\ndo: {a: {set: {name: name}}}\n",
    "do.a.set.gone": "kind: rule\nname: kept\nof: firm\ntrigger: saved\n"
    "do: {a: {set: {gone: name}}}\n",
    "template": "kind: print\nname: sheet\nof: firm\ntemplate: '{{ record.gone }}'\n",
}


def test_a_layout_passes_over_a_retired_field(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    assert "gone" in build_catalog([write_pack(THINGS % "")], types).entities["firm"].fields


@pytest.mark.parametrize("place", [*ELSEWHERE, *OTHERS])
def test_what_needs_a_retired_field_is_reported_where_it_stands(
    write_pack: Callable[..., Pack], types: TypeCatalogue, place: str
) -> None:
    written = THINGS % ELSEWHERE.get(place, "")
    if place in OTHERS:
        written += f"---\n{OTHERS[place]}"
    with pytest.raises(MetadataError) as refused:
        build_catalog([write_pack(written)], types)
    found = [each for each in refused.value.problems if each.found == "gone"]
    assert [each.path for each in found] == [place]
    assert all(each.place is not None and each.place.line > 1 for each in found)
