"""Pages that show commands: their blocks, and the script that does what they say."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from warm.starting import warm_commands

TUTORIALS = Path(__file__).parents[1] / "docs" / "tutorials"
_BLOCK = re.compile(r"^```(sh|yaml|html|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"[\w./-]+")

Block = tuple[str, str]


def blocks(name: str) -> list[Block]:
    """Return the commands, files and outputs of a page, each with its kind."""
    return _BLOCK.findall((TUTORIALS / name).read_text("utf-8"))


def mark(number: int) -> str:
    """Return the line that stands before what a block prints."""
    return f"=== what block {number} shows ==="


def script(found: Iterable[Block], *, port: int = 8000) -> str:
    """Return blocks as one script; a comment in the first line of a file is its path."""
    lines = ["set -e"]
    for number, (kind, text) in enumerate(found):
        if kind == "sh":
            lines.append(f"echo '{mark(number)}'")
            lines.append(text.replace("CARDWRIGHT_PORT=8000", f"CARDWRIGHT_PORT={port}"))
        elif kind in ("yaml", "html"):
            path = _PATH.findall(text.splitlines()[0])[0]
            lines.append(f"mkdir -p $(dirname {path})\ncat > {path} <<'END'\n{text}END\n")
    return "\n".join(lines)


def follow(script: str, folder: Path) -> str:
    """Run a script in a folder as a reader would; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDWRIGHT_")}
    with warm_commands() as commands:
        path = os.pathsep.join(
            (str(commands), str(Path(sys.executable).parent), os.environ["PATH"])
        )
        done = subprocess.run(
            ["sh"],
            input=script,
            cwd=folder,
            env=kept | {"PATH": path, "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    assert done.returncode == 0, done.stdout
    return done.stdout


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
