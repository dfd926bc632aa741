import subprocess
import sys

import pytest

from cardwright_entities.pinyin import initials, reading, readings, spell, surname


def test_the_most_frequent_reading_comes_first() -> None:
    assert reading("张") == "zhang1"
    assert reading("长") == "zhang3"
    assert readings("长") == ("zhang", "chang")
    assert readings("吕") == ("lv",)
    assert readings("a") == ()
    assert reading("々") == ""


def test_rare_characters_outside_the_basic_plane_are_read() -> None:
    assert readings("𬭎") == ("hong",)


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("单小明", ["shan4", "xiao3", "ming2"]),
        ("单于明", ["chan2", "yu2", "ming2"]),
        ("万俟卨", ["mo4", "qi2", "xie4"]),
        ("王小明", ["wang2", "xiao3", "ming2"]),
        ("", []),
    ],
)
def test_surnames_have_readings_of_their_own(name: str, spelled: list[str]) -> None:
    assert spell(name, person=True) == spelled


def test_a_thing_is_no_person() -> None:
    assert spell("单价") == ["dan1", "jia4"]
    assert surname("王") == ()


def test_the_initials_keep_digits_and_the_first_letters_of_words() -> None:
    assert initials("A4纸 Big Box") == "A4ZBB"
    assert initials("中国Mobile集团") == "ZGMJT"


def test_the_dictionary_of_phrases_is_never_loaded() -> None:
    code = (
        "import sys; from cardwright_entities.folding import sort_key; sort_key('重庆');"
        "sys.exit('pypinyin' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
