"""Records that play a part for the engine: users have accounts, persons decide rights."""

from __future__ import annotations

from collections.abc import Iterable

from cardwright_entities.accounts import user_groups
from cardwright_entities.accounts.following import follow_user
from cardwright_entities.changes.commits import bump_rights
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session

#: Parts whose records decide who may see what.
_RIGHTS = ("user", user_groups.PART, "employee", "contact", "team", "department", "organisation")


def follow_players(session: Session, model: Model, drafts: Iterable[Draft]) -> None:
    """Bring accounts up to date with users, and let rights be read anew where they may differ."""
    touched = list(drafts)
    catalog = model.catalog
    names = {part: player.name for part in _RIGHTS if (player := catalog.player(part)) is not None}
    if not any(each.entity.name in names.values() for each in touched):
        return
    for each in touched:
        if each.entity.name == names.get("user") and each.id is not None:
            gone = each.values.get("deleted_at") is not None
            follow_user(session, catalog, each.id, each.values, changed=each.changed(), gone=gone)
    if any(each.entity.name == names.get(user_groups.PART) for each in touched):
        user_groups.follow_user_groups(session, model)
    bump_rights(session)
