"""Fields that the engine keeps of records that may be in the pool, as if an author wrote them.

So lists show, sort and filter them, rules and queries ask for them, and rights hold for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Any

from cardwright_metadata.definitions.pools import (
    CLAIMED_BY,
    OWNED_SINCE,
    RELEASED_AT,
    RELEASED_BY,
    RETURNS_ON,
)
from cardwright_metadata.marks import MarkedMap, marked

#: The pack that fields of built-in traits and of the engine bear.
BUILT_IN = "system"
#: Field → its shape; the day of the return is laid where the pool says reasons.
POOL_FIELDS: Mapping[str, Mapping[str, Any]] = {
    OWNED_SINCE: {"type": "datetime", "label": {"zh": "归属时间", "en": "Owned since"}},
    CLAIMED_BY: {"type": "employee", "label": {"zh": "领取人", "en": "Claimed by"}},
    RELEASED_AT: {"type": "datetime", "label": {"zh": "退回公海时间", "en": "Released"}},
    RELEASED_BY: {"type": "employee", "label": {"zh": "退回前负责人", "en": "Released by"}},
}
_RETURNS_ON: Mapping[str, Any] = {
    "type": "formula",
    "returns": "date",
    "label": {"zh": "预计退回公海", "en": "Returns to the pool on"},
}


def lay_pool(content: MarkedMap) -> None:
    """Give an entity with a pool the fields that the pool keeps."""
    pool = content.get("pool")
    if not isinstance(pool, dict) or content.get("owner"):
        return
    shapes = dict(POOL_FIELDS)
    day = _day_of_return(pool)
    if day:
        shapes[RETURNS_ON] = {**_RETURNS_ON, "formula": day}
    fields = content.setdefault("fields", MarkedMap())
    for name, shape in shapes.items():
        if name in fields:
            continue  # reported where pools are looked up
        field = marked(shape)
        field["copy"] = False
        field["pack"] = BUILT_IN
        if name != RETURNS_ON:  # its formula is looked at like any other
            field["system"] = True
        fields[name] = field


def _day_of_return(pool: Mapping[str, Any]) -> str:
    """Return the formula of the day: the first of the reasons, not before the protection ends."""
    said = pool.get("return")
    reasons = said.values() if isinstance(said, dict) else ()
    days = [
        _day_of(each)
        for each in reasons
        if isinstance(each, dict) and each.get("day") and not each.get("retired")
    ]
    if not days:
        return ""
    # A reason that does not hold gives no day, and the least of a day and none is none.
    first = reduce(lambda one, other: f"coalesce(min({one}, {other}), {one}, {other})", days)
    protect = pool.get("protect")
    if protect not in (None, ""):
        kept = f"(date({OWNED_SINCE}) + days({protect}))"
        first = f"if({kept} > {first}, {kept}, {first})"
    # What was there before the pool was stays with its owner until somebody gives it anew.
    return f"if(owner is empty or {OWNED_SINCE} is empty, null, {first})"


def _day_of(reason: Mapping[str, Any]) -> str:
    held = reason.get("if")
    return f"if({held}, {reason['day']}, null)" if held else f"({reason['day']})"
