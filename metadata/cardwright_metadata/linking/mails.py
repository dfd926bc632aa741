"""Mails: their entity, who is written to, and every name in their templates."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_metadata.definitions.mails import PEOPLE
from cardwright_metadata.linking.names import Names, UnknownPathError
from cardwright_metadata.linking.prints import TemplateCheck
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.print_parts import ORIGINS
from cardwright_metadata.print_templates import read_template

At = tuple[str | int, ...]

#: The type of fields that hold an address.
ADDRESS = "email"


@dataclass(frozen=True)
class MailLinker:
    """Checks mails against the entity whose records they are about."""

    names: Names
    report: Report

    def link(self, content: MarkedMap) -> None:
        """Check one mail; problems of its template stand in the template's file."""
        origins = content.pop(ORIGINS, {})
        entity = content.get("of")
        for key in ("of", "to", "subject", "template"):
            if not content.get(key):
                message = f"A mail says '{key}'."
                self.report.add(content, (key,), "missing_key", message, expected=f"{key}:")
                return
        if entity not in self.names.entities:
            self.report.unknown(content, ("of",), "entity", str(entity), self.names.entities)
            return
        for key in ("to", "cc"):
            for index, written in enumerate(content.get(key) or ()):
                check_recipient(
                    self.names, self.report, content, (key, index), str(entity), str(written)
                )
        self._check_prints(content, str(entity))
        partials = content.get("partials") or {}
        templates = (("", content["template"]), *partials.items())
        for name, text in templates:
            check = TemplateCheck(
                self.names, self.report, content, name, origins.get(name, ""), str(entity)
            )
            check.check(read_template(str(text)), list(partials))
        subject = TemplateCheck(
            self.names, self.report, content, "", "", str(entity), key="subject"
        )
        subject.check(read_template(str(content["subject"])), [])

    def _check_prints(self, content: MarkedMap, entity: str) -> None:
        prints = self.names.contents["print"]
        known = [name for name, each in prints.items() if each.get("of") == entity]
        for index, name in enumerate(content.get("attach") or ()):
            if name not in known:
                self.report.unknown(content, ("attach", index), "print", str(name), known)


def check_recipient(
    names: Names,
    report: Report,
    content: MarkedMap,
    at: At,
    entity: str,
    written: str,
    kind: str = ADDRESS,
) -> None:
    """Report what is neither a person nor a path to a person or to a field of type ``kind``."""
    if written in PEOPLE:
        return
    try:
        end = names.walk(entity, written.split("."))
    except UnknownPathError as error:
        report.unknown_path(content, at, error)
        return
    people = {names.player("employee"), names.player("user")} - {""}
    is_person = bool(end.targets) and set(end.targets) <= people
    if end.type is None or (end.type.name != kind and not is_person):
        report.add(
            content, at, "no_address", "Nobody can be written to by this field.", found=written,
            expected=f"a field of type {kind}, a person, or " + ", ".join(PEOPLE),
        )  # fmt: skip
