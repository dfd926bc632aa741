"""What is written to a file comes back as it was, and nothing in it is ever run."""

from __future__ import annotations

import csv
import random
import re
import string
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.csv_files import read_csv, write_csv
from cardwright_entities.exchange.neutral import neutral, restored
from cardwright_entities.exchange.sheets import (
    SheetColumn,
    SheetLayout,
    SheetReading,
    spooled_rows,
)
from cardwright_platform.confined.workbooks import ConfinedWorkbooks

COUNT = 10_000
#: How an attack, or an unlucky name, may begin.
STARTS = (
    *("=cmd|' /C calc'!A0", "=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "'=1", "''=1"),
    *("＝1", "＋86", "－5", "＠x", "|x", "%0A", "'", "''", "'x", '"', '""', '"=1"', ";=1", ",=1"),
    *("'\t", "=", "+", "-", "@", "_x000D_", "_x005F_", "&lt;", "<f>1</f>", "{=1}", "=HYPERLINK("),
)
DANGEROUS = re.compile(r"\s*[=+\-@|%＝＋－＠]|[\t\r\n]")
# Neither a database nor XML holds these.
IMPOSSIBLE = "\x00\ufffe\uffff"


def strings(count: int) -> list[str]:
    """Strings of all kinds, the same in every run."""
    chance = random.Random(20261121)
    alphabets = (
        string.printable,
        "".join(map(chr, range(1, 0x30))),
        "上海鑫淼贸易有限公司（）、。；：“”",
        "=+-@'\"\t\r\n ,;|",
        "ÄöüßéèñłŻж😀𠮷\u202e\u200b\xa0\u3000\x7f\x85\u2028",
    )
    found = list(STARTS)
    while len(found) < count:
        start = chance.choice(STARTS) if chance.random() < 0.3 else ""
        alphabet = chance.choice(alphabets)
        text = start + "".join(chance.choices(alphabet, k=chance.randint(1, 20)))
        found.append(text)
    return found


def layout(width: int = 1) -> SheetLayout:
    columns = tuple(SheetColumn(title=f"title {number}") for number in range(width))
    return SheetLayout(name="Sheet", columns=columns)


def test_ten_thousand_texts_survive_csv_and_none_begins_a_formula(tmp_path: Path) -> None:
    texts = strings(COUNT)
    target = tmp_path / "texts.csv"
    write_csv(target, layout(2), [[str(number), text] for number, text in enumerate(texts)])
    with (tmp_path / "spool").open("w+b") as spool:
        read_csv(target, spool, SheetReading())
        found = [row.cells[1] for row in spooled_rows(spool)][1:]
    assert found == texts
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if DANGEROUS.match(cell)]


def test_ten_thousand_texts_survive_a_workbook_and_none_is_a_formula(tmp_path: Path) -> None:
    texts = strings(COUNT)
    target = tmp_path / "texts.xlsx"
    workbooks = ConfinedWorkbooks(folder=tmp_path)
    workbooks.write(target, layout(2), [[number, text] for number, text in enumerate(texts)])
    with (tmp_path / "spool").open("w+b") as spool:
        workbooks.read(target, spool, SheetReading())
        found = [row.cells[1] for row in spooled_rows(spool)][1:]
    assert found == texts
    with zipfile.ZipFile(target) as archive:
        pages = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
        assert pages
        for name in archive.namelist():
            body = archive.read(name)
            assert b"<f>" not in body
            assert b"<f " not in body
            assert b"<hyperlink" not in body


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters=IMPOSSIBLE)))
@settings(max_examples=500, deadline=None)
def test_a_neutral_text_is_restored(text: str) -> None:
    assert restored(neutral(text)) == text
    assert not DANGEROUS.match(neutral(text))


VALUES: list[Cell] = [
    *("text", "007", "1e5", "2024-01-01", "TRUE", "  blanks  ", "", None),
    *(0, 1, -1, 10**14, 999_999_999_999_999, -(10**15), 2**53 - 1),
    *(Decimal("0.1"), Decimal("-12.50"), Decimal("123456789012345.678"), Decimal("1E-6")),
    *(Decimal("99999999999999.9999"), Decimal("0.00"), True, False),
    *(date(1900, 3, 1), date(2024, 2, 29), date(9999, 12, 31), date(1812, 6, 24)),
    *(datetime(2024, 2, 29, 23, 59, 59), time(0, 0), time(23, 59, 59)),
]


def test_values_survive_a_workbook(tmp_path: Path) -> None:
    target = tmp_path / "values.xlsx"
    workbooks = ConfinedWorkbooks(folder=tmp_path)
    workbooks.write(target, layout(2), [["row", value] for value in VALUES])
    with (tmp_path / "spool").open("w+b") as spool:
        workbooks.read(target, spool, SheetReading())
        rows = [row.cells for row in spooled_rows(spool)][1:]
    for value, cells in zip(VALUES, rows, strict=True):
        found = cells[1] if len(cells) > 1 else None
        if isinstance(found, str) and isinstance(value, (int, Decimal, date)):
            # What a workbook would round or does not know travels as text, exactly.
            assert found == str(value)
        elif isinstance(value, (int, Decimal)) and not isinstance(value, bool):
            assert Decimal(str(found)) == value
        else:
            assert found == (value or None if isinstance(value, str) else value)


def test_a_text_too_long_for_a_cell_is_cut_visibly_and_listed(tmp_path: Path) -> None:
    target = tmp_path / "long.xlsx"
    workbooks = ConfinedWorkbooks(folder=tmp_path)
    done = workbooks.write(target, layout(), [["x" * 40_000], ["😀" * 20_000], ["y" * 32_767]])
    assert done == {"rows": 3, "notes": 2}
    with (tmp_path / "spool").open("w+b") as spool:
        report = workbooks.read(target, spool, SheetReading())
        texts = [str(row.cells[0]) for row in spooled_rows(spool)][1:]
        assert report.sheets == ("Sheet", "说明 Notes")
        workbooks.read(target, spool, SheetReading(sheet="说明 Notes"))
    assert texts[0] == "x" * 32_766 + "…"
    assert texts[1].endswith("😀…")
    assert len(texts[1].encode("utf-16-le")) <= 2 * 32_767
    assert texts[2] == "y" * 32_767


def test_one_bad_cell_never_fails_an_export(tmp_path: Path) -> None:
    target = tmp_path / "odd.xlsx"
    workbooks = ConfinedWorkbooks(folder=tmp_path)
    odd = ["\ud800", "\ufffe", "\x00", "\x0b", 10**30, Decimal("1E+400"), date(1, 1, 1)]
    assert workbooks.write(target, layout(len(odd)), [odd])["rows"] == 1
    assert write_csv(tmp_path / "odd.csv", layout(len(odd)), [odd[1:]]) == 1


@pytest.mark.parametrize("name", ["a/b:c", "'quoted'", "", "History", "长" * 60, "[x]", "=1+1"])
def test_any_name_becomes_a_sheets_name(tmp_path: Path, name: str) -> None:
    target = tmp_path / "named.xlsx"
    workbooks = ConfinedWorkbooks(folder=tmp_path)
    named = SheetLayout(
        name=name, columns=(SheetColumn(title="=title", choices=("是", "否"), note="备注"),)
    )
    workbooks.write(target, named, [["x"]])
    with (tmp_path / "spool").open("w+b") as spool:
        report = workbooks.read(target, spool, SheetReading())
        assert [row.cells for row in spooled_rows(spool)] == [("=title",), ("x",)]
    assert len(report.sheet) <= 31
    assert report.sheets == (report.sheet,)
