"""What a grant lets one do with each field: nothing, see a part, read, or read and write."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.others import GrantDefinition

HIDDEN, MASKED, READ, WRITE = range(4)
#: What the levels are called, each at its place.
LEVEL_NAMES = ("hidden", "masked", "read", "write")
_LEVELS = {name: level for level, name in enumerate(LEVEL_NAMES)}
_OTHERS = "*"


@dataclass(frozen=True)
class Said:
    """A level, and what in a grant gave it: a ``FieldClaim`` says which sources there are."""

    level: int
    source: str
    group: str = ""


def level_of(
    grant: GrantDefinition, head: EntityDefinition, entity: EntityDefinition, name: str
) -> int:
    """Return the level of a field of a head, or of its lines: at most that of the lines.

    What is said of a field goes before what is said of its group, that before all others. The
    lists ``hidden`` and ``read_only`` only ever take away. Lines of which a part would be shown
    are not shown.
    """
    return said_of(grant, head, entity, name).level


def said_of(
    grant: GrantDefinition, head: EntityDefinition, entity: EntityDefinition, name: str
) -> Said:
    """Return the level of a field as ``level_of`` does, with what gave it."""
    if not entity.owner:
        return _said(grant, head, name, "")
    lines = _said(grant, head, entity.owner_field, "")
    if lines.level < READ:
        return Said(HIDDEN, "lines")
    own = _said(grant, entity, name, f"{entity.owner_field}.")
    return own if own.level <= lines.level else replace(lines, source="lines")


def _said(grant: GrantDefinition, entity: EntityDefinition, name: str, prefix: str) -> Said:
    group = next((each.name for each in entity.field_groups.values() if name in each.fields), "")
    said, listed = _written(grant, prefix + name, prefix, group), _listed(grant, prefix + name)
    return said if said.level <= listed.level else listed


def _written(grant: GrantDefinition, name: str, prefix: str, group: str) -> Said:
    if name in grant.levels:
        return Said(_LEVELS[grant.levels[name]], "field")
    if prefix + group in grant.levels:
        return Said(_LEVELS[grant.levels[prefix + group]], "group", group)
    # Fields of lines are no others: they follow the field that holds the lines.
    if "." not in name and _OTHERS in grant.levels:
        return Said(_LEVELS[grant.levels[_OTHERS]], "others")
    return Said(WRITE, "open")


def _listed(grant: GrantDefinition, name: str) -> Said:
    if name in grant.hidden:
        return Said(HIDDEN, "hidden")
    return Said(READ, "read_only") if name in grant.read_only else Said(WRITE, "open")
