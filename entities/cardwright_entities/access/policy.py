"""What a principal may do: predicates over rows and sets of fields, from roles and grants.

Two answers serve every path: ``rows`` (a tree that the compiler conjoins at each hop) and
``fields`` (what exists for the reader). Whatever is not granted is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from typing import Protocol

from cardwright_entities.access.prefixing import prefix_paths
from cardwright_entities.contexts import Principal
from cardwright_entities.expressions.periods import with_ends
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition
from cardwright_metadata.definitions.others import GrantDefinition
from cardwright_metadata.expressions.tree import Binary, Node

EVERY_ENTITY = "*"

#: System fields that say what a record is; readable wherever the record is.
IDENTITY_FIELDS = frozenset({"id", "version", "head", "position"})


class Policy(Protocol):
    """Answers for one catalog; the gate and the compiler ask nothing else."""

    def may(self, principal: Principal, entity: str, action: str) -> bool:
        """Tell whether the action is granted on any record of the entity."""
        ...

    def rows(self, principal: Principal, entity: str, action: str) -> Node | bool:
        """Return which records: True for all, False for none, else a condition."""
        ...

    def fields(self, principal: Principal, entity: str, action: str) -> frozenset[str]:
        """Return the fields that may be seen (``read``) or set (``write``)."""
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
        head = self._head_of(entity)
        lines = self._catalog.entity(entity).owner_field if head != entity else ""
        granted = [
            grant.rows
            for grant in self._grants(principal, head)
            if action in grant.actions and lines not in grant.hidden
        ]
        if not granted:
            return False
        narrowed: list[Node] = [rows.tree for rows in granted if rows is not None]
        if len(narrowed) < len(granted):
            return True
        condition = reduce(lambda left, right: Binary("or", left, right), narrowed)
        if head == entity:
            return condition
        period = self._catalog.entity(head).period
        return prefix_paths(with_ends(condition, period.ends if period else None), "head")

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
        needed = {"read"} if action == "read" else {"create", "edit"}
        allowed: set[str] = set()
        for grant in self._grants(principal, self._head_of(definition.name)):
            if not needed & grant.actions:
                continue
            closed = set(grant.hidden)
            if action != "read":
                closed |= set(grant.read_only)
            prefix = "" if not definition.owner else f"{definition.owner_field}."
            allowed |= {
                name
                for name in definition.fields
                if prefix + name not in closed
                and (not prefix or definition.owner_field not in closed)
            }
        return frozenset(allowed)

    def _grants(self, principal: Principal, entity: str) -> list[GrantDefinition]:
        roles = [
            self._catalog.roles[name] for name in principal.roles if name in self._catalog.roles
        ]
        found = [role.grants.get(entity) or role.grants.get(EVERY_ENTITY) for role in roles]
        return [grant for grant in found if grant is not None]

    def _head_of(self, entity: str) -> str:
        return self._catalog.entity(entity).owner or entity
