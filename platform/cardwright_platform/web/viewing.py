"""Looking as somebody else: begun and ended by a button, and nothing else is posted meanwhile."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import VIEW_AS
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.accounts.viewing import begin_view, end_view, may_view
from cardwright_entities.errors import AccessError, Message
from cardwright_platform.current import current_instance, current_opening
from cardwright_platform.permissions import SIGNED_IN, leaving, requires
from cardwright_platform.web.answers import go
from cardwright_platform.web.desks import reading_desk
from cardwright_platform.web.urls import VIEW_AS_PATH, access_person_url

pages = Blueprint("viewing", __name__)


@pages.post(f"{VIEW_AS_PATH}/<int:account>")
@requires(VIEW_AS)
def begin(account: int) -> ResponseReturnValue:
    """Look as somebody who has no feature that one lacks oneself."""
    opening = current_opening()
    with reading_desk() as desk:
        other, _ = principal_of(desk.session, desk.model, account)
        own = desk.context.principal
        if opening.signed_in is None or not may_view(desk.policy, desk.model.catalog, own, other):
            raise AccessError(Message("view_as_refused"))
    identifier = opening.signed_in.id
    current_instance().store.run_write(
        opening.context, lambda session: begin_view(session, identifier, account, other.name)
    )
    return go("/")


@pages.post(f"{VIEW_AS_PATH}/end")
@leaving
@requires(SIGNED_IN)
def end() -> ResponseReturnValue:
    """Look as oneself again."""
    opening = current_opening()
    principal = opening.context.principal
    if opening.signed_in is None or opening.own is None or principal.account is None:
        return go("/")
    identifier, account, name = opening.signed_in.id, principal.account, principal.name
    current_instance().store.run_write(
        opening.own, lambda session: end_view(session, identifier, account, name)
    )
    return go(access_person_url(account))
