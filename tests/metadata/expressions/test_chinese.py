"""A formula in Chinese words and full-width signs is its plain twin: one tree, two spellings."""

from __future__ import annotations

from random import Random

import pytest
from expression_worlds.generating import Generator

from cardwright_metadata.expressions.functions import AGGREGATES, CHINESE_NAMES, FUNCTIONS
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Node
from cardwright_metadata.expressions.words import CHINESE_WORDS

#: What the fields of the small world are called.
LABELS = {
    "price": "单价", "rate": "税率", "number": "份 数", "name": "名称", "note": "备注]",
    "open": "是否启用", "due": "到期", "since": "起始", "at": "时刻", "until": "截止时刻",
    "tags": "标签", "parent": "上级", "parent.name": "名称", "company": "公司", "owner": "负责人",
    "lines": "明细", "lines.amount": "金额", "lines.quantity": "数量", "lines.word": "词",
    "lines.day": "日", "lines.last": "止",
}  # fmt: skip
NAMES = {
    **{label: name for name, label in LABELS.items() if "." not in name},
    **{label: name.split(".")[1] for name, label in LABELS.items() if name.startswith("lines.")},
    "parent.名称": "name",
    **{
        f"lines.current.{label}": name.split(".")[1]
        for name, label in LABELS.items()
        if name.startswith("lines.")
    },
}


def full_width(text: str) -> str:
    """Return a text with all signs, digits and letters outside of texts and labels wide."""
    wide, closing = [], ""
    for sign in text:
        if closing:
            closing = "" if sign == closing else closing
            wide.append("’" if sign == "'" and closing == "" else sign)
        elif sign in "'[":
            closing = {"'": "'", "[": "]"}[sign]
            wide.append({"'": "‘", "[": "【"}[sign])
        elif sign == " ":
            wide.append("\u3000")
        elif "!" <= sign <= "~":
            wide.append(chr(ord(sign) + 0xFEE0))
        else:
            wide.append(sign)
    return "".join(wide)


def is_writable(text: str) -> bool:
    """Tell whether a text has no doubled quote, which full-width quotes close otherwise."""
    return len(text) <= 4_000 and "''" not in text


def trees(seed: int, count: int) -> list[Node]:
    random = Random(seed)
    kinds = ("boolean", "decimal", "text", "date", "datetime")
    return [
        Generator(random, plain=True).node(kinds[number % 5], random.randrange(1, 5))
        for number in range(count)
    ]


def test_a_formula_in_chinese_is_its_plain_twin() -> None:
    tried = 0
    for tree in trees(5, 2_000):
        chinese = write(tree, "zh", LABELS)
        if len(chinese) <= 4_000:
            tried += 1
            assert parse(chinese, NAMES).tree == tree, chinese
    assert tried > 1_900


def test_full_width_signs_are_their_plain_twins() -> None:
    tried = 0
    for tree in trees(6, 2_000):
        plain, chinese = write(tree), write(tree, "zh")
        for text in (plain, chinese):
            if is_writable(text):
                tried += 1
                assert parse(full_width(text)).tree == tree, text
    assert tried > 3_000


@pytest.mark.parametrize("name", [*FUNCTIONS, *AGGREGATES])
def test_every_function_has_a_chinese_name_of_its_own(name: str) -> None:
    words = FUNCTIONS[name].chinese if name in FUNCTIONS else AGGREGATES[name]
    assert words
    for word in words:
        assert CHINESE_NAMES[word] == name
        assert all("\u3400" <= sign <= "\u9fff" for sign in word)
        assert name in ("empty",) or word not in CHINESE_WORDS


@pytest.mark.parametrize(
    ("plain", "chinese"),
    [
        ("price * 2 > 10 and not (name is empty)", "[单价] * 2 > 10 且 非 [名称] 为空"),
        ("if(open, 'a', null)", "如果([是否启用], 'a', 空)"),
        ("sum(lines where amount > 1, quantity)", "求和([明细] 其中 [金额] > 1, [数量])"),
        ("lines any (word = 'a')", "[明细] 任一 ([词] = 'a')"),
        ("due not between since and today()", "非 [到期] 介于 [起始] 至 今天()"),
        ("parent.name not in ('a', 'b')", "[上级].[名称] 不属于 ('a', 'b')"),
        ("company is not customer", "[公司] 不是 customer"),
        ("max(price, 1)", "最大([单价], 1)"),
    ],
)
def test_a_reader_sees_his_own_words(plain: str, chinese: str) -> None:
    tree = parse(plain).tree
    assert write(tree, "zh", LABELS) == chinese
    assert write(parse(chinese, NAMES).tree) == write(tree)
