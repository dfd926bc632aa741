"""Mistakes that pages once took badly, each with the request that showed it."""

from __future__ import annotations

import pytest
from odd_input.ground import Ground, send_json
from odd_input.sweeping import form


def test_a_layout_is_kept_only_for_a_list_that_is_there(ground: Ground) -> None:
    for path in ("/list/nothing/columns", "/list/%00/columns/reset", "/list/cw_account/columns"):
        before = ground.digest()
        answer = form("POST", path, {"columns": "name"}, "").send(ground.chief)
        assert answer.status_code == 404
        assert ground.digest() == before


def test_a_character_that_no_keyboard_types_is_refused_everywhere(ground: Ground) -> None:
    before = ground.digest()
    for path in ("/sign-in", "/preferences", "/list/firm/columns", "/new/firm", "/look"):
        fields = {"columns": "a\0", "mode": "da\0rk", "login": "a\0b", "name": "A\0B"}
        answer = form("POST", path, fields, "").send(ground.chief)
        assert answer.status_code == 400
        assert "U+0000" in answer.text
    assert ground.chief.client.get("/list/firm?q=%00").status_code == 400
    assert ground.digest() == before


@pytest.mark.parametrize("about", ["0", "1:1:1", "area:x", "firm:1", "worker:²", "x"])
def test_an_owner_that_is_none_is_said_beside_its_input(ground: Ground, about: str) -> None:
    answer = form("POST", "/new/firm", {"name": "Acme", "owner": about}, "").send(ground.chief)
    assert answer.status_code == 422
    assert 'value="Acme"' in answer.text


def test_an_encoding_that_is_none_is_refused_in_words(ground: Ground) -> None:
    number = ground.numbers["file"]
    for encoding in ("nothing", "undefined", "idna", "\ud800", "x" * 500):
        answer = form("POST", f"/import/firm/{number}", {"encoding": encoding}, "").send(
            ground.chief
        )
        assert answer.status_code == 422, encoding


@pytest.mark.parametrize("version", [2**31, 2**40, 10**15 - 1])
def test_a_version_that_nobody_has_seen_is_stale(ground: Ground, version: int) -> None:
    path = f"/records/firm/{ground.numbers['firm']}"
    status, answer = send_json(
        ground.chief, "PATCH", path, {"name": "Other"}, If_Match=f'"{version}"'
    )
    assert (status, answer["error"]["code"]) == (409, "changed_meanwhile")
    path = f"/records/deal/{ground.numbers['deal']}"
    _, deal = send_json(ground.chief, "GET", path)
    lines = {"items": [{"id": deal["items"][0]["id"], "version": version, "quantity": "3"}]}
    status, answer = send_json(ground.chief, "PATCH", path, lines, If_Match=f'"{deal["version"]}"')
    assert (status, answer["error"]["code"]) == (409, "changed_meanwhile")
