"""What a principal may do: predicates over rows and sets of fields, from roles and grants.

Two answers serve every path: ``rows`` (a tree that the compiler conjoins at each hop) and
``fields`` (what exists for the reader). Whatever is not granted is denied.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Protocol

from cardwright_entities.access.claims import Claim, FieldClaim, claims_of
from cardwright_entities.access.deciding_parts import ACCOUNT, GIVING_RIGHTS, PERSONS
from cardwright_entities.access.features import MANAGE_USERS
from cardwright_entities.access.levels import MASKED, READ, WRITE, level_of, said_of
from cardwright_entities.access.prefixing import prefix_paths
from cardwright_entities.access.scopes import either, rows_of_grant
from cardwright_entities.contexts import Principal
from cardwright_entities.expressions.periods import with_ends
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.others import GrantDefinition
from cardwright_metadata.expressions.tree import Node

EVERY_ENTITY = "*"

#: System fields that say what a record is; readable wherever the record is.
IDENTITY_FIELDS = frozenset({"id", "version", "head", "position"})

#: Who may do any of these may fill fields.
_WRITING = frozenset({"create", "edit"})

#: What may be granted on records that the engine alone writes.
_OF_READERS = frozenset({"read", "export", "print"})


class Policy(Protocol):
    """Answers for one catalog; the gate and the compiler ask nothing else."""

    def may(self, principal: Principal, entity: str, action: str) -> bool:
        """Tell whether the action is granted on any record of the entity."""
        ...

    def rows(self, principal: Principal, entity: str, action: str) -> Node | bool:
        """Return which records: True for all, False for none, else a condition."""
        ...

    def fields(self, principal: Principal, entity: str, action: str) -> frozenset[str]:
        """Return the fields that may be seen (``read``) or set (``write``).

        ``mask``: those of which no more than a part may be seen, none of them in ``read``.
        """
        ...

    def has_feature(self, principal: Principal, feature: str) -> bool:
        """Tell whether a feature right such as define_objects is granted."""
        ...

    def claims(self, principal: Principal, entity: str, action: str) -> Sequence[Claim]:
        """Return what ``rows`` adds up, one by one; nothing where the action is not granted."""
        ...

    def field_claims(self, principal: Principal, entity: str, name: str) -> Sequence[FieldClaim]:
        """Return what each grant says of a field; ``fields`` goes by the highest."""
        ...


class RolePolicy:
    """The rights of roles as the catalog defines them; line entities follow their head."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._fields: dict[tuple[frozenset[str], str, str], frozenset[str]] = {}

    def may(self, principal: Principal, entity: str, action: str) -> bool:
        return self.rows(principal, entity, action) is not False

    def rows(self, principal: Principal, entity: str, action: str) -> Node | bool:
        if principal.is_system:
            return True
        head = self._catalog.entity(self._head_of(entity))
        definition = self._catalog.entity(entity)
        condition = either(
            rows_of_grant(grant, action, self._catalog, head.name)
            for _, grant in self._granting(principal, entity, action)
        )
        return condition if head is definition else _seen_from_lines(condition, head)

    def claims(self, principal: Principal, entity: str, action: str) -> Sequence[Claim]:
        head = self._catalog.entity(self._head_of(entity))
        found = [
            claim
            for role, grant in self._granting(principal, entity, action)
            for claim in claims_of(role, grant, action, self._catalog, head.name)
        ]
        if head.name == entity:
            return found
        return [_of_lines(each, head) for each in found]

    def field_claims(self, principal: Principal, entity: str, name: str) -> Sequence[FieldClaim]:
        definition = self._catalog.entity(entity)
        head = self._catalog.entity(self._head_of(entity))
        found: list[FieldClaim] = []
        for role, grant in self._grants(principal, head.name):
            said = said_of(grant, head, definition, name)
            found.append(
                FieldClaim(
                    role=role,
                    entity=grant.entity,
                    level=said.level,
                    source=said.source,
                    group=said.group,
                    reads="read" in grant.actions,
                    writes=bool(_WRITING & grant.actions),
                )
            )
        return found

    def fields(self, principal: Principal, entity: str, action: str) -> frozenset[str]:
        definition = self._catalog.entity(entity)
        if principal.is_system:
            return frozenset(definition.fields)
        key = (principal.roles, entity, action)
        if key not in self._fields:
            self._fields[key] = self._compute_fields(principal, definition, action)
        return self._fields[key]

    def has_feature(self, principal: Principal, feature: str) -> bool:
        if principal.is_system:
            return True
        roles: Mapping[str, object] = self._catalog.roles
        return any(
            feature in self._catalog.roles[name].features
            for name in principal.roles
            if name in roles
        )

    def _compute_fields(
        self, principal: Principal, definition: EntityDefinition, action: str
    ) -> frozenset[str]:
        if action == "mask":
            part = self._fields_from(principal, definition, {"read"}, MASKED)
            return part - self.fields(principal, definition.name, "read")
        if action == "read":
            return self._fields_from(principal, definition, {"read"}, READ)
        found = self._fields_from(principal, definition, _WRITING, WRITE)
        if self.has_feature(principal, MANAGE_USERS):
            return found
        return found - self._who_somebody_is(definition)

    def _fields_from(
        self, principal: Principal, definition: EntityDefinition, needed: Set[str], least: int
    ) -> frozenset[str]:
        head = self._catalog.entity(self._head_of(definition.name))
        return frozenset(
            name
            for _, grant in self._grants(principal, head.name)
            if needed & grant.actions
            for name in definition.fields
            if level_of(grant, head, definition, name) >= least
        )

    def _who_somebody_is(self, definition: EntityDefinition) -> frozenset[str]:
        played = [
            self._catalog.part(part, ACCOUNT)
            for part in PERSONS
            if (player := self._catalog.player(part)) is not None and player.name == definition.name
        ]
        return frozenset(name for name in played if name is not None)

    def _may_give_rights(self, principal: Principal, entity: str) -> bool:
        """Tell whether writing to an entity would give rights that are not his to give."""
        players = (self._catalog.player(part) for part in GIVING_RIGHTS)
        gives = self._head_of(entity) in {each.name for each in players if each is not None}
        return not gives or self.has_feature(principal, MANAGE_USERS)

    def _granting(
        self, principal: Principal, entity: str, action: str
    ) -> Iterator[tuple[str, GrantDefinition]]:
        """Yield the grants that allow an action on an entity, each with its role."""
        definition = self._catalog.entity(entity)
        if action not in _OF_READERS and definition.kept:
            return
        if action == "import" and definition.made_in:
            return
        if action not in _OF_READERS and not self._may_give_rights(principal, entity):
            return
        head = self._catalog.entity(self._head_of(entity))
        for role, grant in self._grants(principal, head.name):
            lines = WRITE
            if head is not definition:
                lines = level_of(grant, head, head, definition.owner_field)
            if action in grant.actions and lines >= READ:
                yield role, grant

    def _grants(self, principal: Principal, entity: str) -> Iterator[tuple[str, GrantDefinition]]:
        # In the order of the catalog, so that the same rights are the same statement.
        for name, role in self._catalog.roles.items():
            if name not in principal.roles:
                continue
            grant = role.grants.get(entity) or role.grants.get(EVERY_ENTITY)
            if grant is not None:
                yield name, grant

    def _head_of(self, entity: str) -> str:
        return self._catalog.entity(entity).owner or entity


def _of_lines(claim: Claim, head: EntityDefinition) -> Claim:
    within, condition = _seen_from_lines(claim.within, head), claim.condition
    if condition is None:
        return replace(claim, within=within)
    seen = _seen_from_lines(condition, head)
    return replace(claim, within=within, condition=None if isinstance(seen, bool) else seen)


def _seen_from_lines(condition: Node | bool, head: EntityDefinition) -> Node | bool:
    if isinstance(condition, bool):
        return condition
    ends = head.period.ends if head.period else None
    return prefix_paths(with_ends(condition, ends), "head")
