"""Packs that were installed from archives: read from the documents of the commit in use."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.changes.commits import load_bodies, load_documents, read_active
from cardwright_metadata.loading import BESIDE, Pack, read_pack
from cardwright_platform.instance import Instance

#: Says of an installed pack that the site has taken it over.
OF_SITE = "site"
_PACK = "pack/"


@dataclass(frozen=True)
class KeptTable:
    """A table of a pack as the database keeps it."""

    text: str

    def open(self, mode: str = "rb") -> io.BytesIO:
        """Open the table for reading."""
        return io.BytesIO(self.text.encode())


def pack_parts(instance: Instance) -> Mapping[str, Mapping[str, Any]]:
    """Return what the commit in use says about each pack, by name."""
    with instance.store.read(instance.system_context()) as session:
        active = read_active(session)
        wanted = {address: found for address, found in active.part_hashes if _is_pack(address)}
        bodies = load_bodies(session, list(wanted.values()))
    return {address.removeprefix(_PACK): bodies[found] for address, found in wanted.items()}


def installed_packs(instance: Instance) -> tuple[Pack, ...]:
    """Return the packs that came from archives, as complete as they came."""
    archives = {
        name: part["archive"] for name, part in pack_parts(instance).items() if part.get("archive")
    }
    if not archives:
        return ()
    with instance.store.read(instance.system_context()) as session:
        documents = load_documents(session, read_active(session).number)
    return tuple(_kept(name, archive, documents) for name, archive in archives.items())


def _kept(name: str, archive: str, documents: Mapping[str, str]) -> Pack:
    own = {
        path.removeprefix(f"{name}/"): text
        for path, text in documents.items()
        if path.startswith(f"{name}/")
    }
    tables = {path: KeptTable(text) for path, text in own.items() if path.endswith(BESIDE)}
    sources = {path: text.encode() for path, text in own.items() if path not in tables}
    return as_installed(read_pack(sources, tables, name), archive)


def still_installed(instance: Instance, packs: Sequence[Pack]) -> tuple[Pack, ...]:
    """Return packs that were read anew, knowing from which archives they had come."""
    parts = pack_parts(instance)
    archives = {name: str(part.get("archive", "")) for name, part in parts.items()}
    return tuple(as_installed(each, archives.get(each.definition.name, "")) for each in packs)


def as_installed(pack: Pack, archive: str) -> Pack:
    """Return a pack that knows from which archive it came."""
    return replace(pack, definition=replace(pack.definition, archive=archive))


def _is_pack(address: str) -> bool:
    return address.startswith(_PACK)
