import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from cardwright_entities.folding import (
    SORTED_CHARACTERS,
    bigrams,
    fold,
    is_spelling,
    query_tokens,
    search_tokens,
    sort_key,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [("ＡＢｃ１２", "abc12"), ("Straße", "straße"), ("①", "1"), ("ｶﾞ", "ガ"), ("ΑΣ", "ας")],
)
def test_width_and_case_make_no_difference(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_postgresql_folds_every_character_as_we_do(postgresql_url: str) -> None:
    known = [
        chr(code)
        for code in range(1, 0x10000)
        if unicodedata.category(chr(code)) not in ("Cn", "Cs", "Co")
    ]
    engine = create_engine(postgresql_url)
    statement = text(
        'select lower(normalize(sign, NFKC) collate "und-x-icu")'
        " from unnest(cast(:signs as text[])) with ordinality as s(sign, place) order by place"
    )
    with engine.connect() as connection:
        theirs = connection.scalars(statement, {"signs": known}).all()
    engine.dispose()
    different = [sign for sign, their in zip(known, theirs, strict=True) if their != fold(sign)]
    assert different == []


def test_neighbours_are_letters_and_digits_only() -> None:
    assert bigrams("华南-A12, b") == ("华南", "a1", "12")
    assert bigrams("华") == bigrams("- ! ") == ()


WRITING = st.text("华南广源重庆A1b2 -（）,。éЖ", max_size=14)


@given(WRITING, st.data())
def test_whatever_part_of_a_text_one_types_its_tokens_are_there(written: str, data: Any) -> None:
    folded = fold(written)
    start = data.draw(st.integers(0, len(folded)))
    part = folded[start : data.draw(st.integers(start, len(folded)))]
    alternatives = query_tokens(7, part)
    if alternatives:
        assert set(alternatives[0]) <= set(search_tokens(7, written))


@pytest.mark.parametrize("typed", ["hn", "HNMY", "huanan", "nanmao", "gzhn", "guangzhou", "ｈｎ"])
def test_pinyin_and_its_initials_find_a_company(typed: str) -> None:
    there = set(search_tokens(3, "广州华南贸易有限公司"))
    assert any(set(tokens) <= there for tokens in query_tokens(3, typed))


@pytest.mark.parametrize("typed", ["cq", "zq", "chongqing", "zhongqing"])
def test_every_reading_of_a_character_finds_it(typed: str) -> None:
    there = set(search_tokens(3, "重庆"))
    assert any(set(tokens) <= there for tokens in query_tokens(3, typed))


def test_a_field_is_found_under_its_own_number_only() -> None:
    assert not set(search_tokens(3, "华南")) & set(search_tokens(4, "华南"))
    assert query_tokens(3, "华南") == (("f3华南",),)


def test_tokens_are_plain_words_for_every_index() -> None:
    tokens = search_tokens(3, "华南 A-1_b'\" %广😀州")
    assert all(token.isalnum() for token in tokens)


def test_foreign_words_leave_no_pinyin() -> None:
    assert search_tokens(3, "Acme") == ("f3ac", "f3cm", "f3me")


@pytest.mark.parametrize(
    ("typed", "spelled"), [("hn", True), ("3m", True), ("12", False), ("华n", False)]
)
def test_only_latin_letters_may_mean_pinyin(typed: str, spelled: bool) -> None:
    assert is_spelling(typed) is spelled


def test_records_stand_in_the_order_people_expect() -> None:
    expected = [
        "2 kg",
        "9 kg",
        "12 kg",
        "acme",
        "Éclair",
        "Zulu",
        "安徽",
        "昂立",
        "北京",
        "上海",
        "Ж",
    ]
    assert sorted(set(expected), key=sort_key) == expected


def test_the_same_character_keeps_its_names_together() -> None:
    names = ["张二", "张三", "章大"]
    assert sorted(["章大", "张三", "张二"], key=sort_key) == names


def test_numbers_inside_a_text_go_by_value() -> None:
    places = ["第2期9号", "第2期12号", "第10期1号"]
    assert sorted(set(places), key=sort_key) == places
    assert sort_key("007") == sort_key("7")
    assert sort_key("9" * 30) < sort_key("1" + "0" * 30)


def test_a_surname_is_read_as_one_when_the_text_is_a_name() -> None:
    assert sorted(["尚一", "单一", "石一"], key=lambda name: sort_key(name, person=True)) == [
        "单一",
        "尚一",
        "石一",
    ]
    assert sort_key("余一") < sort_key("尉迟恭", person=True) < sort_key("张一")


@given(st.text(max_size=300))
def test_keys_stay_short_enough_for_an_index(written: str) -> None:
    assert len(sort_key(written).encode("utf-8", "surrogatepass")) < SORTED_CHARACTERS * 20
