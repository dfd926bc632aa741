"""Stable identities and physical names: given once, recorded, never given twice."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.dialects.postgresql.base import RESERVED_WORDS as POSTGRESQL_WORDS
from sqlalchemy.dialects.sqlite.base import SQLiteIdentifierPreparer

#: A part of a catalog as plain JSON.
Part = Mapping[str, Any]

_LONGEST = 24
_TABLES = {"entity": "e_", "links": "l_"}
# Names that the engines keep for themselves in every table, and ours without a field.
_KEPT = frozenset(
    ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid", "rowid", "_rowid_", "search_tokens"]
)
_RESERVED = frozenset(POSTGRESQL_WORDS) | SQLiteIdentifierPreparer.reserved_words | _KEPT


@dataclass(frozen=True)
class Identity:
    """What stays when a definition is renamed: id, physical name and number."""

    id: str
    pack: str
    address: str  #: ``entity/customer``, ``entity/customer#fields.name``, ``picklist/region``
    physical: str = ""
    number: int = 0
    retired: bool = False


@dataclass(frozen=True)
class Assignment:
    """Parts with their identities filled in, and what is to be recorded."""

    parts: Mapping[str, dict[str, Any]]
    new: tuple[Identity, ...]
    changed: tuple[Identity, ...]  #: at another address, retired or restored


def new_id() -> str:
    """Return a random identity: 10 characters base32."""
    return base64.b32encode(secrets.token_bytes(7)).decode()[:10].lower()


def field_address(entity: str, field: str) -> str:
    """Return the address of a field."""
    return f"entity/{entity}#fields.{field}"


def assign(
    parts: Mapping[str, Part],
    known: Iterable[Identity],
    columns: Callable[[Part, str], tuple[str, ...] | None],
    *,
    fresh: Callable[[], str] = new_id,
) -> Assignment:
    """Give every entity, field and picklist of the parts its identity.

    ``columns`` says which suffixes a field's columns have, None for an n:m field, whose physical
    name is a table. A name given under ``was`` hands its identity on to the new name.
    """
    work = _Assigning(known, columns, fresh)
    filled: dict[str, dict[str, Any]] = {}
    for address, part in parts.items():
        if address.startswith("entity/"):
            filled[address] = work.entity(address, part, parts)
        elif address.startswith("picklist/"):
            found = work.find(address, part)
            filled[address] = {**part, "id": found.id}
        else:
            filled[address] = dict(part)
    return Assignment(filled, tuple(work.new.values()), work.changed())


class _Assigning:
    """Remembers what is taken while identities are handed out."""

    def __init__(
        self,
        known: Iterable[Identity],
        columns: Callable[[Part, str], tuple[str, ...] | None],
        fresh: Callable[[], str],
    ) -> None:
        self.recorded = {identity.id: identity for identity in known}
        self.current = dict(self.recorded)
        self.by_address = {each.address: each for each in self.recorded.values()}
        self.tables = {each.physical for each in self.recorded.values() if each.physical}
        self.columns = columns
        self.fresh = fresh
        self.new: dict[str, Identity] = {}

    def changed(self) -> tuple[Identity, ...]:
        """Return the recorded identities that now stand elsewhere or were retired or restored."""
        return tuple(
            identity
            for key, identity in self.current.items()
            if key in self.recorded and identity != self.recorded[key]
        )

    def entity(self, address: str, part: Part, parts: Mapping[str, Part]) -> dict[str, Any]:
        name = address.partition("/")[2]
        self._follow_rename(address, part, parts)
        found = self.find(address, part)
        if not found.physical:
            found = self._name(found, self._table_name("entity", name, found.id))
        fields: dict[str, Any] = {}
        wanted: Mapping[str, Part] = part.get("fields", {})
        mine = self._identities_of(name)
        taken = self._taken_columns(name, part, mine)
        number = max((each.number for each in mine), default=0)
        for field, body in wanted.items():
            identity = self._field(name, field, body, wanted)
            if not identity.number:
                number += 1
                identity = self._put(replace(identity, number=number))
            if not identity.physical:
                physical = self._field_name(name, part, field, identity.id, taken)
                identity = self._name(identity, physical)
            fields[field] = {
                **body,
                "id": identity.id,
                "column": identity.physical,
                "number": identity.number,
            }
        return {**part, "id": found.id, "table": found.physical, "fields": fields}

    def find(self, address: str, part: Part, former: str = "") -> Identity:
        """Return the identity at the address where it stood until now, or a new one."""
        retired = bool(part.get("retired"))
        found = self.by_address.pop(former or address, None)
        if found is not None:
            self._park(address, found)
            return self._put(replace(found, address=address, retired=retired))
        wanted = str(part.get("id") or "")
        identifier = wanted if wanted and wanted not in self.current else self._unused()
        return self._put(Identity(identifier, str(part.get("pack", "")), address, retired=retired))

    def _park(self, address: str, coming: Identity) -> None:
        """Make room at an address for what is renamed to it; who stood there was retired."""
        there = self.by_address.get(address)
        if there is not None and there.id != coming.id:
            self._put(replace(there, address=f"{address}~{there.id}"))

    def _field(self, entity: str, field: str, body: Part, siblings: Mapping[str, Part]) -> Identity:
        former = former_name(
            field, body, siblings, lambda name: self._lives(field_address(entity, name))
        )
        address = field_address(entity, field)
        return self.find(address, body, field_address(entity, former) if former else address)

    def _follow_rename(self, address: str, part: Part, parts: Mapping[str, Part]) -> None:
        """Move the entity's identity and those of its fields from a former name."""
        taken = {each.partition("/")[2] for each in parts if each.startswith("entity/")}
        name = address.partition("/")[2]
        former = former_name(name, part, taken, lambda each: self._lives(f"entity/{each}"))
        if former in ("", name):
            return
        here = self.by_address.get(address)
        if here is not None:
            self._move(address, f"{address}~{here.id}")
        self._move(f"entity/{former}", address)

    def _lives(self, address: str) -> bool | None:
        found = self.by_address.get(address)
        return None if found is None else not found.retired

    def _move(self, former: str, address: str) -> None:
        for place in [former, *(p for p in self.by_address if p.startswith(f"{former}#"))]:
            found = self.by_address.pop(place)
            self._put(replace(found, address=address + place[len(former) :]))

    def _identities_of(self, entity: str) -> list[Identity]:
        prefix = f"entity/{entity}#"
        return [each for each in self.current.values() if each.address.startswith(prefix)]

    def _taken_columns(self, entity: str, part: Part, mine: list[Identity]) -> set[str]:
        taken: set[str] = set()
        for identity in mine:
            field = identity.address.rpartition(".")[2]
            suffixes: tuple[str, ...] | None = ("", "_type", "_base", "_sort")
            if field in part.get("fields", {}):
                suffixes = self.columns(part, field)
            taken |= {identity.physical + suffix for suffix in ("", "_sort", *(suffixes or ()))}
        # Fields of the engine keep their names whatever order they come in.
        taken |= {name for name, body in part.get("fields", {}).items() if body.get("system")}
        return taken

    def _field_name(
        self, entity: str, part: Part, field: str, identifier: str, taken: set[str]
    ) -> str:
        body = part["fields"][field]
        suffixes = self.columns(part, field)
        if suffixes is None:
            return self._table_name("links", f"{entity}_{field}", identifier)
        all_suffixes = {"", "_sort", *suffixes}
        name = field.strip("_")[:_LONGEST]
        if body.get("system"):
            name = field
        elif name != field or name in _RESERVED or _clash(name, all_suffixes, taken):
            name = _lengthen(name, identifier, lambda each: _clash(each, all_suffixes, taken))
        taken |= {name + suffix for suffix in all_suffixes}
        return name

    def _table_name(self, kind: str, name: str, identifier: str) -> str:
        physical = _TABLES[kind] + name[:_LONGEST]
        if len(name) > _LONGEST or physical in self.tables:
            physical = _lengthen(physical, identifier, self.tables.__contains__)
        self.tables.add(physical)
        return physical

    def _name(self, identity: Identity, physical: str) -> Identity:
        return self._put(replace(identity, physical=physical))

    def _put(self, identity: Identity) -> Identity:
        self.current[identity.id] = identity
        self.by_address[identity.address] = identity
        if identity.id not in self.recorded:
            self.new[identity.id] = identity
        return identity

    def _unused(self) -> str:
        while True:
            identifier = self.fresh()
            if identifier not in self.current:
                return identifier


def set_aside(known: Iterable[Identity], addresses: Collection[str]) -> Iterator[Identity]:
    """Yield the identities of what is purged, at addresses that nothing is given again."""
    for identity in known:
        entity = identity.address.partition("#")[0]
        if identity.address in addresses or entity in addresses:
            yield replace(identity, address=f"{identity.address}~{identity.id}", retired=True)


def former_names(part: Part) -> tuple[str, ...]:
    """Return the names that a definition says it had before."""
    was = part.get("was", ())
    return (was,) if isinstance(was, str) else tuple(was)


def former_name(
    name: str, part: Part, wanted: Collection[str], lives: Callable[[str], bool | None]
) -> str:
    """Return under which name a definition stood until now, its own or a former one, or "".

    ``lives`` says of a name whether it is in use, None where nothing has it. What is retired is
    followed too, as long as nothing else can be meant.
    """
    if lives(name):
        return name  # renamed long ago, if ever
    there = [each for each in former_names(part) if each not in wanted]
    in_use = [each for each in there if lives(each)]
    retired = [each for each in (name, *there) if lives(each) is False]
    return next(iter((*in_use, *retired)), "")


def _clash(name: str, suffixes: Iterable[str], taken: set[str]) -> bool:
    return any(name + suffix in taken for suffix in suffixes)


def _lengthen(name: str, identifier: str, is_taken: Callable[[str], bool]) -> str:
    """Add as much of the identity as makes the name the only one; four characters do."""
    lengths = range(4, len(identifier) + 1)
    return next(
        longer
        for longer in (f"{name}_{identifier[:length]}" for length in lengths)
        if not is_taken(longer)
    )
