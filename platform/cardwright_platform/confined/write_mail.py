"""Child: the templates of a mail and its values → subject, HTML and plain text, as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from cardwright_platform.confined.boundaries import run
from cardwright_platform.confined.fetched_addresses import refuse_addresses
from cardwright_platform.confined.write_print import environment_of, render

_LONGEST_SUBJECT = 250
_UNSEEN = frozenset({"style", "script", "title", "head"})
_BLOCKS = frozenset(
    {"p", "div", "br", "tr", "li", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "hr"}
)
_CELLS = frozenset({"td", "th"})

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"></head><body>
{body}
</body></html>
"""


def write_mail(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write what the mail says to the output; refuse what is too much, or fetches something."""
    environment = environment_of(request)
    body = render(environment, request["template"], request)
    refuse_addresses(body)
    subject = render(environment.overlay(autoescape=False), request["subject"], request)
    said = {
        "subject": one_line(subject)[:_LONGEST_SUBJECT],
        "html": _PAGE.format(language=request["language"], body=body),
        "text": plain_text(body),
    }
    sys.stdout.buffer.write(json.dumps(said).encode())
    sys.stdout.buffer.flush()
    return {}


def one_line(text: str) -> str:
    """Return a text without line ends and other characters that nobody sees."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def plain_text(body: str) -> str:
    """Return what is read where HTML is not shown."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.pieces).splitlines())
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip() + "\n"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen = 0
        self._address = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append("  ")
        elif tag == "a":
            self._address = dict(attrs).get("href") or ""

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "a" and self._address:
            self.pieces.append(f" ({self._address})")
            self._address = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            # Line ends of the source mean nothing in HTML.
            self.pieces.append(" ".join(data.split()) if data.strip() else " ")


if __name__ == "__main__":
    run(write_mail)
