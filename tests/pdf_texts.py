"""What a PDF of ours says: the texts that its streams draw, by the fonts' own tables of letters."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping

_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)
_SECTION = re.compile(rb"beginbfchar\n(.*?)endbfchar", re.DOTALL)
_LETTER = re.compile(rb"<([0-9a-f]+)> <([0-9a-f]+)>")
_DRAWN = re.compile(rb"\[([^\]]*)\] TJ")
_GLYPHS = re.compile(rb"<([0-9a-f]+)>")


def drawn_texts(pdf: bytes) -> list[tuple[str, ...]]:
    """Return the texts of each stream that draws any, read by every table that has their glyphs."""
    streams = list(_streams(pdf))
    tables = [_letters(each) for each in streams if b"beginbfchar" in each]
    drawn = [[_glyphs(each) for each in _DRAWN.findall(stream)] for stream in streams]
    return [tuple(_read(runs, tables)) for runs in drawn if runs]


def _read(runs: list[list[str]], tables: list[Mapping[str, str]]) -> Iterator[str]:
    for run in runs:
        for table in tables:
            if set(run) <= set(table):
                yield "".join(table[glyph] for glyph in run)


def _streams(pdf: bytes) -> Iterator[bytes]:
    for packed in _STREAM.findall(pdf):
        try:
            yield zlib.decompress(packed)
        except zlib.error:
            continue


def _letters(table: bytes) -> Mapping[str, str]:
    return {
        glyph.decode(): bytes.fromhex(letters.decode()).decode("utf-16-be")
        for section in _SECTION.findall(table)
        for glyph, letters in _LETTER.findall(section)
    }


def _glyphs(drawn: bytes) -> list[str]:
    joined = b"".join(_GLYPHS.findall(drawn)).decode()
    return [joined[place : place + 4] for place in range(0, len(joined), 4)]
