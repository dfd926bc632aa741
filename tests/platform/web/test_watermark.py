"""A watermark says on every page who reads it and when, where the operator wants one."""

from __future__ import annotations

import re
from pathlib import Path

from serving import PACKS, serve


def test_pages_carry_their_readers_name_and_the_time(store_url: str, tmp_path: Path) -> None:
    served = serve(store_url, tmp_path, PACKS / "papers", watermark=True)
    browser = served.signed_in("ada", "archivist")
    page = browser.get("/list/paper")
    mark = re.search(r'<svg class="cw-watermark" aria-hidden="true".*?</svg>', page.text, re.S)
    assert mark is not None
    now = served.clock().astimezone(served.instance.system_context().zone)
    assert f">Ada {now:%Y-%m-%d %H:%M}<" in mark[0]
    served.clock.forward(hours=2)
    assert f">Ada {now:%Y-%m-%d %H:%M}<" not in browser.get("/list/paper").text
    served.instance.close()


def test_there_is_none_unless_asked_for(store_url: str, tmp_path: Path) -> None:
    served = serve(store_url, tmp_path, PACKS / "papers")
    assert "cw-watermark" not in served.signed_in("ada", "archivist").get("/list/paper").text
    served.instance.close()
