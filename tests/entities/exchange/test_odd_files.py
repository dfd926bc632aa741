"""Whatever a file holds: imported and refused rows together are its rows, and nothing breaks."""

from __future__ import annotations

import csv
import io
import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Trade

FILES = 15
CELLS = (
    *(
        "",
        " ",
        "甲",
        "1",
        "-5",
        "12.5",
        "1e9",
        "TRUE",
        "否",
        "2024-02-30",
        "2024-02-29",
        "B 级",
        "z",
    ),
    *("=1+1", "#N/A", "x" * 300, "a,b", "a;b", '"', "'", "\n", "a\nb", "\t", "NULL", "火星", "HD"),
    *(
        "999999999999999999999",
        "١٢",
        "１２",
        "+86 139 0000 0000",
        "nobody@",
        "a@b.example",
        "\u200b",
    ),
)
TITLES = (
    *("名称", "name", "级别", "标签", "地区", "母公司", "电话", "email", "信用额度", "staff"),
    *("share", "founded", "seen_at", "伙伴", "note", "", "unknown", "编号", "助记码", "id"),
)


def odd_file(chance: random.Random) -> tuple[bytes, int]:
    """A CSV file of random titles and cells, and how many rows it has."""
    titles = chance.sample(TITLES, chance.randint(2, 10))
    if "名称" not in titles and "name" not in titles:
        titles[0] = "名称"
    target = io.StringIO()
    writer = csv.writer(target, delimiter=chance.choice(",;\t"))
    writer.writerow(titles)
    count = 0
    for _ in range(chance.randint(1, 40)):
        width = max(0, len(titles) + chance.choice([0, 0, 0, 0, -1, 1]))
        row = [chance.choice(CELLS) for _ in range(width)]
        writer.writerow(row)
        count += any(cell for cell in row)
    return target.getvalue().encode(chance.choice(["utf-8", "utf-8-sig", "gb18030"])), count


@pytest.mark.parametrize("dry_run", [True, False])
def test_every_row_of_any_file_is_imported_or_refused(quick_trade: Trade, *, dry_run: bool) -> None:
    chance = random.Random(20261121)
    quick_trade.create("area", code="HD", name="华东")
    stored = 0
    for number in range(FILES):
        content, rows = odd_file(chance)
        file = quick_trade.upload(content, f"{number}.csv")
        job = quick_trade.read(quick_trade.bring_job(file, "firm", dry_run=dry_run))
        if job.state == "failed":
            # Refused as a whole, in words of ours.
            assert job.error is not None
            assert job.error["code"] == "invalid"
            continue
        assert job.state == "done"
        assert job.result is not None
        result = job.result
        assert result["imported"] + result["rejected"] == result["rows"] == rows, number
        said = {each.row for each in quick_trade.outcomes(job.id) if each.outcome == "rejected"}
        assert len(said) == result["rejected"]
        stored += result["created"]
    assert len(quick_trade.records("firm", "name")) == (0 if dry_run else stored)
