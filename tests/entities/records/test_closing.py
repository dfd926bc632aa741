"""Closed records keep every value, whatever becomes of definitions and prices."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError, InputError
from cardwright_entities.records.sampling import differences_of
from cardwright_entities.records.undoing import undo

SHOWN = ("total", "paid", "due", "far", "name", "kind", "price", "frozen_at")


@pytest.fixture
def till(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "till")
    yield installation
    installation.store.close()


def _slip(desk: Desk, price: int = 5) -> tuple[int, int]:
    product = desk.records.create("product", {"name": "笔", "price": price, "kind": "a"}).id
    rows = [{"product": product, "quantity": 2}, {"product": product}]
    return product, desk.records.create("slip", {"product": product, "rows": rows}).id


def _shown(desk: Desk, slip: int) -> dict[str, object]:
    view = desk.record("slip", slip)
    lines = [(row.values["amount"], row.values["price"]) for row in view.lines["rows"]]
    return {name: view.values[name] for name in SHOWN} | {"rows": lines}


def _to(desk: Desk, slip: int, stage: str) -> int:
    return desk.records.update("slip", slip, {"stage": stage}, None).change_set


def test_an_open_record_follows_what_lies_behind_its_links(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        product, slip = _slip(desk)
        desk.records.update("product", product, {"price": 7, "name": "墨", "kind": "b"}, 1)
        shown = _shown(desk, slip)
        assert (shown["total"], shown["far"], shown["name"]) == (21, 35, "墨")
        assert (shown["kind"], shown["price"]) == ("b", 14)
        assert shown["rows"] == [(14, 7), (7, 7)]
        assert differences_of(desk.records) == []


def test_a_closed_record_keeps_its_values_until_a_move_opens_it(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        product, slip = _slip(desk)
        _to(desk, slip, "done")
        before = _shown(desk, slip)
        assert before["frozen_at"] is not None
        desk.records.update("product", product, {"price": 7, "name": "墨"}, 1)
        desk.records.create("payment", {"slip": slip, "amount": 3})
        assert _shown(desk, slip) == before
        _to(desk, slip, "draft")
        shown = _shown(desk, slip)
        assert (shown["total"], shown["paid"], shown["due"], shown["name"]) == (21, 3, 18, "墨")
        assert differences_of(desk.records) == []


def test_a_closed_record_and_its_lines_are_not_edited(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        _, slip = _slip(desk)
        made = desk.records.update("slip", slip, {"factor": 2}, None).change_set
        _to(desk, slip, "done")
        row = desk.record("slip", slip).lines["rows"][0].id
        for raw in ({"factor": 3}, {"rows": [{"id": row, "quantity": 9}]}, {"rows": [{}]}):
            with pytest.raises(InputError) as refused:
                desk.records.update("slip", slip, raw, None)
            assert [each.code for each in refused.value.fields[""]] == ["record_frozen"]
        with pytest.raises(InputError):
            desk.records.update("slip_row", row, {"quantity": 3}, None)
        with pytest.raises(ConflictError), desk.session.savepoint():
            desk.records.delete("slip", slip)
        assert undo(desk.records, made).undone == 0
        # What is given as it stands is no edit.
        desk.records.update("slip", slip, {"factor": 2}, None)


def test_people_do_not_edit_a_locked_record_and_values_go_on(till: Installation) -> None:
    with till.engine.write(till.system()) as desk:
        product, slip = _slip(desk)
    with till.engine.write(till.acting("admin")) as desk:
        _to(desk, slip, "sent")
        with pytest.raises(InputError) as refused:
            desk.records.update("slip", slip, {"factor": 3}, None)
        assert [each.code for each in refused.value.fields[""]] == ["record_locked"]
        desk.records.update("product", product, {"price": 7}, 1)
        assert desk.record("slip", slip).values["total"] == 21
        _to(desk, slip, "draft")
        desk.records.update("slip", slip, {"factor": 3}, None)


def test_histories_with_changes_of_formulas_and_prices_leave_closed_values(
    store_url: str, tmp_path: Path
) -> None:
    pack = copytree(PACKS / "till", tmp_path / "till")
    till = build_installation(store_url, pack)
    chance = random.Random(7)
    kept: dict[int, dict[str, object]] = {}
    for turn in range(4):
        with till.engine.write(till.system()) as desk:
            made = [_slip(desk, chance.randrange(1, 9)) for _ in range(5)]
            for product, slip in made:
                if chance.random() < 0.6:
                    _to(desk, slip, "done")
                    kept[slip] = _shown(desk, slip)
                desk.records.update("product", product, {"price": chance.randrange(1, 99)}, None)
                desk.records.create("payment", {"slip": slip, "amount": chance.randrange(9)})
        text = (pack / "entities.yaml").read_text("utf-8")
        text = text.replace('"total * factor - paid', f'"{turn + 1} + total * factor - paid')
        text = text.replace("sum: amount, label: {zh: 合计", "max: amount, label: {zh: 合计")
        text = text.replace('"quantity * product.price', f'"{turn} + quantity * product.price')
        (pack / "entities.yaml").write_text(text, "utf-8")
        till.install(pack)
        with till.engine.read(till.system()) as desk:
            assert {slip: _shown(desk, slip) for slip in kept} == kept
            assert differences_of(desk.records) == []
    assert len(kept) > 5
    till.store.close()
