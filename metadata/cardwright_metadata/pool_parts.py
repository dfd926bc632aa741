"""Parts of pools, and of what follows a record's owner → their definitions."""

from __future__ import annotations

from dataclasses import replace

from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.pools import (
    FollowerDefinition,
    PoolDefinition,
    ReturnDefinition,
)
from cardwright_metadata.expressions.tree import Expression
from cardwright_metadata.parts import Parse, Part, in_order, read_text


def with_owning(entity: EntityDefinition, part: Part, parse: Parse) -> EntityDefinition:
    """Return an entity with its pool and what follows its owner."""
    if "pool" not in part and not part.get("followed_by"):
        return entity
    return replace(
        entity,
        pool=_read_pool(part["pool"], parse) if part.get("pool") is not None else None,
        followers={
            name: _read_follower(name, each, parse)
            for name, each in in_order(part.get("followed_by"))
            if not each.get("retired")
        },
    )


def _read_pool(part: Part, parse: Parse) -> PoolDefinition:
    return PoolDefinition(
        condition=_optional(part.get("if"), parse),
        limit=_optional(part.get("limit"), parse),
        counted=_optional(part.get("counted"), parse),
        daily=_optional(part.get("daily"), parse),
        protect=_optional(part.get("protect"), parse),
        warn=_optional(part.get("warn"), parse),
        returns={
            name: ReturnDefinition(
                name=name,
                label=read_text(each.get("label")),
                day=parse(each["day"]),
                condition=_optional(each.get("if"), parse),
            )
            for name, each in in_order(part.get("return"))
            if not each.get("retired")
        },
    )


def _read_follower(name: str, part: Part, parse: Parse) -> FollowerDefinition:
    entity, _, field = part["of"].partition(".")
    return FollowerDefinition(
        name=name,
        label=read_text(part.get("label")),
        entity=entity,
        field=field,
        head=part.get("show") == "head",
        where=_optional(part.get("where"), parse),
    )


def _optional(text: object, parse: Parse) -> Expression | None:
    return None if text in (None, "") else parse(str(text))
