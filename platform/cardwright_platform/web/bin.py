"""The recycle bin: what was deleted, by whom, what went with it; restored, or gone for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import PURGE
from cardwright_entities.bin_jobs import PURGE_OLD, days_kept
from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.recycled import BinRequest, count_bin, read_bin, read_mark
from cardwright_entities.records.purging import Purged, check_right, look, purge
from cardwright_entities.recycle_bin import entities_of_bin, purgeable, restore_together
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import is_number, read_number
from cardwright_platform.views.bins import Bin, BinAge, TypedConfirmation
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Column, Empty, Pager, SearchBox
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import (
    current_reader,
    reader_at,
    reading_desk,
    write_at_desk,
)
from cardwright_platform.web.presenting.bins import bin_rows, confirm_purge, is_typed, left_text
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import BIN, job_url, with_query

pages = Blueprint("bin", __name__)

_SHOWN = 50
#: Records that one request restores or lets go.
_MOST = 500
_USUAL_DAYS = 90
_PURGE, _OLDER = f"{BIN}/purge", f"{BIN}/older"


@pages.get(BIN)
@requires(RECORDS)
def show_bin() -> ResponseReturnValue:
    """Show what was deleted, the newest first."""
    sent = {name: request.args.get(name, "").strip()[:100] for name in ("entity", "q", "who")}
    with reading_desk() as desk:
        reader = reader_at(desk)
        known = entities_of_bin(desk)
        asked = BinRequest(
            search=sent["q"],
            account=read_number(sent["who"]) or None,
            after=read_mark(request.args.get("after", "")),
            limit=_SHOWN + 1,
        )
        counts = count_bin(desk.session, desk.reading, known, asked)
        wanted = [each for each in known if not sent["entity"] or each[0].name == sent["entity"]]
        found = read_bin(desk.session, desk.reading, wanted, asked)
        shown = found[:_SHOWN]
        older = [*sent.items(), ("after", shown[-1].mark)] if len(found) > _SHOWN else []
        total = sum(n for name, n in counts.items() if sent["entity"] in ("", name))
        may_purge = desk.policy.has_feature(desk.context.principal, PURGE)
        page = Bin(
            title=reader.t("bin.title"),
            text=_kept_text(desk, reader),
            columns=_columns(reader),
            rows=bin_rows(desk, reader, shown),
            entities=_tabs(reader, known, counts, sent),
            search=_search(sent),
            restore_url=f"{BIN}/restore",
            purge_url=_PURGE if may_purge else "",
            pager=Pager(
                text=reader.locale.number(total),
                first_url=with_query(BIN, sent.items()) if asked.after else "",
                next_url=with_query(BIN, older) if older else "",
            ),
            empty=None if shown else _empty(reader, narrowed=bool(sent["q"] or sent["who"])),
            actions=_old_ones(reader) if may_purge and counts else (),
        )
        return show(page, desk)


@pages.post(f"{BIN}/restore")
@requires(RECORDS)
def restore_selected() -> ResponseReturnValue:
    """Take the chosen records out of the bin as one change set; tell what stood in the way."""
    chosen = _chosen()

    done = write_at_desk(lambda desk: restore_together(desk, chosen))
    reader = current_reader()
    if not done.left:
        return go(BIN, reader.t("bin.restored", count=done.count), change_set=done.change_set)
    with reading_desk() as desk:
        why = left_text(desk, reader_at(desk), done.left)
    text = reader.t("bin.restored_some", count=done.count, left=len(done.left))
    return go(BIN, f"{text} {why}", change_set=done.change_set, tone="warning")


@pages.post(_PURGE)
@requires(PURGE)
def purge_selected() -> ResponseReturnValue:
    """Ask for the word, with what would go and what stays; then let the chosen ones go."""
    chosen: defaultdict[str, set[int]] = defaultdict(set)
    for name, record in _chosen():
        chosen[name].add(record)
    word = request.form.get("word")
    reader = current_reader()
    if word is None or not is_typed(reader, word):
        return _ask(chosen, wrong=word is not None)

    def work(desk: Desk) -> Purged:
        return purge(desk.records, chosen)

    purged = write_at_desk(work)
    left = len(purged.refused)
    text = reader.t("bin.purged_some" if left else "bin.purged", count=purged.count, left=left)
    return go(BIN, text, tone="warning" if left else "done")


@pages.get(_OLDER)
@requires(PURGE)
def show_older() -> ResponseReturnValue:
    """Ask how old records are to be, and tell how many there are."""
    return _age(request.args)


@pages.post(_OLDER)
@requires(PURGE)
def purge_older() -> ResponseReturnValue:
    """Let go in the background what has been in the bin for so many days."""
    sent = request.form
    reader = current_reader()
    days = _days(sent.get("days", ""))
    if days is None or not is_typed(reader, sent.get("word", "")):
        return _age(sent, wrong=days is not None)

    def work(desk: Desk) -> int:
        check_right(desk.records)
        before = desk.context.now - timedelta(days=days)
        arguments = {"before": before.isoformat(), "entity": sent.get("entity", "")[:100]}
        return current_instance().jobs.enqueue(desk.session, PURGE_OLD, arguments)

    return go(job_url(write_at_desk(work)))


def _tabs(
    reader: Reader,
    known: Sequence[tuple[EntityModel, str]],
    counts: Mapping[str, int],
    sent: Mapping[str, str],
) -> tuple[Choice, ...]:
    chosen = sent["entity"]
    rest = [(name, sent[name]) for name in ("q", "who")]
    everything = Choice(
        value=with_query(BIN, rest),
        label=reader.t("bin.all"),
        selected=not chosen,
        hint=reader.locale.number(sum(counts.values())),
    )
    return (
        everything,
        *(
            Choice(
                value=with_query(BIN, (("entity", each.name), *rest)),
                label=reader.list_label(each),
                selected=each.name == chosen,
                hint=reader.locale.number(counts.get(each.name, 0)),
            )
            for each, _ in known
            if each.name in counts or each.name == chosen
        ),
    )


def _columns(reader: Reader) -> tuple[Column, ...]:
    names = ("record", "entity", "with", "who", "when")
    return tuple(Column(path=name, label=reader.t(f"bin.{name}")) for name in names)


def _search(sent: Mapping[str, str]) -> SearchBox:
    hidden = tuple((name, sent[name]) for name in ("entity", "who") if sent[name])
    return SearchBox(action=BIN, text=sent["q"], hidden=hidden)


def _old_ones(reader: Reader) -> tuple[Action, ...]:
    return (Action(label=reader.t("bin.older"), url=_OLDER, icon="clock"),)


def _kept_text(desk: Desk, reader: Reader) -> str:
    days = days_kept(desk.settings)
    return reader.t("bin.text_days", count=days) if days else reader.t("bin.text")


def _empty(reader: Reader, *, narrowed: bool) -> Empty:
    if narrowed:
        return Empty(title=reader.t("bin.none_such"), kind="filtered")
    return Empty(title=reader.t("bin.empty"))


def _chosen() -> list[tuple[str, int]]:
    parts = [each.partition(":") for each in request.form.getlist("ids")[:_MOST]]
    found = [(name, int(record)) for name, _, record in parts if is_number(record)]
    return list(dict.fromkeys(found))


def _ask(chosen: Mapping[str, set[int]], *, wrong: bool) -> Response:
    with reading_desk() as desk:
        reader = reader_at(desk)
        page = confirm_purge(desk, reader, look(desk.records, chosen), wrong=wrong)
        return show(page, desk, status=422 if wrong else 200)


def _age(sent: Mapping[str, str], *, wrong: bool = False) -> Response:
    days = _days(sent.get("days", str(_USUAL_DAYS)))
    with reading_desk() as desk:
        reader = reader_at(desk)
        known = purgeable(desk)
        chosen = sent.get("entity", "")
        count = 0
        if days is not None:
            asked = BinRequest(before=desk.context.now - timedelta(days=days))
            counts = count_bin(desk.session, desk.reading, known, asked)
            count = sum(n for name, n in counts.items() if chosen in ("", name))
        page = BinAge(
            title=reader.t("bin.older"),
            back_url=BIN,
            action=_OLDER,
            days=sent.get("days", str(_USUAL_DAYS))[:9],
            entities=(
                Choice(value="", label=reader.t("bin.all"), selected=not chosen),
                *(
                    Choice(
                        value=each.name,
                        label=reader.list_label(each),
                        selected=each.name == chosen,
                    )
                    for each, _ in known
                ),
            ),
            confirm=_confirm_age(reader, days, chosen, count, wrong=wrong),
        )
        return show(page, desk, status=422 if wrong or days is None else 200)


def _confirm_age(
    reader: Reader, days: int | None, entity: str, count: int, *, wrong: bool
) -> TypedConfirmation:
    word = reader.t("bin.word")
    if days is None:
        warning = reader.t("bin.days_wrong")
    else:
        warning = reader.t("bin.older_text" if count else "bin.older_none", days=days)
    return TypedConfirmation(
        title="",
        warning=warning,
        back_label=reader.t("bin.title"),
        back_url=BIN,
        action=_OLDER,
        facts=((reader.t("bin.records"), reader.locale.number(count)),) if count else (),
        hidden=(("days", str(days)), ("entity", entity)),
        word=word if count else "",
        label=reader.t("bin.type", word=word),
        error=reader.t("bin.type_wrong", word=word) if wrong else "",
        button=reader.t("bin.purge"),
    )


def _days(text: str) -> int | None:
    return int(text) if is_number(text) and len(text) <= 5 and int(text) <= 36_500 else None
