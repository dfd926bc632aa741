"""Whoever kills a restore finds the former state or the one of the backup, never some of both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS

from cardwright_entities.accounts.accounts import list_accounts
from cardwright_platform.cli.entry import run
from cardwright_platform.config import read_config
from cardwright_platform.instance import open_instance
from cardwright_platform.people import add_user

CARDWRIGHT = Path(sys.executable).with_name("cardwright")
COMMAND = ("backup", "restore", "night.zip", "--confirm", "cardwright.sqlite", "--json")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An installation with a backup, and somebody who came after it."""
    folder = tmp_path_factory.mktemp("killed")
    (folder / "config.yaml").write_text(f"packs: [{PACKS / 'crew'}]\n", "utf-8")
    here = Path.cwd()
    os.chdir(folder)
    try:
        assert run(["apply", "--yes"]) == 0
        add(folder, "ann")
        assert run(["backup", "create", "night.zip"]) == 0
        yield folder
    finally:
        os.chdir(here)


def add(folder: Path, login: str) -> None:
    instance = open_instance(read_config(folder, {}))
    add_user(instance, login=login, name=login, roles=[])
    instance.close()


def logins(folder: Path) -> set[str]:
    """Return who is there, by which the two states are told apart."""
    instance = open_instance(read_config(folder, {}))
    with instance.store.read(instance.system_context()) as session:
        found = {each.login for each in list_accounts(session)}
    instance.close()
    return found


def restore(folder: Path, **variables: str) -> int:
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables}
    done = subprocess.run(
        [str(CARDWRIGHT), *COMMAND], cwd=folder, env=environment, capture_output=True, timeout=200
    )
    return done.returncode


def test_a_restore_that_is_killed_leaves_the_old_or_the_new(place: Path) -> None:
    trace = place / "trace"
    assert restore(place, CARDWRIGHT_STOP_TRACE=str(trace)) == 0
    names = [line.split()[1] for line in trace.read_text().splitlines()]
    assert len(names) > 100
    commit = len(names) - 1 - names[::-1].index("commit") + 1
    add(place, "bob")
    for point in (commit // 3, commit):
        assert restore(place, CARDWRIGHT_STOP_AT=str(point)) == -signal.SIGKILL
        assert logins(place) == {"ann", "bob"}
    assert names[commit] == "committed"
    assert restore(place, CARDWRIGHT_STOP_AT=str(commit + 1)) == -signal.SIGKILL
    assert logins(place) == {"ann"}
