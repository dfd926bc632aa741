from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_entities.exchange.cells import Cell
from cardwright_entities.exchange.csv_files import read_csv
from cardwright_entities.exchange.encodings import detect_encoding
from cardwright_entities.exchange.sheets import (
    SheetError,
    SheetReading,
    SheetReport,
    spooled_rows,
)

SIMPLIFIED = "单号,客户,金额\nA1,上海鑫淼贸易有限公司,12.50\nA2,北京喆垚科技,3\n"
TRADITIONAL = "單號,客戶,金額\nA1,臺灣積體電路製造股份有限公司,12.50\nA2,高雄鋼鐵,3\n"
PLAIN = SheetReading()


def read(
    path: Path, content: bytes, reading: SheetReading = PLAIN
) -> tuple[list[tuple[Cell, ...]], SheetReport]:
    path = path / "rows.csv"
    path.write_bytes(content)
    with (path.parent / "spool").open("w+b") as spool:
        report = read_csv(path, spool, reading)
        return [row.cells for row in spooled_rows(spool)], report


def refused(path: Path, content: bytes, reading: SheetReading = PLAIN) -> tuple[str, str]:
    with pytest.raises(SheetError) as caught:
        read(path, content, reading)
    said = caught.value.reason
    return said.code, dict(said.params).get("row", "")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((SIMPLIFIED, each) for each in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16")),
        *((SIMPLIFIED, each) for each in ("utf-16-le", "utf-16-be", "utf-32")),
        *((TRADITIONAL, each) for each in ("big5", "gb18030", "utf-8")),
        ("Nom,Ville\nÉlodie Lefèvre,Orléans\nMüller,Köln\n", "cp1252"),
        ("Nombre,Dirección\nBólido,C/ Araquil\nBerglunds,Luleå\n", "latin-1"),
        ("Имя,Город\nИван Петров,Москва\nОльга,Санкт-Петербург\n", "cp1251"),
        ("Imię,Miasto\nŁukasz Żółć,Kraków\nŚwięty,Łódź\n", "cp1250"),
        ("Ad,Şehir\nGökçe Yıldız,İstanbul\n", "cp1254"),
        ("名称\n张三\n", "gbk"),
        ("plain,ascii\n1,2\n", "ascii"),
        ("姓名,地址\n𠮷田,㐀村\n𰻝面馆,丂城\n", "gb18030"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, text: str, encoding: str) -> None:
    rows, _ = read(tmp_path, text.encode(encoding))
    assert rows == [tuple(line.split(",")) for line in text.splitlines()]


def test_an_encoding_that_was_named_is_used(tmp_path: Path) -> None:
    rows, report = read(
        tmp_path, "やまだ,東京\n".encode("cp932"), SheetReading(encoding="Shift-JIS")
    )
    assert rows == [("やまだ", "東京")]
    assert report.encoding == "shift_jis"


@pytest.mark.parametrize("name", ["rot13", "zip", "idna", "unicode_escape", "utf-7", "nonsense"])
def test_only_encodings_of_tables_can_be_named(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path, b"a,b\n", SheetReading(encoding=name))[0] == "encoding_unknown"


def test_a_wrong_encoding_is_refused_and_not_guessed_around(tmp_path: Path) -> None:
    content = SIMPLIFIED.encode("gb18030")
    assert refused(tmp_path, content, SheetReading(encoding="utf-8"))[0] == "encoding_wrong"


def test_late_characters_decide_too(tmp_path: Path) -> None:
    text = "code,name\n" + "A,plain\n" * 50_000 + "B,上海\n"
    (tmp_path / "late.csv").write_bytes(text.encode("gb18030"))
    assert detect_encoding(tmp_path / "late.csv") == "gb18030"


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n", ";"),
        ("a\tb\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("sep=;\na;b\n1;2\n", ";"),
        ('"a,x";b\n1;2\n', ";"),
        ("名称，金额\n甲，1\n", "，"),
        ("name\nO'Neil; Sons\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_found(tmp_path: Path, text: str, delimiter: str) -> None:
    _, report = read(tmp_path, text.encode())
    assert report.delimiter == delimiter


def test_line_ends_of_all_kinds_and_inside_quotes(tmp_path: Path) -> None:
    for end in ("\n", "\r\n", "\r"):
        rows, _ = read(tmp_path, f'a,b{end}1,"x{end}y"{end}'.encode())
        assert rows == [("a", "b"), ("1", f"x{end}y")]


def test_blank_rows_are_no_rows_but_keep_the_count(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n\n,,\n1,2\n")
    with (tmp_path / "spool").open("w+b") as spool:
        report = read_csv(path, spool, PLAIN)
        assert [row.number for row in spooled_rows(spool)] == [1, 4]
    assert report.rows == 2


def test_reading_goes_on_behind_a_row(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a\n1\n2\n3\n")
    with (tmp_path / "spool").open("w+b") as spool:
        read_csv(path, spool, PLAIN)
        assert [row.cells for row in spooled_rows(spool, after=2)] == [("2",), ("3",)]


def test_a_nul_is_refused_with_its_row(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a,b\n1,2\n3,\x004\n") == ("nul_in_file", "3")


def test_a_huge_field_is_refused_with_its_row(tmp_path: Path) -> None:
    content = b"a,b\n1," + b"x" * 131_073 + b"\n"
    assert refused(tmp_path, content) == ("field_too_long", "2")
    rows, _ = read(tmp_path, b"a,b\n1," + b"x" * 131_072 + b"\n")
    assert len(str(rows[1][1])) == 131_072


def test_a_quote_that_never_ends_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b'a,b\n1,"x\n2,y\n')[0] == "csv_broken"
    assert refused(tmp_path, b'a,b\n1,"x"y\n') == ("csv_broken", "2")


def test_a_line_without_an_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a," * 9_000_000)[0] in ("field_too_long", "too_many_columns")


def test_too_many_rows_and_columns_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path, b"a\n" * 11, SheetReading(rows=10))[0] == "too_many_rows"
    assert refused(tmp_path, b"a," * 1_000 + b"a\n")[0] == "too_many_columns"


def test_bytes_that_are_no_text_are_refused_or_read_as_rows(tmp_path: Path) -> None:
    content = bytes(range(1, 256)) * 3
    try:
        read(tmp_path, content)
    except SheetError as error:
        said = error.reason.code
    else:
        said = ""
    assert said in ("", "csv_broken", "field_too_long")
