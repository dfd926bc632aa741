"""SignInProvider: how one kind of place elsewhere says who somebody is; what a plugin writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol

from cardwright_platform.security.outbound import Answer

#: Read an address, or send it a body, with headers; the one way out, which never leads to
#: neighbours that the operator has not allowed.
Get = Callable[[str, Mapping[str, str]], Answer]
Post = Callable[[str, bytes, Mapping[str, str]], Answer]


class ProviderError(Exception):
    """What the operator wrote about a provider cannot be used; a sentence that says why."""


class Denied(Exception):  # noqa: N818 - an answer, no fault of ours
    """Nobody comes in by this answer; holds why, for the operator's log and nobody else."""


class Unreachable(Exception):  # noqa: N818 - an answer, no fault of ours
    """The provider cannot be asked now; holds what is known of it."""


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What a provider is made from: what the operator wrote, the ways out, and the time."""

    options: Mapping[str, object]
    get: Get
    post: Post
    clock: Callable[[], datetime]
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Departure:
    """Where a browser is sent, and what has to be known when it comes back (kept sealed)."""

    address: str
    kept: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """What a browser came back with; that it is the same one and comes the first time is known."""

    answer: Mapping[str, str]  #: the query of the address that it was sent back to
    kept: Mapping[str, str]
    back_url: str


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who somebody is there. ``subject`` never changes and is never given to anybody else."""

    subject: str
    login: str = ""
    name: str = ""
    email: str = ""
    is_email_verified: bool = False


class SignInProvider(Protocol):
    """Asks one place who somebody is. Threads share it."""

    name: ClassVar[str]

    def __init__(self, setup: Setup) -> None:
        """Read the options; raise ProviderError for what cannot be used."""
        ...

    def depart(self, back_url: str, state: str, language: str) -> Departure:
        """Say where to send a browser, which is to come back with ``state``; raise Unreachable."""
        ...

    def arrive(self, arrival: Arrival) -> Person:
        """Say who came back; raise Denied or Unreachable, or OSError, which is Unreachable too."""
        ...
