"""A backup in the folder → what its row says and offers."""

from __future__ import annotations

from datetime import datetime, time

from cardwright_entities.backups.schedules import BackupSchedule
from cardwright_entities.backups.shelf import BY_CLOCK, Notes, Shelf, Shelved
from cardwright_entities.contexts import Context
from cardwright_platform.views.backups import BackupView
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import backup_url

_UNITS = ("B", "KB", "MB", "GB", "TB")


def backup_view(reader: Reader, backup: Shelved, *, busy: bool, may_download: bool) -> BackupView:
    """Return the row of a backup; while a job is at work no other is offered."""
    notes = backup.notes
    state, hue = _state(backup)
    return BackupView(
        label=_moment(reader, notes.taken_at) if notes.taken_at else backup.name,
        name=backup.name if notes.taken_at else "",
        size=size_text(backup.size),
        state_label=reader.t(f"backups.{state}"),
        hue=hue,
        facts=_facts(reader, notes) if backup.readable else (),
        problem=_problem(reader, backup),
        downloads=tuple(
            reader.t("backups.downloaded", who=each.by, at=_moment(reader, each.at))
            for each in notes.downloads
        ),
        actions=_actions(reader, backup, busy=busy, may_download=may_download),
    )


def size_text(size: int) -> str:
    """Return how much a file takes, such as 12.3 MB."""
    amount, unit = float(size), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.0f} {_UNITS[unit]}" if unit == 0 else f"{amount:.1f} {_UNITS[unit]}"


def schedule_text(reader: Reader, schedule: BackupSchedule) -> str:
    """Return in a sentence when backups are made by the clock."""
    at = reader.locale.time(time(schedule.at.hour, schedule.at.minute))
    day = reader.t(f"backups.day_{schedule.weekday}")
    return reader.t(f"backups.often_{schedule.often}", at=at, day=day, count=schedule.keep)


def next_text(reader: Reader, schedule: BackupSchedule, context: Context) -> str:
    """Return when the next backup is due, empty if none ever is."""
    due = schedule.next_due(context.now, context.zone)
    return reader.t("backups.next", at=reader.locale.datetime(due)) if due is not None else ""


def room_text(reader: Reader, shelf: Shelf) -> str:
    """Return where backups are and how much more fits there."""
    return reader.t("backups.room", folder=shelf.folder, free=size_text(shelf.free()))


def _state(backup: Shelved) -> tuple[str, str]:
    if not backup.readable:
        return "damaged", "red"
    if backup.notes.verified is None:
        return "untried", "slate"
    return ("good", "green") if backup.notes.verified else ("bad", "red")


def _facts(reader: Reader, notes: Notes) -> tuple[str, ...]:
    if notes.how == BY_CLOCK:
        who = reader.t("backups.by_clock")
    else:
        who = notes.by or reader.t("backups.put_there")
    facts = [
        who,
        reader.t("backups.rows", count=reader.locale.number(notes.rows)),
        reader.t("backups.files", count=reader.locale.number(notes.files)),
        reader.t("backups.version", version=notes.version, engine=notes.engine),
    ]
    if notes.verified_at:
        facts.append(reader.t("backups.tried", at=_moment(reader, notes.verified_at)))
    return tuple(facts)


def _problem(reader: Reader, backup: Shelved) -> str:
    if not backup.readable:
        return reader.t("backups.damaged_text")
    problem = backup.notes.problem
    if problem:
        params = dict(problem.get("params", {}))
        return reader.words.translate(reader.language, str(problem["code"]), params)
    if backup.notes.lost:
        return reader.t("backups.lost", count=reader.locale.number(backup.notes.lost))
    return ""


def _actions(
    reader: Reader, backup: Shelved, *, busy: bool, may_download: bool
) -> tuple[Action, ...]:
    actions = []
    if not busy and backup.readable:
        url = backup_url(backup.name, "verify")
        label = reader.t("backups.verify")
        actions.append(Action(label=label, url=url, icon="shield-check", post=True))
    if may_download:
        url, label = backup_url(backup.name, "download"), reader.t("backups.download")
        actions.append(Action(label=label, url=url, icon="download"))
    actions.append(
        Action(
            label=reader.t("backups.delete"),
            url=backup_url(backup.name, "delete"),
            icon="trash",
            post=True,
            danger=True,
            confirm=reader.t("backups.delete_confirm", name=backup.name),
        )
    )
    return tuple(actions)


def _moment(reader: Reader, written: str) -> str:
    return reader.locale.datetime(datetime.fromisoformat(written))
