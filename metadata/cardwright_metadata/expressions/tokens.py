"""A text → its tokens: limits are kept, full-width signs and Chinese words understood here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer

from cardwright_metadata.expressions.errors import ExpressionError, nearest_word
from cardwright_metadata.expressions.functions import (
    AGGREGATES,
    CHINESE_NAMES,
    EMPTINESS,
    FUNCTIONS,
)
from cardwright_metadata.expressions.limits import (
    MAXIMUM_DIGITS,
    MAXIMUM_LENGTH,
    MAXIMUM_LEVELS,
)
from cardwright_metadata.expressions.words import (
    CHINESE_WORDS,
    KEYWORDS,
    MARK_ROOTS,
    ROOTS,
    TWINS,
)

_SIGNS = {
    "=": "COMPARE", "!=": "COMPARE", "<>": "COMPARE", "≠": "COMPARE", "<": "COMPARE",
    "<=": "COMPARE", "≤": "COMPARE", ">": "COMPARE", ">=": "COMPARE", "≥": "COMPARE",
    "+": "PLUS", "-": "MINUS", "&": "JOIN", "*": "TIMES", "/": "OVER",
    "(": "_LEFT", ")": "_RIGHT", ",": "_COMMA", ".": "DOT", ":": "_COLON",
}  # fmt: skip
_SPELLINGS = {"<>": "!=", "≠": "!=", "≤": "<=", "≥": ">="}
_HIDDEN = frozenset({"and", "or", "in", "is", "between", "where"})
_PATTERN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9]+(?:\.[0-9]+)?%?)|(?P<word>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<variable>\$[A-Za-z_]*)|(?P<chinese>[\u3400-\u9fff]+)|(?P<text>')|(?P<label>\[)"
    r"|(?P<sign><=|>=|!=|<>|[=<>≠≤≥+\-&*/(),.:])"
)
_AFTER_WORD = re.compile(r"[ \t\r\n]*\(")
_LABEL_ENDS = "]］】"


class GivenTokens(Lexer):
    """Hand the tokens of ``tokens_of`` to the parser as they are."""

    def __init__(self, lexer_conf: LexerConf) -> None:
        del lexer_conf

    def lex(self, tokens: Iterator[Token]) -> Iterator[Token]:  # type: ignore[override]  # simple interface of lark
        return tokens


def tokens_of(text: str) -> list[Token]:
    """Return the tokens; raise ExpressionError for signs, words and sizes that cannot be."""
    if len(text) > MAXIMUM_LENGTH:
        raise ExpressionError(
            "too_long", f"Write at most {MAXIMUM_LENGTH} characters.", MAXIMUM_LENGTH
        )
    for at, sign in enumerate(text):
        if sign == "\0" or "\ud800" <= sign <= "\udfff":
            raise ExpressionError(
                "bad_character", "Remove this character.", at, f"U+{ord(sign):04X}"
            )
    return _Lexing(text).tokens()


@dataclass
class _Lexing:
    """One text on its way to tokens; ``half`` is its half-width twin, same length."""

    text: str
    found: list[Token] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    prefixes: int = 0

    def tokens(self) -> list[Token]:
        half = self.text.translate(dict(TWINS))
        at = 0
        while at < len(half):
            match = _PATTERN.match(half, at)
            if match is None:
                raise self._bad_character(half, at)
            kind = match.lastgroup or ""
            at = match.end()
            if kind == "number":
                self._number(match.group(), match.start())
            elif kind == "word":
                self._word(match.group().lower(), match.start(), half, at)
            elif kind == "variable":
                self._variable(match.group().lower(), match.start())
            elif kind == "chinese":
                self._chinese(match.group(), match.start(), half, at)
            elif kind == "text":
                at = self._quoted(match.start())
            elif kind == "label":
                at = self._label(match.start())
            elif kind == "sign":
                self._sign(match.group(), match.start())
        return self.found

    def _add(self, kind: str, value: str, at: int) -> None:
        self._count_levels(kind, at)
        self.found.append(Token(kind, value, start_pos=at))

    def _count_levels(self, kind: str, at: int) -> None:
        before = self.found[-1].type if self.found else ""
        operand_before = before in {
            "NUMBER", "TEXT", "NAME", "LABEL", "VARIABLE", "MARKS", "_RIGHT", "TRUE", "FALSE",
            "NULL", "EMPTY",
        }  # fmt: skip
        if kind == "_LEFT":
            self.levels.append(self.prefixes + 1)
            self.prefixes = 0
        elif kind == "_RIGHT" and self.levels:
            self.levels.pop()
        elif (kind == "NOT" or kind == "MINUS") and not operand_before:
            self.prefixes += 1
        elif kind != "FUNCTION":
            self.prefixes = 0
        if sum(self.levels) + self.prefixes > MAXIMUM_LEVELS:
            raise ExpressionError(
                "too_deep", f"Nest at most {MAXIMUM_LEVELS} levels.", at, expected="fewer brackets"
            )

    def _number(self, written: str, at: int) -> None:
        if sum(sign.isdigit() for sign in written) > MAXIMUM_DIGITS:
            raise ExpressionError(
                "too_large", f"Write numbers of at most {MAXIMUM_DIGITS} digits.", at, written[:50]
            )
        self._add("NUMBER", written, at)

    def _word(self, word: str, at: int, half: str, end: int) -> None:
        if word in KEYWORDS:
            self._add(f"_{word.upper()}" if word in _HIDDEN else word.upper(), word, at)
        elif _AFTER_WORD.match(half, end) and not self._is_of_marks():
            self._function(word, at)
        else:
            self._add("NAME", word, at)

    def _is_of_marks(self) -> bool:
        """Tell whether a name says of which entity: ``$tagged.customer('VIP')``."""
        return [each.type for each in self.found[-2:]] == ["MARKS", "DOT"]

    def _function(self, word: str, at: int) -> None:
        if word not in FUNCTIONS and word not in AGGREGATES and word != EMPTINESS:
            near = nearest_word(word, [*FUNCTIONS, *AGGREGATES, *CHINESE_NAMES])
            raise ExpressionError(
                "unknown_function", f"There is no function '{word}'.", at, word, nearest=near
            )
        self._add("FUNCTION", word, at)

    def _variable(self, word: str, at: int) -> None:
        if word not in ROOTS:
            near = nearest_word(word, ROOTS)
            raise ExpressionError(
                "unknown_variable", f"There is no '{word}'.", at, word, nearest=near
            )
        self._add("MARKS" if word in MARK_ROOTS else "VARIABLE", word, at)

    def _chinese(self, run: str, start: int, half: str, end: int) -> None:
        """Cut a run of Chinese into the longest words that are known."""
        called = _AFTER_WORD.match(half, end) is not None
        at = 0
        while at < len(run):
            for size in range(min(8, len(run) - at), 0, -1):
                if self._chinese_word(
                    run[at : at + size], start + at, called=called and at + size == len(run)
                ):
                    at += size
                    break
            else:
                rest = run[at:]
                near = nearest_word(rest, [*CHINESE_NAMES, *CHINESE_WORDS])
                raise ExpressionError(
                    "unknown_word",
                    f"'{rest}' is no word of the language; put labels in [brackets].",
                    start + at,
                    rest,
                    nearest=near,
                )

    def _chinese_word(self, word: str, at: int, *, called: bool) -> bool:
        if called and word in CHINESE_NAMES:
            self._add("FUNCTION", CHINESE_NAMES[word], at)
            return True
        if word in CHINESE_WORDS:
            for each in CHINESE_WORDS[word]:
                self._plain_word(each, at)
            return True
        function = FUNCTIONS.get(CHINESE_NAMES.get(word, ""))
        if function is not None and not function.parameters:
            # 今天 may stand without brackets, as people write it.
            self._add("FUNCTION", function.name, at)
            self._add("_LEFT", "(", at)
            self._add("_RIGHT", ")", at)
            return True
        return False

    def _plain_word(self, word: str, at: int) -> None:
        if word.startswith("$"):
            self._variable(word, at)
        elif word in KEYWORDS:
            self._add(f"_{word.upper()}" if word in _HIDDEN else word.upper(), word, at)
        else:
            self._sign(word, at)

    def _quoted(self, start: int) -> int:
        # ‘ is closed by ’, each other quote by itself; doubled inside it stands for a quote.
        close = {"‘": "’"}.get(self.text[start], self.text[start])
        value, at = self._until(close, start, "'", "unclosed_text", "Close the text with a quote.")
        self._add("TEXT", value, start)
        return at

    def _label(self, start: int) -> int:
        value, at = self._until(
            _LABEL_ENDS, start, "]", "unclosed_label", "Close the label with ']'."
        )
        if not value.strip():
            raise ExpressionError("unexpected", "Write a label in the brackets.", start, "[]")
        self._add("LABEL", value.strip(), start)
        return at

    def _until(
        self, closers: str, start: int, twin: str, code: str, message: str
    ) -> tuple[str, int]:
        parts: list[str] = []
        at = start + 1
        while at < len(self.text):
            sign = self.text[at]
            if sign not in closers:
                parts.append(sign)
                at += 1
            elif self.text[at + 1 : at + 2] == sign:
                parts.append(twin)
                at += 2
            else:
                return "".join(parts), at + 1
        raise ExpressionError(code, message, start, self.text[start : start + 20], expected=twin)

    def _sign(self, sign: str, at: int) -> None:
        self._add(_SIGNS[sign], _SPELLINGS.get(sign, sign), at)

    def _bad_character(self, half: str, at: int) -> ExpressionError:
        if half[at] == '"':
            return ExpressionError(
                "bad_character", "Write texts in single quotes.", at, self.text[at], expected="'"
            )
        return ExpressionError(
            "bad_character", "This character has no meaning here.", at, self.text[at]
        )
