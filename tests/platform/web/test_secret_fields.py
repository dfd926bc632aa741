"""Secrets on pages and through the API: set or not set is all that is ever told."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve

PLANTED = "planted-9f3b"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "vault")
    yield served
    served.instance.close()


def test_the_api_takes_a_secret_and_tells_that_there_is_one(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    keeper = Program(served, "keeper")
    with caplog.at_level(logging.DEBUG):
        made = keeper.post("/records/remote", {"name": "A", "token": PLANTED, "pin": PLANTED})
        assert made.status_code == 201, made.text
        record = f"/records/remote/{made.get_json()['id']}"
        changed = keeper.patch(record, {"token": PLANTED + "2", "pin": True}, 1)
        assert changed.get_json()["token"] is True
        answers = [made, changed, keeper.get(record), keeper.get("/records/remote")]
        answers += [keeper.get(f"{record}/history"), keeper.get("/catalog/remote")]
        answers.append(keeper.get("/records/remote?fields=token"))
        cleared = keeper.patch(record, {"token": None}, 2)
        assert cleared.get_json()["token"] is None
        refused = [
            keeper.get("/records/remote?where=token%20%3D%20%27x%27"),
            keeper.get("/records/remote?sort=token"),
            keeper.get("/records/remote?where=token%20is%20empty"),
        ]
    assert [each.status_code for each in refused] == [422, 422, 422]
    told = "".join(each.text for each in [*answers, cleared, *refused])
    assert PLANTED not in told + caplog.text


def test_a_form_never_shows_a_secret_not_even_the_one_just_typed(served: Served) -> None:
    browser = served.signed_in("kee", "keeper")
    typed = {"name": "", "token": PLANTED, "pin": PLANTED, "doors.shown": "1"}
    browser.get("/new/remote")
    refused = browser.post("/new/remote", typed)
    assert refused.status_code == 422
    assert PLANTED not in refused.text
    saved = browser.post("/new/remote", {**typed, "name": "B"})
    assert saved.status_code == 303, saved.text
    place = saved.headers["Location"].partition("?")[0]
    edit = place.replace("/card/", "/edit/")
    pages = [browser.get(place), browser.get(edit), browser.get("/list/remote")]
    pages.append(browser.get(f"{place}?tab=history"))
    assert [each.status_code for each in pages] == [200] * 4
    assert PLANTED not in "".join(each.text for each in pages)
    assert "Leave empty to keep it" in pages[1].text
    assert "Set" in pages[0].text


def test_an_empty_input_keeps_a_secret_and_its_box_clears_it(served: Served) -> None:
    browser = served.signed_in("box", "keeper")
    browser.get("/new/remote")
    saved = browser.post("/new/remote", {"name": "C", "token": PLANTED, "pin": PLANTED})
    place = saved.headers["Location"].partition("?")[0]
    edit, keeper = place.replace("/card/", "/edit/"), Program(served, "keeper")
    record = place.replace("/card/", "/records/")
    assert browser.post(edit, {"name": "D", "token": "", "version": "1"}).status_code == 303
    assert keeper.get(record).get_json()["token"] is True
    cleared = {"name": "D", "token": "", "token.clear": "1", "version": "2"}
    assert browser.post(edit, cleared).status_code == 303
    assert keeper.get(record).get_json()["token"] is None
