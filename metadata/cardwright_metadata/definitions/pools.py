"""What may be claimed out of the pool 公海, how it goes back, and what follows an owner."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: Fields that the engine keeps of a record that may be in the pool.
OWNED_SINCE, CLAIMED_BY = "owned_since", "claimed_by"
RELEASED_AT, RELEASED_BY = "released_at", "released_by"
#: The day on which the record goes back by itself: a formula of the reasons.
RETURNS_ON = "returns_on"

#: A setting in the words of a reason, which its value stands for: {$setting.crm.pool.days}.
SETTING_IN_WORDS = re.compile(r"\{\$setting\.([a-z0-9_.]+)\}")


@dataclass(frozen=True, kw_only=True)
class ReturnDefinition:
    """One reason for which a record goes back by itself, on the day that ``day`` gives."""

    name: str
    day: Expression
    label: Text = Text()
    condition: Expression | None = None  #: key ``if``


@dataclass(frozen=True, kw_only=True)
class PoolDefinition:
    """How records are claimed; numbers are expressions, so that settings may say them."""

    condition: Expression | None = None  #: key ``if``: which records may be claimed
    limit: Expression | None = None
    counted: Expression | None = None  #: which of somebody's records count for the limit
    daily: Expression | None = None
    protect: Expression | None = None  #: days
    warn: Expression | None = None  #: days
    returns: Mapping[str, ReturnDefinition] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FollowerDefinition:
    """Related records that have the owner of another: ``entity.field`` points to it.

    ``entity`` may be lines; with ``head`` those go along whose lines point there.
    """

    name: str
    entity: str
    field: str
    label: Text = Text()
    head: bool = False
    where: Expression | None = None
