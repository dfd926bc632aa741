"""One mistake in a definition, with its place: what every check of the language reports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Place:
    """Where something stands: a file as the author knows it, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One mistake: its place, its path in the document, what was found and what was expected."""

    place: Place | None
    path: str  #: dotted keys inside the document, such as ``fields.total.of``
    code: str  #: stable word for machines, such as ``unknown_field``
    message: str  #: one English sentence that tells what to do
    found: str = ""
    expected: str = ""
    nearest: str = ""  #: the nearest right word, empty when nothing is near

    def __str__(self) -> str:
        text = f"{self.place or '-'}: {self.path}: {self.message}"
        return f"{text} Did you mean '{self.nearest}'?" if self.nearest else text


@dataclass(frozen=True, kw_only=True)
class Finding:
    """A mistake seen by those who know field types, in a part that was linked without problems.

    ``at`` is the character inside the expression that stands at the path, None for the whole.
    """

    address: str  #: of the part, such as ``entity/customer``
    path: tuple[str, ...]  #: keys inside the part
    code: str
    message: str
    found: str = ""
    expected: str = ""
    nearest: str = ""
    at: int | None = None


class MetadataError(Exception):
    """Definitions are wrong; holds all the problems found, in the order of their places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
