"""Numbers go on where they are, when the rhythm of their counter is changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation, build_installation

PACK = "kind: pack\nname: papers\n---\nkind: entity\nname: paper\nfields:\n  name: {type: text}\n"
FIELD = "  number: {type: serial, pattern: 'P{YYYY}-{000}', reset: year}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "papers", FIELD)


def write(folder: Path, field: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(PACK + field, "utf-8")
    return folder


@pytest.fixture
def papers(store_url: str, folder: Path) -> Iterator[Installation]:
    installation = build_installation(store_url, folder)
    yield installation
    installation.store.close()


def made(papers: Installation, count: int) -> list[object]:
    """Make papers; return what they are called."""
    with papers.engine.write(papers.system()) as desk:
        saved = [desk.records.create("paper", {"name": "x"}) for _ in range(count)]
        return [desk.record("paper", each.id).values["number"] for each in saved]


def test_another_rhythm_goes_on_where_the_numbers_are(papers: Installation, folder: Path) -> None:
    assert made(papers, 2) == ["P2026-001", "P2026-002"]
    with papers.engine.write(papers.system()) as desk:
        # What was deleted may be restored, under its number.
        desk.records.delete("paper", 2, None)
    papers.install(write(folder, FIELD.replace("year", "never")))
    assert made(papers, 2) == ["P2026-003", "P2026-004"]


def test_another_pattern_begins_anew(papers: Installation, folder: Path) -> None:
    assert made(papers, 2) == ["P2026-001", "P2026-002"]
    papers.install(write(folder, FIELD.replace("P{", "Q%_{").replace("year", "never")))
    assert made(papers, 1) == ["Q%_2026-001"]


def test_a_rhythm_that_comes_back_meets_no_old_counter(papers: Installation, folder: Path) -> None:
    assert made(papers, 2) == ["P2026-001", "P2026-002"]
    papers.install(write(folder, FIELD.replace("year", "never")))
    assert made(papers, 2) == ["P2026-003", "P2026-004"]
    papers.install(write(folder, FIELD))
    assert made(papers, 2) == ["P2026-005", "P2026-006"]
