"""选单: the page on which the sources of a record are chosen."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.flows.pulls import find_pull
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import read_number
from cardwright_platform.web.answers import show
from cardwright_platform.web.desks import reader_at, reading_desk
from cardwright_platform.web.presenting.flowing import source_page

pages = Blueprint("flowing", __name__)


@pages.get("/sources/<conversion>")
@requires(RECORDS)
def choose_sources(conversion: str) -> ResponseReturnValue:
    """Show what can be converted, to be ticked; the form of the target comes next."""
    with reading_desk() as desk:
        found = find_pull(desk.records, conversion)
        record = read_number(request.args.get("record", "")) or 0
        words = request.args.get("q", "")
        page = source_page(desk, reader_at(desk), found, words, record)
        return show(page, desk, entity=found.target)
