"""Short messages of rules: who is written to, and every name in their texts."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_metadata.linking.mails import check_recipient
from cardwright_metadata.linking.names import Names
from cardwright_metadata.linking.prints import TemplateCheck
from cardwright_metadata.linking.report import Report
from cardwright_metadata.marks import MarkedMap, value_at
from cardwright_metadata.print_templates import read_template

At = tuple[str | int, ...]

#: The type of fields that hold a number.
NUMBER = "phone"


@dataclass(frozen=True)
class ShortMessageLinker:
    """Checks a step ``sms`` against the entity whose records it is about."""

    names: Names
    report: Report

    def link(self, content: MarkedMap, at: At, entity: str) -> None:
        """Check one step."""
        said = value_at(content, at)
        for index, written in enumerate(said.get("to") or ()):
            place = (*at, "to", index)
            check_recipient(self.names, self.report, content, place, entity, str(written), NUMBER)
        if "values" in said and "template" not in said:
            message = (
                "Values fill a template of the provider; without one there is nothing to fill."
            )
            self.report.add(
                content, (*at, "values"), "missing_key", message, expected="template:", at_key=True
            )
        values = said.get("values") or {}
        keys = [("text",)] if "text" in said else []
        for key in [*keys, *(("values", name) for name in values)]:
            path = ".".join(map(str, (*at, *key)))
            check = TemplateCheck(self.names, self.report, content, "", "", entity, key=path)
            check.check(read_template(str(value_at(said, key))), [])
