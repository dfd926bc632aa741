"""Look at an archive before anything reads it: bombs, lies, nests and DTDs are refused in words."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from cardwright_platform.confined.boundaries import Refusal

_MEGABYTE = 1024 * 1024
_CHUNK = 256 * 1024
_LOCAL = struct.Struct("<4s5H3L2H")
_OFFICE_XML = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"\x00", b"<\x00")
_DTD = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)
#: Longest overlap that a search across two chunks needs.
OVERLAP = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class ArchiveLimits:
    """How much an archive may hold."""

    entries: int = 5_000
    total: int = 1024 * _MEGABYTE
    #: An entry may unpack to so many times its size; small ones may always.
    ratio: int = 100
    free: int = 8 * _MEGABYTE


def check_archive(
    archive: zipfile.ZipFile,
    limits: ArchiveLimits,
    look: Callable[[str, Iterator[bytes]], None],
) -> None:
    """Refuse an archive that is not what an office program writes.

    ``look`` is given every XML part in pieces that overlap by OVERLAP bytes.
    """
    entries = archive.infolist()
    if archive.comment:
        raise Refusal("archive_broken")  # two readers could find two directories
    if len(entries) > limits.entries:
        raise Refusal("archive_too_many", limit=limits.entries)
    if sum(entry.file_size for entry in entries) > limits.total:
        raise Refusal("archive_too_large", limit=limits.total // _MEGABYTE)
    _check_names(entries)
    for entry in entries:
        _check_entry(entry, limits)
    stream = archive.fp
    if stream is None:
        raise Refusal("archive_broken")
    _check_places(stream, entries, archive.start_dir)
    for entry in entries:
        _check_content(stream, entry, look)


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise Refusal("archive_broken")
    if any(name.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", name) for name in names):
        raise Refusal("archive_broken")


def _check_entry(entry: zipfile.ZipInfo, limits: ArchiveLimits) -> None:
    if entry.flag_bits & 0x1:
        raise Refusal("archive_encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refusal("archive_broken")
    if entry.file_size > limits.free and entry.file_size > limits.ratio * entry.compress_size:
        raise Refusal("archive_bomb")


def _check_places(stream: IO[bytes], entries: list[zipfile.ZipInfo], directory: int) -> None:
    """Entries lie one after the other from byte 0; what overlaps could unpack again and again."""
    end = 0
    for number, entry in enumerate(sorted(entries, key=lambda entry: entry.header_offset)):
        if entry.header_offset < end or (number == 0 and entry.header_offset != 0):
            raise Refusal("archive_bomb")
        end = _content_start(stream, entry) + entry.compress_size
    if end > directory:
        raise Refusal("archive_bomb")


def _content_start(stream: IO[bytes], entry: zipfile.ZipInfo) -> int:
    stream.seek(entry.header_offset)
    header = stream.read(_LOCAL.size)
    if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise Refusal("archive_broken")
    *_, name, extra = _LOCAL.unpack(header)
    return entry.header_offset + _LOCAL.size + int(name) + int(extra)


def _check_content(
    stream: IO[bytes], entry: zipfile.ZipInfo, look: Callable[[str, Iterator[bytes]], None]
) -> None:
    if _OFFICE_XML.search(entry.filename):
        look(entry.filename, _overlapping(_without_dtd(_unpacked(stream, entry))))
        return
    first = next(_unpacked(stream, entry), b"")
    if first.startswith(b"PK\x03\x04"):
        raise Refusal("archive_nested")


def _unpacked(stream: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Unpack an entry; refuse one that holds more or less than it says."""
    stream.seek(_content_start(stream, entry))
    left, size = entry.compress_size, 0
    engine = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = stream.read(min(_CHUNK, left))
        if not packed:
            raise Refusal("archive_broken")
        left -= len(packed)
        for piece in _inflate(engine, packed):
            size += len(piece)
            if size > entry.file_size:
                raise Refusal("archive_bomb")
            yield piece
    if size != entry.file_size:
        raise Refusal("archive_broken")


def _inflate(engine: zlib._Decompress | None, packed: bytes) -> Iterator[bytes]:
    if engine is None:
        yield packed
        return
    try:
        while packed:
            piece = engine.decompress(packed, _CHUNK)
            if piece:
                yield piece
            packed = engine.unconsumed_tail
    except zlib.error as error:
        raise Refusal("archive_broken") from error


def _without_dtd(pieces: Iterator[bytes]) -> Iterator[bytes]:
    tail, started = b"", False
    for piece in pieces:
        if not started and piece.startswith(_WIDE):
            # Only UTF-8 is written by office programs; in UTF-16 a DTD would hide from the search.
            raise Refusal("archive_broken")
        started = True
        joined = tail + piece
        if b"<!" in joined and _DTD.search(joined):
            raise Refusal("archive_dtd")
        tail = joined[-16:]
        yield piece


def _overlapping(pieces: Iterator[bytes]) -> Iterator[bytes]:
    tail = b""
    for piece in pieces:
        joined = tail + piece
        yield joined
        tail = joined[-OVERLAP:]
