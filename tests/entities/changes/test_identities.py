"""Identities are given once, follow renames, and never give a physical name twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright_entities.changes.identities import Assignment, Identity, assign, new_id

PHYSICAL = re.compile(r"[a-z][a-z0-9_]{0,30}")


def suffixes(part: Mapping[str, Any], field: str) -> tuple[str, ...] | None:
    return {"money": ("", "_base"), "links": None}.get(part["fields"][field]["type"], ("",))


def counted() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"id{next(numbers):08d}"


def entity(name: str, fields: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {f"entity/{name}": {"name": name, "pack": "shop", "fields": dict(fields), **more}}


def text(**more: Any) -> dict[str, Any]:
    return {"type": "text", **more}


def run(
    parts: Mapping[str, Any], known: Iterable[Identity] = (), fresh: Callable[[], str] = new_id
) -> Assignment:
    return assign(parts, known, suffixes, fresh=fresh)


def after(first: Assignment) -> tuple[Identity, ...]:
    return first.new


def columns(assignment: Assignment, name: str) -> dict[str, str]:
    fields = assignment.parts[f"entity/{name}"]["fields"]
    return {field: body["column"] for field, body in fields.items()}


def test_an_identity_is_ten_characters_of_base32() -> None:
    assert all(re.fullmatch(r"[a-z2-7]{10}", new_id()) for _ in range(100))


def test_names_are_the_api_names_behind_a_letter() -> None:
    done = run(entity("customer", {"name": text(), "tags": {"type": "links"}}))
    assert done.parts["entity/customer"]["table"] == "e_customer"
    assert columns(done, "customer") == {"name": "name", "tags": "l_customer_tags"}


def test_every_field_has_a_number_of_its_own() -> None:
    first = run(entity("customer", {"a": text(), "b": text()}))
    second = run(entity("customer", {"c": text(), "b": text()}), after(first))
    numbers = {
        name: body["number"] for name, body in second.parts["entity/customer"]["fields"].items()
    }
    assert numbers == {"c": 3, "b": 2}


def test_a_long_name_is_cut_and_told_apart_by_its_identity() -> None:
    long = "customer_of_the_northern_branch_office"
    done = run(entity(long, {long: text(), long + "_2": text()}), fresh=counted())
    names = [done.parts[f"entity/{long}"]["table"], *columns(done, long).values()]
    assert names[0] == "e_customer_of_the_northern_id00"
    assert len(set(names)) == 3
    assert all(PHYSICAL.fullmatch(name) for name in names)


@pytest.mark.parametrize("word", ["order", "group", "user", "select", "rowid", "ctid", "index"])
def test_a_word_that_an_engine_keeps_is_made_longer(word: str) -> None:
    column = columns(run(entity("customer", {word: text()})), "customer")[word]
    assert re.fullmatch(rf"{word}_[a-z2-7]{{4}}", column)


def test_a_column_does_not_take_the_second_column_of_another_field() -> None:
    done = run(
        entity("item", {"price": {"type": "money"}, "price_base": text(), "price_sort": text()})
    )
    names = columns(done, "item")
    assert names["price"] == "price"
    assert names["price_base"].startswith("price_base_")
    assert names["price_sort"].startswith("price_sort_")


def test_fields_of_the_engine_keep_their_names() -> None:
    fields = {"version": text(), "position": text(system=True), "version_2": text()}
    done = run(entity("customer", fields | {"version": text(system=True)}))
    assert columns(done, "customer")["version"] == "version"
    assert columns(done, "customer")["position"] == "position"


def test_nothing_changes_for_the_same_parts() -> None:
    first = run(entity("customer", {"name": text()}))
    again = run(entity("customer", {"name": text()}), after(first))
    assert again.parts == first.parts
    assert (again.new, again.changed) == ((), ())


def test_a_renamed_field_keeps_identity_and_column() -> None:
    first = run(entity("customer", {"code": text()}))
    second = run(entity("customer", {"number": text(was=["code"])}), after(first))
    old = first.parts["entity/customer"]["fields"]["code"]
    new = second.parts["entity/customer"]["fields"]["number"]
    assert (new["id"], new["column"]) == (old["id"], "code")
    assert [each.address for each in second.changed] == ["entity/customer#fields.number"]


def test_a_renamed_entity_takes_its_fields_along() -> None:
    first = run(entity("customer", {"code": text()}))
    second = run(entity("client", {"code": text()}, was=["customer"]), after(first))
    assert second.new == ()
    assert second.parts["entity/client"]["table"] == "e_customer"
    assert sorted(each.address for each in second.changed) == [
        "entity/client",
        "entity/client#fields.code",
    ]


def test_what_is_renamed_to_a_retired_name_stays_itself() -> None:
    first = run(entity("customer", {"code": text(), "number": text()}))
    retired = run(entity("customer", {"code": text(), "number": text(retired=True)}), after(first))
    known = [*[each for each in first.new if "number" not in each.address], *retired.changed]
    third = run(entity("customer", {"number": text(was=["code"])}), known)
    assert columns(third, "customer") == {"number": "code"}


def test_a_former_name_that_was_retired_is_followed_unless_it_can_mean_something_else() -> None:
    first = run(entity("customer", {"code": text(), "number": text()}))
    retired = run(entity("customer", {"code": text(retired=True), "number": text()}), after(first))
    known = [*[each for each in first.new if "fields.code" not in each.address], *retired.changed]
    both = {"tag": text(was=["code", "number"])}
    assert columns(run(entity("customer", {"tag": text(was=["code"])}), known), "customer") == {
        "tag": "code"
    }
    assert columns(run(entity("customer", both), known), "customer") == {"tag": "number"}


def test_a_column_of_a_field_that_is_gone_is_not_given_again() -> None:
    gone = Identity("aaaaaaaaaa", "shop", "entity/customer#fields.code~1", "code", 1, retired=True)
    done = run(entity("customer", {"code": text()}), [gone])
    assert columns(done, "customer")["code"] != "code"


def test_a_pack_brings_its_own_identities() -> None:
    done = run(entity("customer", {"name": text(id="name234567")}, id="cust234567"))
    part = done.parts["entity/customer"]
    assert (part["id"], part["fields"]["name"]["id"]) == ("cust234567", "name234567")


names = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=60).map(
    lambda rest: "a" + rest
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(names, st.sampled_from(["text", "money", "links"])), max_size=12))
def test_whatever_the_names_are_physical_ones_are_short_and_differ(
    fields: list[tuple[str, str]],
) -> None:
    body = {name: {"type": type_} for name, type_ in fields}
    done = run(entity("x" * 40, body))
    taken: list[str] = []
    for name, column in columns(done, "x" * 40).items():
        assert PHYSICAL.fullmatch(column)
        taken += [column + suffix for suffix in suffixes({"fields": body}, name) or ("",)]
    assert len(taken) == len(set(taken))
