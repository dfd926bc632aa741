"""Prints: their entity, and every field, setting and partial that a template names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, spot_of
from cardwright_metadata.print_parts import ORIGINS
from cardwright_metadata.print_templates import NamedPath, TemplateUse, read_template
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.words import list_words, nearest, shorten

#: Sheets, the usual one first.
SIZES = ("A4", "A3", "A5", "letter")


@dataclass(frozen=True)
class PrintLinker:
    """Checks the templates of prints against the entity whose records they show."""

    names: Names
    report: Report

    def link(self, content: MarkedMap) -> None:
        """Check one print; its problems stand in the files of its templates."""
        origins = content.pop(ORIGINS, {})
        entity = content.get("of")
        for key in ("of", "template"):
            if not content.get(key):
                message = f"A print says '{key}'."
                self.report.add(content, (key,), "missing_key", message, expected=f"{key}:")
                return
        if entity not in self.names.entities:
            self.report.unknown(content, ("of",), "entity", str(entity), self.names.entities)
            return
        size = (content.get("paper") or {}).get("size", SIZES[0])
        if size not in SIZES:
            self.report.unknown(content, ("paper",), "size", str(size), SIZES)
        partials = content.get("partials") or {}
        for name, text in (("", content["template"]), *partials.items()):
            file = origins.get(name, "")
            one = TemplateCheck(self.names, self.report, content, name, file, str(entity))
            one.check(read_template(str(text)), list(partials))


@dataclass(frozen=True)
class TemplateCheck:
    """Checks one template against the entity whose records it shows."""

    names: Names
    report: Report
    content: MarkedMap
    partial: str
    file: str
    entity: str
    key: str = "template"  #: the path to it, with dots

    def check(self, use: TemplateUse, partials: list[str]) -> None:
        """Report every name that means nothing, at its line."""
        for problem in use.problems:
            self._add(problem.code, problem.message, problem.line, problem.found)
        for name, line in use.templates:
            if name not in partials:
                message = "A print includes nothing but its own partials, by their names."
                self._add("unknown_partial", message, line, name, partials)
        settings = self.names.settings
        for name, line in use.settings:
            if name not in settings:
                self._add("unknown_setting", f"There is no setting '{name}'.", line, name, settings)
        for path in use.paths:
            self._check_path(path)

    def _check_path(self, path: NamedPath) -> None:
        here: tuple[str, ...] = (self.entity,)
        for name in path.names:
            if not here:
                # What follows a value is a part of it, or nothing.
                self._add("unknown_field", f"'{name}' follows a plain value.", path.line, name)
                return
            known = {each for entity in here for each in self.names.fields(entity)}
            if name not in known:
                message = f"There is no field '{shorten(name)}'."
                self._add("unknown_field", message, path.line, name, sorted(known))
                return
            here = tuple(
                dict.fromkeys(
                    target for entity in here for target in self.names.targets(entity, name)
                )
            )

    def _add(
        self, code: str, message: str, line: int, found: str = "", known: Iterable[str] = ()
    ) -> None:
        listed = list(known)
        self.report.problems.append(
            Problem(
                place=self._place(line),
                path=self.key if not self.partial else f"partials.{self.partial}",
                code=code,
                message=message,
                found=shorten(found),
                expected=list_words(listed) if listed else "",
                nearest=nearest(found, listed) if listed else "",
            )
        )

    def _place(self, line: int) -> Place | None:
        if self.file:
            return Place(self.file, line, 1)
        spot = spot_of(self.content, tuple(self.key.split(".")))
        if spot is None:
            return None
        # The first line of a block stands under its key.
        return Place(spot.place.file, spot.place.line + line, 1) if line > 1 else spot.place
