"""Han characters -> pinyin, one character at a time: readings, initials, surnames.

Only the character table of pypinyin is read, straight from its file: importing the package would
load its dictionary of phrases too, at four times the memory.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import yaml

#: Combining accents of the four tones; the diaeresis of ü stays and is written v, as people type.
_TONES = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_DIAERESIS = "\u0308"

_SURNAMES_FILE = Path(__file__).with_name("surnames.yaml")


@lru_cache(maxsize=30_000)
def readings(character: str) -> tuple[str, ...]:
    """Return all readings of a Han character without tones, the most frequent first."""
    return tuple(dict.fromkeys(toned[:-1] for toned in _toned_readings(character)))


def reading(character: str) -> str:
    """Return the most frequent reading with its tone, such as ``zhang1``; empty if none."""
    toned = _toned_readings(character)
    return toned[0] if toned else ""


def spell(text: str, *, person: bool = False) -> list[str]:
    """Return one toned syllable a character, the character itself where it has no reading.

    ``person`` says that the text is somebody's name, so that 单 and 曾 are read as surnames.
    """
    start = surname(text) if person else ()
    return [*start, *(reading(each) or each for each in text[len(start) :])]


def surname(text: str) -> tuple[str, ...]:
    """Return the toned syllables of the surname a name begins with, where it is a special one."""
    surnames = _surnames()
    known = surnames.get(text[:2]) or surnames.get(text[:1])
    return tuple(known.split(" ")) if known else ()


def initials(text: str, *, person: bool = False) -> str:
    """Return the memory code (助记码) of a text: capitals of its pinyin, letters and digits.

    A foreign word gives its first letter, a number all its digits: 3M中国 is 3MZG.
    """
    code: list[str] = []
    before = ""
    for character, syllable in zip(text, spell(text, person=person), strict=True):
        if syllable != character:
            code.append(syllable[0])
        elif character.isdigit() or (character.isalpha() and not before.isalpha()):
            code.append(character)
        # A Han character is no foreign letter: the word after it begins anew.
        before = "" if syllable != character else character
    return "".join(code).upper()


@lru_cache(maxsize=30_000)
def _toned_readings(character: str) -> tuple[str, ...]:
    written = _table().get(str(ord(character)), "")
    return tuple(_plain(each) for each in written.split(",")) if written else ()


def _plain(accented: str) -> str:
    """Write ``zhāng`` as ``zhang1`` and ``lǚ`` as ``lv3``; the neutral tone is 5."""
    tone = "5"
    letters: list[str] = []
    for sign in unicodedata.normalize("NFD", accented):
        if sign in _TONES:
            tone = _TONES[sign]
        elif sign == _DIAERESIS:
            letters[-1] = "v"
        elif sign.isalpha() and sign.isascii():
            letters.append(sign)
    return "".join(letters) + tone


@cache
def _table() -> Mapping[str, str]:
    found = find_spec("pypinyin")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("pypinyin is not installed")
    text = Path(found.origin).with_name("pinyin_dict.json").read_text(encoding="utf-8")
    table: dict[str, str] = json.loads(text)
    return table


@cache
def _surnames() -> Mapping[str, str]:
    surnames: dict[str, str] = yaml.safe_load(_SURNAMES_FILE.read_text(encoding="utf-8"))
    return surnames
