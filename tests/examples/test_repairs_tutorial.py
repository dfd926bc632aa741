"""The tutorial of the repair shop stays true: its commands run in order and show what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tutorials import blocks, follow, free_port, mark, script

_END = "trap 'test ! -f serve.pid || kill $(cat serve.pid) 2> /dev/null' EXIT\n"


def pattern(shown: str) -> re.Pattern[str]:
    """Return what an output looks like; … stands for anything."""
    return re.compile(
        ".*".join(re.escape(each.strip("\n")) for each in shown.split("…")), re.DOTALL
    )


def test_both_languages_of_the_repair_shop_do_the_same() -> None:
    assert blocks("repairs.md") == blocks("repairs.zh.md")


@pytest.mark.timeout(600)
def test_a_reader_can_follow_the_page_about_the_repair_shop(tmp_path: Path) -> None:
    found = blocks("repairs.md")
    printed = follow(_END + script(found, port=free_port()), tmp_path)
    for number, (kind, shown) in enumerate(found):
        if kind == "text":
            _, _, output = printed.partition(mark(number - 1))
            output = output.partition("=== what block")[0]
            assert pattern(shown.strip()).search(output), f"{shown}\n-- but it showed --\n{output}"
