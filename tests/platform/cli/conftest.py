"""The command line as a person uses it: a folder, arguments, an exit code and what was printed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cardwright_platform.cli.entry import run

PACKS = Path(__file__).resolve().parents[2] / "packs"
CARDWRIGHT = Path(sys.executable).with_name("cardwright")


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    def json(self) -> Any:  # noqa: ANN401 - whatever the command wrote
        """Read what was written for programs."""
        return json.loads(self.out)


Cardwright = Callable[..., Told]


def environment(**variables: str) -> dict[str, str]:
    """Give a command the environment of this run without its settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDWRIGHT_")}
    return kept | {"LC_ALL": "C.UTF-8", "COLUMNS": "200"} | variables


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an installation's configuration and a pack of its own."""
    shutil.copytree(PACKS / "crew", tmp_path / "crew")
    (tmp_path / "config.yaml").write_text("packs: [crew]\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def cardwright(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Cardwright:
    """Run a command in the folder, in this process."""
    for name in [each for each in os.environ if each.startswith("CARDWRIGHT_")]:
        monkeypatch.delenv(name)

    def told(*arguments: str, **variables: str) -> Told:
        with monkeypatch.context() as here:
            here.chdir(place)
            for name, value in ({"LC_ALL": "C.UTF-8", "COLUMNS": "200"} | variables).items():
                here.setenv(name, value)
            code = run(arguments)
        said = capsys.readouterr()
        return Told(code, said.out, said.err)

    return told


@pytest.fixture
def cardwright_at_a_terminal(place: Path) -> Cardwright:
    """Run a command in the folder in a process of its own, with something typed."""

    def told(*arguments: str, typed: str = "", **variables: str) -> Told:
        done = subprocess.run(
            [str(CARDWRIGHT), *arguments],
            cwd=place,
            env=environment(**variables),
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return Told(done.returncode, done.stdout, done.stderr)

    return told
