"""Problems of linking, gathered with their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.linking.names import UnknownPathError
from cardwright_metadata.marks import Path, key_place_of, spot_of, write_path
from cardwright_metadata.parts import EXPRESSION_MARK
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.words import list_words, nearest, shorten

#: Problems for which the nearest word is looked for; nobody reads more of them in one go.
_HELPED = 500


class Report:
    """What is wrong so far; every entry says where it stands."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def unknown(
        self,
        content: Mapping[str, Any],
        path: Path,
        what: str,
        found: str,
        known: Iterable[str],
        *,
        at_key: bool = False,
    ) -> None:
        """Report a name that is not defined; ``what`` is what it should name."""
        names = list(known)
        self.add(
            content,
            path,
            f"unknown_{what.replace(' ', '_')}",
            f"There is no {what} '{shorten(found)}'.",
            found=shorten(found),
            expected=list_words(names),
            near=self._nearest(found, names),
            at_key=at_key,
        )

    def unknown_path(
        self,
        content: Mapping[str, Any],
        path: Path,
        error: UnknownPathError,
        *,
        at_key: bool = False,
    ) -> None:
        """Report a path over links that leads nowhere."""
        self.add(
            content,
            path,
            "unknown_field",
            error.message,
            found=error.found,
            expected=list_words(error.known),
            near=self._nearest(error.found, error.known),
            at_key=at_key,
        )

    def add(
        self,
        content: Mapping[str, Any],
        path: Path,
        code: str,
        message: str,
        *,
        found: str = "",
        expected: str = "",
        near: str = "",
        at_key: bool = False,
    ) -> None:
        """Report a mistake at a value, or at the key itself."""
        self.problems.append(
            Problem(
                place=self._place(content, path, at_key=at_key),
                path=write_path(path),
                code=code,
                message=message,
                found=found,
                expected=expected,
                nearest=near,
            )
        )

    def expression(self, content: Mapping[str, Any], path: Path, error: ExpressionError) -> None:
        """Report a mistake inside an expression, pointing at its character."""
        spot = spot_of(content, path)
        holder: Any = content
        for step in path:
            holder = holder[step]
        text = holder[EXPRESSION_MARK] if isinstance(holder, dict) else str(holder)
        place = spot.inside(text, error.at) if spot else None
        self.problems.append(
            Problem(
                place=place,
                path=write_path(path),
                code=error.code,
                message=error.message,
                found=error.found,
                expected=error.expected,
                nearest=error.nearest,
            )
        )

    def _nearest(self, found: str, known: Sequence[str]) -> str:
        return nearest(found, known) if len(self.problems) < _HELPED else ""

    @staticmethod
    def _place(content: Mapping[str, Any], path: Path, *, at_key: bool) -> Place | None:
        if at_key:
            return key_place_of(content, path)
        spot = spot_of(content, path)
        return spot.place if spot else key_place_of(content, path)
