"""The tutorial about packs stays true: its files are written and its commands run, in its order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
_BLOCK = re.compile(r"^```(sh|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(name: str) -> list[tuple[str, str]]:
    """Return the commands and files of a page."""
    return _BLOCK.findall((TUTORIALS / name).read_text("utf-8"))


def script(name: str) -> str:
    """Return a page as one script; the first line of a file is its path."""
    lines = ["set -e"]
    for kind, text in blocks(name):
        if kind == "sh":
            lines.append(text)
            continue
        path = text.splitlines()[0].removeprefix("# ")
        lines.append(f"mkdir -p $(dirname {path})\ncat > {path} <<'END'\n{text}END\n")
    return "\n".join(lines)


def test_both_languages_do_the_same() -> None:
    assert blocks("packs.md") == blocks("packs.zh.md")


@pytest.mark.timeout(600)
def test_a_reader_can_follow_the_page_about_packs(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARDWRIGHT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh"],
        input=script("packs.md"),
        cwd=tmp_path,
        env=kept | {"PATH": path, "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 scenarios passed." in done.stdout
    assert "No problems found; the pack may travel." in done.stdout
    assert "1 were changed by the pack too: 0 keep your value, 1 take the pack's." in done.stdout
    assert "acme_visits now belongs to this site" in done.stdout
