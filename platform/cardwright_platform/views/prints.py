"""The page on which a document is looked at before it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class PrintPage:
    """A document in a frame of its own, and the ways to its files."""

    template: ClassVar[str] = "print.html"
    title: str
    document_url: str
    pdf_url: str
    workbook_url: str
    back_url: str
