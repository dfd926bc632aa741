"""Tree → text: what is written parses into the same tree."""

from __future__ import annotations

from random import Random

import pytest
from expression_worlds.generating import Generator

from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.text import write


def test_what_is_written_parses_into_the_same_tree() -> None:
    random = Random(11)
    for kind in ("boolean", "decimal", "text", "date", "datetime") * 300:
        tree = Generator(random, plain=True).node(kind, random.randrange(1, 5))
        text = write(tree)
        if len(text) <= 4_000:
            assert parse(text).tree == tree, text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a=1and(b or c)", "a = 1 and (b or c)"),
        ("(a and b) and (c and d)", "a and b and c and d"),
        ("a and (b and c)", "a and (b and c)"),
        ("(a+b)*(c)", "(a + b) * c"),
        ("a-(b-c)", "a - (b - c)"),
        ("-(5)", "-(5)"),
        ("- -5", "-(-5)"),
        ("not(a=1)", "not a = 1"),
        ("(a=b)=c", "(a = b) = c"),
        ("until not empty", "until is not empty"),
        ("a not between 1 and 2", "not a between 1 and 2"),
        ("[单价] > 0 且 [合]]同] = 'it''s'", "[单价] > 0 and [合]]同] = 'it''s'"),
        ("lines any", "lines any ()"),
        ("max(lines where true, a)", "max(lines where true, a)"),
        ("-0.10", "-0.10"),
        ("$setting.a.b in (1)", "$setting.a.b in (1)"),
        ("at( $head.jobs ,a+1 ).firm . name", "at($head.jobs, a + 1).firm.name"),
        ("有效于（[任职]，今天）．[公 司]为空", "at([任职], today()).[公 司] is empty"),
        ("at(at, at).at", "at(at, at).at"),
        ("at(jobs, today())", "at(jobs, today())"),
        ("x in at(jobs, d).tags", "x in (at(jobs, d).tags)"),
        ("at in 本月", "at in (this_month())"),
    ],
)
def test_an_expression_has_one_usual_spelling(text: str, written: str) -> None:
    tree = parse(text).tree
    assert write(tree) == written
    assert parse(written).tree == tree
