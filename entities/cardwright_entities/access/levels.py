"""What a grant lets one do with each field: nothing, see a part, read, or read and write."""

from __future__ import annotations

from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.others import GrantDefinition

HIDDEN, MASKED, READ, WRITE = range(4)
_LEVELS = {"hidden": HIDDEN, "masked": MASKED, "read": READ, "write": WRITE}
_OTHERS = "*"


def level_of(
    grant: GrantDefinition, head: EntityDefinition, entity: EntityDefinition, name: str
) -> int:
    """Return the level of a field of a head, or of its lines: at most that of the lines.

    What is said of a field goes before what is said of its group, that before all others. The
    lists ``hidden`` and ``read_only`` only ever take away. Lines of which a part would be shown
    are not shown.
    """
    if not entity.owner:
        return _level(grant, head, name, "")
    lines = _level(grant, head, entity.owner_field, "")
    if lines < READ:
        return HIDDEN
    return min(lines, _level(grant, entity, name, f"{entity.owner_field}."))


def _level(grant: GrantDefinition, entity: EntityDefinition, name: str, prefix: str) -> int:
    group = next((each.name for each in entity.field_groups.values() if name in each.fields), "")
    return min(_said(grant, prefix + name, prefix + group), _listed(grant, prefix + name))


def _said(grant: GrantDefinition, name: str, group: str) -> int:
    for each in (name, group):
        if each in grant.levels:
            return _LEVELS[grant.levels[each]]
    # Fields of lines are no others: they follow the field that holds the lines.
    return WRITE if "." in name else _LEVELS[grant.levels.get(_OTHERS, "write")]


def _listed(grant: GrantDefinition, name: str) -> int:
    if name in grant.hidden:
        return HIDDEN
    return READ if name in grant.read_only else WRITE
