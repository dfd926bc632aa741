"""Names and kinds checked: what fits is made ready, what does not is pointed at."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from expression_worlds.world import Scope

from cardwright_entities.expressions.checking import check_condition, check_types
from cardwright_entities.expressions.values import (
    BOOLEAN,
    DATE,
    DATETIME,
    DECIMAL,
    TEXT,
    ValueType,
    record_of,
)
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.names import dotted
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Binary, Literal, Related


def right_side(text: str) -> object:
    tree = check_types(parse(text), Scope()).tree
    assert isinstance(tree, Binary)
    assert isinstance(tree.right, Literal)
    return tree.right.value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("due < '2026-01-31'", date(2026, 1, 31)),
        ("at < '2026-01-31'", date(2026, 1, 31)),
        ("at < '2026-01-31 09:30'", datetime(2026, 1, 31, 9, 30)),  # noqa: DTZ001 - local on purpose
        ("hour_of_day = '09:30'", time(9, 30)),
        ("price = '12.50'", Decimal("12.50")),
        ("name = '2026-01-31'", "2026-01-31"),
    ],
)
def test_a_text_becomes_the_value_with_which_it_is_compared(text: str, value: object) -> None:
    assert right_side(text) == value
    assert type(right_side(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "type_"),
    [
        ("price * rate", DECIMAL),
        ("number = 1", BOOLEAN),
        ("due + days(30)", DATE),
        ("due - since", ValueType("decimal", scale=0)),
        ("at - until", DECIMAL),
        ("at + hours(1)", DATETIME),
        ("coalesce(name, 'x')", TEXT),
        ("coalesce('x', name)", TEXT),
        ("coalesce(due, '2026-01-01')", DATE),
        ("if(open, price, null)", ValueType("decimal", scale=2)),
        ("parent", record_of("thing", tree=True)),
        ("parent.name", TEXT),
        ("sum(lines, amount)", ValueType("decimal", scale=2)),
        ("count(lines)", ValueType("decimal", scale=0)),
        ("max(lines, day)", DATE),
        ("'2026-01-01' + days(1)", DATE),
        ("null", ValueType("null")),
    ],
)
def test_the_type_of_an_expression_is_known(text: str, type_: ValueType) -> None:
    assert check_types(parse(text), Scope()).type == type_


@pytest.mark.parametrize(
    ("text", "code", "at", "nearest"),
    [
        ("pirce > 1", "unknown_name", 0, "price"),
        ("1 + pirce", "unknown_name", 4, "price"),
        ("parent.pirce = 1", "unknown_name", 0, "price"),
        ("lines any (pirce = 1)", "unknown_name", 11, "price"),
        ("items any (a = 1)", "unknown_name", 0, ""),
        ("name = 5", "wrong_type", 7, ""),
        ("name + 'x'", "wrong_type", 0, ""),
        ("price = name", "wrong_type", 8, ""),
        ("due + 30", "wrong_type", 0, ""),
        ("due < 'tomorrow'", "bad_literal", 6, ""),
        ("due < '2026-02-30'", "bad_literal", 6, ""),
        ("due < '20260101'", "bad_literal", 6, ""),
        ("due in (1)", "wrong_type", 8, ""),
        ("due in ('x')", "bad_literal", 8, ""),
        ("price in this_month()", "wrong_type", 0, ""),
        ("price between 1 and 'x'", "bad_literal", 20, ""),
        ("not price", "wrong_type", 4, ""),
        ("open and price", "wrong_type", 9, ""),
        ("open < true", "wrong_type", 0, ""),
        ("-name", "wrong_type", 1, ""),
        ("price contains 'x'", "wrong_type", 0, ""),
        ("name contains 5", "wrong_type", 14, ""),
        ("tags contains 5", "wrong_type", 14, ""),
        ("tags = 'x'", "wrong_type", 0, ""),
        ("tags = tags", "wrong_type", 0, ""),
        ("price under 1", "wrong_type", 0, ""),
        ("parent under due", "wrong_type", 13, ""),
        ("parent = 'x'", "wrong_type", 9, ""),
        ("parent = 1.5", "bad_literal", 9, ""),
        ("parent = -0.5", "bad_literal", 9, ""),
        ("parent = $me", "wrong_type", 9, ""),
        ("parent < 1", "wrong_type", 0, ""),
        ("owner = 3", "wrong_type", 8, ""),
        ("owner is nobody", "unknown_name", 0, ""),
        ("parent is thing", "wrong_type", 0, ""),
        ("owner = record('nobody', 3)", "unknown_name", 8, ""),
        ("round(name, 1)", "wrong_type", 6, ""),
        ("left(name, name)", "wrong_type", 11, ""),
        ("year(name)", "wrong_type", 5, ""),
        ("hour(due)", "wrong_type", 5, ""),
        ("start_of('decade', due)", "bad_literal", 9, ""),
        ("start_of('mont', due)", "bad_literal", 9, "month"),
        ("start_of(name, due)", "bad_literal", 9, ""),
        ("due in last_n_days(number)", "wrong_type", 19, ""),
        ("if(open, price, name)", "wrong_type", 16, ""),
        ("coalesce(due, price)", "wrong_type", 14, ""),
        ("min(open, open)", "wrong_type", 0, ""),
        ("concat(open)", "wrong_type", 7, ""),
        ("sum(lines, word)", "wrong_type", 11, ""),
        ("sum(lines where amount, amount)", "wrong_type", 16, ""),
        ("balance(stock)", "unknown_name", 8, ""),
        ("balance(5)", "wrong_type", 8, ""),
        ("find(thnig, price > 1).price", "unknown_name", 0, "thing"),
        ("find(thing, pirce > 1).price", "unknown_name", 12, "price"),
        ("find(thing, price > 1).pirce", "unknown_name", 23, "price"),
        ("find(thing, price).price", "wrong_type", 12, ""),
        ("find(thing, exists(thing, price > 1))", "not_allowed", 12, ""),
        ("find(thing, price > $record.pirce)", "unknown_name", 20, "price"),
        ("workdays(due, 'soon')", "bad_literal", 14, ""),
        ("workdays(due)", "wrong_arguments", 0, ""),
        ("band(lines, price)", "unknown_name", 0, ""),
        ("evaluate(name)", "wrong_type", 9, ""),
        ("valid_at(today())", "not_allowed", 0, ""),
        ("open and valid_at('2026-01-01')", "not_allowed", 9, ""),
        ("lines any (valid_at(5))", "wrong_type", 20, ""),
        ("lines any (valid_at('soon'))", "bad_literal", 20, ""),
        ("lines any (valid_at(this_month()))", "wrong_type", 20, ""),
        ("at(lines, at(lines, due).day).word = 'a'", "not_allowed", 10, ""),
        ("at(lines, max(lines, day)).word = 'a'", "not_allowed", 10, ""),
        ("lines any (valid_at(if(valid_at(day), day, last)))", "not_allowed", 20, ""),
        ("at(lines, name).word = 'a'", "wrong_type", 10, ""),
        ("at(lines, 'soon').word = 'a'", "bad_literal", 10, ""),
        ("at(lines, day).word = 'a'", "unknown_name", 10, ""),
        ("at(lines, due).wrod = 'a'", "unknown_name", 15, ""),
        ("at(lines, due).word > 5", "wrong_type", 22, ""),
        ("at(parent, due) is empty", "unknown_name", 3, ""),
        ("at(lines, due) > 5", "wrong_type", 0, ""),
        (" * ".join(["price"] * 17), "too_large", 0, ""),
        ("$setting.x = 1", "unknown_name", 0, ""),
    ],
)
def test_what_does_not_fit_is_pointed_at(text: str, code: str, at: int, nearest: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        check_types(parse(text), Scope())
    assert (raised.value.code, raised.value.at, raised.value.nearest) == (code, at, nearest)


def test_the_paths_that_are_read_are_known() -> None:
    typed = check_types(parse("sum(lines where word = 'a', amount) > parent.price"), Scope())
    assert [dotted(each) for each in typed.paths] == [
        "lines",
        "lines.amount",
        "lines.word",
        "parent.price",
    ]
    assert [dotted(each) for each in typed.related] == ["lines"]


def test_of_the_record_valid_on_a_day_its_days_are_read_too() -> None:
    typed = check_types(parse("at(lines, parent.due).word = 'a'"), Scope())
    assert [dotted(each) for each in typed.paths] == [
        "lines",
        "lines.day",
        "lines.last",
        "lines.word",
        "parent.due",
    ]
    assert [dotted(each) for each in typed.related] == ["lines"]
    assert typed.backends == {"python", "sql", "javascript"}


def test_valid_at_is_a_comparison_with_both_days() -> None:
    typed = check_types(parse("lines any (valid_at('2026-01-01'))"), Scope())
    assert write(typed.tree) == (
        "lines any ((day is empty or day <= '2026-01-01')"
        " and (last is empty or last >= '2026-01-01'))"
    )


@pytest.mark.parametrize("text", ["at(lines, today()).word", "lines any (valid_at(today()))"])
def test_a_day_that_moves_makes_an_expression_move(text: str) -> None:
    assert check_types(parse(text), Scope()).uses_clock
    assert check_types(parse(text.replace("today()", "'2026-01-01'")), Scope()).is_pure


def test_records_without_a_period_say_so_in_words() -> None:
    with pytest.raises(ExpressionError) as raised:
        check_types(parse("price > 0 and valid_at(due)"), Scope())
    message = "Only records with a period are valid on a day; these have none."
    assert (raised.value.message, raised.value.expected) == (message, "period")


def test_an_aggregate_is_told_from_a_function_by_its_types() -> None:
    asked = check_types(parse("min(lines, amount)"), Scope()).tree
    called = check_types(parse("min(price, rate)"), Scope()).tree
    assert isinstance(asked, Related)
    assert write(called) == "min(price, rate)"


@pytest.mark.parametrize("text", ["today() > due", "owner = $me", "at in this_week()", "now()"])
def test_what_depends_on_the_moment_or_the_reader_is_refused_where_asked(text: str) -> None:
    assert check_types(parse(text), Scope()).uses_clock
    with pytest.raises(ExpressionError) as raised:
        check_types(parse(text), Scope(), clock=False)
    assert raised.value.code == "not_allowed"


@pytest.mark.parametrize("text", ["price + 1", "$setting.least > 1", "start_of('month', due)"])
def test_what_depends_on_records_alone_is_pure(text: str) -> None:
    assert check_types(parse(text), Scope(), clock=False).is_pure


def test_a_function_of_python_cannot_stand_in_a_condition() -> None:
    typed = check_types(parse("capitals(price) = 'x'"), Scope())
    assert typed.backends == {"python"}
    with pytest.raises(ExpressionError) as raised:
        check_condition(parse("capitals(price) = 'x'"), Scope())
    assert (raised.value.code, raised.value.at) == ("not_allowed", 0)


def test_the_value_must_be_of_the_kind_that_is_expected() -> None:
    typed = check_types(parse("'2026-01-01'"), Scope(), expected=DATE)
    assert typed.tree == Literal(date(2026, 1, 1))
    for text, expected in (("name", DATE), ("price", BOOLEAN), ("parent", record_of("customer"))):
        with pytest.raises(ExpressionError):
            check_types(parse(text), Scope(), expected=expected)


def test_a_bare_link_is_never_taken_for_a_link_to_any_entity() -> None:
    # Employee 3 and customer 3 must not be the same owner.
    tree = check_types(parse("owner = $me"), Scope()).tree
    assert write(tree) == "owner = record('employee', $me)"
    among = check_types(parse("owner in $my_subordinates"), Scope()).tree
    assert write(among) == "owner is employee and owner in ($my_subordinates)"
