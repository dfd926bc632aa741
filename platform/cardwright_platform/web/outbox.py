"""Messages to the outside: what waits, went or was given up; another try, or giving up."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import SEE_MESSAGES
from cardwright_entities.engine import Desk
from cardwright_entities.outbox import (
    CHANNELS,
    STATES,
    count_messages,
    give_up,
    list_messages,
    send_again,
)
from cardwright_entities.restores import held_message, release
from cardwright_platform.connectors.missing import missing_of_catalog
from cardwright_platform.current import current_account, current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.outbox import OutboxPage
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.outbox import CHANNEL_ICONS, message_view
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import OUTBOX, with_query

pages = Blueprint("outbox", __name__)

_SHOWN = 50


@pages.get(OUTBOX)
@requires(SEE_MESSAGES)
def show_outbox() -> ResponseReturnValue:
    """List the messages, of one state and one channel or of all."""
    state, channel = _chosen("state", STATES), _chosen("channel", CHANNELS)
    before = read_number(request.args.get("before", "")) or None
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = list_messages(
            desk.session, channel=channel, state=state, before=before, limit=_SHOWN + 1
        )
        shown = found[:_SHOWN]
        more = len(found) > _SHOWN
        chosen = _pairs(state, channel)
        missing = missing_of_catalog(current_instance().config, desk.model.catalog)
        held = held_message(desk.session)
        page = OutboxPage(
            title=reader.t("outbox.title"),
            messages=tuple(message_view(desk, reader, each, chosen) for each in shown),
            states=_states(desk, reader, state, channel),
            channels=_channels(reader, state, channel),
            notes=tuple(reader.say(each) for each in missing),
            held=reader.say(held) if held is not None else "",
            release=_release(reader) if held is not None else None,
            older_url=_place(state, channel, str(shown[-1].id)) if more else "",
            empty=None if shown else _empty(reader, narrowed=bool(state or channel)),
        )
        return show(page, desk)


@pages.post(f"{OUTBOX}/release")
@requires(SEE_MESSAGES)
def release_messages() -> ResponseReturnValue:
    """Let messages go again that are held since a restore."""
    who = current_account().name
    write_at_desk(lambda desk: release(desk.session, who))
    return go(_back())


@pages.post(f"{OUTBOX}/<int:message>/again")
@requires(SEE_MESSAGES)
def again(message: int) -> ResponseReturnValue:
    """Let a message that was given up wait once more."""
    write_at_desk(lambda desk: send_again(desk.session, message))
    return go(_back())


@pages.post(f"{OUTBOX}/<int:message>/give-up")
@requires(SEE_MESSAGES)
def give_up_message(message: int) -> ResponseReturnValue:
    """Take a message back that still waits."""
    who = current_account().name
    write_at_desk(lambda desk: give_up(desk.session, message, who))
    return go(_back())


def _release(reader: Reader) -> Action:
    return Action(
        label=reader.t("outbox.release"),
        url=f"{OUTBOX}/release",
        icon="refresh",
        post=True,
        confirm=reader.t("outbox.release_confirm"),
    )


def _back() -> str:
    return _place(_chosen("state", STATES), _chosen("channel", CHANNELS))


def _chosen(name: str, known: tuple[str, ...]) -> str:
    """Return what the address asks for, nothing for what there is not."""
    found = request.args.get(name, "")
    return found if found in known else ""


def _place(state: str, channel: str, before: str = "") -> str:
    return with_query(OUTBOX, _pairs(state, channel, before))


def _pairs(state: str, channel: str, before: str = "") -> list[tuple[str, str]]:
    asked = [("state", state), ("channel", channel), ("before", before)]
    return [(name, value) for name, value in asked if value]


def _states(desk: Desk, reader: Reader, chosen: str, channel: str) -> tuple[Choice, ...]:
    counted = count_messages(desk.session, channel)
    return tuple(
        Choice(
            value=_place(each, channel),
            label=reader.t(f"outbox.state_{each}" if each else "outbox.all"),
            selected=each == chosen,
            hint=reader.locale.number(counted.get(each, 0) if each else sum(counted.values())),
        )
        for each in ("", *STATES)
    )


def _channels(reader: Reader, state: str, chosen: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            value=_place(state, each),
            label=reader.t(f"outbox.channel_{each}" if each else "outbox.all"),
            selected=each == chosen,
            hint=CHANNEL_ICONS.get(each, ""),
        )
        for each in ("", *CHANNELS)
    )


def _empty(reader: Reader, *, narrowed: bool) -> Empty:
    if narrowed:
        return Empty(title=reader.t("outbox.none_such"), kind="filtered")
    return Empty(title=reader.t("outbox.empty"), text=reader.t("outbox.empty_text"), kind="done")
