"""Refusals speak the reader's language in one shape; what is not one's own is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from odd_input.ground import Ground, Person, bring_file, send_json

_HAN = re.compile("[\u4e00-\u9fff]")

#: Requests of pages by the status with which they are refused.
PAGES: Mapping[int, tuple[str, str, dict[str, str]]] = {
    400: ("GET", "/list/firm?q=%00", {}),
    403: ("POST", "/card/firm/1/delete", {"Origin": "https://elsewhere.example"}),
    404: ("GET", "/card/firm/99999", {}),
    405: ("DELETE", "/list/firm", {}),
    422: ("POST", "/import/firm", {}),
}
API: Mapping[int, tuple[str, str, object, dict[str, str]]] = {
    400: ("GET", "/records/firm?colour=red", None, {}),
    401: ("GET", "/records/firm", None, {"Authorization": "Bearer nonsense"}),
    404: ("GET", "/records/nothing/1", None, {}),
    405: ("PUT", "/records/firm", None, {}),
    409: ("PATCH", "/records/firm/1", {"name": "x"}, {"If_Match": '"99"'}),
    413: ("GET", "/records/firm?limit=1000000000", None, {}),
    415: ("POST", "/files", {}, {}),
    422: ("POST", "/records/firm", {"staff": "many"}, {}),
    428: ("PATCH", "/records/firm/1", {"name": "x"}, {}),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", PAGES)
def test_a_page_is_refused_in_the_language_of_its_reader(
    ground: Ground, status: int, language: str
) -> None:
    method, path, headers = PAGES[status]
    sent = {"X-CSRF-Token": ground.chief.browser.token, "Accept-Language": language} | headers
    answer = ground.chief.client.open(path, method=method, headers=sent)
    assert answer.status_code == status
    assert re.search(rf'<html[^>]* lang="{language}', answer.text)
    said = re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2] or answer.text)
    assert bool(_HAN.search(said)) == (language == "zh"), said
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("status", API)
def test_the_api_refuses_in_one_shape_and_the_caller_s_language(
    ground: Ground, status: int, language: str
) -> None:
    method, path, body, headers = API[status]
    found, answer = send_json(
        ground.chief, method, path, body, **{"Accept_Language": language, **headers}
    )
    assert found == status
    error = answer["error"]
    assert set(answer) == {"error"}
    assert {"code", "message", "request_id"} <= set(error)
    assert bool(_HAN.search(error["message"])) == (language == "zh")
    messages = [each for many in error.get("fields", {}).values() for each in many]
    assert all(bool(_HAN.search(each)) == (language == "zh") for each in messages)


def answers(person: Person, paths: Mapping[str, str]) -> dict[str, tuple[int, str]]:
    """Ask for several things of the API and of pages; tell status and what was said."""
    told = {}
    for name, path in paths.items():
        headers = {"Authorization": f"Bearer {person.token}"} if path.startswith("/api/") else {}
        answer = person.client.get(path, headers=headers)
        said = re.sub(r'[0-9a-f]{8}|"request_id":"[^"]*"|\d+', "", answer.text)
        told[name] = (answer.status_code, said)
        answer.close()
    return told


def test_jobs_and_files_of_others_are_as_missing_ones(ground: Ground) -> None:
    numbers = ground.numbers
    own_file = bring_file(ground.clerk)
    for person, file, job in (
        (ground.chief, numbers["others_file"], numbers["others_job"]),
        (ground.clerk, numbers["file"], numbers["job"]),
    ):
        theirs = {
            "file": f"/api/v1/files/{file}",
            "page of a file": f"/files/{file}",
            "named": f"/files/{file}/a.csv",
            "job": f"/api/v1/jobs/{job}",
            "page of a job": f"/jobs/{job}",
            "import": f"/import/firm/{file}",
        }
        missing = {name: re.sub(r"\d+(?=$|/a)", "77777", path) for name, path in theirs.items()}
        assert answers(person, theirs) == answers(person, missing)
        assert {status for status, _ in answers(person, theirs).values()} <= {404, 422}
        assert send_json(person, "POST", f"/jobs/{job}/cancel")[0] == 404
        for action in ("cancel", "resume", "begin"):
            assert person.browser.post(f"/jobs/{job}/{action}").status_code == 404
        taken, _ = send_json(person, "POST", "/records/firm/import", {"file": file})
        assert taken in (404, 422)
    own = ground.clerk.client.get(f"/files/{own_file}")
    assert own.status_code == 200
    own.close()


def test_a_deleted_record_is_only_in_the_bin(ground: Ground) -> None:
    # One of its own: others may have been sent to be restored.
    _, made = send_json(ground.chief, "POST", "/records/firm", {"name": "Binned"})
    gone = made["id"]
    assert send_json(ground.chief, "DELETE", f"/records/firm/{gone}")[0] == 200
    before = ground.digest()
    assert send_json(ground.chief, "GET", f"/records/firm/{gone}")[0] == 404
    status, _ = send_json(
        ground.chief, "PATCH", f"/records/firm/{gone}", {"name": "x"}, If_Match='"2"'
    )
    assert status == 404
    assert send_json(ground.chief, "DELETE", f"/records/firm/{gone}")[0] == 404
    assert ground.chief.client.get(f"/edit/firm/{gone}").status_code == 404
    assert ground.chief.client.get(f"/new/firm?copy={gone}").status_code == 404
    assert ground.chief.browser.post(f"/edit/firm/{gone}", {"name": "x"}).status_code == 404
    assert ground.chief.browser.post(f"/card/firm/{gone}/delete").status_code == 404
    status, answer = send_json(ground.chief, "POST", "/records/firm", {"name": "x", "mother": gone})
    assert (status, list(answer["error"]["fields"])) == (422, ["mother"])
    assert ground.chief.client.get(f"/card/firm/{gone}").status_code == 200
    assert ground.clerk.client.get(f"/card/login/{gone}").status_code == 404
    assert ground.digest() == before


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "é",
        "a" * 3_000,
        "bm90aGluZw==",
        "eyJ0IjoxLCJjIjoxZTk5OTksImsiOiJkb25lIiwibCI6Ii8ifQ==",  # a number without an end
        "eyJ0IjoieCIsImMiOjEsImsiOiJkb25lIiwibCI6Ii8vZXZpbC5leGFtcGxlIn0=",  # leads away
        "W1tbW1tbW1tbW11dXV1dXV1dXV1d",
        "/////w==",
        "W1tb" * 370,  # lists within each other
    ],
)
def test_cookies_that_nobody_gave_are_no_cookies(ground: Ground, cookie: str) -> None:
    for name in ("cw_toast", "cw_language", "cw_mode", "cw_visit", "cw_look"):
        for client in (ground.chief.client, ground.served.browser().client):
            client.set_cookie(name, cookie)
            answer = client.get("/account")
            client.delete_cookie(name)
            assert answer.status_code in (200, 303)
            assert "evil.example" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "é;q=x,*;q=-1," * 200},
        {"Accept": "\x01"},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "é" * 100},
        {"Authorization": "Basic eDp5"},
        {"Authorization": "Bearer " + "a" * 10_000},
        {"If-None-Match": '"' * 1_000},
        {"If-Modified-Since": "yesterday"},
        {"Range": "bytes=9-1,,--"},
        {"Range": "bytes=" + "0-1," * 500},
        {"Content-Length": "-1"},
        {"Content-Length": "99999999999999999999"},
        {"Content-Length": "x"},
        {"Cookie": "=;;=;\x01=\x02; cw_toast"},
        {"Idempotency-Key": "\u00e9" * 300},
        {"If-Match": 'W/"x", *'},
        {"User-Agent": "\u00ff" * 5_000},
        {"HX-Request": "x", "HX-Target": "'\"<>", "HX-Current-URL": "//evil.example"},
    ],
    ids=str,
)
def test_odd_headers_are_left_out_or_refused(ground: Ground, headers: dict[str, str]) -> None:
    before = ground.digest()
    for path in ("/account", "/api/v1/records/firm", f"/files/{ground.numbers['file']}", "/bin"):
        answer = ground.chief.client.get(path, headers=headers)
        assert answer.status_code < 500, (path, answer.text)
        answer.close()
        sent = ground.chief.client.post(path, headers=headers)
        assert 400 <= sent.status_code < 500, (path, sent.status_code)
    assert ground.digest() == before
