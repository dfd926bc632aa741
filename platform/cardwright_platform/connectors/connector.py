"""Connector: how one provider is spoken to; what a plugin writes to bring another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from cardwright_platform.security.outbound import Answer

#: Sends a body to an address with headers; the one way out, which never leads to neighbours.
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


class ConnectorError(Exception):
    """What the operator wrote about a connector cannot be used; a sentence that says why."""


class Refused(Exception):  # noqa: N818 - an answer of the provider, no fault of ours
    """The provider will not take the message, whoever asks again; holds what it said."""


class Away(Exception):  # noqa: N818 - an answer of the provider, no fault of ours
    """The provider takes nothing now, whatever the message; holds what is known of it."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a connector is made from: what the operator wrote, and the way out."""

    options: Mapping[str, object]
    post: Post
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class ShortMessage:
    """One message to one number, written.

    ``template`` is the provider's name for a registered template, ``values`` what fills it.
    """

    id: str  #: the same however often it is tried
    number: str  #: with its country: +8613800138000
    text: str
    moment: datetime
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


class Connector(Protocol):
    """Speaks to one provider of short messages. Stateless once it is made; threads share it."""

    name: ClassVar[str]

    def __init__(self, setup: Setup) -> None:
        """Read the options; raise ConnectorError for what cannot be used."""
        ...

    def send(self, message: ShortMessage) -> str:
        """Give a message to the provider; return its number for it, empty for none.

        Raise Refused or Away, or OSError, which is Away too.
        """
        ...
