"""Labels are data: on every page and in every file whatever stands in them, and never in SQL."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from odd_input.ground import CANARY, Ground, ground_on, send_json
from odd_input.judging import leads_away, links_away
from odd_input.labels import LABELS, write_pack
from services.postgresql import PostgresqlServer
from sqlalchemy import inspect
from werkzeug.test import TestResponse

from cardwright_platform.installing import apply_plan, plan_packs, read_packs
from cardwright_platform.worker.assembly import build_loop, open_bell

NAMES = list(LABELS)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def labelled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    folder = tmp_path_factory.mktemp("labelled")
    pack = write_pack(folder / "pack")
    url = ""
    if request.param == "postgresql":
        server: PostgresqlServer = request.getfixturevalue("postgresql_server")
        url = server.url(server.create_database())
    with ground_on(url, folder, pack) as ground:
        yield ground
        assert ground.watch.found == []


def opened(ground: Ground, path: str, label: str) -> str:
    """Open a page that must show the label, as text and as nothing else."""
    answer = ground.chief.browser.get(path)
    assert answer.status_code == 200, path
    shown = html.unescape(answer.text)
    assert label.split("\n")[0] in shown, path
    assert "<script>alert" not in answer.text
    assert "49" not in re.findall(r"\{\{.*?\}\}|49", label) or "{{ 7 * 7 }}" in shown
    assert links_away(answer.text) == []
    return answer.text


def posted(ground: Ground, path: str, fields: dict[str, str]) -> TestResponse:
    answer = ground.chief.browser.post(path, fields)
    assert answer.status_code == 303, answer.text
    assert not leads_away(answer.headers["Location"])
    return answer


def drain(ground: Ground) -> None:
    instance = ground.served.instance
    bell = open_bell(instance.config)
    build_loop(instance, bell).drain()


def create(ground: Ground, name: str) -> int:
    answer = posted(ground, f"/new/{name}", {"name": f"Rook {name}", "sort": "a", "amount": "2"})
    return int(answer.headers["Location"].rpartition("/")[2])


@pytest.mark.parametrize("name", NAMES)
def test_pages_show_a_label_as_it_is(labelled: Ground, name: str) -> None:
    label = LABELS[name]
    record = create(labelled, name)
    for path in (
        f"/list/{name}",
        f"/list/{name}?query=q",
        f"/card/{name}/{record}",
        f"/edit/{name}/{record}",
        f"/new/{name}",
        f"/pick/{name}/self/{name}",
        f"/quick/{name}/self/{name}",
        f"/import/{name}",
        "/search?q=rook",
    ):
        opened(labelled, path, label)
    labelled.chief.browser.post(f"/card/{name}/{record}/delete")
    opened(labelled, "/bin", label)
    refused = labelled.chief.browser.post(f"/new/{name}", {"name": ""})
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text


@pytest.mark.parametrize("name", NAMES)
def test_the_api_tells_a_label_as_it_is(labelled: Ground, name: str) -> None:
    create(labelled, name)
    _, told = send_json(labelled.chief, "GET", f"/catalog/{name}")
    assert LABELS[name] in str(told["label"]) or LABELS[name] in told["label"].values()
    status, _ = send_json(labelled.chief, "GET", "/openapi.json")
    assert status == 200
    groups = {"group_by": ["sort"], "measures": {"n": {"count": True}}}
    status, _ = send_json(labelled.chief, "POST", f"/records/{name}/aggregate", groups)
    assert status == 200


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", NAMES)
def test_what_was_exported_under_a_label_comes_in_again(
    labelled: Ground, name: str, kind: str
) -> None:
    create(labelled, name)
    job = posted(labelled, f"/list/{name}/export", {"all": "1", "format": kind})
    drain(labelled)
    content = result_of(labelled, job.headers["Location"])
    if kind == "xlsx":
        assert_no_formulas(content)
    before = count(labelled, name)
    answer = labelled.chief.client.post(
        f"/import/{name}",
        data={
            "csrf_token": labelled.chief.browser.token,
            "file": (io.BytesIO(content), f"a.{kind}"),
        },
    )
    assert answer.status_code == 303
    mapping = labelled.chief.browser.get(answer.headers["Location"]).text
    chosen = re.findall(r'name="column\.(\d+)".*?<option value="(\w+)" selected', mapping, re.S)
    assert {path for _, path in chosen} >= {"name", "sort", "amount"}
    fields = {f"column.{number}": path for number, path in chosen}
    tried = posted(
        labelled, answer.headers["Location"].partition("?")[0], fields | {"mode": "create"}
    )
    drain(labelled)
    begun = posted(labelled, tried.headers["Location"] + "/begin", {})
    drain(labelled)
    result = send_json(labelled.chief, "GET", begun.headers["Location"])[1]
    assert (result["state"], result["result"]["imported"]) == ("done", before)
    assert count(labelled, name) == 2 * before


def result_of(ground: Ground, job: str) -> bytes:
    told = send_json(ground.chief, "GET", job.partition("?")[0])[1]
    assert told["state"] == "done", told
    answer = ground.chief.client.get(f"/files/{told['result']['file']}")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.startswith("attachment")
    content: bytes = answer.data
    answer.close()
    return content


def assert_no_formulas(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        for part in book.namelist():
            assert b"<f>" not in book.read(part), part


def count(ground: Ground, name: str) -> int:
    told = send_json(ground.chief, "GET", f"/records/{name}?count=exact")[1]
    return int(told["count"]["value"])


@pytest.mark.parametrize("name", NAMES)
def test_the_template_of_an_import_is_a_file(labelled: Ground, name: str) -> None:
    answer = labelled.chief.client.get(f"/import/{name}/template")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].isascii()
    assert_no_formulas(answer.data)
    answer.close()


def test_no_label_names_a_table_or_a_column(labelled: Ground) -> None:
    looked = inspect(labelled.served.instance.store.engine)
    for table in looked.get_table_names():
        names = [table, *(column["name"] for column in looked.get_columns(table))]
        assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", name) for name in names), names


def test_new_labels_are_a_plan_that_touches_no_table(labelled: Ground, tmp_path: Path) -> None:
    instance = labelled.served.instance
    again = write_pack(tmp_path / "pack", lambda label: f"{label[::-1]} {CANARY}")
    packs = read_packs(instance, [again])
    plan = plan_packs(instance, packs)
    assert {step.kind for step in plan.steps} <= {"relabel", "change"}
    assert all(plan.describe(language) for language in ("zh", "en"))
    apply_plan(instance, plan, author="test", reason="x'); drop table cw_commit; --")
    opened(labelled, "/list/markup", f"{LABELS['markup'][::-1]} {CANARY}")
    assert plan_packs(instance, packs).is_empty
