"""What is wrong with an expression, pointing at the character."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class ExpressionError(Exception):
    """An expression cannot be read; ``at`` is the offset of the character in the text, from 0.

    ``code`` is a stable word for machines, ``message`` one English sentence that tells what to do.
    """

    def __init__(
        self,
        code: str,
        message: str,
        at: int = 0,
        found: str = "",
        expected: str = "",
        nearest: str = "",
    ) -> None:
        self.code = code
        self.message = message
        self.at = at
        self.found = found
        self.expected = expected
        self.nearest = nearest
        super().__init__(code, message, at)

    def __str__(self) -> str:
        hint = f" Did you mean '{self.nearest}'?" if self.nearest else ""
        return f"{self.message}{hint} (character {self.at + 1})"


def nearest_word(word: str, words: Iterable[str]) -> str:
    """Return the known word that resembles ``word`` most, empty text when none does."""
    if len(word) > 100:
        return ""
    # Of two Chinese characters one wrong is half of the word.
    close = get_close_matches(word, list(words), n=1, cutoff=0.6 if word.isascii() else 0.5)
    return close[0] if close else ""
