"""Codes that are renamed are written anew; codes that are gone while records hold them are told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from installation import Installation, build_installation

from cardwright_entities.changes.planning import make_plan
from cardwright_entities.changes.plans import Plan
from cardwright_entities.errors import PlanError
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import load_pack

PACK = "kind: pack\nname: way\nlanguage: 1\nlabel: {zh: 路, en: Way}\n"
TEXT = """
kind: stages
name: way
states: {draft: 草稿, sent: 已发, done: 完成}
moves:
  send: {from: draft, to: sent}
---
kind: picklist
name: level
choices: {a: 甲, b: 乙}
---
kind: entity
name: paper
fields:
  name: {type: text}
  level: {type: picklist, of: level}
  stage: {type: stage, stages: way}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack with one paper in it, sent and of level a."""
    (tmp_path / "pack.yaml").write_text(PACK, "utf-8")
    (tmp_path / "way.yaml").write_text(TEXT, "utf-8")
    return tmp_path


@pytest.fixture
def papers(store_url: str, folder: Path) -> Iterator[Installation]:
    installation = build_installation(store_url, folder)
    with installation.engine.write(installation.system()) as desk:
        saved = desk.records.create("paper", {"name": "one", "level": "a"})
        desk.records.update("paper", saved.id, {"stage": "sent"}, None)
    yield installation
    installation.store.close()


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / "way.yaml").read_text("utf-8")
    assert old in text
    (folder / "way.yaml").write_text(text.replace(old, new), "utf-8")


def plan(papers: Installation, folder: Path) -> Plan:
    catalog = build_catalog([load_pack(folder)], papers.types.catalogue())
    return make_plan(papers.store, papers.system(), papers.types, catalog)


def values(papers: Installation) -> tuple[object, object]:
    with papers.engine.read(papers.system()) as desk:
        found = desk.record("paper", 1).values
    return found["stage"], found["level"]


def test_a_state_and_a_choice_that_are_renamed_take_their_records_along(
    papers: Installation, folder: Path
) -> None:
    change(folder, "sent: 已发,", "out: {label: 已发, was: sent},")
    change(folder, "to: sent", "to: out")
    change(folder, "a: 甲,", "top: {label: 甲, was: a},")
    found = plan(papers, folder)
    assert [step.name for step in found.steps if step.kind == "recode"] == [
        "e_paper.level: a → top",
        "e_paper.stage: sent → out",
    ]
    assert found.offences == ()
    papers.install(folder)
    assert values(papers) == ("out", "top")
    (folder / "way.yaml").write_text(TEXT, "utf-8")
    assert plan(papers, folder).offences == ()
    papers.install(folder)
    assert values(papers) == ("sent", "a")


def test_a_state_that_records_stand_in_does_not_go(papers: Installation, folder: Path) -> None:
    change(folder, "sent: 已发, ", "")
    change(folder, "to: sent", "to: done")
    (offence,) = plan(papers, folder).offences
    assert (offence.kind, offence.target, offence.count, offence.records) == (
        "value",
        "entity/paper#fields.stage",
        1,
        (1,),
    )
    with pytest.raises(PlanError):
        papers.install(folder)
    assert values(papers) == ("sent", "a")


def test_a_choice_that_records_hold_does_not_go_and_others_do(
    papers: Installation, folder: Path
) -> None:
    change(folder, ", b: 乙", "")
    assert plan(papers, folder).offences == ()
    change(folder, "a: 甲", "c: 丙")
    (offence,) = plan(papers, folder).offences
    assert (offence.target, offence.count) == ("entity/paper#fields.level", 1)


def test_a_retired_state_keeps_its_records(papers: Installation, folder: Path) -> None:
    change(folder, "sent: 已发", "sent: {label: 已发, retired: true}")
    assert plan(papers, folder).offences == ()
    papers.install(folder)
    assert values(papers) == ("sent", "a")


def test_records_that_are_there_begin_where_the_process_begins(
    papers: Installation, folder: Path
) -> None:
    change(
        folder,
        "  stage: {type: stage, stages: way}",
        "  stage: {type: stage, stages: way}\n  proof: {type: stage, stages: way, default: done}",
    )
    papers.install(folder)
    with papers.engine.read(papers.system()) as desk:
        values = desk.record("paper", 1).values
    assert values["proof"] == "done"
    assert values["proof_since"] == values["created_at"]
