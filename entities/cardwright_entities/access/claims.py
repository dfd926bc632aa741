"""What a principal's roles say of an action or a field, one by one: material for explanations.

The policy adds claims up to what holds. Explanations try each of them alone, so that they can say
which one it was and never judge by a second reading of the roles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cardwright_entities.access.scopes import condition_of_scope, either, scopes_of, shared_rows
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.others import GrantDefinition
from cardwright_metadata.expressions.tree import Binary, Node

#: What shares give beside the scopes of a grant.
SHARED = "shared"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One scope of one grant: the records ``within`` it for which ``condition`` holds too.

    ``entity`` is what the grant is written for, ``*`` for every entity. A condition is also told
    as it was ``written``, seen from the head where the claim is on its lines.
    """

    role: str
    entity: str
    scope: str
    within: Node | bool
    condition: Node | None = None
    written: Node | None = None

    @property
    def rows(self) -> Node | bool:
        """Return the records that are claimed: both of them."""
        if self.condition is None or self.within is False:
            return self.within
        return self.condition if self.within is True else Binary("and", self.within, self.condition)


@dataclass(frozen=True, kw_only=True)
class FieldClaim:
    """What one grant says of a field: its level, and what in the grant gave it.

    ``source``: ``field``, ``group`` (its name is ``group``), ``others`` for what is said of all
    others, ``hidden`` or ``read_only`` for the lists, ``lines`` where the field that holds the
    lines is lower, and ``open`` where nothing is said. ``reads`` and ``writes``: what the actions
    of the grant let one do with the level at all.
    """

    role: str
    entity: str
    level: int
    source: str
    group: str = ""
    reads: bool = True
    writes: bool = True


def claims_of(
    role: str, grant: GrantDefinition, action: str, catalog: Catalog, entity: str
) -> Iterator[Claim]:
    """Yield a claim for each scope in which a grant allows an action on a head, and for shares."""
    condition = grant.rows.tree if grant.rows is not None else None
    places = {each: condition_of_scope(each, catalog, entity) for each in scopes_of(grant, action)}
    shared = shared_rows(catalog, entity, action)
    if shared is not False:
        places[SHARED] = shared
    for scope, within in places.items():
        yield Claim(
            role=role,
            entity=grant.entity,
            scope=scope,
            within=within,
            condition=condition,
            written=condition,
        )


def claimed(claims: Iterable[Claim]) -> Node | bool:
    """Return what all claims together give."""
    return either(each.rows for each in claims)
