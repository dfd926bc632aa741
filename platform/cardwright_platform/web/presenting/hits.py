"""What a search of links finds, best first: titles that begin with the words before the rest."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.requests import Page, PageRequest
from cardwright_metadata.definitions.lists import SortDefinition
from cardwright_metadata.expressions.tree import Binary, Literal, Node, Path


def find_best(desk: Desk, entity: EntityModel, request: PageRequest) -> Page:
    """Read the first page of a search, titles that begin with it at the top, the shortest first.

    Without words, or for an entity whose title cannot be compared, the request is read as it is.
    """
    title = entity.title
    words = request.search.strip()
    if not words or title is None or "starts" not in title.type.operators or not title.columns:
        return desk.page(request)
    starts = Binary("starts", Path((title.name,)), Literal(words))
    begins: Node = typed_condition(desk.reading, entity.name, starts)
    where = begins if request.where is None else Binary("and", request.where, begins)
    sort = (SortDefinition(path=title.name),)
    first = desk.page(replace(request, where=where, search="", sort=sort, count="none"))
    if len(first.rows) >= request.limit:
        return replace(first, count=desk.page(replace(request, limit=1)).count)
    rest = desk.page(request)
    known = {row.id for row in first.rows}
    rows = first.rows + tuple(row for row in rest.rows if row.id not in known)
    return replace(rest, rows=rows[: request.limit], titles={**rest.titles, **first.titles})
