"""Settings have the values of their types, in expressions and out of the store."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.errors import InputError, NotFoundError
from cardwright_entities.settings import read_settings, write_setting

TEXT = """\
kind: pack
name: trial
label: 试
language: 1
---
kind: setting
name: shop.factor
type: decimal
default: 1.5
---
kind: setting
name: shop.mood
type: picklist
options: {values: {good: 好, bad: 差}}
default: good
---
kind: setting
name: shop.opened
type: date
---
kind: entity
name: ware
label: 货
fields:
  name:  {type: text}
  price: {type: decimal, default: "2 * $setting.shop.factor"}
checks:
  sold: {if: "$setting.shop.mood = 'bad' and price > 1", message: 贵}
"""


@pytest.fixture
def shop(store_url: str, tmp_path: Path) -> Iterator[Installation]:
    """An installation with three settings."""
    (tmp_path / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_url, tmp_path)
    yield installation
    installation.store.close()


def put(shop: Installation, name: str, value: object) -> None:
    with shop.engine.write(shop.system()) as desk:
        write_setting(desk.session, desk.model, desk.context, name, value)


def test_defaults_and_stored_values_are_values_of_their_type(shop: Installation) -> None:
    with shop.engine.read(shop.system()) as desk:
        assert read_settings(desk.session, desk.model) == {
            "shop.factor": Decimal("1.5"),
            "shop.mood": "good",
            "shop.opened": None,
        }
    put(shop, "shop.factor", "2.25")
    put(shop, "shop.opened", "2026-03-01")
    put(shop, "shop.opened", None)
    with shop.engine.read(shop.system()) as desk:
        settings = read_settings(desk.session, desk.model)
    assert settings["shop.factor"] == Decimal("2.25")
    assert settings["shop.opened"] is None


def test_a_default_and_a_check_read_settings(shop: Installation) -> None:
    with shop.engine.write(shop.system()) as desk:
        saved = desk.records.create("ware", {"name": "a"})
        assert desk.record("ware", saved.id).values["price"] == Decimal(3)
    put(shop, "shop.mood", "bad")
    with pytest.raises(InputError), shop.engine.write(shop.system()) as desk:
        desk.records.create("ware", {"name": "b"})


@pytest.mark.parametrize(("name", "value"), [("shop.factor", "much"), ("shop.mood", "odd")])
def test_a_value_that_does_not_fit_is_refused(shop: Installation, name: str, value: object) -> None:
    with pytest.raises(InputError) as raised:
        put(shop, name, value)
    assert list(raised.value.fields) == [name]


def test_only_settings_of_the_catalog_are_set(shop: Installation) -> None:
    with pytest.raises(NotFoundError):
        put(shop, "shop.other", 1)


def test_what_was_set_under_another_type_gives_way_to_the_default(
    shop: Installation, tmp_path: Path
) -> None:
    put(shop, "shop.mood", "bad")
    text = TEXT.replace("bad: 差", "fair: 中").replace("= 'bad'", "= 'fair'")
    (tmp_path / "pack.yaml").write_text(text, "utf-8")
    shop.install(tmp_path)
    with shop.engine.read(shop.system()) as desk:
        assert read_settings(desk.session, desk.model)["shop.mood"] == "good"
