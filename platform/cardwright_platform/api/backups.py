"""Backups for programs: listed, made, tried, deleted; a person alone takes one away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import BACK_UP, DOWNLOAD
from cardwright_entities.backups.shelf import Shelved
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, Message
from cardwright_platform import signing_in
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, location, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, load_body, text
from cardwright_platform.api.errors import say
from cardwright_platform.api.jobs import job_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.backing_up import shelf_of
from cardwright_platform.current import (
    current_account,
    current_instance,
    current_opening,
    current_principal,
)
from cardwright_platform.handing_out import answer_backup, delete_backup
from cardwright_platform.permissions import IN_PERSON, requires
from cardwright_platform.worker.backups import ask_for_backup, ask_for_trial

pages = Blueprint("api_backups", __name__, url_prefix=BASE)


class DownloadBody(Body):
    """Who asks says his password again."""

    password = text("Of who is signed in; left out where he has none.", most=1_000)


@pages.get("/backups")
@requires(BACK_UP)
@operation(Operation(answer="Backups"))
def list_backups() -> ResponseReturnValue:
    """Answer the backups, the newest first."""
    read_parameters()
    shelf = shelf_of(current_instance())
    return respond(dumps({"items": [_json(each) for each in shelf.all()], "free": shelf.free()}))


@pages.post("/backups")
@requires(BACK_UP)
@operation(Operation(answer="Job", status=202, once=True))
def make_backup() -> ResponseReturnValue:
    """Ask for a backup; the job's result names it."""
    read_parameters()
    return _begin(lambda desk: ask_for_backup(current_instance(), desk.session))


@pages.post("/backups/<name>/verify")
@requires(BACK_UP)
@operation(Operation(answer="Job", status=202, once=True))
def verify_backup(name: str) -> ResponseReturnValue:
    """Ask for a trial: the backup is restored into a scratch database and compared."""
    read_parameters()
    shelf_of(current_instance()).path(name)
    return _begin(lambda desk: ask_for_trial(current_instance(), desk.session, name))


@pages.delete("/backups/<name>")
@requires(BACK_UP)
@operation(Operation(answer="BackupDeleted"))
def remove_backup(name: str) -> ResponseReturnValue:
    """Delete a backup."""
    read_parameters()
    delete_backup(name)
    return respond(dumps({"name": name}))


@pages.post("/backups/<name>/download")
@requires(IN_PERSON)
@operation(Operation(answer="", body=DownloadBody))
def download_backup(name: str) -> ResponseReturnValue:
    """Answer a backup to a person who may download and says his password; never to a token."""
    read_parameters()
    asked = load_body(DownloadBody(), read_object())
    if not current_opening().policy.has_feature(current_principal(), DOWNLOAD):
        raise AccessError(Message("forbidden"))
    instance = current_instance()
    shelf_of(instance).path(name)
    try:
        signing_in.check_password(instance, current_account(), asked.get("password", ""))
    except InputError as error:
        raise InputError({"password": error.messages}) from error
    return answer_backup(name)


def _begin(ask: Callable[[Desk], int]) -> ResponseReturnValue:
    def work(desk: Desk) -> Answer:
        job = ask(desk)
        return Answer(
            value=job_json(current_instance().jobs.read(desk.session, job)),
            status=202,
            headers={"Location": location(f"jobs/{job}")},
        )

    return answer_once(work, _check_right)


def _check_right(desk: Desk) -> None:
    if not desk.policy.has_feature(desk.context.principal, BACK_UP):
        raise AccessError(Message("forbidden"))


def _json(backup: Shelved) -> dict[str, object]:
    notes = backup.notes
    said = None
    if notes.problem:
        message = Message.of(str(notes.problem["code"]), **dict(notes.problem.get("params", {})))
        said = {"code": message.code, "message": say(message)}
    return {
        "name": backup.name,
        "size": backup.size,
        "readable": backup.readable,
        "taken_at": notes.taken_at or None,
        "by": notes.by,
        "how": notes.how,
        "version": notes.version,
        "engine": notes.engine,
        "rows": notes.rows,
        "files": notes.files,
        "lost": notes.lost,
        "verified": notes.verified,
        "verified_at": notes.verified_at or None,
        "problem": said,
        "downloads": [asdict(each) for each in notes.downloads],
    }
