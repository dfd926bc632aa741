"""Backups on screen: made, tried, taken away, deleted, asked of the clock; never restored here."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import BACK_UP, DOWNLOAD
from cardwright_entities.backups.schedules import SETTINGS, read_schedule
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.flows.setting_changes import save_settings
from cardwright_entities.jobs.queue import ENDED, Job
from cardwright_entities.settings import read_settings
from cardwright_platform.backing_up import shelf_of
from cardwright_platform.current import current_instance
from cardwright_platform.handing_out import answer_backup, delete_backup
from cardwright_platform.permissions import requires
from cardwright_platform.views.backups import BackupDownload, BackupsPage
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import Form, FormError, FormSection
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.pages import SetPassword
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.passwords import check_own_password, own_password
from cardwright_platform.web.presenting.backups import (
    backup_view,
    next_text,
    room_text,
    schedule_text,
)
from cardwright_platform.web.presenting.jobs import job_view
from cardwright_platform.web.presenting.setting_inputs import read_typed, setting_input
from cardwright_platform.web.urls import BACKUPS, backup_url
from cardwright_platform.worker.backups import TAKE, VERIFY, ask_for_backup, ask_for_trial

pages = Blueprint("backups", __name__)

_SCHEDULE = f"{BACKUPS}/schedule"


@pages.get(BACKUPS)
@requires(BACK_UP)
def show_backups() -> ResponseReturnValue:
    """List what lies in the folder, and what is at work."""
    instance = current_instance()
    shelf = shelf_of(instance)
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = shelf.all()
        jobs = _jobs(desk)
        running = any(each.state not in ENDED for each in jobs)
        settings = read_settings(desk.session, desk.model)
        schedule = read_schedule(settings)
        page = BackupsPage(
            title=reader.t("backups.title"),
            warning=reader.t("backups.warning"),
            schedule=schedule_text(reader, schedule),
            next=next_text(reader, schedule, instance.system_context()),
            change_schedule=_change_schedule(desk, reader.t("backups.change_schedule")),
            room=room_text(reader, shelf),
            actions=()
            if running
            else (
                Action(
                    label=reader.t("backups.make"),
                    url=BACKUPS,
                    icon="database",
                    post=True,
                    primary=True,
                ),
            ),
            jobs=tuple(job_view(desk, reader, each) for each in jobs),
            backups=tuple(
                backup_view(reader, each, busy=running, may_download=_may_download(desk))
                for each in found
            ),
            restore=f"cardwright backup restore {shelf.folder}/{found[0].name}" if found else "",
            poll_url=BACKUPS if running else "",
            empty=None
            if found
            else Empty(title=reader.t("backups.empty"), text=reader.t("backups.empty_text")),
        )
        return show(page, desk)


@pages.post(BACKUPS)
@requires(BACK_UP)
def make_backup() -> ResponseReturnValue:
    """Begin a backup."""
    write_at_desk(lambda desk: ask_for_backup(current_instance(), desk.session))
    return go(BACKUPS)


@pages.post(f"{BACKUPS}/<name>/verify")
@requires(BACK_UP)
def verify(name: str) -> ResponseReturnValue:
    """Begin to try a backup."""
    shelf_of(current_instance()).path(name)
    write_at_desk(lambda desk: ask_for_trial(current_instance(), desk.session, name))
    return go(BACKUPS)


@pages.post(f"{BACKUPS}/<name>/delete")
@requires(BACK_UP)
def delete(name: str) -> ResponseReturnValue:
    """Delete a backup."""
    delete_backup(name)
    return go(BACKUPS, current_reader().t("backups.deleted", name=name))


@pages.get(f"{BACKUPS}/<name>/download")
@requires(DOWNLOAD)
def ask_before_download(name: str) -> ResponseReturnValue:
    """Ask for the password again."""
    return _ask(name)


@pages.post(f"{BACKUPS}/<name>/download")
@requires(DOWNLOAD)
def download(name: str) -> ResponseReturnValue:
    """Send a backup to whoever has just said his password; who it was stays noted with it."""
    shelf_of(current_instance()).path(name)
    try:
        check_own_password()
    except InputError as error:
        return _ask(name, error)
    return answer_backup(name)


@pages.get(_SCHEDULE)
@requires(BACK_UP)
def show_schedule() -> ResponseReturnValue:
    """Show when backups are made by the clock."""
    return _schedule({})


@pages.post(_SCHEDULE)
@requires(BACK_UP)
def change_schedule() -> ResponseReturnValue:
    """Save when backups are made by the clock; or nothing, with messages beside the inputs."""
    typed = {name: values[-1] for name, values in request.form.lists()}

    def work(desk: Desk) -> None:
        raw = {name: read_typed(desk, name, typed[name]) for name in _known(desk) if name in typed}
        save_settings(desk.session, desk.model, desk.context, raw)

    try:
        write_at_desk(work)
    except InputError as error:
        return _schedule(typed, error)
    return go(BACKUPS, current_reader().t("backups.schedule_saved"))


def _ask(name: str, error: InputError | None = None) -> Response:
    instance, reader = current_instance(), current_reader()
    shelf_of(instance).path(name)
    asked = own_password()
    page = BackupDownload(
        title=reader.t("backups.download_title"),
        text=reader.t("backups.download_text" if asked else "backups.download_plain", name=name),
        back_url=BACKUPS,
        form=SetPassword(
            title="",
            action=backup_url(name, "download"),
            inputs=asked,
            errors=tuple(reader.say(each) for each in error.messages) if error else (),
            save_label=reader.t("backups.download"),
        ),
    )
    with reading_desk() as desk:
        return show(page, desk, status=422 if error else 200)


def _schedule(typed: Mapping[str, str], error: InputError | None = None) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        names = _known(desk)
        if not names:
            raise NotFoundError(Message("not_found"))
        values = read_settings(desk.session, desk.model)
        said = {
            name: tuple(reader.say(each) for each in messages)
            for name, messages in (error.fields if error else {}).items()
        }
        settings = desk.model.catalog.settings
        inputs = tuple(
            setting_input(
                desk, reader, settings[name], values[name], typed.get(name), said.get(name, ())
            )
            for name in names
        )
        page = Form(
            title=reader.t("backups.schedule_title"),
            entity=reader.t("backups.title"),
            action=_SCHEDULE,
            list_url=BACKUPS,
            cancel_url=BACKUPS,
            icon="database",
            sections=(FormSection(name="schedule", label="", inputs=inputs),),
            errors=tuple(
                FormError(text=text, target=name) for name, each in said.items() for text in each
            ),
            save_label=reader.t("save"),
        )
        return show(page, desk, status=422 if error else 200)


def _known(desk: Desk) -> tuple[str, ...]:
    """Return the settings of the schedule that there are."""
    return tuple(name for name in SETTINGS if name in desk.model.catalog.settings)


def _change_schedule(desk: Desk, label: str) -> Action | None:
    return Action(label=label, url=_SCHEDULE, icon="clock") if _known(desk) else None


def _may_download(desk: Desk) -> bool:
    return desk.policy.has_feature(desk.context.principal, DOWNLOAD)


def _jobs(desk: Desk) -> list[Job]:
    """Return what is at work, or was given up and nothing of its kind came after it."""
    jobs = current_instance().jobs
    latest = [jobs.latest(desk.session, kind) for kind in (TAKE, VERIFY)]
    return [each for each in latest if each is not None and each.state != "done"]
