"""Which notices one wants outside the application, by which channel: a page of one's own."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.notifications import CHOICES, EVERYTHING, NOTHING
from cardwright_entities.preferences import read_preference, write_preference
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import IN_PERSON, requires
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Form, FormSection, Input
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import ACCOUNT, NOTICES

pages = Blueprint("notice_choices", __name__)

_WISHES = (EVERYTHING, NOTHING)


@pages.get(NOTICES)
@requires(IN_PERSON)
def show_choices() -> ResponseReturnValue:
    """Show what one wants of each channel that the operator has opened."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        ways = current_instance().notice_ways
        page = Form(
            title=reader.t("notices.title"),
            entity=reader.t("frame.account"),
            action=NOTICES,
            list_url=ACCOUNT,
            cancel_url=ACCOUNT,
            icon="bell",
            sections=(
                FormSection(
                    name="notices",
                    label=reader.t("notices.about"),
                    inputs=tuple(
                        _input(desk, reader, name, way.in_language(reader.context.language))
                        for name, way in ways.items()
                    ),
                ),
            ),
            save_label=reader.t("notices.save"),
        )
        return show(page, desk)


@pages.post(NOTICES)
@requires(IN_PERSON)
def change_choices() -> ResponseReturnValue:
    """Keep what one wants of each channel; it holds for what comes from now on."""
    wanted = {name: request.form.get(name, "") for name in current_instance().notice_ways}

    def work(desk: Desk) -> None:
        for name, wish in wanted.items():
            write_preference(desk.session, CHOICES + name, wish if wish in _WISHES else None)

    write_at_desk(work)
    return go(ACCOUNT, current_reader().t("notices.saved"))


def _input(desk: Desk, reader: Reader, name: str, label: str) -> Input:
    wish = read_preference(desk.session, CHOICES + name)
    return Input(
        name=name,
        widget="select",
        label=label,
        text=wish if wish in _WISHES else "",
        hint=reader.t("notices.as_said"),
        choices=tuple(
            Choice(value=each, label=reader.t(f"notices.{each}"), selected=each == wish)
            for each in _WISHES
        ),
        span=2,
    )
