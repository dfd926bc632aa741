"""Sets of marked records in texts and filters: one tree, whatever the spelling."""

from __future__ import annotations

import pytest

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.json_filters import from_json, to_json
from cardwright_metadata.expressions.names import variables_of
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Membership, Path


@pytest.mark.parametrize(
    ("text", "mark", "names"),
    [
        ("$self in $tagged('VIP')", "VIP", ()),
        ("$self in $tagged ( ' it''s (1). ' )", "it's (1).", ()),
        ("$self in $favourites", "", ()),
        ("$self in $favourites.customer", "", ("customer",)),
        ("$self in $Favourites.customer('本周')", "本周", ("customer",)),
        ("$self 属于 标签（‘重点’）", "重点", ()),
        ("$self 属于 收藏夹", "", ()),
    ],
)
def test_a_mark_is_read_and_written(text: str, mark: str, names: tuple[str, ...]) -> None:
    tree = parse(text).tree
    assert isinstance(tree, Membership)
    (found,) = tree.items
    assert isinstance(found, Path)
    assert (found.mark, found.names) == (mark, names)
    assert parse(write(tree)).tree == tree
    assert parse(write(tree, "zh")).tree == tree
    assert from_json(to_json(tree)) == tree


def test_a_mark_is_part_of_the_name_of_what_is_asked() -> None:
    tree = parse("$self in ($tagged('it''s'), $tagged) and owner = $me").tree
    assert variables_of(tree) == {"$tagged('it''s')", "$tagged", "$me"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("$self in $tagged('')", "unexpected"),
        ("$self in $tagged(' ')", "unexpected"),
        ("$self in $tagged(12)", "unexpected"),
        ("$self in $tagged()", "unexpected"),
        ("$self in $tagged('a', 'b')", "unexpected"),
        ("$self in $tagged.[a]", "unexpected"),
        ("$self in $tagged.a.b", "unexpected"),
        ("$self in $shared('a')", "unexpected"),
        ("$self in $taged('a')", "unknown_variable"),
    ],
)
def test_what_names_no_mark_is_refused(text: str, code: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        parse(text)
    assert refused.value.code == code


def test_a_filter_names_marks_by_their_texts() -> None:
    filter_ = {"field": "$self", "op": "not_in", "value": ["$tagged.firm('it''s')", "$favourites"]}
    tree = from_json(filter_)
    assert write(tree) == "$self not in ($tagged.firm('it''s'), $favourites)"
    assert to_json(tree) == filter_
    with pytest.raises(ExpressionError):
        from_json({"field": "$self", "op": "in", "value": ["$tagged('"]})
    # Of any other field such a text is a text.
    text = from_json({"field": "name", "op": "in", "value": ["$tagged"]})
    assert write(text) == "name in ('$tagged')"
