"""查重 and 合并: the list of suspects, and the page on which records become one."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    CardwrightError,
    ConflictError,
    InputError,
    LimitError,
)
from cardwright_entities.records.gate import Saved
from cardwright_entities.records.merging import MOST_MERGED, Merge, merge, refuse_unmergeable
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.posting import given_confirmations, read_typed
from cardwright_platform.web.presenting.duplicates import merge_page, suspect_page
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, list_url

pages = Blueprint("duplicates", __name__)

_CHOICE = "choice."


@pages.get("/duplicates/<name>")
@requires(RECORDS)
def show_suspects(name: str) -> ResponseReturnValue:
    """Show which records look the same."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "read")
        page = suspect_page(desk, reader_at(desk), entity, request.args.get("rule", ""))
        return show(page, desk, entity=name)


@pages.get("/merge/<name>")
@requires(RECORDS)
def show_merge(name: str) -> ResponseReturnValue:
    """Show the records that are to become one, side by side."""
    records = _numbers(request.args.getlist("records"))
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        desk.records.may(name, "merge")
        refuse_unmergeable(desk.reading, entity)
        if len(records) < 2:
            return go(list_url(name), reader_at(desk).t("merge.too_few"), tone="warning")
        return show(merge_page(desk, reader_at(desk), entity, records), desk, entity=name)


@pages.post("/merge/<name>")
@requires(RECORDS)
def perform(name: str) -> ResponseReturnValue:
    """Make one record of several and show it, or say what stands in the way."""
    typed = read_typed(request.form.items(multi=True))
    asked = _asked(name, typed)

    def work(desk: Desk) -> Saved:
        return merge(desk.records, asked)

    try:
        saved = write_at_desk(work)
    except (ConflictError, InputError, LimitError) as error:
        return _again(asked, error)
    text = current_reader().t("merge.done", count=len(asked.others))
    return go(card_url(name, saved.id), text, change_set=saved.change_set)


def _asked(name: str, typed: Typed) -> Merge:
    records = _numbers(typed.get("records", []))
    master = read_number(typed.get("master", [""])[-1]) or 0
    choices = {
        key.removeprefix(_CHOICE): read_number(texts[-1]) or 0
        for key, texts in typed.items()
        if key.startswith(_CHOICE)
    }
    return Merge(
        entity=name,
        master=master,
        others=tuple(each for each in records if each != master),
        choices=choices,
        confirmed=given_confirmations(typed),
    )


def _numbers(texts: Sequence[str]) -> list[int]:
    found = [read_number(each) for text in texts for each in text.split(",")]
    return list(dict.fromkeys(each for each in found if each))[:MOST_MERGED]


def _again(asked: Merge, error: CardwrightError) -> ResponseReturnValue:
    with reading_desk() as desk:
        reader = reader_at(desk)
        entity = find_entity(desk.model, asked.entity)
        page = merge_page(
            desk,
            reader,
            entity,
            sorted({asked.master, *asked.others}),
            master=asked.master,
            choices=asked.choices,
            errors=_said(reader, error),
        )
        return show(page, desk, status=409, entity=asked.entity)


def _said(reader: Reader, error: CardwrightError) -> list[str]:
    if not isinstance(error, InputError):
        return [reader.say(error.message)]
    return [reader.say(each) for each in (*error.messages, *error.confirm.values())]
