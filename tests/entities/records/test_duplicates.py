"""Records that look the same are told to whoever may read them, and to nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import PACKS, Installation, build_installation
from sqlalchemy import select, update

from cardwright_entities.changes.filling import fill
from cardwright_entities.changes.steps import Step
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.records.saving import Saved, SaveOptions

KEEPER = ("keeper",)


@pytest.fixture
def doubles(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "doubles")
    yield installation
    installation.store.close()


def _save(desk: Desk, **values: object) -> Saved:
    return desk.records.create("firm", values)


def _named(saved: Saved) -> list[str]:
    return [dict(message.params)["records"] for message in saved.warnings.values()]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"name": "华东机电有限公司"}, {"name": "（华东）机电 集团"}),
        ({"name": "Lotus Ｃo., Ltd."}, {"name": "LOTUS"}),
        ({"name": "A", "phone": "0512-6288 8888"}, {"name": "B", "phone": "+86 512 62888888"}),
    ],
)
def test_what_looks_the_same_is_said_with_its_name(
    doubles: Installation, first: dict[str, str], second: dict[str, str]
) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER)) as desk:
        known = _save(desk, **first)
        found = _save(desk, **second)
    assert not known.warnings
    assert _named(found) == [str(known.id)]
    (message,) = found.warnings.values()
    assert (message.code, dict(message.params)["names"]) == ("possible_duplicate", first["name"])


@pytest.mark.parametrize("name", ["华东机床", "有限公司", "Lotus Lt"])
def test_what_only_begins_alike_is_another(doubles: Installation, name: str) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER)) as desk:
        for each in ("华东机电有限公司", "集团", "Lotus"):
            _save(desk, name=each)
        assert not _save(desk, name=name).warnings


def test_a_save_that_leaves_the_fields_as_they_are_says_nothing(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER)) as desk:
        _save(desk, name="一家")
        second = _save(desk, name="一家").id
        assert not desk.records.update("firm", second, {"email": "a@b.example"}, None).warnings
        assert not desk.records.update("firm", second, {"name": "一 家"}, None).warnings
        desk.records.update("firm", second, {"name": "二家"}, None)
        assert desk.records.update("firm", second, {"name": "一家"}, None).warnings


def test_a_rule_may_wait_for_somebody_to_say_that_it_is_meant(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER)) as desk:
        _save(desk, name="一", secret="x", city="苏州")
        values = {"name": "二", "secret": "X!", "city": "苏州"}
        with pytest.raises(InputError) as caught:
            _save(desk, **values)
        assert set(caught.value.confirm) == {"duplicate_same_sign"}
        options = SaveOptions(confirmed={"duplicate_same_sign": ""})
        assert desk.records.create("firm", values, options).id


def test_nothing_is_said_of_records_or_by_fields_that_one_may_not_read(
    doubles: Installation,
) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER, account=7)) as desk:
        one = desk.records.create("worker", {"name": "甲"}).id
        _save(desk, name="一家", phone="0512-62888888", secret="x", city="苏州")
    with doubles.engine.write(doubles.acting("seller", employee=one, account=8)) as desk:
        assert not _save(desk, name="一家", phone="0512-62888888", city="苏州").warnings
        assert len(_save(desk, name="一家").warnings) == 1  # his own


def test_records_in_the_recycle_bin_are_like_no_other(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting(*KEEPER)) as desk:
        desk.records.delete("firm", _save(desk, name="一家").id)
        assert not _save(desk, name="一家").warnings


def test_a_plan_fills_in_the_keys_that_a_save_writes(doubles: Installation) -> None:
    with doubles.engine.write(doubles.system()) as desk:
        for name in ("一家有限公司", "二", "a" * 200):
            _save(desk, name=name, phone="0512-62888888", secret=name, city="苏州")
        tables = desk.model.entity("firm").tables
    keys = tables.duplicate_columns
    stored = select(*keys.values()).order_by(tables.table.c["id"])
    with doubles.engine.write(doubles.system()) as desk:
        written = [tuple(row) for row in desk.session.rows(stored)]
        gone = {each.name: None for each in keys.values()}
        desk.session.execute(update(tables.table).values(gone))
    step = Step(kind="fill", target="entity/firm", name=",".join(keys), fills="duplicates")
    fill(doubles.store, doubles.system(), tables, doubles.types, step)
    with doubles.engine.read(doubles.system()) as desk:
        assert [tuple(row) for row in desk.session.rows(stored)] == written
    assert all(all(row) for row in written)


PACK = "kind: pack\nname: trial\nlabel: 试\nlanguage: 1\n---\n"
BOOK = """\
kind: entity
name: book
label: 书
title: name
fields:
  name:  {type: text}
  isbn:  {type: code}
"""


def test_a_rule_that_comes_later_or_changes_finds_records_that_were_there(
    store_url: str, tmp_path: Path
) -> None:
    def install(rules: str) -> None:
        (tmp_path / "pack.yaml").write_text(PACK + BOOK + rules, "utf-8")
        installation.install(tmp_path)

    def found(**values: str) -> list[str]:
        with installation.engine.write(installation.acting("admin")) as desk:
            saved = desk.records.create("book", values)
            desk.records.delete("book", saved.id)
        return sorted(saved.warnings)

    (tmp_path / "pack.yaml").write_text(PACK + BOOK, "utf-8")
    installation = build_installation(store_url, tmp_path)
    with installation.engine.write(installation.acting("admin")) as desk:
        desk.records.create("book", {"name": "红楼梦（全）", "isbn": "A-1"})
    install("duplicates: {same: [name]}\n")
    assert found(name="红楼梦全") == ["duplicate_same"]
    install("duplicates: {same: [isbn]}\n")
    assert (found(name="红楼梦全"), found(isbn="a1")) == ([], ["duplicate_same"])
    install("")
    install("duplicates: {same: {match: [name], ignore: [全]}}\n")
    assert found(name="红楼梦") == ["duplicate_same"]
    installation.store.close()
