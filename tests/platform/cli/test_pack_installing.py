"""Packs from archives: shown, trusted, tested over the site's own changes, then applied."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]

SITE = """\
kind: pack
name: x_site
prefix: x
requires: [acme_visits]
language: 1
words: en
---
kind: entity
extend: acme_visits
label: {en: Visit}
fields:
  due: {label: {en: Until}}
  x_place: {type: text, label: Place}
"""


@pytest.fixture
def built(cardwright: Cardwright, place: Path) -> Path:
    """An installation that trusts the vendor of a signed archive, which lies there."""
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("pack", "new", "acme_visits").code == 0
    public = cardwright("pack", "keys", "acme.key", "--json").json()["key"]
    (place / "config.yaml").write_text(f"packs: [crew]\npack_keys: [{public}]\n", "utf-8")
    return release(cardwright, place, "1.0")


def release(cardwright: Cardwright, place: Path, version: str, **changes: str) -> Path:
    """Build and sign a version of the pack with some texts replaced."""
    for path in sorted((place / "acme_visits").glob("*.yaml")):
        text = path.read_text("utf-8")
        for old, new in changes.items():
            text = text.replace(old, new)
        if path.name == "pack.yaml":
            text = re.sub('version: ".*"', f'version: "{version}"', text)
        path.write_text(text, "utf-8")
    archive = place / f"acme_visits-{version}.zip"
    told = cardwright("pack", "build", "acme_visits")
    assert told.code == 0, told.err
    assert cardwright("pack", "sign", str(archive), "--key", "acme.key").code == 0
    return archive


def digest(folder: Path) -> dict[str, str]:
    """Return digests of every table of records and of definitions in use, and of every file."""
    found: dict[str, str] = {}
    with closing(sqlite3.connect(folder / "cardwright.sqlite")) as database:
        names = [
            row[0]
            for row in database.execute("select name from sqlite_master where type = 'table'")
        ]
        for name in sorted(each for each in names if re.fullmatch(r"e_[a-z_]*", each)):
            rows = database.execute(f'select * from "{name}" order by 1').fetchall()
            found[name] = hashlib.sha256(repr(rows).encode()).hexdigest()
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        if "cardwright.sqlite" not in path.name and "cache" not in path.parts:
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(folder))] = content
    return found


def test_a_new_pack_is_whole_and_its_test_passes(cardwright: Cardwright, place: Path) -> None:
    assert cardwright("pack", "new", "acme_visits").code == 0
    assert cardwright("pack", "check", "acme_visits").code == 0
    told = cardwright("pack", "test", "acme_visits")
    assert (told.code, told.out.splitlines()[-1]) == (0, "1 of 1 scenarios passed.")
    assert re.fullmatch(r"1 of 1: acme_visits, \w+ …\n", told.err)
    assert cardwright("pack", "test", "acme_visits", "--json").err == ""
    assert cardwright("pack", "new", "acme_visits").code == 1
    assert cardwright("pack", "new", "visits").code == 1
    assert cardwright("pack", "new", "x_visits").code == 1


def test_building_twice_gives_the_same_archive(cardwright: Cardwright, place: Path) -> None:
    cardwright("pack", "new", "acme_visits")
    assert cardwright("pack", "build", "acme_visits", "--to", "one.zip").code == 0
    assert cardwright("pack", "build", "acme_visits", "--to", "two.zip").code == 0
    assert (place / "one.zip").read_bytes() == (place / "two.zip").read_bytes()
    assert "entity/acme_visits#fields.subject" in (place / "acme_visits/ids.lock.yaml").read_text()


def test_a_pack_is_installed_upgraded_and_removed(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    shown = cardwright("pack", "install", str(built), "--json").json()
    assert (shown["action"], shown["commit"], shown["passed"]) == ("install", None, True)
    told = cardwright("pack", "install", str(built), "--yes")
    assert (told.code, told.err.startswith("1 of 1: acme_visits, ")) == (0, True)
    assert cardwright("plan", "--json").json()["empty"]
    # Once more is no mistake: what was interrupted would be finished.
    assert cardwright("pack", "install", str(built), "--yes").code == 0
    newer = release(cardwright, place, "1.1", Matter="Task", hours="effort")
    again = cardwright("pack", "install", str(newer), "--yes")
    assert (again.code, "use pack upgrade" in again.err) == (1, True)
    told = cardwright("pack", "upgrade", str(newer), "--yes")
    assert told.code == 0, told.err
    older = cardwright("pack", "upgrade", str(built), "--yes")
    assert (older.code, "not newer" in older.err) == (1, True)
    packs = {each["pack"]: each for each in cardwright("pack", "list", "--json").json()["packs"]}
    assert (packs["acme_visits"]["version"], packs["crew"]["archive"]) == ("1.1", "")
    assert cardwright("pack", "uninstall", "acme_visits", "--yes").code == 0
    assert "acme_visits" not in cardwright("pack", "list").out
    assert cardwright("pack", "uninstall", "crew", "--yes").code == 1
    assert cardwright("pack", "install", str(newer), "--yes").code == 0
    assert cardwright("plan", "--json").json()["empty"]


def test_an_upgrade_meets_the_sites_changes_property_by_property(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    assert cardwright("pack", "install", str(built), "--yes").code == 0
    (place / "x_site").mkdir()
    (place / "x_site" / "pack.yaml").write_text(SITE, "utf-8")
    config = (place / "config.yaml").read_text("utf-8")
    (place / "config.yaml").write_text(config.replace("[crew]", "[crew, x_site]"), "utf-8")
    checked = cardwright("check")
    assert checked.code == 0, checked.out
    assert cardwright("apply", "--yes").code == 0
    newer = release(cardwright, place, "1.1", Matter="Task", Hours="Effort", Due="Deadline")
    shown = cardwright("pack", "upgrade", str(newer), "--json").json()["plan"]["overlays"]
    met = [(each["path"], each["theirs"], each["ours"]) for each in shown["conflicts"]]
    assert met == [("label.en", "Task", "Visit"), ("fields.due.label.en", "Deadline", "Until")]
    told = cardwright(
        "pack", "upgrade", str(newer), "--yes", "--take", "entity/acme_visits:label.en"
    )
    assert told.code == 0, told.err
    assert (
        told.out.count("2 were changed by the pack too: 1 keep your value, 1 take the pack's.") == 1
    )
    taken = cardwright("explain", "acme_visits.label.en", "--json").json()
    assert (taken["value"], taken["set_by"]["pack"]) == ("Task", "acme_visits")
    assert [each["kind"] for each in taken["layers"]] == ["definition", "set_aside"]
    kept = cardwright("explain", "acme_visits.due.label.en", "--json").json()
    assert (kept["value"], kept["set_by"]["pack"]) == ("Until", "x_site")
    assert cardwright("plan", "--json").json()["empty"]
    last = release(cardwright, place, "1.2", **{"Deadline": "Due by", "Task": "Job"})
    shown = cardwright("pack", "upgrade", str(last), "--json").json()["plan"]["overlays"]
    assert [each["path"] for each in shown["conflicts"]] == ["fields.due.label.en"]
    field = "  due:     {type: date, label: {zh: 截止日期, en: Due by}}\n"
    gone = release(cardwright, place, "1.3", **{field: "", " due,": "", ", due]": "]"})
    shown = cardwright("pack", "upgrade", str(gone), "--json").json()["plan"]["overlays"]
    assert [each["path"] for each in shown["orphans"]] == ["fields.due.label.en"]
    told = cardwright("pack", "upgrade", str(gone), "--yes")
    assert told.code == 0, told.err
    assert cardwright("check").code == 0
    assert cardwright("plan", "--json").json()["empty"]
    refused = cardwright("pack", "uninstall", "acme_visits", "--yes")
    assert (refused.code, "x_site" in refused.err) == (1, True)


def test_a_scenario_that_fails_over_the_sites_changes_stops_the_upgrade(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    assert cardwright("pack", "install", str(built), "--yes").code == 0
    newer = release(cardwright, place, "1.1", **{"cost: 300": "cost: 301"})
    told = cardwright("pack", "upgrade", str(newer), "--yes")
    assert told.code == 1
    assert "step more: cost should be 301 and is 300.0000." in told.out
    assert "Nothing was changed." in told.err
    assert cardwright("plan", "--json").json()["empty"]


def test_strangers_and_unsigned_packs_are_refused(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    cardwright("pack", "build", "acme_visits", "--to", "plain.zip")
    told = cardwright("pack", "install", "plain.zip", "--yes")
    assert (told.code, "not signed" in told.err) == (1, True)
    (place / "config.yaml").write_text(f"packs: [crew]\npack_keys: ['{'0' * 64}']\n", "utf-8")
    told = cardwright("pack", "install", str(built), "--yes")
    assert (told.code, "not among pack_keys" in told.err) == (1, True)
    (place / "config.yaml").write_text("packs: [crew]\nunsigned_packs: true\n", "utf-8")
    assert cardwright("pack", "install", "plain.zip", "--yes").code == 0


def test_a_power_that_is_not_declared_is_refused_with_its_place(
    cardwright: Cardwright, place: Path
) -> None:
    cardwright("pack", "new", "acme_visits")
    with (place / "acme_visits" / "acme_visits.yaml").open("a", encoding="utf-8") as file:
        file.write("---\nkind: role\nname: acme_all\ngrants: {'*': {actions: [read]}}\n")
    told = cardwright("pack", "check", "acme_visits", "--json")
    (problem,) = told.json()["problems"]
    assert (problem["code"], problem["found"]) == ("undeclared_power", "grants entity/*")
    assert problem["line"] > 30
    pack = place / "acme_visits" / "pack.yaml"
    pack.write_text(pack.read_text().replace("powers: {}", 'powers: {grants: ["entity/*"]}'))
    assert cardwright("pack", "check", "acme_visits").code == 0


def test_what_fails_in_the_last_step_leaves_everything_as_it_was(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    """Its seed meets a record of the site, which only shows when it is stored."""
    assert cardwright("pack", "install", str(built), "--yes").code == 0
    text = "kind: entity\nname: acme_room\nfields: {code: {type: text, unique: true}}\n"
    (place / "acme_visits" / "rooms.yaml").write_text(text, "utf-8")
    assert cardwright("pack", "upgrade", str(release(cardwright, place, "1.1")), "--yes").code == 0
    (place / "rooms.csv").write_text("code\nR1\n", "utf-8")
    assert cardwright("import", "acme_room", "rooms.csv").code == 0
    seed = (
        "kind: entity\nname: acme_desk\nfields: {name: {type: text}}\n---\n"
        "kind: seed\nname: acme_desks\nentity: acme_desk\nkey: [name]\norder: 1\n"
        "rows: [{name: D1}]\n---\n"
        "kind: seed\nname: acme_rooms\nentity: acme_room\nkey: []\norder: 2\nrows: [{code: R1}]\n"
    )
    (place / "acme_visits" / "desks.yaml").write_text(seed, "utf-8")
    before, held = cardwright("pack", "list").out, digest(place / "var")
    told = cardwright("pack", "upgrade", str(release(cardwright, place, "1.2")), "--yes")
    assert (told.code, "Everything is as it was" in told.err) == (1, True), told.err
    assert cardwright("pack", "list").out == before
    assert cardwright("plan", "--json").json()["empty"]
    now = digest(place / "var")
    assert {name: now[name] for name in held} == held
    # What was new is retired, and empty but for the seed that came before the one that failed.
    assert all(name.startswith("e_acme_desk") for name in set(now) - set(held))


def test_a_pack_is_removed_for_good_with_its_data_in_one_archive(
    cardwright: Cardwright, place: Path, built: Path
) -> None:
    rooms = (
        "kind: entity\nname: acme_room\nfields:\n  code: {type: text}\n"
        "  beside: {type: link, to: acme_bed}\n  beds: {type: lines, of: acme_bed}\n---\n"
        "kind: entity\nname: acme_bed\nowner: acme_room\nfields:\n  size: {type: integer}\n"
        "  other: {type: link, to: acme_room}\n"
    )
    (place / "acme_visits" / "rooms.yaml").write_text(rooms, "utf-8")
    newer = release(cardwright, place, "1.1")
    assert cardwright("pack", "install", str(newer), "--yes").code == 0
    (place / "rooms.csv").write_text("code\nR1\nR2\n", "utf-8")
    assert cardwright("import", "acme_room", "rooms.csv").code == 0
    shown = cardwright("pack", "uninstall", "acme_visits", "--purge", "--json").json()
    assert shown["commit"] is None
    assert set(shown["purged"]) == {"acme_visits", "acme_room", "acme_bed"}
    before = cardwright("commits", "--json").json()[0]["number"]
    refused = cardwright("pack", "uninstall", "acme_visits", "--purge", "--yes", "--confirm", "x")
    assert (refused.code, cardwright("commits", "--json").json()[0]["number"]) == (1, before)
    told = cardwright(
        "pack", "uninstall", "acme_visits", "--purge", "--yes", "--confirm", "acme_visits"
    )
    assert told.code == 0, told.err
    assert "its data are gone" in told.out
    # One change, not two: whoever looks between finds either all or nothing.
    assert cardwright("commits", "--json").json()[0]["number"] == before + 1
    (archive,) = (place / "var" / "archive").glob("acme_visits-*.jsonl.gz")
    lines = [json.loads(each) for each in gzip.decompress(archive.read_bytes()).splitlines()]
    assert "acme_visits/rooms.yaml" in lines[0]["documents"]
    assert {each.get("code") for each in lines} >= {"R1", "R2"}
    assert cardwright("purge", "--json").json() == []
    looked = cardwright("doctor", "--json").json()
    assert [each for each in looked if each["advice"] and "table" in each["subject"]] == []
    assert cardwright("pack", "install", str(newer), "--yes").code == 0
    assert cardwright("plan", "--json").json()["empty"]
