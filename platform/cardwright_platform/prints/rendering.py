"""A template and its values → HTML and PDF, made by confined children; their refusals in words."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cardwright_entities.errors import Message
from cardwright_platform.confined.running import ConfinedError, Limits, run_confined
from cardwright_platform.security.turns import Turns

_MEGABYTE = 1024 * 1024
#: Characters of a document, without its pictures about 2,000 pages of text.
_LONGEST = 12_000_000
MOST_PAGES = 500
#: A child that is stopped at a limit cannot say of what it was doing.
_STOPPED = frozenset({"file_too_large", "file_unreadable"})


@dataclass(frozen=True, kw_only=True)
class PrintRequest:
    """One document to lay out: all that its child will know."""

    title: str
    template: str
    style: str
    language: str
    values: Mapping[str, Any]
    partials: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    watermark: str = ""  #: who takes it and when, across every page; empty for none


@dataclass(frozen=True, kw_only=True)
class MailText:
    """What a mail says: its subject, and the same twice."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Printer:
    """Makes documents in children of their own; ``folder`` is where they keep temporary files.

    Whoever makes one in a request shares ``turns`` with the others, or prints would take all of
    the server's threads.
    """

    folder: Path
    turns: Turns = field(default_factory=lambda: Turns(1))
    writing: Limits = field(
        default_factory=lambda: Limits(
            memory=512 * _MEGABYTE, output=32 * _MEGABYTE, cpu=5, wall=15
        )
    )
    drawing: Limits = field(
        default_factory=lambda: Limits(
            memory=2048 * _MEGABYTE, output=64 * _MEGABYTE, cpu=60, wall=90
        )
    )

    def html(self, request: PrintRequest) -> bytes:
        """Return the document as HTML; raise ConfinedError in words."""
        with self.turns.taken(), self._place() as place:
            return self._written(request, Path(place)).read_bytes()

    def pdf(self, request: PrintRequest) -> bytes:
        """Return the document as PDF; raise ConfinedError in words."""
        with self.turns.taken(), self._place() as place:
            source = self._written(request, Path(place))
            target = Path(place) / "print.pdf"
            asked = {"path": str(source), "pages": MOST_PAGES}
            self._run("draw_print", asked, self.drawing, target)
            return target.read_bytes()

    def workbook(self, request: PrintRequest) -> bytes:
        """Return the document as a workbook; raise ConfinedError in words."""
        with self.turns.taken(), self._place() as place:
            source = self._written(request, Path(place), numbers=True)
            target = Path(place) / "print.xlsx"
            asked = {"path": str(source), "title": request.title, "watermark": request.watermark}
            self._run("draw_workbook", asked, self.writing, target)
            return target.read_bytes()

    def mail(self, request: PrintRequest, subject: str) -> MailText:
        """Return what a mail says; raise ConfinedError in words."""
        with self._place() as place:
            target = Path(place).resolve() / "mail.json"
            asked = {**self._asked(request), "subject": subject}
            self._run("write_mail", asked, self.writing, target)
            return MailText(**json.loads(target.read_bytes()))

    def texts(self, request: PrintRequest) -> dict[str, str]:
        """Return what each partial says as plain text; raise ConfinedError in words."""
        with self._place() as place:
            target = Path(place).resolve() / "texts.json"
            self._run("write_texts", self._asked(request), self.writing, target)
            written: dict[str, str] = json.loads(target.read_bytes())
            return written

    def _place(self) -> tempfile.TemporaryDirectory[str]:
        self.folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(dir=self.folder, prefix="print-")

    def _written(self, request: PrintRequest, place: Path, *, numbers: bool = False) -> Path:
        target = place.resolve() / "print.html"
        # A sheet has rows and no pages to lie across: its header says it.
        watermark = "" if numbers else request.watermark
        asked = {**self._asked(request), "numbers": numbers, "watermark": watermark}
        self._run("write_print", asked, self.writing, target)
        return target

    @staticmethod
    def _asked(request: PrintRequest) -> dict[str, Any]:
        return {
            "title": request.title,
            "template": request.template,
            "partials": dict(request.partials),
            "style": request.style,
            "language": request.language,
            "values": request.values,
            "settings": request.settings,
            "most": _LONGEST,
        }

    @staticmethod
    def _run(program: str, asked: Mapping[str, Any], limits: Limits, target: Path) -> None:
        try:
            with target.open("wb") as output:
                run_confined(program, asked, limits=limits, folder=target.parent, output=output)
        except ConfinedError as error:
            if error.message.code in _STOPPED:
                raise ConfinedError(Message("print_too_large")) from error
            raise
