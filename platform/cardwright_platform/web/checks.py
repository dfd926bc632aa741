"""Whether stored values are right: the page of those who change definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_entities.jobs.queue import ENDED
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.views.cells import Action
from cardwright_platform.views.checks import ChecksPage
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import CHECKS, card_url
from cardwright_platform.worker.checks import CHECK, ask_for_check

pages = Blueprint("checks", __name__)


@pages.get(CHECKS)
@requires(DEFINE)
def show_checks() -> ResponseReturnValue:
    """Show what the newest look has found."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = current_instance().jobs.latest(desk.session, CHECK)
        running = found is not None and found.state not in ENDED
        result: Mapping[str, Any] = (found.result or {}) if found is not None else {}
        wrong = int(result.get("differences", 0))
        actions = [_button(reader, "checks.begin", repair=False)]
        if wrong:
            actions.append(_button(reader, "checks.repair", repair=True))
        page = ChecksPage(
            title=reader.t("checks.title"),
            said=_said(reader, result, running=running),
            text=reader.t("checks.text"),
            tone="" if running or not result else "warning" if wrong else "success",
            icon="alert-triangle" if wrong and not running else "circle-check",
            when=reader.locale.datetime(found.finished_at) if found and found.finished_at else "",
            differences=tuple(_difference(desk, reader, each) for each in result.get("found", ())),
            actions=() if running else tuple(actions),
            poll_url=CHECKS if running else "",
        )
        return show(page, desk)


@pages.post(CHECKS)
@requires(DEFINE)
def begin_check() -> ResponseReturnValue:
    """Begin a look, after a repair if that is asked for."""
    repair = request.form.get("repair") == "1"
    write_at_desk(lambda desk: ask_for_check(current_instance(), desk, repair=repair))
    return go(CHECKS)


def _said(reader: Reader, result: Mapping[str, Any], *, running: bool) -> str:
    if running:
        return reader.t("checks.running")
    if not result:
        return reader.t("checks.never")
    return reader.t("checks.said", records=result["records"], wrong=result["differences"])


def _button(reader: Reader, key: str, *, repair: bool) -> Action:
    hidden = (("repair", "1"),) if repair else ()
    return Action(label=reader.t(key), url=CHECKS, icon="check", post=True, hidden=hidden)


def _difference(desk: Desk, reader: Reader, found: Mapping[str, Any]) -> tuple[str, str]:
    name, record, field = str(found["entity"]), int(found["record"]), str(found["field"])
    words = f"{name} {record}: {field}"
    if name in desk.model.catalog.entities:
        entity = desk.model.entity(name)
        label = reader.path_label(entity, field)
        words = f"{reader.entity_label(entity)} #{record}: {label}"
    return words, card_url(name, record)
