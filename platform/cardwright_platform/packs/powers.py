"""What a pack may do beyond its own definitions: what it declares beside what it really says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from cardwright_metadata.loading import Document, Pack
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.problems import Place, Problem

#: Keys behind which an address stands that is called.
_ADDRESSES = frozenset({"url", "webhook", "endpoint", "host"})
_MAIL = frozenset({"mail", "send_mail", "email"})
_CLOCK = frozenset({"schedule", "every", "cron"})
#: Kinds in which something happens by itself.
_ACTIVE = frozenset({"rule", "approval", "recurrence", "calendar", "connector", "stages"})


@dataclass(frozen=True, kw_only=True)
class Powers:
    """Definitions of others changed, rights granted, hosts called, mail, work by the clock."""

    extends: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    mail: bool = False
    schedule: bool = False

    @classmethod
    def declared(cls, body: Mapping[str, Any]) -> Powers:
        """Read what pack.yaml or a manifest declares."""
        return cls(
            extends=frozenset(map(str, body.get("extends", ()))),
            grants=frozenset(map(str, body.get("grants", ()))),
            hosts=frozenset(map(str, body.get("hosts", ()))),
            mail=bool(body.get("mail")),
            schedule=bool(body.get("schedule")),
        )

    def words(self) -> frozenset[str]:
        """Return the powers one by one, such as ``extends entity/customer``."""
        found = set()
        for each in fields(self):
            value = getattr(self, each.name)
            found |= {each.name} if value is True else {f"{each.name} {one}" for one in value or ()}
        return frozenset(found)


def undeclared_powers(pack: Pack) -> list[Problem]:
    """Return a problem for every power that a pack uses and does not declare, with its place."""
    declared = Powers.declared(pack.definition.powers).words()
    found: dict[str, Place | None] = {}
    for power, place in _used(pack):
        found.setdefault(power, place)
    return [
        Problem(
            place=place,
            path="",
            code="undeclared_power",
            message=f"The pack uses a power that it does not declare: {power}. Write it under "
            "'powers' in pack.yaml.",
            found=power,
            expected=", ".join(sorted(declared)) or "no power",
        )
        for power, place in found.items()
        if power not in declared
    ]


def _used(pack: Pack) -> Iterator[tuple[str, Place | None]]:
    own = {f"{each.kind}/{each.name}" for each in pack.documents if not each.extend}
    for document in pack.documents:
        target = f"{document.kind}/{document.extend}"
        if document.extend and target not in own:
            yield f"extends {target}", document.place
            if document.kind == "role":
                yield f"grants {target}", document.place
        if document.kind == "role" and not document.extend:
            yield from _granted(document, own)
        if document.kind == "mail":
            yield "mail", document.place
        if document.kind in _ACTIVE:
            yield from _walk(document.content, document.place)


def _granted(document: Document, own: set[str]) -> Iterator[tuple[str, Place | None]]:
    grants = document.content.get("grants")
    if not isinstance(grants, MarkedMap):
        return
    for entity in grants:
        if f"entity/{entity}" not in own:
            yield f"grants entity/{entity}", grants.keys_at.get(entity)


def _walk(value: Any, place: Place | None) -> Iterator[tuple[str, Place | None]]:  # noqa: ANN401 - any value of a definition
    if isinstance(value, MarkedMap):
        for key, inner in value.items():
            at = value.keys_at.get(key, place)
            if key in _MAIL:
                yield "mail", at
            if key in _CLOCK:
                yield "schedule", at
            if key in _ADDRESSES and isinstance(inner, str):
                yield f"hosts {_host_of(inner)}", at
            yield from _walk(inner, at)
    elif isinstance(value, list):
        for inner in value:
            yield from _walk(inner, place)


def _host_of(address: str) -> str:
    """Return the host of an address; * where it is only known when it is called."""
    host = urlsplit(address).hostname if "://" in address else address
    return host if host and "{" not in host and "$" not in host else "*"
