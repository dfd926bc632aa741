"""What parts know besides definitions: earlier changes to others, identities that packs ship."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_metadata.extending import History
from cardwright_metadata.loading import Pack
from cardwright_metadata.parts import Part
from cardwright_metadata.three_ways import Entry


def history_of(parts: Mapping[str, Part]) -> History:
    """Return what the parts of a commit tell of the changes that packs make to others."""
    return {
        part["name"]: {
            (entry.target, entry.path): entry
            for entry in map(Entry.from_json, part.get("overlays", ()))
        }
        for address, part in parts.items()
        if address.startswith("pack/")
    }


def with_shipped_ids(parts: Mapping[str, Part], packs: Sequence[Pack]) -> dict[str, Part]:
    """Return the parts with the identities that packs ship."""
    filled = dict(parts)
    for pack in packs:
        for address, identity in pack.ids.items():
            place, _, field = address.partition("#fields.")
            part = filled.get(place)
            if part is None or (field and field not in part.get("fields", {})):
                continue
            if not field:
                filled[place] = {**part, "id": identity}
                continue
            fields = part["fields"]
            fields = {**fields, field: {**fields[field], "id": identity}}
            filled[place] = {**part, "fields": fields}
    return filled
