"""A choice that depends on another one has to stand under it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.errors import InputError

TEXT = """\
kind: pack
name: trial
label: 试
language: 1
---
kind: picklist
name: land
label: 国
choices: {cn: 中国, fr: {label: {zh: 法国, en: France}}}
---
kind: picklist
name: town
label: 城
parent: land
choices:
  bj: {parent: cn, label: 北京}
  sh: {parent: cn, label: 上海}
  py: {parent: fr, label: {zh: 巴黎, en: Paris}}
  at: {label: 各地}
---
kind: entity
name: trip
label: 行
fields:
  land:  {type: picklist, of: land}
  town:  {type: picklist, of: town}
  back:  {type: picklist, of: land}
  towns: {type: picklists, of: town, depends_on: back}
  name:  {type: text}
"""


@pytest.fixture
def travel(store_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Trips from land to land, with towns on the way."""
    text = TEXT.replace(
        "{type: picklist, of: town}", "{type: picklist, of: town, depends_on: land}"
    )
    (tmp_path / "pack.yaml").write_text(text, "utf-8")
    installation = build_installation(store_url, tmp_path)
    yield installation
    installation.store.close()


def refused(travel: Installation, values: Mapping[str, object], record: int = 0) -> dict[str, str]:
    """Return what stands in the messages of a save, nothing if it was taken."""
    with travel.engine.write(travel.system()) as desk:
        try:
            if record:
                desk.records.update("trip", record, values, None)
            else:
                desk.records.create("trip", values)
        except InputError as error:
            return {
                name: " ".join([messages[0].code, *dict(messages[0].params).values()])
                for name, messages in error.fields.items()
            }
    return {}


@pytest.mark.parametrize(
    "values",
    [
        {"land": "cn", "town": "bj"},
        {"land": "fr", "town": "at"},
        {"town": "py"},
        {"land": "fr"},
        {"back": "cn", "towns": ["bj", "sh", "at"], "land": "fr", "town": "py"},
    ],
)
def test_what_stands_under_its_choice_is_taken(
    travel: Installation, values: Mapping[str, object]
) -> None:
    assert refused(travel, values) == {}


def test_what_stands_under_another_choice_is_refused_in_words(travel: Installation) -> None:
    assert refused(travel, {"land": "fr", "town": "bj", "back": "cn", "towns": ["bj", "py"]}) == {
        "town": "choice_elsewhere 北京 France",
        "towns": "choice_elsewhere Paris 中国",
    }


def test_another_choice_above_needs_another_one_below(travel: Installation) -> None:
    with travel.engine.write(travel.system()) as desk:
        record = desk.records.create("trip", {"land": "cn", "town": "bj"}).id
    assert set(refused(travel, {"land": "fr"}, record)) == {"town"}
    assert refused(travel, {"land": "fr", "town": "py"}, record) == {}


def test_what_was_stored_before_its_choice_moved_hinders_nobody(
    travel: Installation, tmp_path: Path
) -> None:
    with travel.engine.write(travel.system()) as desk:
        record = desk.records.create("trip", {"land": "cn", "town": "bj"}).id
    text = (tmp_path / "pack.yaml").read_text("utf-8")
    (tmp_path / "pack.yaml").write_text(text.replace("bj: {parent: cn", "bj: {parent: fr"), "utf-8")
    travel.install(tmp_path)
    assert refused(travel, {"name": "x"}, record) == {}
    assert set(refused(travel, {"town": "sh", "land": "fr"}, record)) == {"town"}


def test_the_field_above_is_found_where_only_one_can_be_meant(
    store_url: str, tmp_path: Path
) -> None:
    text = TEXT.replace("  back:  {type: picklist, of: land}\n", "").replace(
        ", depends_on: back", ""
    )
    (tmp_path / "pack.yaml").write_text(text, "utf-8")
    installation = build_installation(store_url, tmp_path)
    with installation.engine.read(installation.system()) as desk:
        dependent = desk.model.entity("trip").dependent
        found = {each.name: each.definition.options["depends_on"] for each in dependent}
    installation.store.close()
    assert found == {"town": "land", "towns": "land"}
