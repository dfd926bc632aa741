"""Looking as somebody else: who may, and the session that does; nothing is written meanwhile."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import update

from cardwright_entities.access.features import VIEW_AS
from cardwright_entities.access.policy import Policy
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.audit import kinds
from cardwright_entities.audit.noting import note
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.errors import AccessError
from cardwright_entities.model.model import Model
from cardwright_entities.store.platform_tables import cw_session
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog


def may_view(policy: Policy, catalog: Catalog, viewer: Principal, other: Principal) -> bool:
    """Tell whether somebody may look as another: nobody who has a feature that he lacks."""
    if not policy.has_feature(viewer, VIEW_AS) or viewer.viewer is not None:
        return False
    features = {feature for role in catalog.roles.values() for feature in role.features}
    return viewer.account != other.account and all(
        policy.has_feature(viewer, each) for each in features if policy.has_feature(other, each)
    )


def viewed(
    session: Session, model: Model, policy: Policy, viewer: Principal, account: int
) -> tuple[Principal, Account] | None:
    """Return who is looked as, with who really looks; None for whom that is over."""
    try:
        found, other = principal_of(session, model, account)
    except AccessError:
        return None
    if not may_view(policy, model.catalog, viewer, found):
        return None
    return replace(found, viewer=viewer.account), other


def begin_view(session: Session, identifier: str, account: int, name: str) -> None:
    """Let a session look as somebody from its next request on."""
    _set(session, identifier, account)
    note(session, kinds.VIEW_BEGUN, target=name, detail={"account": account})


def end_view(session: Session, identifier: str, account: int, name: str) -> None:
    """Let a session look as its holder again."""
    _set(session, identifier, None)
    note(session, kinds.VIEW_ENDED, target=name, detail={"account": account})


def note_view(session: Session, by: Context, account: int, what: str) -> None:
    """Note what somebody looked at as another: who really looked, and as whom."""
    note(session, kinds.VIEWED_AS, by=by, target=what, detail={"account": account})


def _set(session: Session, identifier: str, account: int | None) -> None:
    session.execute(update(cw_session).where(cw_session.c.id == identifier).values(view_as=account))
