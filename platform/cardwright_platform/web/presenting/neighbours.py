"""The records before and behind a card in the list from which it was opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cards import Neighbours
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import list_request
from cardwright_platform.web.presenting.pagers import count_text
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url

#: Places further down are not walked to.
_FURTHEST = 20_000


def neighbours(
    desk: Desk, reader: Reader, entity: EntityModel, record: int, arguments: Mapping[str, str]
) -> Neighbours | None:
    """Return the neighbours of a card, None where its address does not say where it stands."""
    text = arguments.get("at", "")
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 6):
        return None
    at = min(int(text), _FURTHEST)
    state = ListState.from_query(entity.name, arguments)
    try:
        base = list_request(desk, reader, entity, replace(state, page=1, after=""))
        asked = replace(base, columns=(), totals={}, titles=False, offset=max(at - 2, 0), limit=3)
        page = desk.page(asked)
    except QueryError:
        return None
    ids = [row.id for row in page.rows]
    if record not in ids:
        # The list has changed since; what would stand here is no neighbour.
        return Neighbours(text=reader.locale.number(at))
    index = ids.index(record)
    before = ids[index - 1] if index > 0 else None
    behind = ids[index + 1] if index + 1 < len(ids) else None
    return Neighbours(
        text=f"{reader.locale.number(at)} / {count_text(reader, page)}",
        previous_url=card_url(entity.name, before, state.place(at - 1)) if before else "",
        next_url=card_url(entity.name, behind, state.place(at + 1)) if behind else "",
    )


def place_of(entity: str, arguments: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what a card's address says of its place in a list, empty when it says nothing."""
    at = arguments.get("at", "")
    if not (at.isascii() and at.isdigit() and 0 < len(at) < 6):
        return ()
    return ListState.from_query(entity, arguments).place(int(at))


def list_of(entity: str, arguments: Mapping[str, str]) -> str:
    """Return the address of the list from which a card was opened, at the page it stood on."""
    state = ListState.from_query(entity, arguments)
    at = arguments.get("at", "")
    number = int(at) if at.isascii() and at.isdigit() and len(at) < 6 else 1
    return state.on_page((max(number, 1) - 1) // state.page_size + 1).url()
