"""Finds the encoding of a text file whose author did not say; Chinese before Western guesses."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from charset_normalizer import from_bytes

_CHUNK = 1024 * 1024
_SAMPLE = 128 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
#: Encoding → lead bytes of its signs and its more frequent half of the Chinese characters.
_CHINESE = {"gb18030": (0xA1, 0xD7), "big5": (0xA1, 0xC6)}
_LOWEST_TRAIL = {"gb18030": 0xA1, "big5": 0x40}
#: So many of the characters must be frequent ones before a file is taken for Chinese.
_SURE = 0.75
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U000323af]+")
#: Signs of cp1252 that stand in no word: there the text is of another code page.
_SIGN_IN_WORD = re.compile("[A-Za-z][¢£¥¦§©¬®¯±²³µ¶·¸¹º¼½¾¿]|[¢£¥¦§©¬®¯±²³µ¶¸¹¼½¾][A-Za-zó]|�")
#: What the Turkish letters of cp1254 look like in cp1252.
_TURKISH = re.compile("[ðýþÐÝÞ]")
_OTHERS = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1257",
    "cp932",
    "cp949",
    "iso8859_15",
)
#: What an author may name.
ENCODINGS = (
    *("utf-8-sig", "utf-8", "gb18030", "gbk", "gb2312", "big5", "big5hkscs", "utf-16"),
    *("utf-16-le", "utf-16-be", "utf-32", "latin-1", "koi8-r", "shift_jis", "euc-jp", "euc-kr"),
    *_OTHERS,
)


def detect_encoding(path: Path) -> str:
    """Return the name of the codec that reads the whole file."""
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, codec in _BOMS:
        if start.startswith(mark):
            return codec
    wide = _wide_codec(start)
    if wide:
        return wide
    if reads_as(path, "utf-8"):
        return "utf-8"
    sample = _sample(path)
    for codec in (*_by_likeness(sample), "cp1252"):
        if reads_as(path, codec):
            return codec
    return "latin-1"


def known_encoding(name: str) -> str:
    """Return the codec of a named encoding, empty for one that is not for tables."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):  # a name with a NUL or half a character
        return ""
    return codec if codec in {codecs.lookup(known).name for known in ENCODINGS} else ""


def reads_as(path: Path, codec: str) -> bool:
    """Tell whether every byte of the file is good in an encoding."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        for piece in _pieces(path):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide_codec(start: bytes) -> str:
    """UTF-16 without a mark: every other byte of its ASCII characters is NUL."""
    pairs = len(start) // 2
    if pairs and start[1::2].count(0) > pairs * 0.3 and start[::2].count(0) == 0:
        return "utf-16-le"
    if pairs and start[::2].count(0) > pairs * 0.3 and start[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _by_likeness(sample: bytes) -> list[str]:
    shares = {codec: _frequent_share(sample, codec) for codec in _CHINESE}
    chinese = sorted(shares, key=lambda codec: -shares[codec])
    if shares[chinese[0]] >= _SURE or _looks_chinese(sample):
        return [*chinese, "gb18030"]
    western = _western(sample.decode("cp1252", "replace"))
    if western:
        return [western]
    best = from_bytes(sample, cp_isolation=list(_OTHERS)).best()
    return [best.encoding] if best else []


def _frequent_share(sample: bytes, codec: str) -> float:
    """Return which part of the characters beyond ASCII are frequent ones of an encoding."""
    lowest, highest = _CHINESE[codec]
    characters = [sign for sign in sample.decode(codec, "replace") if sign > "\x7f"]
    frequent = 0
    for sign in characters:
        try:
            raw = sign.encode(codec)
        except UnicodeEncodeError:
            continue  # the mark of what could not be read
        if len(raw) == 2 and lowest <= raw[0] <= highest and raw[1] >= _LOWEST_TRAIL[codec]:
            frequent += 1
    return frequent / len(characters) if characters else 0.0


def _looks_chinese(sample: bytes) -> bool:
    """Tell whether GB18030 gives words of Han, as it does for rare and traditional characters.

    Western letters become single characters between ASCII; Cyrillic has no low second bytes.
    """
    words = _HAN.findall(sample.decode("gb18030", "replace"))
    han = sum(map(len, words))
    low = sum(1 for word in words for sign in word if sign.encode("gb18030")[1] < 0xC0)
    in_words = sum(len(word) for word in words if len(word) > 1)
    return in_words > 0.8 * han and low > 0.2 * han


def _western(text: str) -> str:
    """Return the code page of text in Latin letters of the west, empty for any other."""
    letters = [sign for sign in text if sign.isalpha()]
    foreign = sum(1 for sign in letters if sign > "\x7f")
    if _SIGN_IN_WORD.search(text) or foreign > 0.4 * len(letters):
        return ""
    return "cp1254" if _TURKISH.search(text) else "cp1252"


def _sample(path: Path) -> bytes:
    """Return lines that hold more than ASCII, from anywhere in the file."""
    found = bytearray()
    with path.open("rb") as file:
        for line in file:
            if not line.isascii():
                found += line[:4096]
            if len(found) >= _SAMPLE:
                break
    return bytes(found)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            yield piece
