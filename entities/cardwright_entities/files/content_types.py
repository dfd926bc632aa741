"""What a file is, by its content; what its sender says of it is not believed."""

from __future__ import annotations

from pathlib import PurePath

import puremagic

_UNKNOWN = "application/octet-stream"
_TEXT = "text/plain"
#: Endings of texts that have no mark of their own, and what they are.
_TEXTS = {".csv": "text/csv", ".json": "application/json", ".md": "text/markdown"}
#: Archives that hold an office document are one only by what is inside.
_OFFICE = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
#: What a browser could run or draw in our name.
_ACTIVE_WORDS = (b"<script", b"<html", b"<svg", b"<!doctype", b"<?xml", b"<body", b"<iframe")


def found_type(head: bytes, name: str = "") -> str:
    """Return the media type of a content by its first bytes; the name only tells texts apart."""
    ending = PurePath(name).suffix.lower()
    if head.startswith(b"PK\x03\x04"):
        return _OFFICE.get(ending, "application/zip") if b".xml" in head else "application/zip"
    lowered = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if lowered.startswith(b"<") and any(word in lowered for word in _ACTIVE_WORDS):
        return "image/svg+xml" if b"<svg" in lowered else "text/html"
    if _is_text(head):
        return _TEXTS.get(ending, _TEXT)
    try:
        matches = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return _UNKNOWN
    named = [match for match in matches if match.mime_type and match.offset == 0]
    return named[0].mime_type if named else _UNKNOWN


def _is_text(head: bytes) -> bool:
    if not head or b"\0" in head:
        return not head
    for cut in range(4):
        # The head may end inside a character.
        try:
            head[: len(head) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return not head.startswith(b"%PDF")
    return False
