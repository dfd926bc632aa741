"""An action on several records at once: each by itself, by the API and from a selection."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve


@pytest.fixture
def served(store_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve(store_url, tmp_path_factory.mktemp("served"), PACKS / "pipeline")
    yield served
    served.instance.close()


def made(boss: Program, name: str, **values: str) -> int:
    answer = boss.post("/records/bid", {"name": name, **values})
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def test_the_api_tells_of_each_record_what_was_done_or_refused(served: Served) -> None:
    boss = Program(served, "boss")
    rich, poor = made(boss, "rich", amount="5"), made(boss, "poor")
    told = boss.post("/records/bid/actions/send", {"ids": [rich, poor, rich, 999]}).get_json()
    assert (told["done"], told["failed"]) == (1, 2)
    first, second, third = told["results"]
    assert (first["id"], first["status"]) == (rich, 200)
    assert (second["id"], second["status"]) == (poor, 403)
    assert second["error"]["message"] == "Fill in the amount first"
    assert (third["id"], third["status"]) == (999, 404)
    assert boss.get(f"/records/bid/{rich}").get_json()["stage"] == "sent"
    assert boss.get(f"/records/bid/{poor}").get_json()["stage"] == "draft"


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": [1] * 1001}])
def test_what_names_no_records_is_refused(served: Served, body: dict[str, object]) -> None:
    assert Program(served, "boss").post("/records/bid/actions/send", body).status_code == 422


def test_a_selection_is_moved_from_its_list_and_tells_what_refused(served: Served) -> None:
    boss = Program(served, "boss")
    rich, poor = made(boss, "rich", amount="5"), made(boss, "poor")
    browser = served.signed_in("ann", "boss")
    page = browser.get("/list/bid").text
    assert "/list/bid/actions/send" in page
    assert "/list/bid/actions/lose" in page
    ids = {"ids": [str(rich), str(poor)]}
    answer = browser.post("/list/bid/actions/send", ids)
    assert answer.status_code == 303
    shown = browser.get(answer.headers["Location"]).text
    assert "Done for 1. Refused: poor: Fill in the amount first" in shown
    assert boss.get(f"/records/bid/{rich}").get_json()["stage"] == "sent"


def test_what_a_selection_is_asked_is_asked_once_and_undone_together(served: Served) -> None:
    boss = Program(served, "boss")
    first, second = made(boss, "first", amount="5"), made(boss, "second", amount="6")
    browser = served.signed_in("ann", "boss")
    url = "/list/bid/actions/lose"
    assert url in browser.get("/list/bid").text
    selection = {"ids": [str(first), str(second), "999"], "return": "/list/bid?sort=name"}
    asked = browser.post(url, selection)
    assert asked.status_code == 200
    assert f'action="{url}"' in asked.text
    assert 'name="reason"' in asked.text
    assert f'name="of.ids" value="{second}"' in asked.text
    meant = {f"of.{name}": value for name, value in selection.items()}
    refused = browser.post(url, {**meant, "reason": "", "note": "too dear"})
    assert refused.status_code == 422
    assert "too dear" in refused.text
    assert f'name="of.ids" value="{second}"' in refused.text
    assert boss.get(f"/records/bid/{first}").get_json()["stage"] == "draft"
    done = browser.post(url, {**meant, "reason": "price"})
    assert (done.status_code, done.headers["Location"]) == (303, "/list/bid?sort=name")
    page = browser.get("/list/bid").text
    assert "Done for 2. Refused: 999: " in page
    stages = [boss.get(f"/records/bid/{each}").get_json() for each in (first, second)]
    assert [each["stage"] for each in stages] == ["lost", "lost"]
    assert [each["reason"] for each in stages] == ["price", "price"]
    undo = re.search(r'action="(/change-sets/\d+/undo)"', page)
    assert undo is not None
    browser.post(undo[1])
    stages = [boss.get(f"/records/bid/{each}").get_json() for each in (first, second)]
    assert [each["stage"] for each in stages] == ["draft", "draft"]
