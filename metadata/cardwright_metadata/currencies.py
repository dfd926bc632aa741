"""Which entities are given a currency: those with amounts of money that have none of their own.

A record has one currency for all its amounts and for those of its lines, so the head is given it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_metadata.marks import MarkedMap
from cardwright_metadata.type_catalogue import TypeCatalogue, TypeDescription

#: The built-in trait that gives a currency.
CURRENCY = "currency"
#: Its fields; an entity that uses one of these names for itself means something else by it.
RATE, RATE_DATE = "rate", "rate_date"
CURRENCY_FIELDS = (CURRENCY, RATE, RATE_DATE)

#: The part of a path by which a type tells what its amount is worth.
_BASE = "base"


def player_of_currency(entities: Mapping[str, MarkedMap]) -> str:
    """Return the entity whose records are currencies, empty when there is none."""
    return next((name for name, each in entities.items() if CURRENCY in _parts(each)), "")


def entities_with_currency(
    entities: Mapping[str, MarkedMap], types: TypeCatalogue
) -> frozenset[str]:
    """Return the entities that are given the fields of a currency.

    The entities have their traits and know their owners, but not yet any built-in trait.
    """
    player = player_of_currency(entities)
    if not player:
        return frozenset()
    known = {name: types.describe(name) for name in types.names()}
    wanted: set[str] = set()
    for name, content in entities.items():
        switch = _switch(content)
        if switch is True:
            wanted.add(name)
        elif switch is None and _has_amounts(content, known):
            wanted.add(_head_of(name, entities, player, known))
    return frozenset(
        name
        for name in wanted
        if _switch(entities[name]) is not False
        and not {CURRENCY, RATE} & set(_parts(entities[name]))
        and not _has_own(entities[name], player, known)
    )


def _head_of(
    name: str,
    entities: Mapping[str, MarkedMap],
    player: str,
    known: Mapping[str, TypeDescription],
) -> str:
    """Return whose currency the amounts of an entity are in: its own, or that of its head."""
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        content = entities[name]
        owner = content.get("owner")
        own = _switch(content) is True or _links_to(content, player, known)
        if own or not isinstance(owner, str) or owner not in entities:
            break
        name = owner
    return name


def _switch(content: Mapping[str, Any]) -> bool | None:
    found = (content.get("features") or {}).get(CURRENCY)
    return found if isinstance(found, bool) else None


def _parts(content: Mapping[str, Any]) -> Mapping[str, Any]:
    found = content.get("plays")
    return found if isinstance(found, dict) else {}


def _fields(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    fields = content.get("fields")
    found = fields.items() if isinstance(fields, dict) else ()
    return {name: each for name, each in found if isinstance(each, dict)}


def _has_amounts(content: Mapping[str, Any], known: Mapping[str, TypeDescription]) -> bool:
    fields = (each for each in _fields(content).values() if not each.get("retired"))
    types = (known.get(str(each.get("type"))) for each in fields)
    return any(_BASE in each.parts for each in types if each is not None)


def _has_own(content: Mapping[str, Any], player: str, known: Mapping[str, TypeDescription]) -> bool:
    fields = _fields(content)
    # A change of a given field says no type; what says one is another field of that name.
    taken = any("type" in fields.get(name, {}) for name in CURRENCY_FIELDS)
    return taken or _links_to(content, player, known)


def _links_to(
    content: Mapping[str, Any], player: str, known: Mapping[str, TypeDescription]
) -> bool:
    for each in _fields(content).values():
        described = known.get(str(each.get("type")))
        if described is None or described.relation != "one" or not described.reference:
            continue
        if each.get(described.reference) == player:
            return True
    return False
