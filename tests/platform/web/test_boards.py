"""Boards: records by state with counts and sums; a card moves only where a move leads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from guarded.company import Company, company_on
from serving import Browser

JSON = "application/json"
BOARD = "/list/task?mode=board"


@pytest.fixture
def company(tmp_path: Path, store_url: str) -> Iterator[Company]:
    with company_on(store_url, tmp_path) as found:
        found.admin.browser.post("/preferences", {"language": "en"})
        yield found


@pytest.fixture
def boss(company: Company) -> Browser:
    return company.admin.browser


def columns(page: str) -> dict[str, tuple[str, list[str]]]:
    """Return the columns of a board: state → its count and the titles of its cards."""
    found: dict[str, tuple[str, list[str]]] = {}
    for code, body in re.findall(r'data-code="(\w*)"(.*?)</section>', page, re.S):
        count = re.search(r'class="cw-n cw-num">([^<]*)<', body)
        assert count is not None
        found[code] = (count[1], re.findall(r'class="cw-bc-t"[^>]*>([^<]*)<', body))
    return found


def test_records_stand_under_their_states(company: Company, boss: Browser) -> None:
    company.task(name="Paint")
    company.task(name="Sweep")
    page = boss.get(BOARD).text
    found = columns(page)
    assert list(found) == ["open", "done"]
    assert found["open"][0] == "2"
    assert sorted(found["open"][1]) == ["Paint", "Sweep"]
    assert found["done"] == ("0", [])
    assert "mode=board" in boss.get("/list/task").text
    assert "mode=board" not in boss.get("/list/thing").text


def test_a_card_that_is_dragged_takes_the_move_with_its_questions(
    company: Company, boss: Browser
) -> None:
    record = company.task(name="Paint")
    boss.get(BOARD)
    sent = {"record": str(record), "to": "done", "mode": "board"}
    answer = boss.post("/list/task/board", sent, Accept=JSON)
    assert answer.status_code == 200
    # The move asks for something first.
    assert answer.get_json()["dialog"].startswith(f"/card/task/{record}/actions/")
    assert columns(boss.get(BOARD).text)["done"][0] == "0"


def test_where_no_move_leads_nothing_moves(company: Company, boss: Browser) -> None:
    record = company.task(name="Paint")
    boss.get(BOARD)
    for to in ("open", "nowhere", ""):
        sent = {"record": str(record), "to": to}
        answer = boss.post("/list/task/board", sent, Accept=JSON)
        assert answer.status_code == 409, to
        assert answer.get_json() == {"message": "No move leads there."}
    assert boss.post("/list/task/board", {"record": "999999", "to": "done"}).status_code == 404


def test_who_may_not_read_them_sees_no_cards(company: Company, boss: Browser) -> None:
    record = company.task(name="Secret", asked_by=None)
    stranger = company.caller.browser
    assert "Secret" not in stranger.get(BOARD).text
    sent = {"record": str(record), "to": "done"}
    assert stranger.post("/list/task/board", sent, Accept=JSON).status_code in (403, 404)
    assert columns(boss.get(BOARD).text)["open"][0] == "1"
