"""Parts of mails → their definitions."""

from __future__ import annotations

from cardwright_metadata.definitions.mails import MailDefinition
from cardwright_metadata.parts import Part, read_text


def read_mail(part: Part) -> MailDefinition:
    """Build a mail from its part."""
    return MailDefinition(
        name=part["name"],
        entity=part["of"],
        subject=part["subject"],
        template=part["template"],
        to=tuple(part["to"]),
        cc=tuple(part.get("cc", ())),
        attach=tuple(part.get("attach", ())),
        partials=dict(part.get("partials", {})),
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        language=part.get("language", ""),
    )
