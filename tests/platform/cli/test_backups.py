"""Backups at the terminal: taken, tried, and brought back somewhere else by a person."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardwright_entities.store.processes import report
from cardwright_platform.config import read_config
from cardwright_platform.instance import open_instance

Cardwright = Callable[..., Any]


@pytest.fixture
def backed_up(cardwright: Cardwright, place: Path) -> Path:
    """An installation with somebody in it, and a backup of it."""
    assert cardwright("apply", "--yes").code == 0
    assert cardwright("user", "add", "ann", "--role", "admin").code == 0
    told = cardwright("backup", "create", "night.zip")
    assert told.code == 0, told.err
    assert "night.zip: " in told.out
    return place / "night.zip"


def lose_everything(place: Path) -> None:
    """Let the disk be lost, without its key: that was kept apart."""
    for path in (place / "var").glob("cardwright.sqlite*"):
        path.unlink()


def test_what_was_lost_comes_back(cardwright: Cardwright, backed_up: Path) -> None:
    assert stat.S_IMODE(backed_up.stat().st_mode) == 0o600
    lose_everything(backed_up.parent)
    assert "is good" in cardwright("backup", "verify", "night.zip").out
    assert not (backed_up.parent / "var" / "cardwright.sqlite").exists()
    told = cardwright("backup", "restore", "night.zip")
    assert (told.code, told.err) == (0, "")
    assert "all digests equal" in told.out
    assert "another key" not in told.out
    users = cardwright("user", "list", "--json").json()
    assert [each["login"] for each in users] == ["ann"]


def test_a_backup_replaces_no_file(cardwright: Cardwright, backed_up: Path) -> None:
    before = backed_up.read_bytes()
    told = cardwright("backup", "create", "night.zip")
    assert told.code == 1
    assert "is there already" in told.err
    assert backed_up.read_bytes() == before
    assert list(backed_up.parent.glob(".night*")) == []


def test_who_replaces_a_database_types_its_name(cardwright: Cardwright, backed_up: Path) -> None:
    cardwright("user", "add", "bob", "--role", "admin")
    refused = cardwright("backup", "restore", "night.zip", "--confirm", "yes")
    assert refused.code == 1
    assert "--confirm cardwright.sqlite" in refused.out
    assert len(cardwright("user", "list", "--json").json()) == 2
    done = cardwright("backup", "restore", "night.zip", "--confirm", "cardwright.sqlite", "--json")
    assert done.code == 0
    assert done.json()["jobs_given_up"] == 0
    assert len(cardwright("user", "list", "--json").json()) == 1


def test_nothing_is_replaced_while_a_server_uses_it(
    cardwright: Cardwright, backed_up: Path
) -> None:
    instance = open_instance(read_config(backed_up.parent, {}))
    context = instance.system_context()
    with instance.store.write(context) as session:
        report(session, "one", "web", 1)
    instance.close()
    told = cardwright("backup", "restore", "night.zip", "--confirm", "cardwright.sqlite")
    assert told.code == 1
    assert "is in use" in told.out


def test_messages_are_held_until_they_are_released(cardwright: Cardwright, backed_up: Path) -> None:
    cardwright("backup", "restore", "night.zip", "--confirm", "cardwright.sqlite")
    assert "cardwright outbox release" in cardwright("doctor").out
    assert cardwright("outbox", "release").out == "Messages go again.\n"
    assert cardwright("outbox", "release").out == "Nothing is held.\n"
    assert "nothing is sent" not in cardwright("doctor").out


def test_a_file_that_is_no_backup_is_refused(cardwright: Cardwright, backed_up: Path) -> None:
    (backed_up.parent / "other.zip").write_bytes(backed_up.read_bytes()[:-100])
    for verb in ("verify", "show", "restore"):
        told = cardwright("backup", verb, "other.zip")
        assert told.code == 1
        assert "no whole backup" in told.err


def test_another_key_is_told(cardwright: Cardwright, backed_up: Path) -> None:
    lose_everything(backed_up.parent)
    (backed_up.parent / "var" / "secret.key").unlink()
    assert "another key" in cardwright("backup", "restore", "night.zip").out


def test_show_lists_the_tables(cardwright: Cardwright, backed_up: Path) -> None:
    told = cardwright("backup", "show", "night.zip", "--json").json()
    assert told["engine"] == "sqlite"
    rows = {each["table"]: each["rows"] for each in told["tables"]}
    assert rows["cw_account"] == 1
    assert "cw_session" not in rows
