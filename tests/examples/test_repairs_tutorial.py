"""The tutorial of the repair shop stays true: its commands run in order and show what it says."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
_BLOCK = re.compile(r"^```(sh|yaml|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "=== what block {} shows ==="


def blocks(name: str) -> list[tuple[str, str]]:
    """Return the commands, files and outputs of a page."""
    return _BLOCK.findall((TUTORIALS / name).read_text("utf-8"))


def script(found: list[tuple[str, str]], port: int) -> str:
    """Return a page as one script; the first line of a file is its path."""
    lines = ["set -e", "trap 'test ! -f serve.pid || kill $(cat serve.pid) 2> /dev/null' EXIT"]
    for number, (kind, text) in enumerate(found):
        if kind == "sh":
            lines.append(f"echo '{_MARK.format(number)}'")
            lines.append(text.replace("CARDWRIGHT_PORT=8000", f"CARDWRIGHT_PORT={port}"))
        elif kind == "yaml":
            path = text.splitlines()[0].removeprefix("# ")
            lines.append(f"mkdir -p $(dirname {path})\ncat > {path} <<'END'\n{text}END\n")
    return "\n".join(lines)


def pattern(shown: str) -> re.Pattern[str]:
    """Return what an output looks like; … stands for anything."""
    return re.compile(
        ".*".join(re.escape(each.strip("\n")) for each in shown.split("…")), re.DOTALL
    )


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_both_languages_of_the_repair_shop_do_the_same() -> None:
    assert blocks("repairs.md") == blocks("repairs.zh.md")


@pytest.mark.timeout(600)
def test_a_reader_can_follow_the_page_about_the_repair_shop(tmp_path: Path) -> None:
    found = blocks("repairs.md")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDWRIGHT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh"],
        input=script(found, free_port()),
        cwd=tmp_path,
        env=kept | {"PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    for number, (kind, shown) in enumerate(found):
        if kind == "text":
            _, _, output = done.stdout.partition(_MARK.format(number - 1))
            output = output.partition("=== what block")[0]
            assert pattern(shown.strip()).search(output), f"{shown}\n-- but it showed --\n{output}"
