"""Roles that are made on screen: new, renamed, removed; each is a plan first."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import MANAGE_RIGHTS
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, Message
from cardwright_platform.packs.role_changes import RoleChange, grants_of, is_made_here
from cardwright_platform.permissions import requires
from cardwright_platform.studio.names import site_name
from cardwright_platform.views.access import AccessForm
from cardwright_platform.views.cells import Choice
from cardwright_platform.web.access_changes import plan_change, role_label
from cardwright_platform.web.answers import find_role, show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.urls import ACCESS, NEW_ROLE, access_name_url, access_role_url

pages = Blueprint("access_roles", __name__)

_LONGEST = 60


@pages.get(NEW_ROLE)
@requires(MANAGE_RIGHTS)
def show_new_role() -> ResponseReturnValue:
    """Ask how a new role is called, and which one it begins like."""
    return _new_role_form()


@pages.post(NEW_ROLE)
@requires(MANAGE_RIGHTS)
def plan_new_role() -> ResponseReturnValue:
    """Plan a new role with the grants of another one and no features."""
    label = _typed_label()
    with reading_desk() as desk:
        if not label:
            return _new_role_form((reader_at(desk).say(Message("required")),))
        like = desk.model.catalog.roles.get(request.form.get("like", ""))
        name = site_name(label, desk.model.catalog.roles, "role")
    grants = grants_of(like) if like is not None else {}
    change = RoleChange(role=name, label=label, grants=grants, features=())
    return plan_change(change, _new_role_form)


@pages.get(f"{ACCESS}/names/<role>")
@requires(MANAGE_RIGHTS)
def show_name(role: str) -> ResponseReturnValue:
    """Ask for another name of a role that was made on screen."""
    return _name_form(role)


@pages.post(f"{ACCESS}/names/<role>")
@requires(MANAGE_RIGHTS)
def plan_name(role: str) -> ResponseReturnValue:
    """Plan another name, or that the role goes; nothing holds before the plan is confirmed."""
    label = _typed_label()
    with reading_desk() as desk:
        _own_role(desk, role)
        if request.form.get("then", "") != "remove" and not label:
            return _name_form(role, (reader_at(desk).say(Message("required")),))
    if request.form.get("then", "") == "remove":
        change = RoleChange(role=role, remove=True)
    else:
        change = RoleChange(role=role, label=label)
    return plan_change(change, lambda problems: _name_form(role, problems))


def _new_role_form(problems: tuple[str, ...] = ()) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        like = request.values.get("like", "")
        copies = [Choice(value="", label=reader.t("access.like_none"))]
        copies += [
            Choice(value=each, label=role_label(desk, each), selected=each == like)
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


def _name_form(role: str, problems: tuple[str, ...] = ()) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        _own_role(desk, role)
        label = role_label(desk, role)
        page = AccessForm(
            title=reader.t("access.rename_title", role=label),
            back_url=access_role_url(role),
            back_label=label,
            action=access_name_url(role),
            text=reader.t("access.rename_about"),
            errors=problems,
            name_label=reader.t("access.role_name"),
            name=request.form.get("name", label)[:_LONGEST],
            ways=(Choice(value="remove", label=reader.t("access.remove")),),
            save_label=reader.t("access.look"),
        )
        return show(page, desk, status=422 if problems else 200)


def _own_role(desk: Desk, role: str) -> None:
    """Raise NotFoundError for no role, ConflictError for one that a pack brings."""
    if not is_made_here(find_role(desk.model, role)):
        raise ConflictError(Message("role_of_pack"))


def _typed_label() -> str:
    return request.form.get("name", "").strip()[:_LONGEST]
