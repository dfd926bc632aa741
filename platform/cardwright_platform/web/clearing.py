"""Data clearing on screen: what is to be emptied, what hangs on it, and a word to be typed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import CLEAR
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.clearing import (
    Content,
    clearable,
    content_of,
    hanging_on,
)
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.views.bins import ClearedEntity, ClearingPage
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import CLEARING, SETTINGS, job_url
from cardwright_platform.worker.clearing import ask_for_clearing

pages = Blueprint("clearing", __name__)


@pages.get(CLEARING)
@requires(CLEAR)
def show_clearing() -> ResponseReturnValue:
    """Show what could be emptied, and what hangs on the chosen ones."""
    return _page(request.args.getlist("entity"))


@pages.post(CLEARING)
@requires(CLEAR)
def clear() -> ResponseReturnValue:
    """Begin to empty what was chosen, once the word was typed and nothing hangs on it."""
    names = tuple(dict.fromkeys(request.form.getlist("entity")))
    numbers = request.form.get("numbers") == "1"
    reader = current_reader()
    if request.form.get("word", "").strip().casefold() != reader.t("clearing.word").casefold():
        error = reader.t("bin.type_wrong", word=reader.t("clearing.word"))
        return _page(names, refused=True, error=error, numbers=numbers)

    def work(desk: Desk) -> int:
        return ask_for_clearing(current_instance(), desk, names, numbers=numbers)

    try:
        return go(job_url(write_at_desk(work)))
    except ConflictError:
        # The page says what hangs on the chosen ones.
        return _page(names, refused=True)


def _page(
    names: Sequence[str], *, refused: bool = False, error: str = "", numbers: bool = False
) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        known = clearable(desk.records)
        chosen = [each for each in known if each.name in names]
        contents = {each.name: content_of(desk.records, each) for each in known}
        held = _held(desk, reader, chosen)
        total = sum(contents[each.name].living + contents[each.name].deleted for each in chosen)
        page = ClearingPage(
            title=reader.t("clearing.title"),
            text=reader.t("clearing.text"),
            action=CLEARING,
            back_url=SETTINGS,
            entities=tuple(
                ClearedEntity(
                    name=each.name,
                    label=reader.list_label(each),
                    count=_count(reader, contents[each.name]),
                    chosen=each in chosen,
                    held=tuple(held.get(each.name, ())),
                )
                for each in sorted(known, key=lambda each: not _has(contents[each.name]))
            ),
            problems=_problems(desk, reader, held, contents),
            total=reader.locale.number(total),
            chosen=tuple(each.name for each in chosen),
            ready=bool(chosen) and not held,
            word=reader.t("clearing.word"),
            error=error,
            numbers=numbers,
        )
        return show(page, desk, status=422 if refused else 200)


def _held(desk: Desk, reader: Reader, chosen: Sequence[EntityModel]) -> dict[str, list[str]]:
    """Return what hangs on the chosen entities, in words, by what it is."""
    held: dict[str, list[str]] = {}
    for each in hanging_on(desk.records, chosen):
        target = reader.entity_label(_head(desk, each.target))
        number = reader.locale.number(each.records)
        held.setdefault(each.entity, []).append(
            reader.t("clearing.hangs", count=number, target=target)
        )
    return held


def _problems(
    desk: Desk, reader: Reader, held: Mapping[str, list[str]], known: Collection[str]
) -> tuple[str, ...]:
    """Return what hangs on the chosen entities and cannot be chosen here, such as accounts."""
    return tuple(
        f"{reader.entity_label(desk.model.entity(name))}: {text}"
        for name in held
        if name not in known
        for text in held[name]
    )


def _head(desk: Desk, name: str) -> EntityModel:
    entity = desk.model.entity(name)
    return desk.model.head_of(entity) or entity


def _has(content: Content) -> bool:
    return bool(content.living or content.deleted)


def _count(reader: Reader, content: Content) -> str:
    number = reader.locale.number
    parts = [reader.t("clearing.records", count=number(content.living))]
    if content.deleted:
        parts.append(reader.t("clearing.deleted", count=number(content.deleted)))
    if content.lines:
        parts.append(reader.t("bin.with_lines", count=number(content.lines)))
    return " · ".join(parts)
