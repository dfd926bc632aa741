"""Views of lists: kept from a list, changed, shared, ordered, deleted; and the page of all."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, ConflictError, InputError, Message
from cardwright_entities.saved_views.bodies import Body
from cardwright_entities.saved_views.changing import Keeping, Wanted
from cardwright_entities.saved_views.laying import PARTS, lay_together
from cardwright_entities.saved_views.resolving import may_change, view_of
from cardwright_entities.saved_views.rows import StoredView
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.forms import Conflict
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.keeping_views import body_of_list
from cardwright_platform.web.layouts import keep_layout, read_layout
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.posting import read_typed
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.list_views import kept_url
from cardwright_platform.web.presenting.view_conflicts import view_conflict
from cardwright_platform.web.presenting.view_forms import ViewForm, read_form
from cardwright_platform.web.presenting.view_pages import views_page
from cardwright_platform.web.toasts import leave_toast
from cardwright_platform.web.urls import VIEWS, is_local, list_url, view_url

pages = Blueprint("saved_views", __name__)


@pages.get(VIEWS)
@requires(RECORDS)
def show_views() -> ResponseReturnValue:
    """Show all views that somebody keeps or that are shared with him, by folder and entity."""
    with reading_desk() as desk:
        return show(views_page(desk, reader_at(desk)), desk)


@pages.get("/list/<name>/views/new")
@requires(RECORDS)
def new_view(name: str) -> ResponseReturnValue:
    """Ask under which name a list as it stands is kept."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        state = ListState.from_query(name, request.args)
        form = ViewForm(desk=desk, reader=reader_at(desk), entity=entity, state=state)
        return show(form.form(), desk, entity=name)


@pages.post("/list/<name>/views/new")
@requires(RECORDS)
def keep_view(name: str) -> ResponseReturnValue:
    """Keep a list as it stands under a name, and open it."""
    typed = read_typed(request.form.items(multi=True))
    state = ListState.from_query(name, {key: texts[-1] for key, texts in typed.items()})

    def work(desk: Desk) -> StoredView:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        body = body_of_list(desk, reader_at(desk), entity, state, anew=True)
        wanted = read_form(desk, reader_at(desk), typed, body)
        return Keeping(desk.session, desk.reading).create(entity, wanted)

    try:
        kept = write_at_desk(work)
    except InputError as error:
        with reading_desk() as desk:
            entity = find_entity(desk.model, name)
            form = ViewForm(
                desk=desk,
                reader=reader_at(desk),
                entity=entity,
                state=state,
                typed=typed,
                failure=error,
            )
            return show(form.form(), desk, status=422, entity=name)
    text = current_reader().t("views.kept", name=kept.name)
    return sent_on(go(kept_url(name, str(kept.id)), text))


@pages.get(f"{VIEWS}/<int:view>/edit")
@requires(RECORDS)
def edit_view(view: int) -> ResponseReturnValue:
    """Ask what a view is called, in which folder it is, and with whom it is shared."""
    with reading_desk() as desk:
        entity, found = Keeping(desk.session, desk.reading).find(view)
        if not may_change(desk.reading, entity, found):
            raise AccessError(Message("not_allowed"))
        typed = {"return": [request.args.get("return", "")]}
        form = ViewForm(desk=desk, reader=reader_at(desk), entity=entity, stored=found, typed=typed)
        return show(form.form(), desk, entity=entity.name)


@pages.post(f"{VIEWS}/<int:view>/edit")
@requires(RECORDS)
def change_view(view: int) -> ResponseReturnValue:
    """Rename a view, move it to another folder, share it."""
    typed = read_typed(request.form.items(multi=True))
    version = read_number((typed.get("version") or [""])[-1])

    def work(desk: Desk) -> tuple[str, StoredView]:
        keeping = Keeping(desk.session, desk.reading)
        entity, _ = keeping.find(view)
        return entity.name, keeping.change(
            view, read_form(desk, reader_at(desk), typed, None, view), version
        )

    try:
        name, changed = write_at_desk(work)
    except (InputError, ConflictError) as error:
        return _form_again(view, typed, error)
    text = current_reader().t("views.changed", name=changed.name)
    return sent_on(go(_back(kept_url(name, str(view))), text))


@pages.post(f"{VIEWS}/<int:view>/save")
@requires(RECORDS)
def save_view(view: int) -> ResponseReturnValue:
    """Put a list as it stands into its view; where another was quicker, show both states."""
    form = request.form
    version = read_number(form.get("version", ""))
    was = {part: form.get(f"was.{part}", "") for part in PARTS}
    chosen = {part: form.get(f"resolve.{part}", "") for part in PARTS}

    def work(desk: Desk) -> tuple[str, Conflict | StoredView]:
        keeping, reader = Keeping(desk.session, desk.reading), reader_at(desk)
        entity, found = keeping.find(view)
        state = ListState.from_query(entity.name, {**form, "query": str(view)})
        mine = body_of_list(desk, reader, entity, state, anew=False)
        theirs = found.body
        opened = view_of(desk.session, desk.reading, entity, str(view))
        layout = read_layout(desk, entity, opened)
        if version == found.version:
            laid = mine
        else:
            both = lay_together(mine, theirs, was, chosen)
            if both.open:
                who = names_of_accounts(desk.session, [found.changed_by]).get(found.changed_by, "")
                return entity.name, view_conflict(
                    desk, reader, entity, found, mine, both.open, who, state
                )
            laid = both.body
        body = _with_columns_of(laid, mine if layout.personal else theirs)
        changed = keeping.change(view, Wanted(body=body), found.version)
        if layout.personal:
            keep_layout(desk, entity, opened, None)
        return entity.name, changed

    name, done = write_at_desk(work)
    if isinstance(done, Conflict):
        with reading_desk() as desk:
            return show(done, desk, status=409, entity=name)
    text = current_reader().t("views.saved", name=done.name)
    return go(kept_url(name, str(view)), text)


@pages.post(f"{VIEWS}/<int:view>/delete")
@requires(RECORDS)
def delete_view(view: int) -> ResponseReturnValue:
    """Delete a view; the next page offers to take it back."""

    def work(desk: Desk) -> tuple[str, StoredView]:
        keeping = Keeping(desk.session, desk.reading)
        entity, _ = keeping.find(view)
        return entity.name, keeping.delete(view)

    name, gone = write_at_desk(work)
    answer = go(_back(list_url(name)))
    text = current_reader().t("views.deleted", name=gone.name)
    return leave_toast(answer, text, undo=view_url(view, "restore"))


@pages.post(f"{VIEWS}/<int:view>/restore")
@requires(RECORDS)
def restore_view(view: int) -> ResponseReturnValue:
    """Take back the deletion of a view."""

    def work(desk: Desk) -> tuple[str, StoredView]:
        restored = Keeping(desk.session, desk.reading).restore(view)
        entity = desk.model.by_id(restored.entity)
        assert entity is not None  # it was looked at before anything was restored
        return kept_url(entity.name, str(view)), restored

    url, restored = write_at_desk(work)
    return go(_back(url), current_reader().t("views.restored", name=restored.name))


@pages.post(f"{VIEWS}/<int:view>/move")
@requires(RECORDS)
def move_view(view: int) -> ResponseReturnValue:
    """Let a view change places with its neighbour."""
    up = request.form.get("to") == "up"
    write_at_desk(lambda desk: Keeping(desk.session, desk.reading).move(view, up=up))
    return go(VIEWS)


def _with_columns_of(body: Body, other: Body) -> Body:
    """Return a body with the columns and totals that another has."""
    return replace(body, columns=other.columns, totals=other.totals)


def _form_again(view: int, typed: Typed, error: InputError | ConflictError) -> Response:
    with reading_desk() as desk:
        entity, found = Keeping(desk.session, desk.reading).find(view)
        form = ViewForm(
            desk=desk,
            reader=reader_at(desk),
            entity=entity,
            stored=found,
            typed=typed,
            failure=error,
        )
        status = 409 if isinstance(error, ConflictError) else 422
        return show(form.form(), desk, status=status, entity=entity.name)


def _back(otherwise: str) -> str:
    """Return where one came from, if the form says it, else somewhere good."""
    wanted = request.form.get("return", "") or request.form.get("return_url", "")
    return wanted if wanted and is_local(wanted) else otherwise
