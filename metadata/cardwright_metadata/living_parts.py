"""What of a part is in use: an installation works without what was retired."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_metadata.parts import Part


def living_part(part: Part) -> Part:
    """Return a part without the fields that are retired."""
    fields = part.get("fields")
    if not isinstance(fields, Mapping):
        return part
    living = {name: each for name, each in fields.items() if not each.get("retired")}
    return part if len(living) == len(fields) else _without_fields(part, living)


def _without_fields(part: Part, living: Mapping[str, Part]) -> Part:
    """Return an entity with fewer fields; layouts pass over what is gone, these would not."""
    unique = part.get("unique", {})
    duplicates = part.get("duplicates", {})
    period = part.get("period") or {}
    ends = (period.get("from"), period.get("to"))
    return {
        **part,
        "fields": living,
        "unique": {
            name: each for name, each in unique.items() if set(each["fields"]) <= set(living)
        },
        "duplicates": {
            name: each for name, each in duplicates.items() if set(each["match"]) <= set(living)
        },
        "period": period if all(each in living for each in ends) else None,
        "plays": {
            played: {role: field for role, field in roles.items() if field in living}
            for played, roles in part.get("plays", {}).items()
        },
    }
