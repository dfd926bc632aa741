from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from installation import make_platform_tables

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import LimitError, NotFoundError
from cardwright_entities.files.blobs import GRACE, Blob, Blobs
from cardwright_entities.files.content_types import found_type
from cardwright_entities.files.register import (
    add_file,
    read_file,
    remove_contents,
    safe_name,
    sweep_rows,
    unnamed,
)
from cardwright_entities.files.uses import keep_for_job
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.store.doors import Store

NOW = datetime.now(UTC)


def context(now: datetime = NOW) -> Context:
    return Context(principal=SYSTEM, now=now)


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "files")


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    make_platform_tables(store_url)
    opened = Store(store_url)
    yield opened
    opened.close()


def put(blobs: Blobs, content: bytes, name: str = "") -> Blob:
    return blobs.put(io.BytesIO(content), limit=1_000_000, name=name)


def age(blobs: Blobs, blob: Blob) -> None:
    old = (NOW - 2 * GRACE).timestamp()
    os.utime(blobs.path(blob.sha256), (old, old))


def test_a_content_lies_under_its_hash(blobs: Blobs) -> None:
    blob = put(blobs, b"hello")
    digest = hashlib.sha256(b"hello").hexdigest()
    assert blob == Blob(digest, 5, "text/plain")
    assert blobs.path(digest).parts[-3:] == (digest[:2], digest[2:4], digest)
    with blobs.open(digest) as file:
        assert file.read() == b"hello"


def test_the_same_content_is_kept_once(blobs: Blobs, tmp_path: Path) -> None:
    put(blobs, b"twice")
    put(blobs, b"twice")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_too_large_a_content_leaves_nothing_behind(blobs: Blobs, tmp_path: Path) -> None:
    with pytest.raises(LimitError):
        blobs.put(io.BytesIO(b"x" * 3_000_000), limit=1_000_000)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_broken_upload_leaves_nothing_behind(blobs: Blobs, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell():
                raise ConnectionError
            return super().read(10)

    with pytest.raises(ConnectionError):
        blobs.put(Broken(b"y" * 100), limit=1_000_000)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "", "0" * 63, "0" * 64 + "/x"])
def test_only_a_hash_leads_to_a_path(blobs: Blobs, name: str) -> None:
    with pytest.raises(ValueError, match="not a hash"):
        blobs.path(name)


@pytest.mark.parametrize(
    ("content", "name", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "photo.jpg", "image/png"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "", "image/jpeg"),
        (b"%PDF-1.7\n%\xe2\xe3", "x.txt", "application/pdf"),
        (b"a,b\n1,2\n", "x.csv", "text/csv"),
        ("客户,金额\n".encode(), "x.csv", "text/csv"),
        ("客户".encode() * 1000 + b"x", "x.txt", "text/plain"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.png", "image/svg+xml"),
        (b"\xef\xbb\xbf  <!DOCTYPE html><html>", "a.txt", "text/html"),
        (b"PK\x03\x04" + b"\0" * 26 + b"[Content_Types].xml", "a.xlsx", "application/vnd"),
        (b"PK\x03\x04" + b"\0" * 26 + b"evil.exe", "a.xlsx", "application/zip"),
        (b"\x00\x01\x02\x03", "a.pdf", "application/octet-stream"),
        (b"", "empty.txt", "text/plain"),
    ],
)
def test_the_type_is_found_in_the_content(content: bytes, name: str, expected: str) -> None:
    assert found_type(content[:4096], name).startswith(expected)


def test_names_are_made_safe() -> None:
    assert safe_name("../../etc/pass\nwd") == "_.._etc_pass_wd"
    assert safe_name('报价单 "终版".xlsx') == "报价单 _终版_.xlsx"
    assert safe_name("..") == "file"
    assert safe_name("x" * 500 + ".csv") == "x" * 196 + ".csv"
    assert safe_name("gnp.\u202eexe") == "gnp._exe"


def test_a_file_that_nothing_holds_goes_after_a_day(store: Store, blobs: Blobs) -> None:
    blob = put(blobs, b"forgotten")
    with store.write(context()) as session:
        file = add_file(session, blob, "a.txt")
    age(blobs, blob)
    with store.write(context(NOW + GRACE / 2)) as session:
        assert sweep_rows(session) == ()
    with store.write(context(NOW + GRACE + timedelta(minutes=1))) as session:
        gone = sweep_rows(session)
    assert gone == (blob.sha256,)
    assert remove_contents(blobs, gone, NOW) == 1
    assert not blobs.path(blob.sha256).exists()
    with store.read(context()) as session, pytest.raises(NotFoundError):
        read_file(session, file)


def test_a_content_with_another_name_stays(store: Store, blobs: Blobs) -> None:
    blob = put(blobs, b"shared")
    with store.write(context()) as session:
        add_file(session, blob, "old.txt")
    with store.write(context(NOW + GRACE)) as session:
        add_file(session, blob, "new.txt")
    with store.write(context(NOW + GRACE + timedelta(minutes=1))) as session:
        assert sweep_rows(session) == ()


def test_a_job_keeps_its_files_as_long_as_it_is_remembered(store: Store, blobs: Blobs) -> None:
    blob = put(blobs, b"rows")
    jobs = Jobs()
    with store.write(context()) as session:
        job = jobs.enqueue(session, "import", {})
        keep_for_job(session, add_file(session, blob, "rows.csv"), job, "source")
        jobs.cancel(session, job)
    later = context(NOW + timedelta(days=91))
    with store.write(later) as session:
        assert sweep_rows(session) == ()
        assert jobs.forget(session, ended_before=NOW + timedelta(days=90)) == 1
        assert sweep_rows(session) == (blob.sha256,)


def test_a_content_that_comes_again_is_not_removed(blobs: Blobs) -> None:
    blob = put(blobs, b"again")
    age(blobs, blob)
    put(blobs, b"again")
    assert remove_contents(blobs, [blob.sha256], NOW) == 0
    assert blobs.path(blob.sha256).exists()


def test_contents_of_a_crashed_upload_are_found(store: Store, blobs: Blobs) -> None:
    blob = put(blobs, b"orphan")
    age(blobs, blob)
    with store.read(context()) as session:
        orphans = unnamed(session, blobs.known(before=NOW - GRACE))
    assert orphans == (blob.sha256,)


def test_left_over_work_is_cleared(blobs: Blobs, tmp_path: Path) -> None:
    left = tmp_path / "files" / "tmp" / "read-x"
    left.mkdir(parents=True)
    (left / "spool").write_bytes(b"x")
    old = (NOW - 2 * GRACE).timestamp()
    os.utime(left / "spool", (old, old))
    assert blobs.clear_temporary(before=NOW - GRACE) == 1
    assert not left.exists()
