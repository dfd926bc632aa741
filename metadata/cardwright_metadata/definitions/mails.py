"""Mails: what is written to people about a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text

#: Words that say who is written to, beside paths of the record.
PEOPLE = ("owner", "superior", "creator")


@dataclass(frozen=True, kw_only=True)
class MailDefinition:
    """A mail about an entity's records; ``subject`` and ``template`` are Jinja2.

    ``to`` and ``cc`` hold words of PEOPLE, or paths that end in an address or a person.
    ``attach`` names prints of the same entity.
    """

    name: str
    entity: str  #: key ``of``
    subject: str
    template: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    attach: tuple[str, ...] = ()
    partials: Mapping[str, str] = field(default_factory=dict)
    pack: str = ""
    label: Text = Text()
    language: str = ""
