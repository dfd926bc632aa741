"""What a principal may do: predicates over rows and sets of fields, from roles and grants.

Two answers serve every path: ``rows`` (a tree that the compiler conjoins at each hop) and
``fields`` (what exists for the reader). Whatever is not granted is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from cardwright_entities.access.features import MANAGE_USERS
from cardwright_entities.access.levels import MASKED, READ, WRITE, level_of
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

#: What may be granted on records that the engine alone writes.
_OF_READERS = frozenset({"read", "export", "print"})
#: The parts whose records say what others may do, and the field that says who somebody is.
_GIVING_RIGHTS = ("user", "user_group")
_IDENTITY = ("employee", "user")


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
        if action not in _OF_READERS and self._catalog.entity(entity).kept:
            return False
        if action == "import" and self._catalog.entity(entity).made_in:
            return False
        if action not in _OF_READERS and not self._may_give_rights(principal, entity):
            return False
        head = self._catalog.entity(self._head_of(entity))
        definition = self._catalog.entity(entity)
        condition = either(
            rows_of_grant(grant, action, self._catalog, head.name)
            for grant in self._grants(principal, head.name)
            if action in grant.actions
            and (head is definition or level_of(grant, head, head, definition.owner_field) >= READ)
        )
        if isinstance(condition, bool) or head is definition:
            return condition
        ends = head.period.ends if head.period else None
        return prefix_paths(with_ends(condition, ends), "head")

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
        found = self._fields_from(principal, definition, {"create", "edit"}, WRITE)
        if self.has_feature(principal, MANAGE_USERS):
            return found
        return found - self._who_somebody_is(definition)

    def _fields_from(
        self, principal: Principal, definition: EntityDefinition, needed: set[str], least: int
    ) -> frozenset[str]:
        head = self._catalog.entity(self._head_of(definition.name))
        return frozenset(
            name
            for grant in self._grants(principal, head.name)
            if needed & grant.actions
            for name in definition.fields
            if level_of(grant, head, definition, name) >= least
        )

    def _who_somebody_is(self, definition: EntityDefinition) -> frozenset[str]:
        part, role = _IDENTITY
        player, name = self._catalog.player(part), self._catalog.part(part, role)
        is_it = player is not None and player.name == definition.name and name is not None
        return frozenset({name}) if is_it and name is not None else frozenset()

    def _may_give_rights(self, principal: Principal, entity: str) -> bool:
        """Tell whether writing to an entity would give rights that are not his to give."""
        players = (self._catalog.player(part) for part in _GIVING_RIGHTS)
        gives = self._head_of(entity) in {each.name for each in players if each is not None}
        return not gives or self.has_feature(principal, MANAGE_USERS)

    def _grants(self, principal: Principal, entity: str) -> list[GrantDefinition]:
        roles = [
            self._catalog.roles[name] for name in principal.roles if name in self._catalog.roles
        ]
        found = [role.grants.get(entity) or role.grants.get(EVERY_ENTITY) for role in roles]
        return [grant for grant in found if grant is not None]

    def _head_of(self, entity: str) -> str:
        return self._catalog.entity(entity).owner or entity
