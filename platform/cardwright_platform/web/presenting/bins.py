"""Deleted records in the reader's words: rows of the bin, and why some stay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, ConflictError
from cardwright_entities.files.rights import count_readable_files
from cardwright_entities.queries.recycled import Recycled, lines_with
from cardwright_entities.queries.titles import Titles
from cardwright_entities.records.purging import Purged, Refused
from cardwright_entities.recycle_bin import Place, titles_of_places
from cardwright_platform.views.bins import Staying, TypedConfirmation
from cardwright_platform.views.cells import Cell
from cardwright_platform.views.lists import PhoneRow, Row
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import BIN, card_url, with_query

#: Records whose reasons are told, and records that are named as one of them.
_MOST_TOLD, _MOST_NAMED = 50, 5
#: Records of a toast.
_MOST_IN_A_TOAST = 3


def bin_rows(desk: Desk, reader: Reader, records: Sequence[Recycled]) -> tuple[Row, ...]:
    """Return the rows of deleted records that the reader may read."""
    titles = titles_of_places(desk, [(each.entity, each.id) for each in records])
    names = names_of_accounts(desk.session, {each.by for each in records if each.by is not None})
    along = _along(desk, reader, records)
    rows = []
    for each in records:
        entity = desk.model.entity(each.entity)
        title = titles.get((each.entity, each.id)) or f"#{each.id}"
        kind = Cell(text=reader.entity_label(entity))
        who = names.get(each.by, f"#{each.by}") if each.by is not None else ""
        place = with_query(BIN, [("who", str(each.by or ""))])
        person = Cell(template="link", text=who, href=place) if who else Cell()
        when = Cell(text=reader.locale.datetime(each.at))
        rows.append(
            Row(
                id=f"{each.entity}:{each.id}",
                url=card_url(each.entity, each.id),
                cells=(
                    Cell(text=title),
                    kind,
                    Cell(text=along.get((each.entity, each.id), ""), tone="quiet"),
                    person,
                    when,
                ),
                title=title,
                phone=PhoneRow(title=title, state=kind, second=Cell(text=who), tail=when),
            )
        )
    return tuple(rows)


def confirm_purge(
    desk: Desk, reader: Reader, told: Purged, *, wrong: bool = False
) -> TypedConfirmation:
    """Return the page that asks for the word, with what would go and what stays."""
    word = reader.t("bin.word")
    facts = [
        (
            reader.list_label(desk.model.entity(name)),
            reader.locale.number(len(ids)),
        )
        for name, ids in told.gone.items()
    ]
    if told.lines:
        facts.append((reader.t("bin.lines"), reader.locale.number(told.lines)))
    return TypedConfirmation(
        title=reader.t("bin.purge"),
        warning=reader.t("bin.purge_text" if told.count else "bin.purge_none"),
        back_label=reader.t("bin.title"),
        back_url=BIN,
        action=f"{BIN}/purge",
        facts=tuple(facts),
        staying=tuple(_staying(desk, reader, told.refused[:_MOST_TOLD])),
        hidden=tuple(("ids", f"{name}:{each}") for name, ids in told.gone.items() for each in ids),
        word=word if told.count else "",
        label=reader.t("bin.type", word=word),
        error=reader.t("bin.type_wrong", word=word) if wrong else "",
        button=reader.t("bin.purge"),
    )


def is_typed(reader: Reader, text: str) -> bool:
    """Tell whether somebody typed the word that lets records go for good."""
    return text.strip().casefold() == reader.t("bin.word").casefold()


def left_text(desk: Desk, reader: Reader, left: Mapping[Place, CardwrightError]) -> str:
    """Return why some records did not come back."""
    titles = titles_of_places(desk, left)
    told = []
    for (name, record), error in list(left.items())[:_MOST_IN_A_TOAST]:
        title = titles.get((name, record)) or f"#{record}"
        told.append(f"{title}: {reader.say(error.foremost())}{_fields(desk, reader, name, error)}")
    return " ".join(told)


def _fields(desk: Desk, reader: Reader, name: str, error: CardwrightError) -> str:
    fields = error.details.get("fields", ()) if isinstance(error, ConflictError) else ()
    if not fields or not isinstance(fields, list):
        return ""
    entity = desk.model.entity(name)
    return f" ({reader.listed(reader.path_label(entity, str(each)) for each in fields)})"


def _staying(desk: Desk, reader: Reader, refused: Iterable[Refused]) -> Iterable[Staying]:
    refused = list(refused)
    places = [(each.entity, each.record) for each in refused]
    titles = titles_of_places(
        desk, [*places, *(place for each in refused for place in each.holders)]
    )
    for each in refused:
        place = each.entity, each.record
        known = [holder for holder in each.holders if holder in titles]
        holders = [
            (_named(desk, reader, titles, holder), card_url(*holder))
            for holder in known[:_MOST_NAMED]
        ]
        more = len(known) - len(holders)
        if more:
            holders.append((reader.t("bin.holders_more", count=more), ""))
        if len(known) < len(each.holders):
            holders.append((reader.t("bin.holders_hidden"), ""))
        yield Staying(
            label=_named(desk, reader, titles, place),
            url=card_url(*place),
            why=reader.say(each.message),
            holders=tuple(holders),
        )


def _named(desk: Desk, reader: Reader, titles: Titles, place: Place) -> str:
    name, record = place
    label = reader.entity_label(desk.model.entity(name))
    return f"{label} {titles.get(place) or f'#{record}'}"


def _along(desk: Desk, reader: Reader, records: Sequence[Recycled]) -> dict[Place, str]:
    """Return what went with each record, or hangs on it."""
    by_entity: defaultdict[str, list[int]] = defaultdict(list)
    for each in records:
        by_entity[each.entity].append(each.id)
    along: dict[Place, str] = {}
    for name, ids in by_entity.items():
        entity = desk.model.entity(name)
        lines = lines_with(desk.session, desk.reading, entity, ids)
        files = count_readable_files(desk.session, desk.reading, entity, ids)
        for record in ids:
            parts = [
                reader.t(key, count=reader.locale.number(found[record]))
                for key, found in (("bin.with_lines", lines), ("bin.with_files", files))
                if found.get(record)
            ]
            along[name, record] = " · ".join(parts)
    return along
