"""A view model in the frame of who is signed in → the answer of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from flask import Response, make_response, redirect, request

from cardwright_entities.access.choosing import shown_menus
from cardwright_entities.access.features import (
    BACK_UP,
    CLEAR,
    DEFINE,
    EXPLAIN,
    MANAGE_SETTINGS,
    MANAGE_USERS,
    SEE_LOGS,
    SEE_MESSAGES,
)
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.preferences import read_preference
from cardwright_entities.reports.seeing import may_see
from cardwright_entities.saved_views.resolving import shipped
from cardwright_metadata.definitions.others import MenuItemDefinition, RoleDefinition
from cardwright_platform.current import (
    current_account,
    current_csrf_token,
    current_instance,
    current_opening,
    current_request_id,
    current_shell,
    current_watermark,
)
from cardwright_platform.theming import Page, Theme
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.frame import Frame, MenuGroup, MenuItem, UserBadge
from cardwright_platform.web.desks import current_reader, reading_desk
from cardwright_platform.web.frames import language_choices
from cardwright_platform.web.presenting.reader import Reader, hue_of, initial_of
from cardwright_platform.web.toasts import forget_toast, leave_toast, take_toasts
from cardwright_platform.web.urls import (
    ACCESS,
    AUDIT,
    BACKUPS,
    CLEARING,
    FAVOURITES,
    INVITATIONS,
    OUTBOX,
    SETTINGS,
    STUDIO,
    VIEW_AS_PATH,
    VIEWS,
    list_url,
    new_url,
    report_url,
)

#: Where a person's choice of appearance is kept.
LOOK = "look"
#: The feature that opens a place of administration, its words, address and icon, in their order.
_ADMINISTRATION = (
    (SEE_MESSAGES, "outbox", OUTBOX, "mail"),
    (SEE_LOGS, "audit", AUDIT, "shield-lock"),
    (EXPLAIN, "access", ACCESS, "shield-check"),
    (MANAGE_USERS, "invitations", INVITATIONS, "user-plus"),
    (BACK_UP, "backups", BACKUPS, "database"),
    (CLEAR, "clearing", CLEARING, "trash-x"),
    (DEFINE, "studio", STUDIO, "tools"),
    (MANAGE_SETTINGS, "settings", SETTINGS, "settings"),
)


def find_entity(model: Model, name: str) -> EntityModel:
    """Return an entity by its name in an address; raise NotFoundError."""
    if name not in model.catalog.entities:
        raise NotFoundError(Message("not_found"))
    return model.entity(name)


def find_role(model: Model, name: str) -> RoleDefinition:
    """Return a role by name; raise NotFoundError."""
    found = model.catalog.roles.get(name)
    if found is None:
        raise NotFoundError(Message("not_found"))
    return found


def show(page: Page, desk: Desk | None = None, *, status: int = 200, entity: str = "") -> Response:
    """Answer a page in its frame; ``entity`` is the place of the menu that is current."""
    frame = page_frame(desk, entity)
    answer = make_response(current_shell().theming.render(page, frame), status)
    return forget_toast(answer)


def go(url: str, text: str = "", *, change_set: int = 0, tone: str = "done") -> Response:
    """Send the browser on after a post, with a message for the page it comes to."""
    answer = make_response(redirect(url, 303))
    if text:
        leave_toast(answer, text, change_set=change_set, tone=tone)
    return answer


def page_frame(desk: Desk | None = None, entity: str = "") -> Frame:
    """Return the frame of a page for who is signed in: menu, taste, what was said last."""
    if desk is None:
        with reading_desk() as own:
            return page_frame(own, entity)
    reader = current_reader()
    instance = current_instance()
    account = current_account()
    look = read_preference(desk.session, LOOK)
    look = look if isinstance(look, dict) else {}
    themes = current_shell().theming.themes
    theme = account.theme if account.theme in themes else instance.config.theme
    return Frame(
        language=reader.language,
        mode=_one_of(look.get("mode"), ("auto", "light", "dark")),
        density=_one_of(look.get("density"), ("compact", "comfortable")),
        theme=theme or "standard",
        languages=language_choices(instance.config.languages, reader.language),
        themes=_theme_choices(reader, themes.values(), theme),
        organisation=instance.config.name,
        user=_badge(account.name),
        menus=_menus(desk, reader, entity),
        foot=_foot(reader),
        administration=_administration(reader),
        administration_open=look.get("administration") == "open",
        phone=_phone(desk, reader, entity),
        create_url=_create_url(desk, entity),
        csrf_token=current_csrf_token(),
        toasts=take_toasts(reader.t("undo")),
        search_url="/search",
        sign_out_url="/sign-out",
        preferences_url="/preferences",
        return_url=request.full_path.rstrip("?"),
        reload_url=instance.config.reload_url,
        request_id=current_request_id(),
        watermark=current_watermark(),
        viewing=account.name if current_opening().own is not None else "",
        viewing_end_url=f"{VIEW_AS_PATH}/end",
    )


def _create_url(desk: Desk, entity: str) -> str:
    """Return where a record like those of the page is made, empty where it cannot be made so."""
    definition = desk.model.catalog.entities.get(entity)
    if definition is None or definition.is_made_inside:
        return ""
    return new_url(entity) if desk.policy.may(desk.context.principal, entity, "create") else ""


def _theme_choices(reader: Reader, themes: Iterable[Theme], chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=each.name,
            label=str(each.label.get(reader.language, each.name)),
            selected=each.name == chosen,
        )
        for each in themes
    )


def _badge(name: str) -> UserBadge:
    return UserBadge(name=name, initial=initial_of(name), hue=hue_of(name), account_url="/account")


def _one_of(wanted: object, known: tuple[str, ...]) -> str:
    return str(wanted) if wanted in known else known[0]


def _menus(desk: Desk, reader: Reader, current: str) -> tuple[MenuGroup, ...]:
    opening = current_opening()
    policy, principal = opening.policy, opening.context.principal
    home = MenuItem(label=reader.t("home.title"), url="/", icon="home", current=request.path == "/")
    groups = [MenuGroup(items=(home,))]
    query = request.args.get("query", "")
    for menu, places in shown_menus(principal, opening.model.catalog):
        items: list[MenuItem] = []
        for item in places:
            if item.report:
                items += _report_item(desk, reader, item)
                continue
            if not item.entity or not policy.may(principal, item.entity, "read"):
                continue
            entity = opening.model.catalog.entity(item.entity)
            query_there = shipped(entity, item.query)
            of_query = reader.text(query_there.label) if query_there is not None else ""
            label = reader.text(item.label) or of_query or reader.text(entity.label, entity.name)
            pairs = (("query", item.query),) if item.query else ()
            items.append(
                MenuItem(
                    label=label,
                    url=list_url(item.entity, pairs),
                    icon=item.icon or entity.icon or "list",
                    current=item.entity == current and item.query == (query if item.query else ""),
                )
            )
        if items:
            groups.append(MenuGroup(label=reader.text(menu.label, menu.name), items=tuple(items)))
    return tuple(groups)


def _report_item(desk: Desk, reader: Reader, item: MenuItemDefinition) -> Iterator[MenuItem]:
    """Yield the place of a report, if the reader may see anything in it."""
    report = desk.model.catalog.reports[item.report]
    if may_see(desk.reading, report):
        url = report_url(report.name)
        yield MenuItem(
            label=reader.text(item.label) or reader.text(report.label, report.name),
            url=url,
            icon=item.icon or report.icon or "chart-bar",
            current=request.path == url,
        )


def _foot(reader: Reader) -> tuple[MenuItem, ...]:
    """Return the places of everybody."""
    catalog = reader.model.catalog
    approvals = _place(reader, "approvals", "/approvals", "clipboard-check", "/approvals/count")
    notices = _place(reader, "notifications", "/notifications", "bell", "/notifications/count")
    return (
        *((_place(reader, "report", "/reports", "chart-bar"),) if catalog.reports else ()),
        *((approvals,) if catalog.approvals else ()),
        _place(reader, "favourites", FAVOURITES, "star"),
        _place(reader, "views", VIEWS, "bookmark"),
        notices,
        _place(reader, "bin", "/bin", "trash"),
        _place(reader, "jobs", "/jobs", "clock"),
    )


def _administration(reader: Reader) -> tuple[MenuItem, ...]:
    """Return the places for which one needs a feature, as far as the reader has it."""
    opening = current_opening()
    return tuple(
        # Their pages have further pages below them: the log, objects of the Studio.
        replace(_place(reader, key, url, icon), current=f"{request.path}/".startswith(f"{url}/"))
        for feature, key, url, icon in _ADMINISTRATION
        if opening.policy.has_feature(opening.context.principal, feature)
    )


def _place(reader: Reader, key: str, url: str, icon: str, counted: str = "") -> MenuItem:
    label = reader.t(f"{key}.title")
    return MenuItem(label=label, url=url, icon=icon, current=request.path == url, counted=counted)


def _phone(desk: Desk, reader: Reader, current: str) -> tuple[MenuItem, ...]:
    groups = _menus(desk, reader, current)
    items = [item for group in groups for item in group.items]
    return tuple(replace(item, count="") for item in items[:3])
