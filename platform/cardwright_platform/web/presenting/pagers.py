"""Where a page stands among all, and the ways to the others."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.queries.requests import Page
from cardwright_platform.views.lists import PageLink, Pager
from cardwright_platform.web.list_state import SIZES, ListState
from cardwright_platform.web.presenting.reader import Reader

#: Pages named on either side of the current one.
_AROUND = 2


def count_text(reader: Reader, page: Page) -> str:
    """Return 186, or 1,000+ where counting stopped."""
    if page.count is None:
        return ""
    number = reader.locale.number(page.count.value)
    return number if page.count.exact else f"{number}+"


def pager(reader: Reader, page: Page, state: ListState) -> Pager:
    """Return the pager of a list."""
    first = (state.page - 1) * state.page_size + 1
    last = first + len(page.rows) - 1
    text = ""
    if page.rows:
        span = f"{reader.locale.number(first)}–{reader.locale.number(last)}"
        text = f"{span} / {count_text(reader, page)}" if page.count else span
    next_url = state.on_page(state.page + 1, page.next or "").url() if page.next else ""
    exact = replace(state, exact=True).url()
    return Pager(
        text=text,
        first_url=state.on_page(1).url() if state.page > 1 else "",
        previous_url=state.on_page(state.page - 1).url() if state.page > 1 else "",
        next_url=next_url,
        pages=_pages(state, page),
        sizes=tuple(
            PageLink(
                label=str(size),
                url=replace(state, size=size, page=1, after="").url(),
                current=size == state.page_size,
            )
            for size in SIZES
        ),
        count_url=exact if page.count is not None and not page.count.exact else "",
    )


def _pages(state: ListState, page: Page) -> tuple[PageLink, ...]:
    if page.count is None:
        return ()
    pages = -(-page.count.value // state.page_size)
    if pages <= 1 and state.page == 1:
        return ()
    near = range(max(1, state.page - _AROUND), min(pages, state.page + _AROUND) + 1)
    wanted = sorted({1, *near, *([pages] if page.count.exact else []), state.page})
    links: list[PageLink] = []
    before = 0
    for number in wanted:
        if number > before + 1:
            links.append(PageLink(label="…"))
        url = state.on_page(number).url()
        links.append(PageLink(label=str(number), url=url, current=number == state.page))
        before = number
    if not page.count.exact:
        links.append(PageLink(label="…"))
    return tuple(links)
