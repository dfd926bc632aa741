"""Where one arrives, the search over everything, and what one likes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.choosing import shown_menus
from cardwright_entities.accounts.accounts import set_tastes
from cardwright_entities.engine import Desk
from cardwright_entities.folding import fold
from cardwright_entities.marks.keeping import read_marks
from cardwright_entities.marks.reaching import TAG
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.preferences import read_preference, write_preference
from cardwright_entities.queries.requests import PageRequest, RowOfPage
from cardwright_entities.saved_views.resolving import (
    all_kept_views,
    all_pack_views,
    pack_views,
)
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_platform.current import current_account, current_instance, current_shell
from cardwright_platform.permissions import RECORDS, SIGNED_IN, requires
from cardwright_platform.views.lists import Empty, SearchBox
from cardwright_platform.views.marks import MarkTile
from cardwright_platform.views.pages import (
    Hit,
    HitGroup,
    Home,
    RecentRecord,
    SearchPage,
    Tile,
)
from cardwright_platform.web.answers import LOOK, go, show
from cardwright_platform.web.desks import (
    reader_at,
    reading_desk,
    write_at_desk,
)
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.columns import shown_field
from cardwright_platform.web.presenting.hits import find_best
from cardwright_platform.web.presenting.list_views import kept_url, view_title
from cardwright_platform.web.presenting.marks import mark_tiles, opened_records
from cardwright_platform.web.presenting.orders import readable_sort
from cardwright_platform.web.presenting.pagers import count_text
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.presenting.record_titles import title_of_row
from cardwright_platform.web.urls import VIEWS, card_url, is_local, list_url, new_url

pages = Blueprint("home", __name__)

_TILES = 8
_HITS = 6
_TAGS = 30


@pages.get("/")
@requires(RECORDS)
def home() -> ResponseReturnValue:
    """Show the entities that matter, their named queries, and what changed lately."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        entities = _menu_entities(desk)
        page = Home(
            title=reader.t("home.title"),
            text=reader.t("home.text", name=current_account().name),
            tiles=tuple(_tile(desk, reader, each) for each in entities[:_TILES]),
            queries=_query_tiles(desk, reader, entities),
            opened=opened_records(desk, reader),
            recent=_recent(desk, reader, entities[:3]),
            tags=_tags(desk, reader),
        )
        return show(page, desk)


@pages.get("/search")
@requires(RECORDS)
def search() -> ResponseReturnValue:
    """Show what a search finds in every entity that the reader may read."""
    words = request.args.get("q", "").strip()[:100]
    with reading_desk() as desk:
        reader = reader_at(desk)
        groups = _hits(desk, reader, words) if words else ()
        empty = None
        if words and not groups:
            empty = Empty(title=reader.t("search.nothing", words=words), kind="filtered")
        page = SearchPage(
            title=reader.t("search.title"),
            search=SearchBox(action="/search", text=words),
            groups=groups,
            empty=empty,
        )
        return show(page, desk)


@pages.post("/preferences")
@requires(SIGNED_IN)
def preferences() -> ResponseReturnValue:
    """Keep language, theme, light or dark, density, whether administration is unfolded."""
    form = request.form
    instance = current_instance()

    def work(desk: Desk) -> None:
        language = form.get("language", "")
        theme = form.get("theme", "")
        account = current_account()
        set_tastes(
            desk.session,
            account.id,
            language=language if language in instance.config.languages else account.language,
            zone=account.zone,
            theme=theme if theme in current_shell().theming.themes else account.theme,
        )
        look = read_preference(desk.session, LOOK)
        kept = dict(look) if isinstance(look, dict) else {}
        for name in ("mode", "density", "administration"):
            if form.get(name):
                kept[name] = form[name][:20]
        write_preference(desk.session, LOOK, kept)

    write_at_desk(work)
    back = form.get("return_url", "/")
    return go(back if is_local(back) else "/")


# -- parts -----------------------------------------------------------------------------------------


def _tags(desk: Desk, reader: Reader) -> tuple[MarkTile, ...]:
    """Return one's tags that some record bears which one may read."""
    tiles = mark_tiles(desk, reader, read_marks(desk.session, TAG))
    return tuple(each for each in tiles if each.lists)[:_TAGS]


def _menu_entities(desk: Desk) -> list[EntityModel]:
    principal = desk.context.principal
    names = [
        item.entity
        for _, items in shown_menus(principal, desk.model.catalog)
        for item in items
        if item.entity and desk.policy.may(principal, item.entity, "read")
    ]
    return [desk.model.entity(name) for name in dict.fromkeys(names)]


def _tile(desk: Desk, reader: Reader, entity: EntityModel) -> Tile:
    page = desk.page(PageRequest(entity=entity.name, limit=1, titles=False))
    may_create = desk.policy.may(desk.context.principal, entity.name, "create")
    may_create = may_create and not entity.definition.is_made_inside
    return Tile(
        label=reader.list_label(entity),
        url=list_url(entity.name),
        icon=entity.definition.icon,
        count=count_text(reader, page),
        new_url=new_url(entity.name) if may_create else "",
    )


def _query_tiles(desk: Desk, reader: Reader, entities: Sequence[EntityModel]) -> tuple[Tile, ...]:
    tiles: list[Tile] = []
    for entity in entities[:4]:
        for view in pack_views(desk.reading, entity)[:4]:
            asked = PageRequest(entity=entity.name, where=view.where, limit=1, titles=False)
            tiles.append(
                Tile(
                    label=view.called(reader.language),
                    url=kept_url(entity.name, view.key),
                    icon=entity.definition.icon,
                    count=count_text(reader, desk.page(asked)),
                    note=reader.entity_label(entity),
                )
            )
    return tuple(tiles[:8])


def _recent(
    desk: Desk, reader: Reader, entities: Sequence[EntityModel]
) -> tuple[RecentRecord, ...]:
    found: list[tuple[object, RecentRecord]] = []
    for entity in entities:
        title = entity.definition.title
        columns = tuple(name for name in (title, "changed_at") if name in entity.fields)
        request_ = PageRequest(
            entity=entity.name,
            columns=columns,
            sort=readable_sort(desk, entity, (SortDefinition(path="changed_at", descending=True),)),
            limit=6,
            count="none",
            masked=True,
        )
        for row in desk.page(request_).rows:
            when = cell_of(reader, entity.fields["changed_at"], row.values.get("changed_at"))
            text = title_of_row(desk, reader, entity, row)
            found.append(
                (
                    row.values.get("changed_at"),
                    RecentRecord(
                        title=text or f"#{row.id}",
                        url=card_url(entity.name, row.id),
                        entity=reader.entity_label(entity),
                        icon=entity.definition.icon,
                        when=when.text,
                    ),
                )
            )
    found.sort(key=lambda each: str(each[0]), reverse=True)
    return tuple(record for _, record in found[:8])


def _views_called(desk: Desk, reader: Reader, words: str) -> Iterator[HitGroup]:
    """Yield the views whose names hold all the words, packs' queries among them."""
    wanted = fold(words).split()

    def called(name: str) -> bool:
        folded = fold(name)
        return all(each in folded for each in wanted)

    found = [
        *all_kept_views(desk.session, desk.reading, called),
        *all_pack_views(desk.reading, called),
    ]
    if found:
        hits = tuple(
            Hit(
                title=view.called(reader.language),
                url=kept_url(entity.name, view.key),
                note=" · ".join(
                    [
                        reader.list_label(entity),
                        *([view_title(desk, reader, view.stored)] if view.stored else []),
                    ]
                ),
            )
            for entity, view in found[:_HITS]
        )
        yield HitGroup(label=reader.t("views.title"), icon="bookmark", hits=hits, all_url=VIEWS)


def _hits(desk: Desk, reader: Reader, words: str) -> tuple[HitGroup, ...]:
    groups: list[HitGroup] = list(_views_called(desk, reader, words))
    for definition in desk.model.catalog.entities.values():
        if definition.owner or not definition.search:
            continue
        if not desk.policy.may(desk.context.principal, definition.name, "read"):
            continue
        entity = desk.model.entity(definition.name)
        title = definition.title
        notes = [
            each.path
            for each in definition.list.columns[1:3]
            if shown_field(desk.reading, entity, each.path) is not None
        ]
        request_ = PageRequest(
            entity=entity.name, columns=(title, *notes), search=words, limit=_HITS, masked=True
        )
        page = find_best(desk, entity, request_)
        if not page.rows:
            continue
        known = reader.knowing(page.titles)
        hits = tuple(_hit(desk, known, entity, notes, row) for row in page.rows)
        groups.append(
            HitGroup(
                label=reader.list_label(entity),
                icon=definition.icon,
                hits=hits,
                count=count_text(reader, page),
                all_url=list_url(entity.name, (("q", words),)),
            )
        )
    return tuple(groups)


def _hit(
    desk: Desk, reader: Reader, entity: EntityModel, notes: Sequence[str], row: RowOfPage
) -> Hit:
    text = title_of_row(desk, reader, entity, row)
    said = [each for each in _notes(desk, reader, entity, notes, row.values) if each != text]
    return Hit(title=text or f"#{row.id}", url=card_url(entity.name, row.id), note=" · ".join(said))


def _notes(
    desk: Desk, reader: Reader, entity: EntityModel, paths: Sequence[str], values: object
) -> list[str]:
    found: list[str] = []
    for path in paths:
        field = shown_field(desk.reading, entity, path)
        if field is not None and isinstance(values, dict):
            text = cell_of(reader, field, values.get(path)).text
            if text:
                found.append(text)
    return found
