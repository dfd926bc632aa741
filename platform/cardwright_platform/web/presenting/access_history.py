"""The last changes of roles, each with the way back for those who may take it."""

from __future__ import annotations

from cardwright_entities.access.features import MANAGE_RIGHTS
from cardwright_entities.changes.commits import list_commits
from cardwright_entities.engine import Desk
from cardwright_platform.views.access import AccessChange
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCESS

#: Changes that are shown, and among how many of all they are looked for.
_CHANGES, _LOOKED_AT = 5, 100


def last_changes(desk: Desk, reader: Reader, role: str = "") -> tuple[AccessChange, ...]:
    """Return the last changes that touched a role, or any, with the way back for those who may."""
    if not desk.policy.has_feature(desk.context.principal, MANAGE_RIGHTS):
        return ()
    found: list[AccessChange] = []
    for each in list_commits(desk.session, limit=_LOOKED_AT):
        targets = {str(step["target"]) for step in each.plan.get("steps", ())}
        of_roles = any(target.startswith("role/") for target in targets)
        if (f"role/{role}" not in targets if role else not of_roles) or not each.parent:
            continue
        only = all(target.startswith(("role/", "pack/")) for target in targets)
        revert = Action(
            label=reader.t("changes.revert"),
            url=f"{ACCESS}/changes/{each.number}/revert",
            icon="arrow-back-up",
            post=True,
            back=True,
        )
        found.append(
            AccessChange(
                label=each.reason or reader.t("changes.number", number=each.number),
                facts=(each.author, reader.locale.datetime(each.at)),
                revert=revert if only else None,
            )
        )
    return tuple(found[:_CHANGES])
