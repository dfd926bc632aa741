"""One's folders and tags → the page that shows them, and what is in one of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.marks.keeping import Mark, read_marks
from cardwright_entities.marks.reaching import FOLDER, TAG, Marked
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.marking import LONGEST_NAME, count_marked, may_mark
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.views.cells import Action
from cardwright_platform.views.lists import Empty
from cardwright_platform.views.marks import Favourites, MarkedGroup, MarkPage, MarkTile
from cardwright_platform.web.presenting.marks import mark_tile, marked_url, titled_records
from cardwright_platform.web.presenting.orders import readable_sort
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import FAVOURITES, mark_url

#: Records of one entity that are shown here; the list has all of them.
_SHOWN = 100


@dataclass(frozen=True)
class Wrong:
    """A name that could not be taken, of which mark (0: of a new one), and why."""

    mark: int
    typed: str
    message: Message


def favourites_page(
    desk: Desk, reader: Reader, number: int, wrong: Wrong | None = None
) -> Favourites:
    """Return all marks, and the records of the one that is asked for, else of the first folder."""
    marks = read_marks(desk.session)
    counts = count_marked(desk.session, desk.reading, marks)
    ordered = [*_of(marks, FOLDER), *_of(marks, TAG)]
    chosen = next((each for each in ordered if each.id == number), None)
    chosen = chosen or next(iter(ordered), None)
    tiles = {
        each.id: replace(
            mark_tile(desk, reader, each, counts.get(each.id, {})),
            url=mark_url(each.id),
            current=each is chosen,
        )
        for each in ordered
    }
    about_new = wrong if wrong is not None and not wrong.mark else None
    may = may_mark(desk.records)
    return Favourites(
        title=reader.t("favourites.title"),
        new_url=FAVOURITES if may else "",
        folders=_tiles(tiles, _of(marks, FOLDER)),
        tags=_tiles(tiles, _of(marks, TAG)),
        chosen=None
        if chosen is None
        else _chosen(desk, reader, chosen, list(counts.get(chosen.id, {})), wrong),
        typed=about_new.typed if about_new else "",
        error=reader.say(about_new.message) if about_new else "",
        longest=LONGEST_NAME,
        empty=None
        if ordered
        else Empty(title=reader.t("marks.empty"), text=reader.t("marks.empty_text")),
    )


def _of(marks: Iterable[Mark], kind: str) -> list[Mark]:
    return [each for each in marks if each.kind == kind]


def _tiles(tiles: dict[int, MarkTile], marks: Iterable[Mark]) -> tuple[MarkTile, ...]:
    return tuple(tiles[each.id] for each in marks)


def _chosen(
    desk: Desk, reader: Reader, mark: Mark, entities: Sequence[str], wrong: Wrong | None
) -> MarkPage:
    about = wrong if wrong is not None and wrong.mark == mark.id else None
    groups = tuple(_group(desk, reader, mark, desk.model.entity(name)) for name in entities)
    return MarkPage(
        id=str(mark.id),
        name=mark.name,
        kind=mark.kind,
        rename_url=mark_url(mark.id, "rename"),
        delete=Action(
            label=reader.t("marks.delete"),
            url=mark_url(mark.id, "delete"),
            icon="trash",
            post=True,
            danger=True,
        ),
        typed=about.typed if about else mark.name,
        error=reader.say(about.message) if about else "",
        groups=groups,
        empty=None
        if groups
        else Empty(title=reader.t("marks.empty_mark"), text=reader.t("marks.empty_mark_text")),
    )


def _group(desk: Desk, reader: Reader, mark: Mark, entity: EntityModel) -> MarkedGroup:
    where = desk.condition(entity.name, Marked(mark.kind, entity.name, mark.name).write())
    title = SortDefinition(path=entity.definition.title)
    request = PageRequest(
        entity=entity.name,
        where=where,
        sort=readable_sort(desk, entity, (title,) if title.path in entity.fields else ()),
        limit=_SHOWN,
        count="exact",
    )
    records, count = titled_records(desk, reader, entity, request)
    hidden = count - len(records)
    number = reader.locale.number
    return MarkedGroup(
        name=entity.name,
        label=reader.list_label(entity),
        icon=entity.definition.icon,
        count=number(count),
        list_url=marked_url(entity, mark.kind, mark.name),
        remove_url=mark_url(mark.id, "remove"),
        records=tuple(records),
        more=reader.t("marks.more", count=number(hidden)) if hidden else "",
    )
