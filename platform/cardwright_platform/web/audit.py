"""The audit log: looked through, one row with its values, a file of it; who is signed in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import SEE_LOGS
from cardwright_entities.accounts.sessions import SignedIn, close_listed, list_online
from cardwright_entities.audit.kinds import AREAS, KINDS, LOG_EXPORTED
from cardwright_entities.audit.noting import note
from cardwright_entities.audit.reading import Deed, Narrowing, find_deed, list_deeds
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.exchange.neutral import neutral
from cardwright_platform.current import current_opening
from cardwright_platform.permissions import requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.views.audit import AuditInput, AuditPage, OnlinePage, OnlineRow
from cardwright_platform.views.cells import Action, Choice
from cardwright_platform.views.lists import Empty
from cardwright_platform.web.answers import go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.presenting.audit import about, deed_page, deed_row, kind_label
from cardwright_platform.web.presenting.devices import device_name
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import AUDIT, ONLINE, with_query

pages = Blueprint("audit", __name__)

_SHOWN = 50
#: Rows of one file, and how many are read at a time.
_MOST_EXPORTED, _AT_ONCE = 100_000, 2_000
_ONLINE = timedelta(minutes=15)
_NAMES = ("area", "kind", "account", "entity", "record", "since", "until", "text", "address")


@pages.get(AUDIT)
@requires(SEE_LOGS)
def show_log() -> ResponseReturnValue:
    """List what was done, the newest first, narrowed as the address says."""
    sent = _sent(request.args)
    before = read_number(request.args.get("before", "")) or None
    with reading_desk() as desk:
        reader = reader_at(desk)
        asked = _narrowing(desk, sent)
        found = list_deeds(desk.session, asked, before=before, limit=_SHOWN + 1)
        shown = found[:_SHOWN]
        older = [*sent.items(), ("before", str(shown[-1].id))] if len(found) > _SHOWN else []
        narrowed = bool(set(sent) - {"area"})
        page = AuditPage(
            title=reader.t("audit.title"),
            action=AUDIT,
            areas=_areas(reader, sent.get("area", "")),
            area=sent.get("area", ""),
            inputs=tuple(_inputs(desk, reader, sent)),
            narrowed=narrowed,
            rows=tuple(deed_row(desk, reader, each) for each in shown),
            export_url=f"{AUDIT}/export",
            hidden=tuple(sent.items()),
            older_url=with_query(AUDIT, older) if older else "",
            clear_url=with_query(AUDIT, [("area", sent.get("area", ""))]),
            empty=None if shown else _empty(reader, narrowed=narrowed),
        )
        return show(page, desk)


@pages.get(f"{AUDIT}/<int:number>")
@requires(SEE_LOGS)
def show_deed(number: int) -> ResponseReturnValue:
    """Show one row, with the values of its change set that the reader may read."""
    with reading_desk() as desk:
        return show(deed_page(desk, reader_at(desk), find_deed(desk.session, number)), desk)


@pages.post(f"{AUDIT}/export")
@requires(SEE_LOGS)
def export_log() -> ResponseReturnValue:
    """Answer the log as CSV, narrowed as on the page; the log says who took it."""
    sent = _sent(request.form)
    with reading_desk() as desk:
        text, count = _csv(desk, reader_at(desk), _narrowing(desk, sent))
    detail = {"rows": count, **sent}
    write_at_desk(lambda desk: note(desk.session, LOG_EXPORTED, detail=detail))
    answer = Response(text.encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@pages.get(ONLINE)
@requires(SEE_LOGS)
def show_online() -> ResponseReturnValue:
    """List who is signed in and was there lately."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        found = list_online(desk.session, desk.context.now - _ONLINE)
        minutes = int(_ONLINE.total_seconds() // 60)
        page = OnlinePage(
            title=reader.t("audit.online"),
            text=reader.t("audit.online_text", minutes=minutes),
            areas=_areas(reader, "online"),
            rows=tuple(_online_row(reader, each) for each in found),
            empty=None if found else Empty(title=reader.t("audit.no_online"), kind="done"),
        )
        return show(page, desk)


@pages.post(f"{ONLINE}/end")
@requires(SEE_LOGS)
def end_session() -> ResponseReturnValue:
    """Sign somebody out: his next request is a stranger's."""
    identifier = request.form.get("session", "")
    if not write_at_desk(lambda desk: close_listed(desk.session, identifier)):
        raise NotFoundError(Message("not_found"))
    with reading_desk() as desk:
        said = reader_at(desk).t("audit.online_closed")
    return go(ONLINE, said)


def _sent(given: Mapping[str, str]) -> dict[str, str]:
    """Return what narrows the log; what cannot be meant is left out."""
    known = {"area": AREAS, "kind": tuple(KINDS)}
    sent = {name: given.get(name, "").strip()[:100] for name in _NAMES}
    return {name: text for name, text in sent.items() if text and text in known.get(name, (text,))}


def _narrowing(desk: Desk, sent: Mapping[str, str]) -> Narrowing:
    entity = sent.get("entity", "")
    known = entity in desk.model.catalog.entities
    until = _day(desk, sent.get("until", ""))
    return Narrowing(
        area=sent.get("area", ""),
        kind=sent.get("kind", ""),
        account=read_number(sent.get("account", "")) or None,
        entity=desk.model.entity(entity).key if known else entity,
        record=read_number(sent.get("record", "")) or None,
        since=_day(desk, sent.get("since", "")),
        until=until + timedelta(days=1) if until is not None else None,
        address=sent.get("address", ""),
        text=sent.get("text", ""),
    )


def _day(desk: Desk, text: str) -> datetime | None:
    """Return when a day begins where the reader is."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=desk.context.zone)
    except ValueError:
        return None


def _areas(reader: Reader, chosen: str) -> tuple[Choice, ...]:
    tabs = [("", reader.t("audit.area_all"))]
    tabs += [(area, reader.t(f"audit.area_{area}")) for area in AREAS]
    return (
        *(
            Choice(value=with_query(AUDIT, [("area", area)]), label=label, selected=area == chosen)
            for area, label in tabs
        ),
        Choice(value=ONLINE, label=reader.t("audit.online"), selected=chosen == "online"),
    )


def _inputs(desk: Desk, reader: Reader, sent: Mapping[str, str]) -> Iterator[AuditInput]:
    area, kind, entity = sent.get("area", ""), sent.get("kind", ""), sent.get("entity", "")
    kinds = tuple(
        Choice(value=name, label=kind_label(reader, name), selected=name == kind)
        for name, each in KINDS.items()
        if not area or each.area == area
    )
    yield AuditInput(name="kind", label=reader.t("audit.kind"), type="choice", choices=kinds)
    if area in ("", "records", "taking"):
        entities = tuple(
            Choice(value=name, label=reader.entity_label(each), selected=name == entity)
            for name in desk.model.catalog.entities
            if not (each := desk.model.entity(name)).definition.owner
        )
        label = reader.t("audit.entity")
        yield AuditInput(name="entity", label=label, type="choice", choices=entities)
    for name, type_ in (
        ("since", "date"),
        ("until", "date"),
        ("text", "text"),
        ("address", "text"),
    ):
        label = reader.t(f"audit.{name}")
        yield AuditInput(name=name, label=label, type=type_, value=sent.get(name, ""))


def _csv(desk: Desk, reader: Reader, asked: Narrowing) -> tuple[str, int]:
    file = io.StringIO()
    writer = csv.writer(file)
    titles = (
        *("when", "who", "actor", "kind", "what", "detail", "detail_reason"),
        *("address", "change_set", "seal"),
    )
    writer.writerow([reader.t(f"audit.{each}") for each in titles])
    count = 0
    for deed in _all(desk, asked):
        when = deed.at.astimezone(reader.context.zone)
        cells = (
            f"{when:%Y-%m-%d %H:%M:%S}",
            deed.name,
            reader.t(f"audit.actor_{deed.actor}"),
            kind_label(reader, deed.kind),
            about(desk, reader, deed),
            deed.target,
            deed.reason,
            deed.address,
            str(deed.change_set or ""),
            str(deed.seal or ""),
        )
        writer.writerow([neutral(each) for each in cells])
        count += 1
    return file.getvalue(), count


def _all(desk: Desk, asked: Narrowing) -> Iterator[Deed]:
    before: int | None = None
    for _ in range(_MOST_EXPORTED // _AT_ONCE):
        found = list_deeds(desk.session, asked, before=before, limit=_AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        before = found[-1].id


def _online_row(reader: Reader, session: SignedIn) -> OnlineRow:
    here = current_opening().signed_in
    is_here = here is not None and here.id == session.id
    close = Action(
        label=reader.t("audit.online_close"),
        url=f"{ONLINE}/end",
        icon="logout",
        post=True,
        confirm=reader.t("audit.online_close_confirm"),
        hidden=(("session", session.id),),
    )
    facts = (session.account.login, session.address, reader.locale.datetime(session.created_at))
    return OnlineRow(
        name=session.account.name,
        device=device_name(session.device),
        facts=tuple(filter(None, facts)),
        when=reader.t("audit.online_here") if is_here else reader.locale.datetime(session.seen_at),
        close=None if is_here else close,
    )


def _empty(reader: Reader, *, narrowed: bool) -> Empty:
    if narrowed:
        return Empty(title=reader.t("audit.none_such"), kind="filtered")
    return Empty(title=reader.t("audit.empty"), kind="done")
