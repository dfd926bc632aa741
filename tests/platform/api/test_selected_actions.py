"""An action on several records at once: each by itself, by the API and from a selection."""

from __future__ import annotations

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
    assert "/list/bid/actions/lose" not in page  # it asks for a reason
    ids = {"ids": [str(rich), str(poor)]}
    answer = browser.post("/list/bid/actions/send", ids)
    assert answer.status_code == 303
    shown = browser.get(answer.headers["Location"]).text
    assert "Done for 1. Refused: poor: Fill in the amount first" in shown
    assert boss.get(f"/records/bid/{rich}").get_json()["stage"] == "sent"
