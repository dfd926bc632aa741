"""What a pack may do beyond its own definitions: what it declares beside what it really says."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from cardwright_metadata.definitions.flows import balance_entity, entry_entity
from cardwright_metadata.loading import Document, Pack
from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.problems import Place, Problem

#: Triggers of rules that come with time.
_CLOCK = frozenset({"schedule", "date", "deadline"})
#: Kinds that make records of others do something.
_ACTIVE = frozenset({"rule", "approval"})
#: A power, and where it is used.
Used = tuple[str, Place | None]
#: Steps that make records.
_MAKING = frozenset({"create", "upsert"})
#: Steps that write to people outside; each is a power of that name.
_SENDING = frozenset({"mail", "sms"})
_HEARING = frozenset({"webhook", "mail"})
#: Where a rule sends something to an address that only the site knows.
_ANYWHERE = "*"


@dataclass(frozen=True, kw_only=True)
class Powers:
    """Definitions and records of others, rights granted, hosts called or heard, mail, the clock."""

    extends: frozenset[str] = frozenset()
    grants: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    mail: bool = False
    sms: bool = False
    schedule: bool = False
    hears: bool = False
    system: bool = False

    @classmethod
    def declared(cls, body: Mapping[str, Any]) -> Powers:
        """Read what pack.yaml or a manifest declares."""
        return cls(
            extends=frozenset(map(str, body.get("extends", ()))),
            grants=frozenset(map(str, body.get("grants", ()))),
            writes=frozenset(map(str, body.get("writes", ()))),
            hosts=frozenset(map(str, body.get("hosts", ()))),
            mail=bool(body.get("mail")),
            sms=bool(body.get("sms")),
            schedule=bool(body.get("schedule")),
            hears=bool(body.get("hears")),
            system=bool(body.get("system")),
        )

    def words(self) -> frozenset[str]:
        """Return the powers one by one, such as ``extends entity/customer``."""
        found = set()
        for each in fields(self):
            value = getattr(self, each.name)
            found |= {each.name} if value is True else {f"{each.name} {one}" for one in value or ()}
        return frozenset(found)


def powers_used(pack: Pack) -> dict[str, Any]:
    """Return what a pack must declare for what it says, as pack.yaml says it."""
    declared: dict[str, Any] = {}
    for power in sorted({power for power, _ in _used(pack)}):
        name, _, one = power.partition(" ")
        if one:
            declared.setdefault(name, []).append(one)
        else:
            declared[name] = True
    return declared


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
            expected=_as_written(power),
        )
        for power, place in found.items()
        if power not in declared
    ]


def _used(pack: Pack) -> Iterator[Used]:
    own = {f"{each.kind}/{each.name}" for each in pack.documents if not each.extend}
    for document in pack.documents:
        target = f"{document.kind}/{document.extend}"
        if document.extend and target not in own:
            yield f"extends {target}", document.place
            if document.kind == "role":
                yield f"grants {target}", document.place
        if document.kind in _ACTIVE and f"entity/{document.content.get('of')}" not in own:
            yield from _told(document, "of", f"extends entity/{document.content.get('of')}")
        yield from _READERS.get(document.kind, _nothing)(document, pack)


def _granted(document: Document, pack: Pack) -> Iterator[Used]:
    own = _entities(pack)
    for entity, place in _keys(document.content.get("grants")):
        if entity not in own:
            yield f"grants entity/{entity}", place
    for feature in document.content.get("features") or ():
        yield from _told(document, "features", f"grants feature/{feature}")


def _of_rule(document: Document, pack: Pack) -> Iterator[Used]:
    for key, place in _keys(document.content.get("trigger")):
        if key in _CLOCK:
            yield "schedule", place
        if key in _HEARING:
            yield "hears", place
    if document.content.get("as") == "system":
        yield from _told(document, "as", "system")
    steps = document.content.get("do")
    for step in steps.values() if isinstance(steps, MarkedMap) else ():
        for key, place in _keys(step):
            if key in _SENDING:
                yield key, place
            if key == "webhook":
                yield f"hosts {_host_of(step[key], pack)}", place
            if key in _MAKING and isinstance(step[key], MarkedMap):
                yield from _written(step[key], place, pack)


def _of_approval(document: Document, pack: Pack) -> Iterator[Used]:
    if document.content.get("late"):
        yield from _told(document, "late", "schedule")


def _of_entity(document: Document, pack: Pack) -> Iterator[Used]:
    if document.content.get("recurrence"):
        yield from _told(document, "recurrence", "schedule")


def _of_mail(document: Document, pack: Pack) -> Iterator[Used]:
    yield "mail", document.place


def _of_seed(document: Document, pack: Pack) -> Iterator[Used]:
    yield from _written(document.content, document.place, pack)


def _written(body: MarkedMap, place: Place | None, pack: Pack) -> Iterator[Used]:
    entity = body.get("entity")
    if entity not in _entities(pack):
        yield f"writes entity/{entity}", body.keys_at.get("entity", place)


def _entities(pack: Pack) -> set[str]:
    """Return the entities that the pack defines, those that its ledgers bring among them."""
    own = [each for each in pack.documents if not each.extend]
    ledgers = [each.name for each in own if each.kind == "ledger"]
    return {
        *(each.name for each in own if each.kind == "entity"),
        *map(entry_entity, ledgers),
        *map(balance_entity, ledgers),
    }


def _as_written(power: str) -> str:
    kind, _, one = power.partition(" ")
    return f"{kind}: [{one}]" if one else f"{kind}: true"


def _nothing(document: Document, pack: Pack) -> Iterator[Used]:
    yield from ()


_READERS: Mapping[str, Callable[[Document, Pack], Iterator[Used]]] = {
    "role": _granted,
    "rule": _of_rule,
    "approval": _of_approval,
    "entity": _of_entity,
    "mail": _of_mail,
    "seed": _of_seed,
}


def _told(document: Document, key: str, power: str) -> Iterator[Used]:
    yield power, document.content.keys_at.get(key, document.place)


def _keys(value: object) -> Iterator[Used]:
    if isinstance(value, MarkedMap):
        for key in value:
            yield key, value.keys_at.get(key)


def _host_of(step: object, pack: Pack) -> str:
    """Return the host that the pack's own setting names, where the site is free to choose: *."""
    name = step.get("to") if isinstance(step, MarkedMap) else None
    for document in pack.documents:
        if document.kind == "setting" and document.name == name and not document.extend:
            return urlsplit(str(document.content.get("default", ""))).hostname or _ANYWHERE
    return _ANYWHERE
