"""Text -> folded text, search tokens and sort keys: the same rules on both engines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cardwright_entities.pinyin import reading, readings, surname

#: Characters of a text that its sort key looks at; equal beginnings go by id.
SORTED_CHARACTERS = 60

_RUN = re.compile(r"[^\W_]+")
_PIECE = re.compile(r"[0-9]+|[^0-9]")
_DIGITS = frozenset("0123456789")

#: Before the pinyin of a character in sort keys: Latin first, then Han, then other scripts.
_HAN = "~"


def fold(text: str) -> str:
    """Return text without differences of width and case: NFKC and lower.

    Equals ``lower(normalize(text, NFKC) collate "und-x-icu")`` of PostgreSQL.
    """
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).lower()


def letters(text: str, ignore: Iterable[str] = ()) -> str:
    """Return the folded letters and digits of a text, without words that say nothing.

    A word of Latin letters is left out where it stands alone, all others wherever they stand. Where
    nothing would be left, everything counts.
    """
    folded = fold(text)
    kept = folded
    for word in sorted(map(fold, ignore), key=lambda each: (-len(each), each)):
        if word.isascii():
            kept = re.sub(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", " ", kept)
        else:
            kept = kept.replace(word, " ")
    return _letters(kept) or _letters(folded)


def _letters(folded: str) -> str:
    return "".join(filter(str.isalnum, folded))


def bigrams(text: str) -> tuple[str, ...]:
    """Return every two neighbouring letters or digits of the folded text, each once."""
    return tuple(dict.fromkeys(_pairs(fold(text))))


def search_tokens(number: int, text: str) -> tuple[str, ...]:
    """Return the tokens that a field's text leaves in its record's search column.

    ``f12华南`` are neighbours in the text of field 12. For words with Han there are further
    ``i12hn``, neighbours among the pinyin initials, and ``p12ua``, neighbours in the full pinyin,
    of every reading of each character.
    """
    tokens: dict[str, None] = {}
    for run in _RUN.findall(fold(text)):
        kinds_of = _plain_pair if run.isascii() or not any(map(readings, run)) else _han_pair
        for left, right in zip(run, run[1:], strict=False):
            for kind, pair in kinds_of(left, right):
                tokens[f"{kind}{number}{pair}"] = None
    return tuple(tokens)


def query_tokens(number: int, text: str) -> tuple[tuple[str, ...], ...]:
    """Return what to look for in field ``number``: alternatives, each of tokens all needed.

    The first alternative is the text itself and wants an exact recheck (``fold`` of the field
    contains ``fold`` of the text); for Latin letters follow the initials and the full pinyin,
    which want none. Empty when the text has no two neighbours to look for.
    """
    pairs = bigrams(text)
    if not pairs:
        return ()
    found = [tuple(f"f{number}{pair}" for pair in pairs)]
    if is_spelling(text):
        found.append(tuple(f"i{number}{pair}" for pair in pairs))
        found.append(tuple(f"p{number}{pair}" for pair in pairs))
    return tuple(found)


def is_spelling(text: str) -> bool:
    """Tell whether a search may mean pinyin: one run of Latin letters and digits."""
    folded = fold(text)
    return folded.isascii() and folded.isalnum() and not folded.isdigit()


def sort_key(text: str, *, person: bool = False) -> str:
    """Return the text by whose code points people expect records to stand.

    Digits go by value (9 before 12), Han by pinyin with tone and then the character, Latin without
    accents. ``person``: the text is a name, 单 and 曾 are read as surnames.
    """
    folded = fold(text)[:SORTED_CHARACTERS]
    key = [
        _number_key(piece) if piece[0] in _DIGITS else _sign_key(piece)
        for piece in _PIECE.findall(folded)
    ]
    if person:
        # A surname is one or two characters, each of them one piece of the key.
        known = surname(folded)
        key[: len(known)] = (
            _han_key(sign, syllable) for sign, syllable in zip(folded, known, strict=False)
        )
    return "".join(key)


def _number_key(digits: str) -> str:
    """Put the count of digits before a number, so that text order is the order of values."""
    value = digits.lstrip("0")
    return f"{len(value)}{value}" if len(value) < 9 else f"9{len(value):02d}{value}"


@lru_cache(maxsize=30_000)
def _sign_key(sign: str) -> str:
    if sign.isascii():
        return sign
    syllable = reading(sign)
    return _han_key(sign, syllable) if syllable else unicodedata.normalize("NFD", sign)[0]


def _han_key(sign: str, syllable: str) -> str:
    return f"{_HAN}{syllable}{sign}"


def _pairs(folded: str) -> Iterator[str]:
    for run in _RUN.findall(folded):
        for left, right in zip(run, run[1:], strict=False):
            yield left + right


def _plain_pair(left: str, right: str) -> tuple[tuple[str, str], ...]:
    return (("f", left + right),)


@lru_cache(maxsize=60_000)
def _han_pair(left: str, right: str) -> tuple[tuple[str, str], ...]:
    """Return the kinds and letters of all tokens that two neighbours leave."""
    before, after = readings(left) or (left,), readings(right) or (right,)
    found = [("f", left + right)]
    found += [("i", one[0] + two[0]) for one in before for two in after]
    found += [("p", one[-1] + two[0]) for one in before for two in after]
    for syllable in before + after:
        found += [("p", syllable[at : at + 2]) for at in range(len(syllable) - 1)]
    return tuple(dict.fromkeys(found))
