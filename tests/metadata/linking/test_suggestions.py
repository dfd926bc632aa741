"""Where a suggestion or an equation names what is not there, it is said at its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

WORLD = "kind: entity\nname: thing\nfields:\n  size: {type: decimal}\n  name: {type: text%s}\n%s"


@pytest.mark.parametrize(
    ("suggest", "rest", "code", "found"),
    [
        ("{find: thnig, take: name}", "", "unknown_entity", "thnig"),
        ("{find: thing, take: nmae}", "", "unknown_field", "nmae"),
        ("{find: thing, where: sise > 1}", "", "unknown_field", "sise"),
        ("{find: thing, filter: size > 1}", "", "unknown_key", "filter"),
        ("{one: {label: 一}}", "", "missing_key", None),
        ("{one: {value: name, find: thing}}", "", "missing_key", None),
        ("{one: nmae}", "", "unknown_field", "nmae"),
        ("'find(thing, size > 1, -sise).name'", "", "unknown_field", "sise"),
        ("name", "solve: {both: {size: '1', sise: '2'}}", "unknown_field", "sise"),
        ("name", "solve: {both: {size: sise, name: '2'}}", "unknown_field", "sise"),
    ],
)
def test_a_wrong_name_is_reported_with_its_line(
    write_pack: Callable[..., Pack],
    types: TypeCatalogue,
    suggest: str,
    rest: str,
    code: str,
    found: str | None,
) -> None:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(WORLD % (f", suggest: {suggest}", rest))], types)
    problems = {(each.code, each.found) for each in raised.value.problems}
    assert any(each == code and (found is None or name == found) for each, name in problems)
    assert all(
        each.place is not None and each.place.line in (5, 6) for each in raised.value.problems
    )


def test_an_entity_with_suggestions_remembers_what_was_set_by_hand(
    write_pack: Callable[..., Pack], types: TypeCatalogue
) -> None:
    catalog = build_catalog([write_pack(WORLD % (", suggest: {one: size}", ""))], types)
    thing = catalog.entity("thing")
    assert thing.fields["set_by_hand"].system
    assert [each.name for each in thing.fields["name"].suggestions] == ["one"]
    plain = build_catalog([write_pack(WORLD % ("", ""))], types)
    assert "set_by_hand" not in plain.entity("thing").fields
