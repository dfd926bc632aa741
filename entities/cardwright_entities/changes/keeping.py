"""What vanished from the documents stays, retired: its data, its names and its place."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from cardwright_entities.changes.identities import Part, field_address, former_name

_ENTITY = "entity/"


def keep_retired(
    base: Mapping[str, Part], wanted: Mapping[str, Part], purged: Collection[str] = ()
) -> dict[str, dict[str, Any]]:
    """Return the wanted parts with the entities and fields that only the base has, retired.

    ``purged`` are addresses of retired ones that are not kept any longer.
    """
    kept = {address: dict(part) for address, part in wanted.items()}
    renamed = _renamed_entities(base, wanted)
    for address, part in base.items():
        if not address.startswith(_ENTITY):
            continue
        if part.get("retired") and address in renamed.values():
            continue  # its name belongs to another one now
        now = renamed.get(address, address)
        if now in kept:
            held = {
                name: body
                for name, body in part.get("fields", {}).items()
                if field_address(part["name"], name) not in purged
            }
            kept[now]["fields"] = _keep_fields(held, kept[now].get("fields", {}))
        elif address not in purged:
            kept[address] = {**part, "retired": True}
    return kept


def _renamed_entities(base: Mapping[str, Part], wanted: Mapping[str, Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    taken = {address.partition("/")[2] for address in wanted if address.startswith(_ENTITY)}
    for address, part in wanted.items():
        if not address.startswith(_ENTITY):
            continue
        name = address.partition("/")[2]
        former = former_name(name, part, taken, lambda each: _lives(base.get(_ENTITY + each)))
        if former not in ("", name):
            found[_ENTITY + former] = address
    return found


def _keep_fields(base: Mapping[str, Part], wanted: Mapping[str, Part]) -> dict[str, Any]:
    followed = {
        former_name(field, body, wanted, lambda name: _lives(base.get(name)))
        for field, body in wanted.items()
    }
    gone = {
        name: {**body, "retired": True}
        for name, body in base.items()
        if name not in wanted and name not in followed
    }
    return {**wanted, **gone}


def _lives(part: Part | None) -> bool | None:
    return None if part is None else not part.get("retired")
