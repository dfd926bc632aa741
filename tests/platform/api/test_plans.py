"""Packs, and what is retired, change over the API as at the command line: by plans, in jobs."""

from __future__ import annotations

import gzip
import io
import json
import threading
from pathlib import Path
from typing import Any

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack
from cardwright_platform.packs.building import build_archive
from cardwright_platform.packs.skeleton import skeleton
from cardwright_platform.worker.assembly import Bell, build_loop

NAME = "acme_visits"


def archive(site, folder: Path, version: str = "") -> bytes:
    """Build an archive of the pack that `pack new` writes."""
    for path, text in skeleton(NAME).items():
        if version and path == "pack.yaml":
            text = text.replace('version: "0.1"', f'version: "{version}"')
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    packs = [load_pack(folder)]
    return build_archive(folder, build_catalog(packs, site.instance.types)).content


def brought(caller, content: bytes) -> int:
    answer = caller.client.post(
        "/api/v1/files",
        data={"file": (io.BytesIO(content), "pack.zip")},
        headers={"Authorization": f"Bearer {caller.token}"},
    )
    return answer.json["id"]


def ended(site, caller, answer) -> dict[str, Any]:
    """Do the job that was asked for; return how it ended."""
    assert answer.status_code == 202, answer.text
    event = threading.Event()
    build_loop(site.instance, Bell(event.set, event, event.clear)).drain()
    return caller.get(answer.headers["Location"].removeprefix("/api/v1")).json


def planned(site, caller, wish: dict[str, Any]) -> dict[str, Any]:
    job = ended(site, caller, caller.post("/plans", wish))
    assert job["state"] == "done", job
    return caller.get(f"/plans/{job['result']['plan']}").json


def applied(site, caller, plan: dict[str, Any]) -> int:
    job = ended(site, caller, caller.post(f"/plans/{plan['id']}/apply", {"reason": "packs"}))
    assert job["state"] == "done", job
    assert caller.post(f"/plans/{plan['id']}/apply", {}).json == job["result"]
    return job["result"]["commit"]


def packs(caller) -> dict[str, str]:
    return {each["name"]: each["version"] for each in caller.get("/packs").json["items"]}


def test_a_pack_comes_and_goes_for_good(own_site, maker, tmp_path: Path) -> None:
    file = brought(maker, archive(own_site, tmp_path / NAME))
    job = ended(own_site, maker, maker.post("/plans", {"install": file}))
    assert job["progress"]["done"] == job["progress"]["total"] == 1  # its scenario
    plan = maker.get(f"/plans/{job['result']['plan']}").json
    assert (plan["pack"]["action"], plan["pack"]["pack"], plan["safe"]) == ("install", NAME, True)
    assert NAME not in packs(maker)
    commit = applied(own_site, maker, plan)
    newest = maker.get("/commits", limit=1).json["items"][0]
    assert (newest["number"], newest["reason"]) == (commit, "packs")
    assert NAME in packs(maker)
    record = maker.post(f"/records/{NAME}", {"subject": "Roof"}).json
    # The same archive once more changes nothing.
    assert planned(own_site, maker, {"upgrade": file})["empty"]
    plan = planned(own_site, maker, {"uninstall": NAME, "fate": "purge"})
    assert plan["pack"]["purged"] == [NAME]
    assert "先归档再删除" in plan["effects"]["zh"][1]
    applied(own_site, maker, plan)
    assert NAME not in packs(maker)
    assert maker.get(f"/records/{NAME}/{record['id']}").status_code == 404
    folder = own_site.instance.config.folder / "archive"
    (kept,) = folder.glob(f"{NAME}-*.jsonl.gz")
    lines = [json.loads(each) for each in gzip.decompress(kept.read_bytes()).splitlines()]
    assert [each["subject"] for each in lines if "subject" in each].count("Roof") == 1


def test_a_pack_that_is_none_is_refused_in_its_job(own_site, maker) -> None:
    file = brought(maker, b"no archive")
    job = ended(own_site, maker, maker.post("/plans", {"install": file}))
    assert (job["state"], job["error"]["code"] != "internal") == ("failed", True)
    job = ended(own_site, maker, maker.post("/plans", {"uninstall": "nothing"}))
    assert (job["state"], job["error"]["code"]) == ("failed", "pack_not_installed")
    assert maker.post("/plans", {"install": 999_999}).status_code == 404


def test_one_change_is_asked_for_at_a_time(maker) -> None:
    for body in ({}, {"documents": {}, "purge": ["firm.x"]}, {"accept": []}):
        assert maker.post("/plans", body).status_code == 422


def test_what_is_retired_is_restored_and_purged(own_site, maker, firm) -> None:
    path, text = firm
    before, start, after = text.partition("\nname: firm\n")
    wanted = before + start + after.replace("\nfields:\n", "\nfields:\n  x_old: {type: text}\n", 1)
    for each in (wanted, text):
        made = maker.post("/plans", {"documents": {path: each}}).json
        assert maker.post(f"/plans/{made['id']}/apply", {}).status_code == 200
        if each == wanted:
            record = maker.post("/records/firm", {"name": "R", "x_old": "1"}).json["id"]
    (listed,) = [e for e in maker.get("/retired").json["items"] if e["name"] == "firm.x_old"]
    assert (listed["values"], listed["early"]) == (1, True)
    made = maker.post("/plans", {"restore": ["firm.x_old"]}).json
    assert maker.post(f"/plans/{made['id']}/apply", {}).status_code == 200
    assert maker.get(f"/records/firm/{record}").json["x_old"] == "1"
    back = maker.post("/plans", {"documents": {path: text}}).json
    assert maker.post(f"/plans/{back['id']}/apply", {}).status_code == 200
    refused = maker.post("/plans", {"purge": ["firm.x_old"]})
    assert (refused.status_code, list(refused.json["error"]["fields"])) == (422, ["purge"])
    made = maker.post("/plans", {"purge": ["firm.x_old"], "early": True}).json
    applied(own_site, maker, made)
    assert maker.get("/retired").json["items"] == []
    assert maker.post("/plans", {"purge": ["firm.x_old"], "early": True}).status_code == 404


def test_only_those_who_define_may(own_site) -> None:
    clerk = own_site.caller("clerk")
    for told in (clerk.get("/retired"), clerk.get("/packs"), clerk.post("/plans", {"install": 1})):
        assert told.status_code == 403
