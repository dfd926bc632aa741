"""One's tags, favourites and opened records → what cards, lists and the home page show of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.engine import Desk
from cardwright_entities.flows.marking import marking_action
from cardwright_entities.marks.keeping import Mark as OwnMark
from cardwright_entities.marks.keeping import MarkedRecords, read_marks
from cardwright_entities.marks.reaching import FOLDER, TAG, Marked
from cardwright_entities.marks.visits import last_visits
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.marking import (
    LONGEST_NAME,
    bears,
    count_marked,
    marked_here,
    may_mark,
)
from cardwright_platform.views.cells import Action, Choice, Mark
from cardwright_platform.views.lists import BulkAction, FilterField, Operator, Row, ViewTab
from cardwright_platform.views.marks import FolderChoice, MarkBox, MarkTile, OpenedRecord
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.reader import Reader, hue_of
from cardwright_platform.web.presenting.record_titles import title_of_row
from cardwright_platform.web.urls import action_url, bulk_url, card_url, list_url, mark_url

#: Records that the home page shows of those opened last, and how many are looked at for that.
_OPENED, _LOOKED_AT = 8, 16
#: Kinds of marks in the order in which they are offered.
_KINDS = (TAG, FOLDER)


@dataclass(frozen=True)
class ListMarks:
    """The marks on the rows of a page, and what else they bring to its list."""

    found: MarkedRecords = MarkedRecords()
    menu: tuple[Action, ...] = ()

    def on(self, entity: EntityModel, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return the rows with the marks that they bear."""
        return tuple(
            replace(
                row,
                tags=_tags(entity, self.found.of(int(row.id), TAG)),
                starred=bool(self.found.of(int(row.id), FOLDER)),
            )
            for row in rows
        )


def mark_box(desk: Desk, entity: EntityModel, record: int) -> MarkBox | None:
    """Return the tags and the star of a record that was read at the desk."""
    kinds = [kind for kind in _KINDS if bears(entity, kind)]
    if not kinds or not may_mark(desk.records):
        return None
    found = marked_here(desk.session, entity, [record])
    borne = found.of(record, TAG)
    kept = found.of(record, FOLDER)
    return MarkBox(
        tags=_tags(entity, borne),
        tags_url=action_url(entity.name, record, "tags") if TAG in kinds else "",
        known=tuple(each.name for each in found.marks if each.kind == TAG and each not in borne),
        folders=tuple(
            FolderChoice(name=each.name, chosen=each in kept)
            for each in found.marks
            if each.kind == FOLDER
        ),
        stars_url=action_url(entity.name, record, "favourites") if FOLDER in kinds else "",
        starred=bool(kept),
        longest=LONGEST_NAME,
    )


def list_marks(desk: Desk, reader: Reader, entity: EntityModel, ids: Sequence[int]) -> ListMarks:
    """Return the marks on some rows of an entity, read in one statement."""
    if not may_mark(desk.records):
        return ListMarks()
    found = marked_here(desk.session, entity, ids)
    tags = [each for each in found.marks if each.kind == TAG]
    menu = [
        Action(label=each.name, url=marked_url(entity, TAG, each.name), icon="tag") for each in tags
    ]
    if tags:
        label = reader.t("marks.all_tagged")
        menu.append(Action(label=label, url=marked_url(entity, TAG), icon="tags"))
    return ListMarks(found, tuple(menu))


def mark_tabs(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState
) -> tuple[ViewTab, ...]:
    """Return the tab of a list's favourites, where there can be any."""
    if not bears(entity, FOLDER) or not may_mark(desk.records):
        return ()
    url = marked_url(entity, FOLDER)
    current = is_of_favourites(state)
    return (ViewTab(label=reader.t("favourites.title"), url=url, icon="star", current=current),)


def is_of_favourites(state: ListState) -> bool:
    """Tell whether a list shows one's favourites, all of them."""
    return not state.query and state.where == Marked(FOLDER).write()


def mark_fields(desk: Desk, reader: Reader, entity: EntityModel) -> list[FilterField]:
    """Return what a list is filtered by beside its fields: one's tags and folders, if there are."""
    labels = {TAG: reader.t("marks.tags"), FOLDER: reader.t("favourites.title")}
    choices = tuple(
        Choice(
            value=Marked(each.kind, entity.name, each.name).name_of_set(),
            label=f"{labels[each.kind]} · {each.name}",
            hue=hue_of(each.name) if each.kind == TAG else "",
        )
        for each in read_marks(desk.session)
        if bears(entity, each.kind)
    )
    if not choices:
        return []
    operators = tuple(
        Operator(code=code, label=reader.t(f"operator.{code}"), value="many")
        for code in ("in", "not_in")
    )
    label = reader.t("marks.own")
    return [
        FilterField(path="$self", label=label, kind="choice", operators=operators, choices=choices)
    ]


def marking_actions(desk: Desk, reader: Reader, entity: EntityModel) -> list[BulkAction]:
    """Return how a selection of a list is marked."""
    if not may_mark(desk.records):
        return []
    actions = [marking_action(desk.model, kind) for kind in _KINDS if bears(entity, kind)]
    return [
        BulkAction(
            label=reader.text(each.label, each.name),
            url=bulk_url(entity.name, each.name),
            icon=each.icon,
        )
        for each in actions
    ]


def mark_tiles(desk: Desk, reader: Reader, marks: Sequence[OwnMark]) -> list[MarkTile]:
    """Return marks with how many of their records may be read."""
    counts = count_marked(desk.session, desk.reading, marks)
    return [mark_tile(desk, reader, each, counts.get(each.id, {})) for each in marks]


def mark_tile(desk: Desk, reader: Reader, mark: OwnMark, counts: Mapping[str, int]) -> MarkTile:
    """Return a mark with the lists of its records; where they are of one entity, it leads there."""
    number = reader.locale.number
    lists = tuple(
        Action(
            label=f"{reader.list_label(desk.model.entity(name))} {number(count)}",
            url=marked_url(desk.model.entity(name), mark.kind, mark.name),
        )
        for name, count in counts.items()
    )
    return MarkTile(
        name=mark.name,
        url=lists[0].url if len(lists) == 1 else mark_url(mark.id),
        count=number(sum(counts.values())),
        hue=hue_of(mark.name) if mark.kind == TAG else "",
        lists=lists,
    )


def opened_records(desk: Desk, reader: Reader) -> tuple[OpenedRecord, ...]:
    """Return the records whose cards one has opened last, of those that one may still read."""
    visits = last_visits(desk.session, _LOOKED_AT)
    wanted: defaultdict[str, list[int]] = defaultdict(list)
    for key, record in visits:
        wanted[key].append(record)
    found: dict[tuple[str, int], OpenedRecord] = {}
    for key, ids in wanted.items():
        entity = desk.model.by_name_or_id(key)
        if entity is not None and desk.policy.may(desk.context.principal, entity.name, "read"):
            request = PageRequest(entity=entity.name, ids=tuple(ids), count="none")
            for each in titled_records(desk, reader, entity, request)[0]:
                found[key, int(each.id)] = each
    return tuple(found[each] for each in visits if each in found)[:_OPENED]


def titled_records(
    desk: Desk, reader: Reader, entity: EntityModel, request: PageRequest
) -> tuple[list[OpenedRecord], int]:
    """Return what the records of a page are called, and how many there are if they are counted."""
    title = entity.definition.title
    columns = (title,) if title in entity.fields else ()
    page = desk.page(replace(request, columns=columns, masked=True))
    known = reader.knowing(page.titles)
    records = [
        OpenedRecord(
            title=title_of_row(desk, known, entity, row) or f"#{row.id}",
            url=card_url(entity.name, row.id),
            entity=reader.entity_label(entity),
            icon=entity.definition.icon,
            id=str(row.id),
        )
        for row in page.rows
    ]
    return records, page.count.value if page.count is not None else 0


def marked_url(entity: EntityModel, kind: str, name: str = "") -> str:
    """Return the list of the records that bear a mark, or any of its kind."""
    return list_url(entity.name, (("where", Marked(kind, entity.name, name).write()),))


def _tags(entity: EntityModel, marks: Sequence[OwnMark]) -> tuple[Mark, ...]:
    return tuple(
        Mark(text=each.name, hue=hue_of(each.name), href=marked_url(entity, TAG, each.name))
        for each in marks
    )
