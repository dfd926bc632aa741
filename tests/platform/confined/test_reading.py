from __future__ import annotations

import os
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from workbook_parts import (
    HEAD,
    MAIN,
    letters,
    lying_size,
    overlapping,
    packed,
    parts,
    sheet,
    text_row,
    workbook,
)

from cardwright_entities.exchange.cells import Cell, FaultyCell
from cardwright_entities.exchange.sheets import SheetError, SheetReading
from cardwright_platform.confined.running import ConfinedError, Limits, run_confined
from cardwright_platform.confined.workbooks import ConfinedWorkbooks

Rows = list[tuple[int, tuple[Cell, ...]]]
Read = Callable[..., Rows]


PLAIN = SheetReading()


def refused(read: Read, content: bytes, reading: SheetReading = PLAIN) -> str:
    with pytest.raises(SheetError) as caught:
        read(content, reading)
    return caught.value.reason.code


def test_cells_come_with_their_kinds(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["text", 12, 0.1 + 0.2, True, None, "007"])
    page.append([date(2024, 2, 29), datetime(2024, 2, 29, 8, 30), time(8, 30), timedelta(hours=30)])
    book.save(tmp_path / "kinds.xlsx")
    assert read(tmp_path / "kinds.xlsx") == [
        (1, ("text", 12, Decimal("0.3"), True, None, "007")),
        (
            2,
            (datetime(2024, 2, 29), datetime(2024, 2, 29, 8, 30), time(8, 30), timedelta(hours=30)),
        ),
    ] or read(tmp_path / "kinds.xlsx")[1][1][0] == date(2024, 2, 29)


@pytest.mark.parametrize("dimension", ["A1:C3", "A1", "A1:XFD1048576", ""])
def test_a_lie_about_the_dimension_changes_nothing(read: Read, dimension: str) -> None:
    rows = "".join(text_row(number, f"a{number}", "b") for number in range(1, 5001))
    found = read(workbook(sheet(rows, dimension=dimension)))
    assert len(found) == 5000
    assert found[-1] == (5000, ("a5000", "b"))


def test_a_dimension_that_is_none_is_refused_in_words(read: Read) -> None:
    content = workbook(sheet(text_row(1, "a"), dimension="nonsense"))
    assert refused(read, content) == "file_unreadable"


def test_a_sheet_of_16384_columns_is_refused_in_words(read: Read) -> None:
    rows = text_row(1, *["x"] * 16_384)
    assert refused(read, workbook(sheet(rows))) == "too_many_columns"


def test_16384_styled_but_empty_columns_are_no_columns(read: Read) -> None:
    empty = "".join(f'<c r="{letters(column)}2" s="0"/>' for column in range(16_384))
    rows = text_row(1, "name") + f'<row r="2">{empty}</row>' + text_row(3, "甲")
    assert read(workbook(sheet(rows))) == [(1, ("name",)), (3, ("甲",))]


def test_two_cells_at_the_ends_of_the_sheet_do_not_eat_the_memory(read: Read) -> None:
    rows = text_row(1, "a") + (
        '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>z</t></is></c></row>'
    )
    assert refused(read, workbook(sheet(rows))) in ("file_too_large", "file_unreadable")


def test_a_control_character_is_read(read: Read) -> None:
    rows = text_row(1, "a_x000B_b", "_x005F_x000B_")
    assert read(workbook(sheet(rows))) == [(1, ("a\x0bb", "_x000B_"))]


def test_a_raw_control_character_is_no_fault_of_the_server(read: Read) -> None:
    assert read(workbook(sheet(text_row(1, "a\x0bb")))) == [(1, ("a\x0bb",))]


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!doctype x>",
    ],
)
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_a_dtd_is_refused_in_every_part(read: Read, before: str, part: str) -> None:
    content = parts(sheet(text_row(1, "&e;") if "file:" in before else text_row(1, "a")))
    body = content[part].decode().replace(HEAD, HEAD + before, 1)
    assert refused(read, packed({**content, part: body.encode()})) == "archive_dtd"


def test_a_dtd_in_utf_16_does_not_hide(read: Read) -> None:
    worksheet = sheet(text_row(1, "a"), before="<!DOCTYPE x>").replace("UTF-8", "UTF-16")
    content = parts(worksheet) | {"xl/worksheets/sheet1.xml": worksheet.encode("utf-16")}
    assert refused(read, packed(content)) == "archive_broken"


def test_a_dtd_across_two_pieces_is_seen(read: Read) -> None:
    for shift in range(12):
        padding = "<!--" + "x" * (256 * 1024 - len(HEAD) - 12 + shift - 7) + "-->"
        worksheet = sheet(text_row(1, "a"), before=padding + "<!DOCTYPE x>")
        assert refused(read, workbook(worksheet)) == "archive_dtd"


def test_a_formula_in_every_cell_is_never_calculated(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for _ in range(50):
        page.append([f"=1+{column}" for column in range(10)])
    book.save(tmp_path / "formulas.xlsx")
    found = read(tmp_path / "formulas.xlsx")
    assert len(found) == 50
    assert found[0][1][3] == FaultyCell("=1+3")


def test_the_kept_value_of_a_formula_is_taken(read: Read) -> None:
    rows = (
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c>'
        '<c r="B1" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c>'
        '<c r="D1"><f t="shared" si="0"/><v>7</v></c><c r="E1" t="b"><f>TRUE</f><v>1</v></c></row>'
    )
    assert read(workbook(sheet(rows))) == [(1, (2, "ab", None, 7, True))]


def test_an_error_stays_visible_as_one(read: Read) -> None:
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#DIV/0!</v></c><c r="B1"><v>1</v></c></row>'
        '<row r="2"><c r="B2" t="e"><f>A1</f><v>#REF!</v></c></row>'
    )
    assert read(workbook(sheet(rows))) == [
        (1, (FaultyCell("#DIV/0!"), 1)),
        (2, (None, FaultyCell("#REF!"))),
    ]


def test_too_many_faulty_cells_refuse_the_file(read: Read) -> None:
    rows = "".join(
        f'<row r="{number}"><c r="A{number}" t="e"><v>#N/A</v></c></row>'
        for number in range(1, 20_003)
    )
    assert refused(read, workbook(sheet(rows))) == "sheet_faulty"


def test_a_bomb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    # Too little memory for what would be unpacked, enough for an honest workbook.
    tight = Limits(memory=200 * 1024**2, cpu=60, wall=120)
    path, reader = tmp_path / "upload", ConfinedWorkbooks(folder=tmp_path, reading=tight)
    with tempfile.TemporaryFile(dir=tmp_path) as spool:
        path.write_bytes(workbook(sheet(text_row(1, "a"))))
        assert reader.read(path, spool, PLAIN).rows == 1
        padded = sheet(text_row(1, "a")).replace("</worksheet>", " " * 256_000_000 + "</worksheet>")
        path.write_bytes(workbook(padded))
        assert path.stat().st_size < 1_000_000
        with pytest.raises(SheetError) as caught:
            reader.read(path, spool, PLAIN)
    assert caught.value.reason.code == "archive_bomb"


def test_entries_that_overlap_are_refused(read: Read) -> None:
    assert refused(read, overlapping(3000, 100_000)) in ("archive_bomb", "archive_broken")


def test_a_lie_about_an_unpacked_size_is_seen(read: Read) -> None:
    content = workbook(sheet(text_row(1, "a" * 5000)))
    for size in (10, 10_000_000):
        lied = lying_size(content, "xl/worksheets/sheet1.xml", size)
        assert refused(read, lied) in ("archive_bomb", "archive_broken")


def test_nested_archives_are_refused(read: Read) -> None:
    inner = packed({"x": b"y"})
    content = packed({**parts(sheet(text_row(1, "a"))), "xl/embeddings/a.bin": inner})
    assert refused(read, content) == "archive_nested"


def test_too_many_entries_are_refused(read: Read) -> None:
    content = packed({f"x{number}.txt": b"" for number in range(5_001)})
    assert refused(read, content) == "archive_too_many"


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/x.xml", "xl\\..\\..\\x.xml"])
def test_names_that_leave_the_archive_are_refused(read: Read, name: str) -> None:
    content = {**parts(sheet(text_row(1, "a"))), name: b"<x/>"}
    assert refused(read, packed(content)) == "archive_broken"


def test_two_parts_of_one_name_are_refused(read: Read) -> None:
    content = packed({**parts(sheet(text_row(1, "a"))), "XL/workbook.XML": b"<x/>"})
    assert refused(read, content) == "archive_broken"


def test_something_before_the_archive_is_refused(read: Read) -> None:
    assert refused(read, b"MZ" + workbook(sheet(text_row(1, "a")))) == "archive_bomb"


def test_an_encrypted_entry_is_refused(read: Read) -> None:
    content = bytearray(workbook(sheet(text_row(1, "a"))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        content[place + offset] |= 1
    assert refused(read, bytes(content)) == "archive_encrypted"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"PK\x05\x06" + b"\0" * 18,
        b"not a workbook at all",
        packed({"hello.txt": b"world"}),
        packed({"xl/workbook.xml": b"<workbook", "xl/_rels/workbook.xml.rels": b"<x/>"}),
        packed({**parts("<worksheet"), "x": b""}),
        packed({**parts(f"{HEAD}<worksheet {MAIN}><sheetData><row r='x'>")}),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(read: Read, content: bytes) -> None:
    code = refused(read, content)
    assert code in ("not_a_workbook", "file_unreadable", "sheet_empty", "archive_broken")


def test_every_cut_of_a_workbook_is_refused_or_read(read: Read) -> None:
    content = workbook(sheet(text_row(1, "a", "b")))
    for length in range(0, len(content), 97):
        with pytest.raises(SheetError):
            read(content[:length])


def test_a_sheet_is_chosen_by_its_name(read: Read, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("Zwei").append(["two"])
    hidden = book.create_sheet("Geheim")
    hidden.append(["hidden"])
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "sheets.xlsx")
    assert read(tmp_path / "sheets.xlsx") == [(1, ("two",))]
    assert read(tmp_path / "sheets.xlsx", SheetReading(sheet="Zwei")) == [(1, ("two",))]
    content = (tmp_path / "sheets.xlsx").read_bytes()
    assert refused(read, content, SheetReading(sheet="Drei")) == "sheet_unknown"
    assert refused(read, content, SheetReading(sheet="Geheim")) == "sheet_unknown"


def test_only_the_first_rows_are_given_when_asked(read: Read) -> None:
    rows = "".join(text_row(number, "a") for number in range(1, 100))
    assert len(read(workbook(sheet(rows)), SheetReading(first=5))) == 5


def test_too_many_rows_are_refused(read: Read) -> None:
    rows = "".join(text_row(number, "a") for number in range(1, 100))
    assert refused(read, workbook(sheet(rows)), SheetReading(rows=50)) == "too_many_rows"


def test_a_child_has_limits_and_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CARDWRIGHT_SECRET", "hush")
    rows = "".join(text_row(number, "x" * 100, "y" * 100) for number in range(1, 20_000))
    (tmp_path / "big.xlsx").write_bytes(workbook(sheet(rows)))
    small = Limits(memory=1024 * 1024 * 1024, output=64 * 1024, cpu=60, wall=60)
    with pytest.raises(SheetError) as caught, (tmp_path / "spool").open("w+b") as spool:
        ConfinedWorkbooks(folder=tmp_path, reading=small).read(
            tmp_path / "big.xlsx", spool, SheetReading()
        )
    assert caught.value.reason.code == "file_too_large"
    assert (tmp_path / "spool").stat().st_size <= 64 * 1024
    assert list(tmp_path.glob("read-*")) == []


@pytest.mark.parametrize(
    "limits",
    [Limits(memory=64 * 1024 * 1024), Limits(wall=0.01)],
)
def test_a_child_that_reaches_a_limit_is_an_answer(tmp_path: Path, limits: Limits) -> None:
    rows = "".join(text_row(number, *["x"] * 20) for number in range(1, 20_000))
    (tmp_path / "a.xlsx").write_bytes(workbook(sheet(rows)))
    with pytest.raises(SheetError) as caught, (tmp_path / "spool").open("w+b") as spool:
        ConfinedWorkbooks(folder=tmp_path, reading=limits).read(
            tmp_path / "a.xlsx", spool, SheetReading()
        )
    assert caught.value.reason.code in ("file_too_large", "file_unreadable")


def test_the_helpers_of_these_tests_tell_the_truth(tmp_path: Path) -> None:
    assert struct.calcsize("<4s5H3L2H") == 30
    (tmp_path / "o.zip").write_bytes(overlapping(3, 100))
    with zipfile.ZipFile(tmp_path / "o.zip") as archive:
        assert [entry.file_size for entry in archive.infolist()] == [100] * 3
        assert zlib.crc32(b"0" * 100) == archive.infolist()[0].CRC
    assert os.path.getsize(tmp_path / "o.zip") < 1000


def test_a_library_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfinedError) as caught:
        run_confined("not_there", {}, limits=Limits(), folder=tmp_path)
    assert caught.value.message.code == "library_missing"
    assert "not_there" in str(caught.value.message.params)
