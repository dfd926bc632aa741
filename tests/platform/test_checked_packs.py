"""What a start remembers of the packs makes the next one quicker and never blind."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from serving import PACKS

from cardwright_entities.changes.commits import ActiveCommit, read_active
from cardwright_platform.checked_packs import CheckedPacks
from cardwright_platform.config import Config
from cardwright_platform.installing import Prepared, prepare
from cardwright_platform.instance import open_instance


@pytest.fixture
def site(tmp_path: Path) -> Config:
    """An installation whose pack may be edited."""
    shutil.copytree(PACKS / "crew", tmp_path / "crew")
    return Config(root=tmp_path, folder=tmp_path / "var", packs=("crew",), language="en")


def start(site: Config) -> tuple[Prepared, ActiveCommit]:
    """Prepare the installation as every start does; return also what is in use."""
    instance = open_instance(site)
    try:
        prepared = prepare(instance)
        with instance.store.read(instance.system_context()) as session:
            return prepared, read_active(session)
    finally:
        instance.store.close()


def packs_of(site: Config) -> CheckedPacks:
    return CheckedPacks(site.folder, [site.root / "crew"])


def relabel(site: Config, old: str, new: str) -> None:
    file = site.root / "crew" / "crew.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_what_was_applied_is_known_at_the_next_start(site: Config) -> None:
    assert start(site)[0].is_first
    prepared, active = start(site)
    assert packs_of(site).are_known(active.part_hashes)
    assert prepared == Prepared(commit=1)


def test_an_edited_file_is_seen_and_not_remembered(site: Config) -> None:
    start(site)
    relabel(site, "en: Mate}", "en: Deckhand}")
    for _ in range(2):
        prepared, active = start(site)
        assert prepared.plan_needed
        assert not packs_of(site).are_known(active.part_hashes)
    relabel(site, "en: Deckhand}", "en: Mate}")
    assert not start(site)[0].plan_needed


def test_another_database_is_not_taken_for_the_known_one(site: Config) -> None:
    _, active = start(site)
    assert not packs_of(site).are_known((*active.part_hashes, ("more", "parts")))


def test_what_is_remembered_may_be_lost(site: Config) -> None:
    _, active = start(site)
    shutil.rmtree(site.folder / "cache")
    assert not packs_of(site).are_known(active.part_hashes)
    assert start(site)[0] == Prepared(commit=1)
    assert packs_of(site).are_known(active.part_hashes)
