"""The scripts of the themes, tested where they run: in Node for what counts, with no browser."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from services.missing import give_up

HERE = Path(__file__).parent


def test_the_sums_of_a_lines_grid_are_exact() -> None:
    node = shutil.which("node")
    if node is None:
        give_up("Node", "nodejs")
    ran = subprocess.run(
        [node, "--test", *map(str, sorted(HERE.glob("*.test.mjs")))],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
