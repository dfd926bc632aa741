"""A file that is no whole backup is refused in words, and nothing is changed by it."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from keepsakes import Kept
from sqlalchemy import inspect

from cardwright_entities.backups.archives import read_backup
from cardwright_entities.backups.errors import BackupError
from cardwright_entities.backups.manifests import MANIFEST
from cardwright_entities.errors import CardwrightError

Places = Callable[[str], Kept]
Members = dict[str, bytes]
#: Changes what is in a backup: its members and its manifest.
Spoil = Callable[[Members, dict[str, Any]], None]


@pytest.fixture(scope="module")
def whole(full: Kept) -> Path:
    """A backup that nobody spoiled."""
    return full.back_up("whole.zip")[0]


@pytest.fixture
def place(empty_places: Places) -> Iterator[Kept]:
    """A place where nothing is, and nothing may come."""
    found = empty_places("sqlite")
    yield found
    assert inspect(found.installation.store.engine).get_table_names() == []
    assert [each.name for each in found.folder.parent.rglob("*escaped*")] == []


def spoiled(whole: Path, target: Path, spoil: Spoil) -> Path:
    """Write a backup again with something changed in it."""
    with zipfile.ZipFile(whole) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop(MANIFEST))
    spoil(members, manifest)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
        archive.writestr(MANIFEST, json.dumps(manifest))
    return target


def code_of(place: Kept, path: Path) -> str:
    """Return the code with which a restore is refused."""
    with pytest.raises(CardwrightError) as caught:
        place.restore(path)
    return caught.value.message.code


def other_value(members: Members, manifest: dict[str, Any]) -> None:
    members["tables/e_room.ndjson"] = members["tables/e_room.ndjson"].replace(b"House", b"Horse")


def missing_table(members: Members, manifest: dict[str, Any]) -> None:
    del members["tables/e_room.ndjson"]


def missing_table_and_entry(members: Members, manifest: dict[str, Any]) -> None:
    del members["tables/e_room.ndjson"]
    del manifest["tables"]["e_room"]


def further_member(members: Members, manifest: dict[str, Any]) -> None:
    members["tables/e_other.ndjson"] = b""


def outside(members: Members, manifest: dict[str, Any]) -> None:
    members["../../escaped.txt"] = b"x"


def content_outside(members: Members, manifest: dict[str, Any]) -> None:
    members["files/../../escaped"] = b"x"
    manifest["files"]["count"] += 1


def other_content(members: Members, manifest: dict[str, Any]) -> None:
    name = next(each for each in members if each.startswith("files/"))
    members[name] += b"escaped"


def statement_in_a_name(members: Members, manifest: dict[str, Any]) -> None:
    columns = manifest["tables"]["e_room"]["columns"]
    columns[1][0] = 'x"; DROP TABLE e_room; --'


def strange_table(members: Members, manifest: dict[str, Any]) -> None:
    manifest["tables"]["pg_class"] = manifest["tables"].pop("e_room")
    members["tables/pg_class.ndjson"] = members.pop("tables/e_room.ndjson")


def strange_kind(members: Members, manifest: dict[str, Any]) -> None:
    manifest["tables"]["e_room"]["columns"][1][1] = "pickle"


def wrong_sizes(members: Members, manifest: dict[str, Any]) -> None:
    manifest["tables"]["e_room"]["size"] = 10**15


def wrong_rows(members: Members, manifest: dict[str, Any]) -> None:
    manifest["tables"]["e_room"]["rows"] += 1


def not_even_json(members: Members, manifest: dict[str, Any]) -> None:
    manifest["tables"] = []


def nested(members: Members, manifest: dict[str, Any]) -> None:
    manifest["taken_at"] = {"a": []}


def rewritten(members: Members, manifest: dict[str, Any], former: bytes, now: bytes) -> None:
    """Change the definitions, and all that proves them, so that nothing but sense is missing."""
    name = "tables/cw_catalog_part.ndjson"
    assert former in members[name]
    members[name] = members[name].replace(former, now)
    manifest["tables"]["cw_catalog_part"] |= {
        "size": len(members[name]),
        "sha256": hashlib.sha256(members[name]).hexdigest(),
    }


def statement_in_a_definition(members: Members, manifest: dict[str, Any]) -> None:
    column = rb"\"column\":\"pieces\""
    rewritten(members, manifest, column, rb"\"column\":\"x\\\"; DROP TABLE cw_account; --\"")


def definition_without_sense(members: Members, manifest: dict[str, Any]) -> None:
    rewritten(members, manifest, rb"\"fields\":{", rb"\"fields\":7,\"more\":{")


@pytest.mark.parametrize(
    "spoil",
    [
        other_value, missing_table, missing_table_and_entry, further_member, outside,
        content_outside, other_content, statement_in_a_name, strange_table, strange_kind,
        wrong_sizes, wrong_rows, not_even_json, nested, statement_in_a_definition,
        definition_without_sense,
    ],
)  # fmt: skip
def test_what_was_changed_is_refused(
    whole: Path, place: Kept, tmp_path: Path, spoil: Spoil
) -> None:
    assert code_of(place, spoiled(whole, tmp_path / "spoiled.zip", spoil)) == "backup_damaged"


def test_a_newer_backup_is_refused(whole: Path, place: Kept, tmp_path: Path) -> None:
    def newer(members: Members, manifest: dict[str, Any]) -> None:
        manifest["format"] = 2

    def from_the_future(members: Members, manifest: dict[str, Any]) -> None:
        manifest["revision"] = "9999_flying"

    assert code_of(place, spoiled(whole, tmp_path / "a.zip", newer)) == "backup_format"
    assert code_of(place, spoiled(whole, tmp_path / "b.zip", from_the_future)) == "newer_database"


def test_a_type_that_no_plugin_brings_is_named(whole: Path, place: Kept, tmp_path: Path) -> None:
    def strange(members: Members, manifest: dict[str, Any]) -> None:
        rewritten(members, manifest, rb"\"type\":\"colour\"", rb"\"type\":\"aroma\"")

    assert code_of(place, spoiled(whole, tmp_path / "a.zip", strange)) == "backup_type_unknown"


@pytest.mark.parametrize("part", [0.0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_is_refused(
    whole: Path, place: Kept, tmp_path: Path, part: float
) -> None:
    body = whole.read_bytes()
    path = tmp_path / "cut.zip"
    path.write_bytes(body[: int(len(body) * part)])
    assert code_of(place, path) == "backup_damaged"


def test_bytes_that_turned_are_refused(whole: Path, place: Kept, tmp_path: Path) -> None:
    body = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        entry = archive.getinfo("tables/cw_catalog_part.ndjson")
    body[entry.header_offset + entry.compress_size // 2] ^= 0xFF
    path = tmp_path / "turned.zip"
    path.write_bytes(body)
    assert code_of(place, path) == "backup_damaged"


def test_links_and_doubles_in_the_archive_are_refused(
    whole: Path, place: Kept, tmp_path: Path
) -> None:
    linked, doubled = tmp_path / "linked.zip", tmp_path / "doubled.zip"
    for path in (linked, doubled):
        shutil.copy(whole, path)
    entry = zipfile.ZipInfo("files/" + "a" * 64)
    entry.external_attr = 0o120777 << 16
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(entry, "/etc/passwd")
    with zipfile.ZipFile(doubled, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("tables/e_room.ndjson", b"")
    assert {code_of(place, linked), code_of(place, doubled)} == {"backup_damaged"}


def test_a_line_without_an_end_is_refused_before_memory_ends(
    whole: Path, place: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cardwright_entities.backups.archives.LONGEST_LINE", 1_000)

    def endless(members: Members, manifest: dict[str, Any]) -> None:
        members["tables/e_room.ndjson"] = b"[" * 1_000_000
        manifest["tables"]["e_room"]["size"] = 1_000_000

    path = spoiled(whole, tmp_path / "endless.zip", endless)
    with read_backup(path) as backup:
        entry = next(each for each in backup.manifest.tables if each.shape.name == "e_room")
        lines = backup.lines(entry)
        with pytest.raises(BackupError):
            next(lines)
