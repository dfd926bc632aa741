"""Who acts, when and in which words: made once per request or job and passed to everything."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Principal:
    """Who acts: the account of a user or portal contact, a token of one, or the system itself."""

    account: int | None  #: id of the account; None is the system
    name: str = ""
    roles: frozenset[str] = frozenset()
    employee: int | None = None  #: record of the entity that plays employee
    contact: int | None = None  #: record of the entity that plays contact, of who is no employee
    department: int | None = None
    organisation: int | None = None
    kind: str = "user"  #: user, token, system
    viewer: int | None = None  #: the account that really looks; whoever is looked as writes nothing
    login: str = ""  #: the name with which the account signs in

    @property
    def is_system(self) -> bool:
        """Tell whether the system itself acts, to which everything is open."""
        return self.kind == "system"

    @property
    def is_operator(self) -> bool:
        """Tell whether the system acts for who sits at its command line, by his login there."""
        return self.is_system and self.account is None and bool(self.login)


SYSTEM = Principal(account=None, name="system", kind="system")


class Sealing(Protocol):
    """Keeps secrets so that only the installation's key opens them."""

    def seal(self, text: str, purpose: str) -> str:
        """Return a text that only the same key and purpose open."""
        ...

    def open(self, sealed: str, purpose: str) -> str:
        """Return what was sealed."""
        ...


@dataclass(frozen=True)
class Origin:
    """From where somebody acts; empty where no request led here."""

    address: str = ""
    device: str = ""  #: what the browser or program calls itself
    request: str = ""  #: the request's number


@dataclass(frozen=True)
class Context:
    """Nothing below reads a clock, a locale or Flask's globals: it reads this."""

    principal: Principal
    now: datetime  #: aware, UTC
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Shanghai"))
    language: str = "zh"
    commit: int = 0  #: number of the commit whose catalog is in use
    rules: tuple[str, ...] = ()  #: the rules that led here, one behind the other
    origin: Origin = Origin()
    #: how secrets are kept; None where none can be taken in
    sealing: Sealing | None = field(default=None, repr=False, compare=False)

    def beyond_rights(self) -> Context:
        """Return this with the rights of the system, under the name of the same principal."""
        return replace(self, principal=replace(self.principal, kind="system"))
