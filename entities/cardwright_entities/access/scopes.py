"""Scopes of grants → conditions: whose records, said in the words of the expressions.

What a scope speaks of may be missing: an installation without teams, an entity whose department is
another field. Such a scope holds for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.others import GrantDefinition
from cardwright_metadata.expressions.tree import Binary, Emptiness, Membership, Node, Path
from cardwright_metadata.expressions.walking import chain, operands

OWNER = Path(("owner",))
#: What a scope without its action stands under.
OTHERS = "*"
#: The built-in trait of entities whose records may be shared one by one.
SHARING = "sharing"
#: What a share allows, if a role allows it on any record at all; all else it leaves to the scopes.
BY_SHARES: Mapping[str, str] = MappingProxyType(
    {"read": "$shared", "export": "$shared", "print": "$shared", "edit": "$shared_to_edit"}
)


def rows_of_grant(
    grant: GrantDefinition, action: str, catalog: Catalog, entity: str
) -> Node | bool:
    """Return which records of an entity a grant speaks of: within its scopes and its condition.

    What is shared with somebody stands beside his scopes, and never beyond the condition.
    """
    owned = [condition_of_scope(each, catalog, entity) for each in scopes_of(grant, action)]
    within = either([*owned, shared_rows(catalog, entity, action)])
    if grant.rows is None or within is False:
        return within
    return grant.rows.tree if within is True else Binary("and", within, grant.rows.tree)


def scopes_of(grant: GrantDefinition, action: str) -> tuple[str, ...]:
    """Return the scopes in which a grant allows an action that it names."""
    if not grant.scopes:
        return ("all",)
    return tuple(grant.scopes.get(action, grant.scopes.get(OTHERS, ())))


def either(conditions: Iterable[Node | bool]) -> Node | bool:
    """Return what holds where any of the conditions does; what several of them say is said once."""
    found = [each for each in conditions if each is not False]
    trees = [each for each in found if not isinstance(each, bool)]
    if len(trees) < len(found):
        return True
    said = dict.fromkeys(part for tree in trees for part in operands(tree, "or"))
    return chain("or", list(said)) if said else False


def condition_of_scope(scope: str, catalog: Catalog, entity: str) -> Node | bool:
    """Return which records of a head lie within a scope."""
    match scope:
        case "all":
            return True
        case "pool":
            return Emptiness(OWNER)
        case "own":
            return _own(catalog)
        case "own_and_subordinates":
            below = _among(OWNER, "$my_subordinates", catalog.player("employee") is not None)
            return either([_own(catalog), below])
        case "my_teams":
            return _among(OWNER, "$my_teams", catalog.player("team") is not None)
        case "department" | "organisation":
            there = _is_stamped(catalog, entity, scope)
            return Binary("=", Path((scope,)), Path((), f"$my_{scope}")) if there else False
        case "department_tree" | "organisation_tree":
            part = scope.removesuffix("_tree")
            return _among(Path((part,)), f"$my_{part}s", _is_stamped(catalog, entity, part))
    return False


def shared_rows(catalog: Catalog, entity: str, action: str) -> Node | bool:
    """Return which records may be had because they were shared: to read, or to edit as well."""
    root = BY_SHARES.get(action)
    if root is None or SHARING not in catalog.entity(entity).features:
        return False
    return Membership(Path(()), (Path((entity,), root),))


def _own(catalog: Catalog) -> Node | bool:
    return catalog.player("employee") is not None and Binary("=", OWNER, Path((), "$me"))


def _among(path: Path, variable: str, there: bool) -> Node | bool:
    return there and Membership(path, (Path((), variable),))


def _is_stamped(catalog: Catalog, entity: str, part: str) -> bool:
    """Tell whether the field of that name leads to whoever plays the part."""
    player = catalog.player(part)
    return player is not None and catalog.targets(entity, part) == (player.name,)
