"""Search: two characters, initials, one character, hidden fields, exactness, rank."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.queries.requests import PageRequest

NAMES = {
    1: "苏州精科传动设备有限公司",
    2: "华南电子",
    3: "南华商贸",
    4: "重庆长安汽车",
    5: "abcab Ltd",
    6: "ab bc cab",
    7: "3M 中国",
    8: "R-7 仪表",
    9: "ＡＢＣ全角",
    10: "南方电网",
}


@pytest.fixture(scope="module")
def firms(store_module_url: str) -> Iterator[Installation]:
    """Ten firms whose names are told apart by their neighbours."""
    installation = build_installation(store_module_url, PACKS / "workshop")
    with installation.engine.write(installation.system()) as desk:
        area = desk.records.create("area", {"code": "S", "name": "江苏苏州"}).id
        for number, name in NAMES.items():
            row = {"name": name, "phone": f"138001380{number:02d}"}
            desk.records.create("firm", row | ({"area": area} if number == 2 else {}))
        desk.records.create("thing", {"code": "精科", "name": "精科"})
    yield installation
    installation.store.close()


def _hits(firms: Installation, words: str, role: str = "chief") -> list[int]:
    with firms.engine.read(firms.acting(role)) as desk:
        return [row.id for row in desk.page(PageRequest(entity="firm", search=words)).rows]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("精科", {1}),
        ("传动", {1}),
        ("华南", {2}),
        ("南华", {3}),
        ("重庆", {4}),
        ("中国", {7}),
        ("苏州", {1, 2}),
        ("精动", set()),
        ("科传精", set()),
    ],
)
def test_two_characters_are_found_side_by_side_only(
    firms: Installation, words: str, expected: set[int]
) -> None:
    assert set(_hits(firms, words)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [("jk", {1}), ("SZJK", {1}), ("zqca", {4}), ("cqca", {4}), ("nhsm", {3}), ("jingke", {1})],
)
def test_initials_and_pinyin_are_found(firms: Installation, words: str, expected: set[int]) -> None:
    assert set(_hits(firms, words)) == expected


def test_neighbours_in_another_order_are_no_hit(firms: Installation) -> None:
    # "ab bc cab" holds every two neighbours of "abcab", but not the word.
    assert _hits(firms, "abcab") == [5]
    assert set(_hits(firms, "bcab")) == {5}


@pytest.mark.parametrize(
    ("words", "expected"),
    [("南", {3, 10}), ("3", {7}), ("r", {8}), ("R-7", {8}), ("Ａ", {5, 6, 9}), ("/", set())],
)
def test_one_character_is_looked_for_where_titles_begin(
    firms: Installation, words: str, expected: set[int]
) -> None:
    assert set(_hits(firms, words)) == expected


def test_width_and_case_make_no_difference(firms: Installation) -> None:
    # The sixth by its initials.
    assert set(_hits(firms, "ABC")) == set(_hits(firms, "ａｂｃ")) == {5, 6, 9}


def test_every_word_must_occur_somewhere(firms: Installation) -> None:
    assert _hits(firms, "华南 苏州") == [2]
    assert _hits(firms, "华南 重庆") == []


@pytest.mark.parametrize("words", ["'", '"', "%", "_", "\\", "* * *", ") (", "-", "\u202e", "  "])
def test_signs_alone_find_nothing(firms: Installation, words: str) -> None:
    expected = [] if words.strip() else [*reversed(NAMES)]
    assert _hits(firms, words) == expected


@pytest.mark.parametrize(
    "words", ['f2"', "* OR *", ") OR (", "NEAR(a b)", "%(b)s", "a:b", "f2华南"]
)
def test_no_words_speak_to_the_index(firms: Installation, words: str) -> None:
    assert set(_hits(firms, words)) <= {5, 6}


def test_phones_are_found_as_they_are_typed(firms: Installation) -> None:
    assert _hits(firms, "138-0013-8004") == [4]
    assert _hits(firms, "8004") == [4]


def test_a_hidden_field_is_never_searched(firms: Installation) -> None:
    assert _hits(firms, "13800138004", "chief") == [4]
    # The guest may not read phones, nor what their numbers would match elsewhere.
    assert _hits(firms, "13800138004", "guest") == []
    assert _hits(firms, "8004", "guest") == []


def test_the_heavier_field_and_the_better_match_come_first(firms: Installation) -> None:
    with firms.engine.write(firms.system()) as desk:
        first = desk.records.create("firm", {"name": "无锡泵业", "short": "BENGYE"}).id
        inside = desk.records.create("firm", {"name": "新bengye厂"}).id
        begins = desk.records.create("firm", {"name": "Bengye Co"}).id
        exact = desk.records.create("firm", {"name": "bengye"}).id
        later = desk.records.create("firm", {"name": "老bengye店"}).id
    assert _hits(firms, "bengye") == [exact, begins, later, inside, first]
