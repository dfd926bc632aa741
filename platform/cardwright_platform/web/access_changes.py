"""Changing what roles grant: a form, a plan in words, the password, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_RIGHTS
from cardwright_entities.access.policy import EVERY_ENTITY
from cardwright_entities.accounts.holders import Holder, list_holders
from cardwright_entities.changes.commits import read_active
from cardwright_entities.changes.kept_plans import KeptPlan, keep_plan, note_commit, read_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_account, current_context, current_instance
from cardwright_platform.installing import plan_revert
from cardwright_platform.packs.role_changes import (
    RoleChange,
    is_of_rights,
    plan_role,
    roles_of,
)
from cardwright_platform.permissions import requires
from cardwright_platform.views.access import AccessForm, AccessPlan
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.pages import SetPassword
from cardwright_platform.web.answers import find_entity, find_role, go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.passwords import check_own_password, own_password
from cardwright_platform.web.presenting.access import Access
from cardwright_platform.web.presenting.access_forms import (
    condition_input,
    feature_inputs,
    grant_of,
    grant_rows,
    level_inputs,
    offered_scopes,
    read_actions,
    read_grant,
    scope_columns,
    ticked_grant,
    wrong_condition_of,
)
from cardwright_platform.web.presenting.access_marks import all_features
from cardwright_platform.web.presenting.access_plans import (
    catalog_after,
    differences,
    given_features,
)
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import (
    ACCESS,
    access_change_url,
    access_plan_url,
    access_role_url,
)
from cardwright_platform.worker.changes import apply_kept

pages = Blueprint("access_changes", __name__)

#: People who are named on a plan.
_NAMED = 24


@pages.get(f"{ACCESS}/roles/<role>/<entity>/change")
@requires(MANAGE_RIGHTS)
def show_grant_form(role: str, entity: str) -> ResponseReturnValue:
    """Show what a role grants on an entity, or on all others, in boxes and levels."""
    if entity == EVERY_ENTITY:
        return _others_form(role)
    return _grant_form(role, entity)


@pages.post(f"{ACCESS}/roles/<role>/<entity>/change")
@requires(MANAGE_RIGHTS)
def plan_grant(role: str, entity: str) -> ResponseReturnValue:
    """Plan what was ticked; nothing holds before the plan is confirmed."""
    way = request.form.get("then", "")
    wrong: Message | None = None
    with reading_desk() as desk:
        found = find_role(desk.model, role)
        if entity == EVERY_ENTITY:
            wanted = read_actions(desk, None, request.form)
        else:
            model = find_entity(desk.model, entity)
            wanted = read_grant(desk, model, grant_of(found, model.name), request.form)
            wrong = None if way else wrong_condition_of(desk, model, wanted)
    if wrong is not None:
        return _grant_form(role, entity, wanted=wanted, wrong=wrong)
    if way == "reset":
        change = RoleChange(role=role, reset=(entity,))
    elif way == "others":
        change = RoleChange(role=role, grants={entity: None})
    else:
        change = RoleChange(role=role, grants={entity: wanted})
    if entity == EVERY_ENTITY:
        return plan_change(change, lambda problems: _others_form(role, problems, wanted))
    return plan_change(change, lambda problems: _grant_form(role, entity, problems, wanted))


@pages.get(f"{ACCESS}/features/<role>")
@requires(MANAGE_RIGHTS)
def show_features(role: str) -> ResponseReturnValue:
    """Show the rights of a role that belong to no entity."""
    return _features_form(role)


@pages.post(f"{ACCESS}/features/<role>")
@requires(MANAGE_RIGHTS)
def plan_features(role: str) -> ResponseReturnValue:
    """Plan the features that were ticked."""
    with reading_desk() as desk:
        find_role(desk.model, role)
    ticked = frozenset(request.form.getlist("feature")) & frozenset(all_features())
    change = RoleChange(role=role, features=ticked)
    return plan_change(change, lambda problems: _features_form(role, problems, ticked))


@pages.get(f"{ACCESS}/plans/<plan>")
@requires(MANAGE_RIGHTS)
def show_access_plan(plan: str) -> ResponseReturnValue:
    """Show what a change gives and takes, and ask for the password."""
    return _plan_page(plan)


@pages.post(f"{ACCESS}/plans/<plan>/apply")
@requires(MANAGE_RIGHTS)
def apply_access_plan(plan: str) -> ResponseReturnValue:
    """Put a change of rights into effect, for somebody who has said his password again."""
    instance, account = current_instance(), current_account()
    with reading_desk() as desk:
        reader, kept = reader_at(desk), _kept(desk, plan)
        if kept.commit:
            return go(ACCESS)
        _refuse_beyond(desk, kept.plan)

    def again(error: InputError) -> ResponseReturnValue:
        return _plan_page(plan, tuple(reader.say(each) for each in error.messages))

    try:
        check_own_password()
    except InputError as error:
        return again(error)
    try:
        number = apply_kept(
            instance, kept, author=account.login, reason=kept.reason, by=current_context()
        )
    except InputError as error:
        return again(error)
    except CardwrightError as error:
        return go(access_plan_url(plan), reader.say(error.message), tone="warning")
    write_at_desk(lambda desk: note_commit(desk.session, plan, number))
    return go(_place(kept.plan), reader.t("access.applied", number=number))


@pages.post(f"{ACCESS}/changes/<int:number>/revert")
@requires(MANAGE_RIGHTS)
def revert_access(number: int) -> ResponseReturnValue:
    """Plan to take a change of rights back; what that does is shown first."""
    with reading_desk() as desk:
        reader = reader_at(desk)
    try:
        found = plan_revert(current_instance(), number)
    except NotFoundError:
        raise
    except CardwrightError as error:
        return go(ACCESS, reader.say(error.message), tone="warning")
    return _keep(found.plan, reader.t("changes.revert_reason", number=number))


def plan_change(change: RoleChange, again: Callable[[tuple[str, ...]], Response]) -> Response:
    """Plan a change of a role and lead to the plan; ``again`` draws the form with problems."""
    try:
        plan = plan_role(current_instance(), change)
    except MetadataError as error:
        return again(tuple(each.message for each in error.problems[:5]))
    except InputError as error:
        with reading_desk() as desk:
            reader = reader_at(desk)
        return again(tuple(reader.say(each) for each in error.messages))
    with reading_desk() as desk:
        reason = reader_at(desk).t(
            "access.reason", role=change.label or role_label(desk, change.role)
        )
    return _keep(plan, reason)


def _keep(plan: Plan, reason: str) -> Response:
    """Keep a plan that changes rights and nothing else, and lead to it."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        if plan.is_empty:
            return go(ACCESS, reader.t("changes.nothing"), tone="warning")
        if not is_of_rights(plan, desk.model.catalog):
            raise NotFoundError(Message("not_found"))
        _refuse_beyond(desk, plan)
    kept = write_at_desk(lambda desk: keep_plan(desk.session, plan, reason=reason))
    return go(access_plan_url(kept.id))


def _refuse_beyond(desk: Desk, plan: Plan) -> None:
    """Nobody gives a feature that he does not have."""
    principal = desk.context.principal
    given = given_features(desk, catalog_after(desk, plan), plan)
    if not all(desk.policy.has_feature(principal, each) for each in given):
        raise AccessError(Message("rights_beyond_own"))


def _kept(desk: Desk, plan: str) -> KeptPlan:
    kept = read_plan(desk.session, plan)
    if not is_of_rights(kept.plan, desk.model.catalog):
        raise NotFoundError(Message("not_found"))
    return kept


def _plan_page(plan: str, errors: tuple[str, ...] = ()) -> Response:
    with reading_desk() as desk:
        reader, kept = reader_at(desk), _kept(desk, plan)
        place = _place(kept.plan, desk.model.catalog.roles)
        if kept.commit:
            return go(place)
        is_stale = kept.plan.base != read_active(desk.session).number
        access = Access(desk, reader)
        roles = frozenset(roles_of(kept.plan))
        people = list_holders(desk.session)
        holders = [each for each in people if roles & (each.own | each.of_groups)]
        after = None if is_stale else catalog_after(desk, kept.plan)
        form = SetPassword(
            title="",
            action=f"{access_plan_url(plan)}/apply",
            inputs=own_password(),
            errors=errors,
            save_label=reader.t("access.apply"),
        )
        page = AccessPlan(
            title=reader.t("access.plan"),
            back_url=place,
            back_label=reader.t("access.title"),
            sentence=reader.t("access.plan_sentence", count=len(holders)),
            text=reader.t("access.plan_text"),
            people=_named(reader, holders),
            notes=(reader.t("changes.stale"),) if is_stale else (),
            table=None if after is None else differences(access, after, kept.plan),
            form=None if is_stale else form,
        )
        return show(page, desk, status=422 if errors else 200)


def _named(reader: Reader, holders: Sequence[Holder]) -> str:
    """Return who has a role, the first of many by name."""
    if not holders:
        return ""
    names = reader.listed(each.name for each in holders[:_NAMED])
    more = len(holders) - _NAMED
    told = reader.t("access.plan_people", names=names)
    return f"{told} {reader.t('access.and_others', count=more)}" if more > 0 else told


def _place(plan: Plan, known: Container[str] | None = None) -> str:
    """Return the page of the one role that a plan is about and leaves; ``known`` are there now."""
    there = {address for address, _ in plan.parts}
    roles = [
        each
        for each in roles_of(plan)
        if f"role/{each}" in there and (known is None or each in known)
    ]
    return access_role_url(roles[0]) if len(roles) == 1 else ACCESS


def _grant_form(
    role: str,
    entity: str,
    problems: tuple[str, ...] = (),
    wanted: Mapping[str, Any] | None = None,
    wrong: Message | None = None,
) -> Response:
    """Show the form, with what was typed where something of it was wrong."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found, model = find_role(desk.model, role), find_entity(desk.model, entity)
        stored, scopes = grant_of(found, entity), offered_scopes(desk, model)
        grant = stored if wanted is None else ticked_grant(entity, wanted)
        is_own = entity in found.grants
        condition = condition_input(
            desk, reader, model, stored, wanted, [reader.say(wrong)] if wrong else ()
        )
        notes = [] if is_own else [reader.t("access.of_all_others")]
        if condition is None:
            notes.append(reader.t("access.condition_stays"))
        ways = [("others", "access.as_all_others")] if is_own else []
        ways.append(("reset", "access.as_packs_say"))
        page = AccessForm(
            title=reader.t(
                "access.role_and_entity",
                role=role_label(desk, role),
                entity=reader.entity_label(model),
            ),
            back_url=access_role_url(role, entity),
            back_label=role_label(desk, role),
            action=access_change_url(role, entity),
            text=reader.t("access.form_about"),
            notes=tuple(notes),
            errors=problems,
            scopes=scope_columns(reader, scopes),
            rows=grant_rows(reader, model, grant, scopes),
            condition=condition,
            levels=tuple(level_inputs(desk, reader, model, grant)),
            ways=tuple(Choice(value=value, label=reader.t(key)) for value, key in ways),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems or wrong else 200)


def _others_form(
    role: str, problems: tuple[str, ...] = (), wanted: Mapping[str, Any] | None = None
) -> Response:
    """Show what a role grants on all entities for which it says nothing."""
    with reading_desk() as desk:
        reader, found = reader_at(desk), find_role(desk.model, role)
        scopes = offered_scopes(desk, None)
        stored = found.grants.get(EVERY_ENTITY)
        grant = stored if wanted is None else ticked_grant(EVERY_ENTITY, wanted)
        ways = [("others", "access.no_others")] if stored is not None else []
        ways.append(("reset", "access.as_packs_say"))
        page = AccessForm(
            title=reader.t(
                "access.role_and_entity",
                role=role_label(desk, role),
                entity=reader.t("access.all_others"),
            ),
            back_url=access_role_url(role),
            back_label=role_label(desk, role),
            action=access_change_url(role, EVERY_ENTITY),
            text=reader.t("access.all_others_about"),
            errors=problems,
            scopes=scope_columns(reader, scopes),
            rows=grant_rows(reader, None, grant, scopes),
            ways=tuple(Choice(value=value, label=reader.t(key)) for value, key in ways),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems else 200)


def _features_form(
    role: str, problems: tuple[str, ...] = (), ticked: frozenset[str] | None = None
) -> Response:
    with reading_desk() as desk:
        reader, found = reader_at(desk), find_role(desk.model, role)
        page = AccessForm(
            title=reader.t("access.features_of", role=role_label(desk, role)),
            back_url=access_role_url(role),
            back_label=role_label(desk, role),
            action=access_change_url(role),
            errors=problems,
            features=feature_inputs(desk, reader, found.features, ticked),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems else 200)


def role_label(desk: Desk, role: str) -> str:
    """Return what a role is called."""
    return Access(desk, reader_at(desk)).role_label(role)
