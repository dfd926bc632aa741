"""Text → tree: the door through which every expression comes in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast

from lark import Lark, Token, UnexpectedToken
from lark.exceptions import VisitError

from cardwright_metadata.expressions.building import Building
from cardwright_metadata.expressions.errors import ExpressionError, nearest_word
from cardwright_metadata.expressions.limits import MAXIMUM_LEVELS
from cardwright_metadata.expressions.names import replace_labels
from cardwright_metadata.expressions.tokens import GivenTokens, tokens_of
from cardwright_metadata.expressions.tree import (
    Binary,
    Expression,
    Literal,
    Node,
    Path,
    Related,
    Unary,
)
from cardwright_metadata.expressions.walking import height
from cardwright_metadata.expressions.words import KEYWORDS

__all__ = ["ExpressionError", "parse", "parse_condition"]

_READABLE = {
    "_LEFT": "(", "_RIGHT": ")", "_COMMA": ",", "DOT": ".", "_COLON": ":", "PLUS": "+",
    "MINUS": "-", "JOIN": "&", "TIMES": "*", "OVER": "/", "COMPARE": "= != < <= > >=",
    "NUMBER": "a number", "TEXT": "a text", "NAME": "a name", "LABEL": "a label",
    "VARIABLE": "a variable", "MARKS": "a variable", "FUNCTION": "a function", "$END": "the end",
}  # fmt: skip

#: Longer texts are read anew each time, so that what is kept stays small.
_KEPT_LENGTH = 500


def parse(text: str, labels: Mapping[str, str] | None = None) -> Expression:
    """Return the expression; raise ExpressionError at the first character that cannot be.

    ``labels`` maps what may stand in ``[brackets]`` to field names; a label behind a dot is looked
    up by the path so far (``customer.地区``). Without a map, labels stay as ``[label]`` in the
    paths, for ``names.replace_labels``.
    """
    tree = _read(text) if len(text) <= _KEPT_LENGTH else _read.__wrapped__(text)
    if labels is not None:
        tree = replace_labels(tree, _lookup(labels))
    return Expression(text, tree)


@lru_cache(maxsize=4096)  # the same texts come again with every commit and every catalog
def _read(text: str) -> Node:
    tokens = tokens_of(text)
    if not tokens:
        raise ExpressionError("empty", "Write an expression.", expected="a name or a value")
    try:
        tree = cast("Node", _parser().parse(cast("Any", tokens)))
    except UnexpectedToken as error:
        raise _unexpected(text, error.token, error.accepts or error.expected) from error
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    if height(tree) > MAXIMUM_LEVELS:
        raise ExpressionError("too_deep", f"Nest at most {MAXIMUM_LEVELS} levels.")
    return tree


def parse_condition(text: str, labels: Mapping[str, str] | None = None) -> Expression:
    """Return the expression, refusing one that can only give a number, a text or a date."""
    expression = parse(text, labels)
    tree = expression.tree
    numeric = isinstance(tree, Unary) and tree.operator == "-"
    numeric |= isinstance(tree, Binary) and tree.operator in ("+", "-", "*", "/")
    numeric |= isinstance(tree, Literal) and not isinstance(tree.value, bool)
    numeric |= isinstance(tree, Related) and tree.quantifier not in ("any", "none", "all")
    if numeric:
        raise ExpressionError(
            "not_a_condition", "Write a condition, such as a comparison.", tree.at, text[:50]
        )
    return expression


@cache
def _parser() -> Lark:
    grammar = files(__package__).joinpath("expression.lark").read_text("utf-8")
    return Lark(grammar, parser="lalr", lexer=GivenTokens, transformer=Building())


def _unexpected(text: str, token: Token, expected: Iterable[str]) -> ExpressionError:
    wanted = sorted({_READABLE.get(each, each.strip("_").lower()) for each in expected})
    if token.type == "$END":
        return ExpressionError(
            "unexpected_end", "Something is missing at the end.", len(text), "", ", ".join(wanted)
        )
    found, at = str(token.value), token.start_pos or 0
    near = nearest_word(found, KEYWORDS) if token.type == "NAME" else ""
    message = f"'{found[:50]}' cannot stand here."
    if token.type.strip("_").lower() in KEYWORDS and "NAME" in set(expected):
        message = f"'{found}' is a word of the language and names no field."
    return ExpressionError("unexpected", message, at, found[:50], ", ".join(wanted), near)


def _lookup(labels: Mapping[str, str]) -> Callable[[Path, int], str]:
    def name_of(path: Path, index: int) -> str:
        label = path.names[index][1:-1]
        so_far = ".".join(path.names[:index])
        name = labels.get(f"{so_far}.{label}" if so_far else label)
        if name is None:
            near = nearest_word(label, labels)
            raise ExpressionError(
                "unknown_label", f"No field is called '{label}'.", path.at, label, nearest=near
            )
        return name

    return name_of
