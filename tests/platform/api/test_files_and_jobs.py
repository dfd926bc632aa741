"""Files in and out, and the jobs that import and export them."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

from cardwright_platform.worker.assembly import Bell, build_loop

if TYPE_CHECKING:
    from conftest import Caller, Site
    from werkzeug.test import TestResponse

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c63f8cfc0"
    "f01f0005000201a2c4b3c60000000049454e44ae426082"
)


def bring(caller: Caller, content: bytes, name: str = "a.csv", part: str = "file") -> TestResponse:
    """Send a file as a form does."""
    return caller.client.post(
        "/api/v1/files",
        data={part: (io.BytesIO(content), name)},
        headers={"Authorization": f"Bearer {caller.token}"},
    )


def work(site: Site) -> None:
    """Run all jobs that wait."""
    event = threading.Event()
    build_loop(site.instance, Bell(event.set, event, event.clear)).drain()


def finish(site: Site, caller: Caller, answer: TestResponse) -> dict[str, Any]:
    """Run a job that was asked for and return how it ended."""
    assert answer.status_code == 202, answer.text
    assert answer.get_json()["state"] == "waiting"
    work(site)
    ended: dict[str, Any] = caller.client.get(
        answer.headers["Location"], headers={"Authorization": f"Bearer {caller.token}"}
    ).get_json()
    return ended


def test_a_file_comes_back_as_it_was_and_only_to_be_saved(chief: Caller) -> None:
    answer = bring(chief, PIXEL, "../../ä/点.png")
    assert answer.status_code == 201
    file = answer.get_json()
    assert file["type"] == "image/png"
    assert file["size"] == len(PIXEL)
    assert "/" not in file["name"]
    taken = chief.get(f"/files/{file['id']}")
    assert taken.data == PIXEL
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    again = chief.send(
        "GET", f"/files/{file['id']}", headers={"If-None-Match": taken.headers["ETag"]}
    )
    assert again.status_code == 304


def test_a_file_is_read_by_those_who_read_a_record_that_holds_it(
    site: Site, chief: Caller, clerk: Caller
) -> None:
    file = bring(chief, b"a,b\n1,2\n").get_json()["id"]
    assert chief.get(f"/files/{file}").status_code == 200
    hidden, missing = clerk.get(f"/files/{file}"), clerk.get("/files/999")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.get_json()["error"]["message"] == missing.get_json()["error"]["message"]


def test_one_file_of_a_sound_size_is_wanted(site: Site, chief: Caller) -> None:
    before = site.digest()
    assert bring(chief, b"x", part="other").status_code == 422
    headers = {"Authorization": f"Bearer {chief.token}"}
    two = {"file": [(io.BytesIO(b"x"), "a"), (io.BytesIO(b"y"), "b")]}
    assert chief.client.post("/api/v1/files", data=two, headers=headers).status_code == 422
    size = site.instance.config.upload_megabytes * 1024 * 1024
    disposition = b'content-disposition: form-data; name="file"; filename="a"'
    huge = b"--x\r\n" + disposition + b"\r\n\r\n" + b"x" * size + b"\r\n--x--\r\n"
    answer = chief.client.post(
        "/api/v1/files",
        data=huge,
        headers=headers,
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413
    assert site.digest() == before


def test_a_csv_becomes_records_and_goes_away_again(site: Site, chief: Caller) -> None:
    file = bring(
        chief, "名称,人数,级别\n甲厂,12,A 级\n乙厂,很多,B 级\n".encode("gb18030")
    ).get_json()
    body = {"file": file["id"], "mode": "create"}
    tried = finish(site, chief, chief.post("/records/firm/import", {**body, "dry_run": True}))
    assert tried["state"] == "done", tried
    assert (tried["result"]["imported"], tried["result"]["rejected"]) == (1, 1)
    assert chief.get("/records/firm").get_json()["count"]["value"] == 0
    done = finish(site, chief, chief.post("/records/firm/import", body))
    assert (done["result"]["imported"], done["result"]["rejected"]) == (1, 1)
    assert done["progress"] == {"done": 2, "total": 2}
    (firm,) = chief.get("/records/firm").get_json()["items"]
    assert (firm["name"], firm["staff"], firm["level"]) == ("甲厂", 12, "a")
    undone = chief.post(f"/change-sets/{done['result']['change_set']}/undo")
    assert undone.get_json()["undone"] == 1
    assert chief.get("/records/firm").get_json()["items"] == []


def test_records_become_a_file_of_what_their_reader_may_read(
    site: Site, chief: Caller, clerk: Caller
) -> None:
    chief.create("firm", name="Acme", staff=12, credit="5")
    chief.create("firm", name="Small", staff=1)
    body = {"format": "csv", "columns": ["name", "staff"], "where": "staff > 10"}
    done = finish(site, clerk, clerk.post("/records/firm/export", body))
    assert done["state"] == "done", done
    file = done["result"]["file"]
    text = clerk.get(f"/files/{file}").data.decode("utf-8-sig")
    assert "Acme" in text
    assert "Small" not in text
    hidden = clerk.post("/records/firm/export", {"columns": ["credit"]})
    assert hidden.status_code == 422
    assert clerk.post("/records/firm/export", {"sort": ["credit"]}).status_code == 422
    assert chief.get("/files/999").status_code == 404


def test_a_job_is_its_askers_to_watch_and_to_cancel(chief: Caller, clerk: Caller) -> None:
    chief.create("firm", name="Acme")
    job = clerk.post("/records/firm/export", {}).get_json()["id"]
    site_of_others = (chief.get(f"/jobs/{job}"), chief.post(f"/jobs/{job}/cancel"))
    assert [answer.status_code for answer in site_of_others] == [404, 404]
    assert clerk.post(f"/jobs/{job}/cancel").get_json()["state"] == "cancelled"
    assert clerk.get(f"/jobs/{job}").get_json()["state"] == "cancelled"


def test_the_same_key_asks_for_one_job(chief: Caller) -> None:
    chief.create("firm", name="Acme")
    first = chief.post("/records/firm/export", {}, Idempotency_Key="e-1")
    again = chief.post("/records/firm/export", {}, Idempotency_Key="e-1")
    assert first.data == again.data


def test_imports_and_exports_that_make_no_sense_are_refused(site: Site, chief: Caller) -> None:
    before = site.digest()
    for action, body in [
        ("import", {}),
        ("import", {"file": "x"}),
        ("import", {"file": 999}),
        ("import", {"file": 1, "mode": "replace"}),
        ("import", {"file": 1, "columns": ["name"]}),
        ("import", {"file": 1, "columns": {"名称": 7}}),
        ("import", {"file": 1, "colour": "red"}),
        ("export", {"columns": ["nothing"]}),
        ("export", {"format": "pdf"}),
        ("export", {"where": "staff >"}),
        ("export", {"sort": ["-nothing"]}),
        ("export", {"ids": ["x"]}),
        ("export", {"ids": list(range(1, 70_000))}),
    ]:
        answer = chief.post(f"/records/firm/{action}", body)
        assert answer.status_code in (404, 422), (action, body, answer.text)
    assert site.digest() == before
