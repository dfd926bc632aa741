"""Text → tree: what can be said, in both languages, and how mistakes are pointed out."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from expression_worlds.generating import Generator

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.functions import AGGREGATES, CHINESE_NAMES, FUNCTIONS
from cardwright_metadata.expressions.parsing import parse, parse_condition
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tokens import tokens_of
from cardwright_metadata.expressions.tree import (
    Between,
    Binary,
    Call,
    Emptiness,
    Literal,
    Membership,
    Node,
    Path,
    Related,
    TypeTest,
    Unary,
)


def name(*names: str) -> Path:
    return Path(names)


def number(value: str) -> Literal:
    return Literal(Decimal(value))


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("stage = 'won'", Binary("=", name("stage"), Literal("won"))),
        ("customer.region", name("customer", "region")),
        ("'it''s'", Literal("it's")),
        ("a + b * -2", Binary("+", name("a"), Binary("*", name("b"), number("-2")))),
        ("a - b - c", Binary("-", Binary("-", name("a"), name("b")), name("c"))),
        ("a <> 1", Binary("!=", name("a"), number("1"))),
        ("a ≤ 20%", Binary("<=", name("a"), number("0.2"))),
        ("a & 'x'", Call("concat", (name("a"), Literal("x")))),
        ("not a = b", Unary("not", Binary("=", name("a"), name("b")))),
        (
            "a or b and c",
            Binary("or", name("a"), Binary("and", name("b"), name("c"))),
        ),
        ("a in (1, null)", Membership(name("a"), (number("1"), Literal(None)))),
        ("a not in ()", Membership(name("a"), (), negated=True)),
        ("at in this_month()", Membership(name("at"), (Call("this_month"),))),
        ("'x' in tags", Membership(Literal("x"), (name("tags"),))),
        ("a between 1 and b", Between(name("a"), number("1"), name("b"))),
        ("until is not empty", Emptiness(name("until"), negated=True)),
        ("until not empty", Emptiness(name("until"), negated=True)),
        ("name empty", Emptiness(name("name"))),
        ("is_empty(name)", Emptiness(name("name"))),
        ("name is null", Emptiness(name("name"))),
        ("a not contains 'x'", Unary("not", Binary("contains", name("a"), Literal("x")))),
        ("region under '华南'", Binary("under", name("region"), Literal("华南"))),
        ("company is customer", TypeTest(name("company"), "customer")),
        ("company is not lead", TypeTest(name("company"), "lead", negated=True)),
        (
            "lines any (amount > 10)",
            Related("any", name("lines"), where=Binary(">", name("amount"), number("10"))),
        ),
        ("lines none", Related("none", name("lines"))),
        ("count(items)", Related("count", name("items"))),
        ("sum(items, amount)", Related("sum", name("items"), name("amount"))),
        (
            "sum(items where free, amount)",
            Related("sum", name("items"), name("amount"), name("free")),
        ),
        ("min(a, b)", Call("min", (name("a"), name("b")))),
        ("min(items where true, b)", Related("min", name("items"), name("b"))),
        ("$me", Path((), "$me")),
        ("$setting.stock.negative", Path(("stock", "negative"), "$setting")),
        ("$line.product", Path(("product",), "$each")),
        (
            "balance(stock, product: $each.product)",
            Call("balance", (name("stock"),), (("product", Path(("product",), "$each")),)),
        ),
        ("IF(A > 1, 'x')", Call("if", (Binary(">", name("a"), number("1")), Literal("x")))),
    ],
)
def test_what_is_written_becomes_a_tree(text: str, tree: Node) -> None:
    assert parse(text).tree == tree


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("[数量] * [单价]", "quantity * price"),
        ("［数量］＊【单价】", "quantity * price"),
        (
            "如果（[金额]大于5且[状态]属于（‘a’，‘b’），１，０）",
            "if(amount > 5 and status in ('a', 'b'), 1, 0)",
        ),
        ("四舍五入（[金额]÷３，２）", "round(amount / 3, 2)"),
        ("[状态] 不等于 ‘草稿’ 或者 [金额] 为空", "status != '草稿' or amount is empty"),
        ("[金额] 介于 1 和 5", "amount between 1 and 5"),
        ("[到期日] < 今天 并且 [负责人] = 我", "due < today() and owner = $me"),
        ("[到期日] 属于 本月", "due in this_month()"),
        ("非（[金额] 不包含 '1'）", "not (amount not contains '1')"),
        ("求和（[明细] 其中 [金额]＞５，[金额]）", "sum(lines where amount > 5, amount)"),
        ("[明细] 任一（真）", "lines any (true)"),
        ("[客户].[地区] 隶属于 '华南'", "customer.region under '华南'"),
        ("年（[到期日]）＝２０２６", "year(due) = 2026"),
        ("为空（[金额]）", "amount is empty"),
        ("［合同］］额］ ≥ 0", "amount >= 0"),
    ],
)
def test_chinese_says_the_same_as_english(chinese: str, english: str) -> None:
    labels = {
        "数量": "quantity", "单价": "price", "金额": "amount", "状态": "status", "到期日": "due",
        "负责人": "owner", "明细": "lines", "客户": "customer", "customer.地区": "region",
        "合同]额": "amount",
    }  # fmt: skip
    assert parse(chinese, labels).tree == parse(english).tree


@pytest.mark.parametrize(
    ("text", "code", "at", "nearest"),
    [
        ("", "empty", 0, ""),
        ("  ", "empty", 0, ""),
        ("a = ", "unexpected_end", 4, ""),
        ("a b", "unexpected", 2, ""),
        ("a contain 'x'", "unexpected", 2, "contains"),
        ("a = 1 = 2", "unexpected", 6, ""),
        ("(a", "unexpected_end", 2, ""),
        ("a)", "unexpected", 1, ""),
        ("any = 1", "unexpected", 0, ""),
        ("customer.any", "unexpected", 9, ""),
        ("roud(a, 2)", "unknown_function", 0, "round"),
        ("四舍五如(a)", "unknown_word", 0, "四舍五入"),
        ("华南地区", "unknown_word", 0, ""),
        ("$mee = 1", "unknown_variable", 0, "$me"),
        ("round(1, 2, 3)", "wrong_arguments", 0, ""),
        ("1 + round()", "wrong_arguments", 4, ""),
        ("count(1)", "wrong_arguments", 0, ""),
        ("sum(items)", "wrong_arguments", 0, ""),
        ("length(a where b)", "unexpected", 15, ""),
        ("exists(x, a = 1).price", "unexpected", 16, ""),
        ("find(x.y, a = 1)", "wrong_arguments", 0, ""),
        ("find(x, a = 1, b + 1)", "unexpected", 15, ""),
        ("exists(x, a = 1, b)", "wrong_arguments", 0, ""),
        ("find(x, a: 1)", "wrong_arguments", 0, ""),
        ("max(a, b).c", "unexpected", 9, ""),
        ("at(a, b).", "unexpected_end", 9, ""),
        ("at(a, b).any", "unexpected", 9, ""),
        ("at(a where b, c)", "unexpected", 11, ""),
        ("at(5, b)", "unexpected", 3, ""),
        ("at(a, day: b)", "unexpected", 0, ""),
        ("at(a)", "wrong_arguments", 0, ""),
        ("at(a, b).c is customer", "unexpected", 0, ""),
        ("length(x: a)", "unexpected", 0, ""),
        ("(a + b) any (c)", "unexpected", 1, ""),
        ("'abc", "unclosed_text", 0, ""),
        ("a = [abc", "unclosed_label", 4, ""),
        ("[]", "unexpected", 0, ""),
        ('a = "x"', "bad_character", 4, ""),
        ("a ; b", "bad_character", 2, ""),
        ("a = '\0'", "bad_character", 5, ""),
        ("a = '\ud800'", "bad_character", 5, ""),
        ("[单介] > 1", "unknown_label", 0, "单价"),
        ("1" * 39, "too_large", 0, ""),
    ],
)
def test_a_mistake_is_pointed_at(text: str, code: str, at: int, nearest: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse(text, {"单价": "price"})
    assert (raised.value.code, raised.value.at, raised.value.nearest) == (code, at, nearest)


def test_what_could_stand_there_is_listed() -> None:
    with pytest.raises(ExpressionError) as raised:
        parse("company is ")
    assert raised.value.expected == "a name, empty, not, null"


def test_a_label_stays_in_brackets_until_labels_are_known() -> None:
    assert parse("[数量] + 1").tree == Binary("+", Path(("[数量]",)), number("1"))


@pytest.mark.parametrize("text", ["a + 1", "'x'", "-a", "12", "null", "sum(items, a)"])
def test_a_condition_must_be_one(text: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_condition(text)
    assert raised.value.code == "not_a_condition"


@pytest.mark.parametrize("text", ["open", "a = 1", "true", "lines any (a = 1)", "if(a, b, c)"])
def test_what_may_be_a_condition_is_taken(text: str) -> None:
    assert parse_condition(text).text == text


def test_every_function_has_a_chinese_name_of_its_own() -> None:
    english = {name for name in CHINESE_NAMES.values() if name in FUNCTIONS or name in AGGREGATES}
    assert english == set(FUNCTIONS) | set(AGGREGATES)
    named = [word for function in FUNCTIONS.values() for word in function.chinese]
    assert len(named) == len(set(named))


def test_full_width_and_chinese_twins_mean_the_same() -> None:
    random = Random(20)
    for kind in ("boolean", "decimal", "text", "date", "datetime") * 60:
        tree = Generator(random, plain=True).node(kind, 3)
        text = write(tree)
        if len(text) < 1_500:
            assert parse(_full_width(text)).tree == tree
            assert parse(_chinese(text)).tree == tree


def _full_width(text: str) -> str:
    """Return the text with its signs, digits and letters in full width, texts untouched."""
    outside, found = True, []
    for sign in text:
        outside = not outside if sign == "'" else outside
        wide = outside and sign != "'" and "!" <= sign <= "~"
        found.append(
            chr(ord(sign) + 0xFEE0) if wide else "\u3000" if outside and sign == " " else sign
        )
    return "".join(found)


def _chinese(text: str) -> str:
    """Return the text with Chinese words for its functions and keywords."""
    functions = {english: word for word, english in CHINESE_NAMES.items()}
    words = {
        "_AND": "且",
        "_OR": "或",
        "NOT": "非",
        "_IN": "属于",
        "CONTAINS": "包含",
        "_WHERE": "其中",
    }
    for token in reversed(tokens_of(text)):
        word = functions.get(token.value) if token.type == "FUNCTION" else words.get(token.type)
        if word is not None:
            start = token.start_pos or 0
            text = text[:start] + word + text[start + len(token.value) :]
    return text
