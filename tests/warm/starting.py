"""``cardwright`` for scripts: each command is a fork of one process that has imported the product.

Tutorials run dozens of commands, and each would spend most of its time on importing. What is
forked has the arguments, folder, environment and streams of whoever asked, and ends as it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

_HERE = Path(__file__).parent


@contextmanager
def warm_commands() -> Iterator[Path]:
    """Give a folder for the front of PATH; its ``cardwright`` works until the end of the block."""
    with TemporaryDirectory(prefix="cardwright-warm-") as made:
        folder = Path(made)
        real = Path(sys.executable).with_name("cardwright")
        asking = (_HERE / "asking.py").read_text("utf-8")
        command = folder / "cardwright"
        command.write_text(f"#!{sys.executable} -IS\n{asking}\nask({made!r}, {str(real)!r})\n")
        command.chmod(0o755)
        forking = subprocess.Popen(
            [sys.executable, str(_HERE / "forking.py"), made],
            stdout=subprocess.PIPE,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )
        try:
            assert forking.stdout is not None
            assert forking.stdout.readline() == b"ready\n"
            yield folder
        finally:
            forking.terminate()
            forking.communicate()
