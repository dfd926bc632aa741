"""Fourteen readers with different rights, said once as data for both the engine and the oracle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cardwright_entities.access.claims import Claim, FieldClaim
from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.contexts import Principal
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.json_filters import from_json
from cardwright_metadata.expressions.tree import Node

Rules = Mapping[str, Mapping[str, Any]]

#: Half of the records by their ids; whoever is added later is invisible.
_EVERY_OTHER = {
    "area": [1, 2, 3, 5, 6, 8, 9, 11, 12, 14],
    "firm": [each for each in range(1, 41) if each % 5 in (0, 2, 3)],
    "person": [each for each in range(1, 25) if each % 3 != 1],
    "thing": [each for each in range(1, 15) if each % 2],
    "deal": [each for each in range(1, 33) if each % 7 not in (2, 3, 5)],
    "job": [each for each in range(1, 40) if each % 4],
}


def _ids(entity: str, path: str = "id") -> dict[str, Any]:
    return {"field": path, "op": "in", "value": _EVERY_OTHER[entity]}


#: Of a job that began late: its beginning is hidden from the reader whom it concerns.
_LATE = {"field": "since", "op": ">=", "value": "2025-01-01"}

RULES: Mapping[str, Rules] = {
    "everything": {},
    "by_number": {
        **{entity: _ids(entity) for entity in _EVERY_OTHER},
        "job": {"all": [_ids("job"), _ids("person", "head.id")]},
        "deal_item": _ids("deal", "head.id"),
    },
    "by_value": {
        "area": {"not": {"field": "code", "op": "starts", "value": "A1"}},
        "firm": {
            "any": [
                {"field": "level", "op": "!=", "value": "b"},
                {"field": "area.name", "op": "contains", "value": "南"},
                {"related": "job", "any": {"field": "post", "op": "=", "value": "经理"}},
            ]
        },
        "person": {"related": "jobs", "none": _LATE},
        "job": {
            "all": [
                {"field": "post", "op": "!=", "value": "会计"},
                {"related": "head.jobs", "none": _LATE},
            ]
        },
        "thing": {"field": "price", "op": "<", "value": 500},
        "deal": {"not": {"field": "firm.level", "op": "=", "value": "b"}},
        "deal_item": {"not": {"field": "head.firm.level", "op": "=", "value": "b"}},
    },
}

HIDDEN: Mapping[str, Mapping[str, frozenset[str]]] = {
    "everything": {},
    "by_number": {
        "area": frozenset({"code"}),
        "firm": frozenset({"staff"}),
        "job": frozenset({"until"}),
        "thing": frozenset({"price"}),
        "deal": frozenset({"stage"}),
        "deal_item": frozenset({"quantity"}),
    },
    "by_value": {
        "area": frozenset({"above"}),
        "firm": frozenset({"name"}),
        "person": frozenset({"jobs"}),
        "job": frozenset({"since"}),
        "thing": frozenset({"name"}),
        "deal": frozenset({"about"}),
        "deal_item": frozenset({"price"}),
    },
}


#: Readers with roles of the pack, whose grants have scopes: their roles, and who they are.
SCOPED: Mapping[str, tuple[tuple[str, ...], int | None]] = {
    "seller": (("seller",), 3),
    "branch": (("branch",), 2),
    "floater": (("floater",), 5),
    "both": (("floater", "branch"), 6),
    "loner": (("branch", "seller"), 7),  # in no unit
    "outsider": (("seller",), None),
    "foreman": (("foreman",), 2),
    "teller": (("teller",), 4),  # sees a part of many a value
    "keener": (("teller", "branch"), 6),  # of some of them the whole all the same
    "province": (("province",), 1),  # everything of an organisation, and nothing of the others
    "patron": (("portal",), 31),  # no worker: somebody of a customer
}
READERS = (*RULES, *SCOPED)


class SplitPolicy:
    """The rights of ``RULES`` and ``HIDDEN``; the one role of a principal names the reader.

    Exporting is granted on everything: it must not widen what may be read. Other roles are those
    of the pack.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._roles = RolePolicy(catalog)

    def may(self, principal: Principal, entity: str, action: str) -> bool:
        """Tell that everybody may do everything to what he sees."""
        if _has_scopes(principal):
            return self._roles.may(principal, entity, action)
        return True

    def rows(self, principal: Principal, entity: str, action: str) -> Node | bool:
        """Return the tree of a rule."""
        if _has_scopes(principal):
            return self._roles.rows(principal, entity, action)
        if principal.is_system or action == "export":
            return True
        rule = RULES[_reader(principal)].get(entity)
        return True if rule is None else from_json(rule)

    def fields(self, principal: Principal, entity: str, action: str) -> frozenset[str]:
        """Return all fields but the hidden ones."""
        if _has_scopes(principal):
            return self._roles.fields(principal, entity, action)
        names = frozenset(self._catalog.entity(entity).fields)
        if principal.is_system:
            return names
        return names - HIDDEN[_reader(principal)].get(entity, frozenset())

    def claims(self, principal: Principal, entity: str, action: str) -> Sequence[Claim]:
        """Return the tree of a rule as one claim."""
        if _has_scopes(principal):
            return self._roles.claims(principal, entity, action)
        rule = self.rows(principal, entity, action)
        condition = None if isinstance(rule, bool) else rule
        within = rule if isinstance(rule, bool) else True
        name = _reader(principal)
        return [Claim(role=name, entity=entity, scope="all", within=within, condition=condition)]

    def field_claims(self, principal: Principal, entity: str, name: str) -> Sequence[FieldClaim]:
        """Return what the roles of the pack say; the rules say no levels."""
        if _has_scopes(principal):
            return self._roles.field_claims(principal, entity, name)
        return []

    def has_feature(self, principal: Principal, feature: str) -> bool:
        """Tell that nobody may define anything."""
        return False


def _has_scopes(principal: Principal) -> bool:
    return not principal.is_system and not principal.roles & frozenset(RULES)


def _reader(principal: Principal) -> str:
    (name,) = principal.roles
    return name
