"""What a search of links finds, best first: titles that begin with the words before the rest."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.folding import fold, is_spelling
from cardwright_entities.marks.reaching import FOLDER, Marked
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.pinyin import initials, spell
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.requests import LARGEST_PAGE, Page, PageRequest, RowOfPage
from cardwright_entities.records.marking import bears, may_mark
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Binary, Literal, Node, Path

#: So many favourites stand before the others.
_MOST_KEPT = 10


def find_best(desk: Desk, entity: EntityModel, request: PageRequest) -> Page:
    """Read the first page of a search, titles that begin with it at the top, the shortest first.

    Without words, or for an entity whose title cannot be compared, the request is read as it is.
    """
    title = entity.title
    words = request.search.strip()
    if not words or title is None or "starts" not in title.type.operators or not title.columns:
        return desk.page(request)
    if is_spelling(words):
        # The index finds pinyin by its pairs of letters; only the whole word tells what was meant.
        found = desk.page(replace(request, limit=LARGEST_PAGE))
        rows = sorted(found.rows, key=lambda row: _distance(row, title.name, fold(words)))
        return replace(found, rows=tuple(rows[: request.limit]))
    starts = Binary("starts", Path((title.name,)), Literal(words))
    begins: Node = typed_condition(desk.reading, entity.name, starts)
    where = begins if request.where is None else Binary("and", request.where, begins)
    sort = (SortDefinition(path=title.name),)
    first = desk.page(replace(request, where=where, search="", sort=sort, count="none"))
    rest = desk.page(request)
    known = {row.id for row in first.rows}
    all_rows = first.rows + tuple(row for row in rest.rows if row.id not in known)
    return replace(rest, rows=all_rows[: request.limit], titles={**rest.titles, **first.titles})


def favourites_first(
    desk: Desk, entity: EntityModel, request: PageRequest
) -> tuple[Page, frozenset[int]]:
    """Read the first page of a search, one's favourites at the top; return which those are."""
    rest = find_best(desk, entity, request)
    if not bears(entity, FOLDER) or not may_mark(desk.records):
        return rest, frozenset()
    kept = desk.condition(entity.name, Marked(FOLDER, entity.name).write())
    if request.where is not None and kept is not None:
        kept = Binary("and", request.where, kept)
    first = desk.page(replace(request, where=kept, limit=min(request.limit, _MOST_KEPT)))
    known = frozenset(row.id for row in first.rows)
    rows = first.rows + tuple(row for row in rest.rows if row.id not in known)
    titles = {**rest.titles, **first.titles}
    return replace(rest, rows=rows[: request.limit], titles=titles), known


def _distance(row: RowOfPage, title: str, word: str) -> tuple[int, int]:
    """Return how far a title is from what was spelled, and its length."""
    text = str(row.values.get(title) or "")
    syllables = "".join(each.rstrip("12345") for each in spell(text)).lower()
    spelled = (fold(text), initials(text).lower(), syllables)
    if any(each.startswith(word) for each in spelled):
        return 0, len(text)
    return (1 if any(word in each for each in spelled) else 2), len(text)
