"""Grants speak of actions, scopes, fields and groups that are there: one mistake at a time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

FIRM = """\
kind: entity
name: sailor
fields: {name: {type: text}, obeys: {type: parent}}
plays: {employee: {superior: obeys}}
---
kind: entity
name: firm
fields:
  name:       {type: text}
  phone:      {type: text}
  credit:     {type: decimal}
  department: {type: text}
  items:      {type: lines, of: item}
field_groups: {money: [credit], contacts: {label: Contacts, fields: [phone]}}
---
kind: entity
name: item
owner: firm
fields: {price: {type: decimal}, cost: {type: decimal}}
field_groups: {costs: [cost]}
"""
Build = Callable[[str], Catalog]


@pytest.fixture
def build(write_pack: Callable[..., Pack], types: TypeCatalogue) -> Build:
    return lambda text: build_catalog([write_pack(f"{FIRM}---\n{text}\n")], types)


def role(grant: str, entity: str = "firm") -> str:
    return f"kind: role\nname: seller\ngrants: {{{entity}: {grant}}}"


@pytest.mark.parametrize(
    ("said", "scopes"),
    [
        ("own", {"*": ("own",)}),
        ("[own, pool]", {"*": ("own", "pool")}),
        ("{read: all, edit: [own, pool]}", {"read": ("all",), "edit": ("own", "pool")}),
        ("{edit: own, '*': all}", {"edit": ("own",), "*": ("all",)}),
    ],
)
def test_a_scope_is_one_word_a_list_or_said_by_action(
    build: Build, said: str, scopes: object
) -> None:
    catalog = build(role(f"{{actions: [read, edit], scope: {said}}}"))
    assert catalog.roles["seller"].grants["firm"].scopes == scopes


def test_fields_are_granted_by_name_by_group_for_all_others_and_behind_a_dot(build: Build) -> None:
    levels = "{'*': read, name: write, money: hidden, items.price: read, items.costs: hidden}"
    catalog = build(role(f"{{actions: [read], fields: {levels}}}"))
    assert catalog.roles["seller"].grants["firm"].levels["items.costs"] == "hidden"
    assert catalog.entity("firm").field_groups["contacts"].fields == ("phone",)
    assert catalog.entity("firm").field_groups["contacts"].label.in_language("en") == "Contacts"


@pytest.mark.parametrize(
    ("grant", "code", "nearest"),
    [
        ("{actions: [read], scope: owned}", "unknown_scope", "own"),
        ("{actions: [read], scope: [own, pol]}", "unknown_word", "pool"),
        ("{actions: [read], scope: {raed: own}}", "unknown_action", "read"),
        ("{actions: [read, edit], scope: {read: own}}", "no_scope", ""),
        ("{actions: [read], scope: my_teams}", "no_player", ""),
        ("{actions: [read], fields: {mony: hidden}}", "unknown_field", "money"),
        ("{actions: [read], fields: {items.cots: hidden}}", "unknown_field", "items.costs"),
        ("{actions: [read], hidden: [items.prise]}", "unknown_field", "items.price"),
    ],
)
def test_what_is_not_there_is_said_with_the_nearest_name(
    build: Build, grant: str, code: str, nearest: str
) -> None:
    with pytest.raises(MetadataError) as refused:
        build(role(grant))
    assert {(each.code, each.nearest) for each in refused.value.problems} >= {(code, nearest)}
    assert all(each.place is not None and each.place.line > 1 for each in refused.value.problems)


def test_no_level_but_the_four_is_taken(build: Build) -> None:
    with pytest.raises(MetadataError) as refused:
        build(role("{actions: [read], fields: {money: partly}}"))
    (problem,) = refused.value.problems
    assert "hidden, masked, read" in problem.expected


def test_a_department_that_is_another_field_gives_no_scope(
    build: Build, types: TypeCatalogue
) -> None:
    ship = "---\nkind: entity\nname: ship\nfields: {name: {type: text}}\nplays: [department]"
    with pytest.raises(MetadataError) as refused:
        build(role("{actions: [read], scope: department}") + "\n" + ship)
    assert [each.code for each in refused.value.problems] == ["no_player"]
    assert build(role("{actions: [read], scope: department}", "sailor") + "\n" + ship).roles


def test_fields_are_not_granted_for_every_entity(build: Build) -> None:
    with pytest.raises(MetadataError) as refused:
        build(role("{actions: [read], fields: {name: read}}", "'*'"))
    assert [each.code for each in refused.value.problems] == ["fields_of_every"]


@pytest.mark.parametrize("rows", ["$self in $favourites", "not $self not in $tagged('VIP')"])
def test_what_somebody_has_marked_gives_him_no_right(build: Build, rows: str) -> None:
    with pytest.raises(MetadataError) as refused:
        build(role(f'{{actions: [read], rows: "{rows}"}}'))
    assert [each.code for each in refused.value.problems] == ["no_right"]
    assert build(role('{actions: [read], rows: "$self in $shared"}')).roles


@pytest.mark.parametrize(
    ("groups", "code"),
    [
        ("{name: [phone]}", "name_taken"),
        ("{money: [phone, fone]}", "unknown_field"),
        ("{money: [phone], more: [phone]}", "grouped_twice"),
    ],
)
def test_groups_have_names_of_their_own_and_share_no_field(
    build: Build, groups: str, code: str
) -> None:
    with pytest.raises(MetadataError) as refused:
        build(
            "kind: entity\nname: other\n"
            f"fields: {{name: {{type: text}}, phone: {{type: text}}}}\nfield_groups: {groups}"
        )
    assert [each.code for each in refused.value.problems] == [code]


def test_a_part_of_a_text_may_be_shown_by_name_by_group_and_of_lines(build: Build) -> None:
    levels = "{phone: masked, contacts: masked, '*': masked}"
    catalog = build(role(f"{{actions: [read], fields: {levels}}}"))
    assert catalog.roles["seller"].grants["firm"].levels["contacts"] == "masked"


@pytest.mark.parametrize("name", ["money", "items", "items.price", "items.costs", "credit"])
def test_what_has_no_part_to_show_is_not_granted_masked(build: Build, name: str) -> None:
    with pytest.raises(MetadataError) as caught:
        build(role(f"{{actions: [read], fields: {{{name}: masked}}}}"))
    (problem,) = caught.value.problems
    assert problem.code == "not_maskable"
    assert problem.place is not None
    assert problem.place.line > 0
    assert problem.expected == "hidden or read"
