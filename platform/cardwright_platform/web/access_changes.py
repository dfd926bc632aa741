"""Changing what roles grant: a form, a plan in words, the password, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_RIGHTS
from cardwright_entities.accounts.holders import list_holders
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
from cardwright_entities.pinyin import spell
from cardwright_metadata.problems import MetadataError
from cardwright_platform.current import current_account, current_instance
from cardwright_platform.installing import plan_revert
from cardwright_platform.packs.building import OF_SITES
from cardwright_platform.packs.role_changes import (
    RoleChange,
    grants_of,
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
    feature_inputs,
    grant_of,
    grant_rows,
    level_inputs,
    offered_scopes,
    read_grant,
    scope_columns,
    ticked_grant,
)
from cardwright_platform.web.presenting.access_marks import all_features
from cardwright_platform.web.presenting.access_plans import (
    catalog_after,
    differences,
    given_features,
)
from cardwright_platform.web.urls import (
    ACCESS,
    NEW_ROLE,
    access_change_url,
    access_plan_url,
    access_role_url,
)
from cardwright_platform.worker.changes import apply_kept

pages = Blueprint("access_changes", __name__)

_LONGEST = 60


@pages.get(f"{ACCESS}/roles/<role>/<entity>/change")
@requires(MANAGE_RIGHTS)
def show_grant_form(role: str, entity: str) -> ResponseReturnValue:
    """Show what a role grants on an entity in boxes and levels."""
    return _grant_form(role, entity)


@pages.post(f"{ACCESS}/roles/<role>/<entity>/change")
@requires(MANAGE_RIGHTS)
def plan_grant(role: str, entity: str) -> ResponseReturnValue:
    """Plan what was ticked; nothing holds before the plan is confirmed."""
    way = request.form.get("then", "")
    with reading_desk() as desk:
        found, model = find_role(desk.model, role), find_entity(desk.model, entity)
        wanted = read_grant(desk, model, grant_of(found, model.name), request.form)
    if way == "reset":
        change = RoleChange(role=role, reset=(entity,))
    elif way == "others":
        change = RoleChange(role=role, grants={entity: None})
    else:
        change = RoleChange(role=role, grants={entity: wanted})
    return _plan(change, lambda problems: _grant_form(role, entity, problems, wanted))


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
    return _plan(change, lambda problems: _features_form(role, problems, ticked))


@pages.get(NEW_ROLE)
@requires(MANAGE_RIGHTS)
def show_new_role() -> ResponseReturnValue:
    """Ask how a new role is called, and which one it begins like."""
    return _new_role_form()


@pages.post(NEW_ROLE)
@requires(MANAGE_RIGHTS)
def plan_new_role() -> ResponseReturnValue:
    """Plan a new role with the grants of another one and no features."""
    label = request.form.get("name", "").strip()[:_LONGEST]
    if not label:
        with reading_desk() as desk:
            return _new_role_form((reader_at(desk).say(Message("required")),))
    with reading_desk() as desk:
        like = desk.model.catalog.roles.get(request.form.get("like", ""))
        name = _name_of(label, desk.model.catalog.roles)
    grants = grants_of(like) if like is not None else {}
    change = RoleChange(role=name, label=label, grants=grants, features=())
    return _plan(change, _new_role_form)


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
        place = _place(desk, kept.plan)
    try:
        check_own_password()
        number = apply_kept(instance, kept, author=account.login, reason=kept.reason)
    except InputError as error:
        return _plan_page(plan, tuple(reader.say(each) for each in error.messages))
    except CardwrightError as error:
        return go(access_plan_url(plan), reader.say(error.message), tone="warning")
    write_at_desk(lambda desk: note_commit(desk.session, plan, number))
    return go(place, reader.t("access.applied", number=number))


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


def _plan(change: RoleChange, again: Callable[[tuple[str, ...]], Response]) -> Response:
    try:
        plan = plan_role(current_instance(), change)
    except MetadataError as error:
        return again(tuple(each.message for each in error.problems[:5]))
    except InputError as error:
        with reading_desk() as desk:
            reader = reader_at(desk)
        return again(tuple(reader.say(each) for each in error.messages))
    with reading_desk() as desk:
        reason = reader_at(desk).t("access.reason", role=change.label or _label(desk, change.role))
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
        place = _place(desk, kept.plan)
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
            notes=(reader.t("changes.stale"),) if is_stale else (),
            table=None if after is None else differences(access, after, kept.plan),
            form=None if is_stale else form,
        )
        return show(page, desk, status=422 if errors else 200)


def _place(desk: Desk, plan: Plan) -> str:
    """Return the page of the one role that a plan is about."""
    roles = [each for each in roles_of(plan) if each in desk.model.catalog.roles]
    return access_role_url(roles[0]) if len(roles) == 1 else ACCESS


def _grant_form(
    role: str,
    entity: str,
    problems: tuple[str, ...] = (),
    wanted: Mapping[str, Any] | None = None,
) -> Response:
    """Show the form as a grant stands, or as it was ticked and refused."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found, model = find_role(desk.model, role), find_entity(desk.model, entity)
        grant, scopes = grant_of(found, entity), offered_scopes(desk, model)
        shown = grant if wanted is None else ticked_grant(entity, wanted)
        is_own = entity in found.grants
        notes = [] if is_own else [reader.t("access.of_all_others")]
        if grant is not None and grant.rows is not None:
            notes.append(reader.t("access.condition_stays"))
        ways = [("others", "access.as_all_others")] if is_own else []
        ways.append(("reset", "access.as_packs_say"))
        page = AccessForm(
            title=reader.t(
                "access.role_and_entity",
                role=_label(desk, role),
                entity=reader.entity_label(model),
            ),
            back_url=access_role_url(role, entity),
            back_label=_label(desk, role),
            action=access_change_url(role, entity),
            text=reader.t("access.form_about"),
            notes=tuple(notes),
            errors=problems,
            scopes=scope_columns(reader, scopes),
            rows=grant_rows(reader, model, shown, scopes),
            levels=tuple(level_inputs(desk, reader, model, shown)),
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
            title=reader.t("access.features_of", role=_label(desk, role)),
            back_url=access_role_url(role),
            back_label=_label(desk, role),
            action=access_change_url(role),
            errors=problems,
            features=feature_inputs(desk, reader, found.features, ticked),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems else 200)


def _new_role_form(problems: tuple[str, ...] = ()) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        like = request.values.get("like", "")
        copies = [Choice(value="", label=reader.t("access.like_none"))]
        copies += [
            Choice(value=each, label=_label(desk, each), selected=each == like)
            for each in desk.model.catalog.roles
        ]
        page = AccessForm(
            title=reader.t("access.new_role"),
            back_url=ACCESS,
            back_label=reader.t("access.title"),
            action=NEW_ROLE,
            text=reader.t("access.new_about"),
            errors=problems,
            name_label=reader.t("access.role_name"),
            name=request.form.get("name", "")[:_LONGEST],
            copies=tuple(copies),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems else 200)


def _label(desk: Desk, role: str) -> str:
    return Access(desk, reader_at(desk)).role_label(role)


def _name_of(label: str, taken: Iterable[str]) -> str:
    """Return a name for definitions that nobody has: made of the letters or the pinyin."""
    spelled = "".join(each.rstrip("12345") for each in spell(label)).lower()
    letters = "".join(each if each.isascii() and each.isalnum() else "_" for each in spelled)
    name = wish = f"{OF_SITES}_{letters.strip('_')[:30] or 'role'}"
    number = 2
    while name in taken:
        name, number = f"{wish}_{number}", number + 1
    return name
