"""Settings of packs: one page, typed inputs, saved together, with a trace; the API alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Served, serve
from sqlalchemy import text

from cardwright_entities.settings import read_settings

TEXT = """\
kind: pack
name: shop
label: {zh: 门店, en: Shop}
language: 1
requires: [crew]
---
kind: setting
name: shop.factor
type: decimal
default: 1.5
label: {zh: 系数, en: Factor}
help: {zh: 用于报价, en: Used in quotes}
---
kind: setting
name: shop.mood
type: picklist
options: {values: {good: {label: {zh: 好, en: Good}}, bad: {label: {zh: 差, en: Bad}}}}
default: good
label: {zh: 心情, en: Mood}
---
kind: setting
name: shop.open
type: boolean
label: {zh: 营业, en: Open}
---
kind: role
extend: editor
features: [define_objects, manage_settings]
"""


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "pack.yaml").write_text(TEXT, "utf-8")
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "crew", folder)
    yield served
    served.instance.close()


def values(shop: Served) -> dict[str, str]:
    with shop.instance.engine.read(shop.instance.system_context()) as desk:
        return {name: str(value) for name, value in read_settings(desk.session, desk.model).items()}


def test_settings_are_shown_by_pack_and_saved_together(shop: Served) -> None:
    browser = shop.signed_in("keeper", "editor")
    page = browser.get("/settings").text
    for words in ("Shop", "Factor", "Used in quotes", "Mood", 'value="1.5"'):
        assert words in page
    assert 'href="/settings"' in browser.get("/account").text
    done = browser.post(
        "/settings", {"shop.factor": "2.25", "shop.mood": "bad", "shop.open": "true"}
    )
    assert (done.status_code, done.headers["Location"]) == (303, "/settings")
    assert values(shop) == {"shop.factor": "2.2500", "shop.mood": "bad", "shop.open": "True"}
    with shop.instance.store.read(shop.instance.system_context()) as session:
        label = session.scalar(text("select label from cw_change_set where kind = 'settings'"))
    assert label == "shop.factor: 1.5000 → 2.2500; shop.mood: good → bad; shop.open: — → True"


def test_a_wrong_value_keeps_everything_and_what_was_typed(shop: Served) -> None:
    browser = shop.signed_in("keeper", "editor")
    before = values(shop)
    browser.get("/settings")
    answer = browser.post("/settings", {"shop.factor": "many", "shop.mood": "bad"})
    assert answer.status_code == 422
    assert 'value="many"' in answer.text
    assert values(shop) == before


def test_settings_are_for_those_who_define(shop: Served) -> None:
    browser = shop.signed_in("somebody", "reader")
    assert browser.get("/settings").status_code == 403
    assert 'href="/settings"' not in browser.get("/account").text
