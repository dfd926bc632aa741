from typing import Any

import pytest


def test_several_files_come_back_in_their_order(make: Any) -> None:
    assert make("files").survives((3, 1, 2), excel=False)


def test_a_file_is_held_once(make: Any) -> None:
    assert make("files").parse([3, 1, 3]) == (3, 1)


def test_names_are_shown(make: Any) -> None:
    titles = {("cw_file", 1): "合同.pdf", ("cw_file", 2): "图纸.dwg"}
    assert make("files").shown((1, 2, 9), titles=titles) == "合同.pdf\n图纸.dwg"


def test_there_is_a_limit(make: Any) -> None:
    assert make("files", most=2).code([1, 2, 3]) == "too_many_files"


@pytest.mark.parametrize("raw", [["a"], [1.5], [-1]])
def test_what_are_no_files_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("files")
    assert field.load(raw) == field.parsed(raw)
    assert field.code(raw)
