from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]


@pytest.fixture
def workshop(place: Path, cardwright: Cardwright) -> Path:
    """The folder with a second pack, applied."""
    source = Path(__file__).resolve().parents[2] / "packs" / "workshop"
    (place / "config.yaml").write_text(f"packs: [{source}]\n", encoding="utf-8")
    told = cardwright("apply", "--yes")
    assert told.code == 0, told.err
    return place


def write(place: Path, name: str, text: str, encoding: str = "utf-8") -> str:
    (place / name).write_text(text, encoding=encoding)
    return name


def test_a_file_comes_in_and_refused_rows_are_told_and_kept(
    cardwright: Cardwright, workshop: Path
) -> None:
    file = write(workshop, "things.csv", "编码,名称,单价\nT1,减速机,5\nT2,,6\n", "gb18030")
    told = cardwright("import", "thing", file, "--rejects", "bad.csv")
    assert told.code == 1
    assert "Of 2 rows 1 came in (1 records new, 0 changed), 1 were refused" in told.out
    assert "row 3: name:" in told.out
    assert (workshop / "bad.csv").read_text("utf-8-sig").splitlines()[1].startswith("3,")


def test_a_dry_run_changes_nothing(cardwright: Cardwright, workshop: Path) -> None:
    file = write(workshop, "things.csv", "code,name\nT1,one\n")
    dry = cardwright("import", "thing", file, "--dry-run", "--json")
    assert dry.code == 0
    assert (dry.json()["created"], dry.json()["dry_run"]) == (1, True)
    wet = cardwright("import", "thing", file, "--json")
    assert wet.json()["created"] == 1


def test_columns_and_keys_can_be_said(cardwright: Cardwright, workshop: Path) -> None:
    file = write(workshop, "things.csv", "a,b\nT1,one\n")
    arguments = ("import", "thing", file, "--column", "a=code", "--column", "b=name")
    assert cardwright(*arguments, "--key", "code", "--json").json()["created"] == 1
    assert cardwright(*arguments, "--mode", "create", "--json").json()["rejected"] == 1


def test_records_go_out_as_a_workbook_or_csv(cardwright: Cardwright, workshop: Path) -> None:
    rows = "code,name\n" + "".join(f"T{number},=name {number}\n" for number in range(3))
    cardwright("import", "thing", write(workshop, "things.csv", rows))
    told = cardwright("export", "thing", "out.csv", "--sort", "code", "--column", "code", "--json")
    assert told.code == 0, told.err
    assert told.json()["rows"] == 3
    assert (workshop / "out.csv").read_text("utf-8-sig") == "编码\nT0\nT1\nT2\n"
    assert cardwright("export", "thing", "out.xlsx", "--where", "code = 'T1'").code == 0
    assert (workshop / "out.xlsx").read_bytes().startswith(b"PK")


def test_titles_of_an_export_are_in_the_language_of_its_account_or_installation(
    cardwright: Cardwright, workshop: Path
) -> None:
    export = ("export", "thing", "out.csv", "--column", "code")
    assert cardwright(*export).code == 0
    assert (workshop / "out.csv").read_text("utf-8-sig") == "编码\n"
    assert cardwright(*export, CARDWRIGHT_LANGUAGE="en", LC_ALL="zh_CN.UTF-8").code == 0
    assert (workshop / "out.csv").read_text("utf-8-sig") == "Code\n"


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("import", "nothing", "rows.csv"), "nothing"),
        (("import", "thing", "rows.csv", "--column", "a"), "TITLE=FIELD"),
        (("import", "thing", "rows.csv", "--key", "price"), "price"),
        (("import", "thing", "nul.csv"), "NUL"),
        (("import", "thing", "rows.csv", "--as", "nobody"), "no such account"),
        (("export", "nothing", "out.csv"), "nothing here"),
        (("export", "thing", "out.pdf"), ""),
        (("export", "thing", "out.csv", "--column", "colour"), "colour"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    cardwright: Cardwright, workshop: Path, arguments: tuple[str, ...], word: str
) -> None:
    write(workshop, "rows.csv", "code,name\nT1,one\n")
    write(workshop, "nul.csv", "code,name\nT1,\0one\n")
    told = cardwright(*arguments)
    assert told.code == 1
    assert word in told.err
    assert "Traceback" not in told.err
    assert not (workshop / "out.csv").exists()


def test_a_worker_runs_what_is_due_and_ends(cardwright: Cardwright, workshop: Path) -> None:
    told = cardwright("worker", "--burst")
    assert told.code == 0
    assert "0 jobs done." in told.out


def test_an_export_in_a_shell_says_why_as_well(cardwright: Cardwright, workshop: Path) -> None:
    head = "kind: pack\nname: asking\nlabel: {en: Asking}\nlanguage: 1\nrequires: [workshop]\n"
    wants = "---\nkind: entity\nextend: thing\nfeatures: {export_reason: true}\n"
    (workshop / "asking").mkdir()
    write(workshop, "asking/pack.yaml", head + wants)
    config = (workshop / "config.yaml").read_text("utf-8").replace("]", f", {workshop}/asking]")
    write(workshop, "config.yaml", config)
    told = cardwright("apply", "--yes")
    assert told.code == 0, told.err
    refused = cardwright("export", "thing", "out.csv")
    assert refused.code == 1
    assert "Say what the file is for." in refused.err
    assert not (workshop / "out.csv").exists()
    told = cardwright("export", "thing", "out.csv", "--reason", "stocktaking")
    assert told.code == 0, told.err
    assert (workshop / "out.csv").exists()
