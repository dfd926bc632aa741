"""The tutorial about packs stays true: its files are written and its commands run, in its order."""

from __future__ import annotations

from pathlib import Path

import pytest
from tutorials import blocks, follow, script


def test_both_languages_do_the_same() -> None:
    assert blocks("packs.md") == blocks("packs.zh.md")


@pytest.mark.timeout(600)
def test_a_reader_can_follow_the_page_about_packs(tmp_path: Path) -> None:
    printed = follow(script(blocks("packs.md")), tmp_path)
    assert "2 of 2 scenarios passed." in printed
    assert "No problems found; the pack may travel." in printed
    assert "1 were changed by the pack too: 0 keep your value, 1 take the pack's." in printed
    assert "acme_visits now belongs to this site" in printed
