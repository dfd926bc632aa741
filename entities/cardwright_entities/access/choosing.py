"""Who is meant by ``who``: which choices somebody may choose, and which places he is shown.

One answer for all: the gate refuses by it what forms, templates of imports and the API do not
offer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from cardwright_entities.contexts import Principal
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.others import (
    ChoiceDefinition,
    MenuDefinition,
    MenuItemDefinition,
    WhoDefinition,
)


def is_meant(principal: Principal, who: WhoDefinition | None) -> bool:
    """Tell whether somebody is among those who are meant; the system always is."""
    if who is None or principal.is_system:
        return True
    return bool(who.roles & principal.roles) or principal.login in who.users


def shown_menus(
    principal: Principal, catalog: Catalog
) -> Iterator[tuple[MenuDefinition, list[MenuItemDefinition]]]:
    """Yield the groups of the menu in their order, each with the items meant for somebody.

    Whether he may see what an item opens is asked elsewhere, as everywhere.
    """
    for menu in sorted(catalog.menus.values(), key=lambda each: each.order):
        if is_meant(principal, menu.who):
            yield menu, [each for each in menu.items if is_meant(principal, each.who)]


def may_choose(principal: Principal, choice: ChoiceDefinition) -> bool:
    """Tell whether somebody may put a choice where it is not yet."""
    return is_meant(principal, choice.who)


def offered(
    principal: Principal, choices: Mapping[str, ChoiceDefinition], held: Collection[str] = ()
) -> Iterator[ChoiceDefinition]:
    """Yield the choices that somebody is offered, and those that are held already."""
    for code, choice in choices.items():
        if code in held or (not choice.retired and may_choose(principal, choice)):
            yield choice
