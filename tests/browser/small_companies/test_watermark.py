"""A watermark lies over the page, on paper too, and is in nobody's way."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect
from screens.small_company import listening, signed_in
from serving import PACKS, serve


def test_what_lies_under_a_watermark_is_clicked_and_printed(
    browser: Browser, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'papers.sqlite'}"
    served = serve(url, tmp_path, PACKS / "papers", watermark=True)
    served.add("ada", "archivist")
    with listening(served) as address, signed_in(browser, address, "ada") as screen:
        screen.open("/bin")
        mark = screen.page.locator("svg.cw-watermark")
        expect(mark).to_be_visible()
        expect(mark).to_contain_text("Ada")
        box = mark.bounding_box()
        assert box is not None
        assert (box["x"], box["y"]) == (0, 0)
        screen.page.emulate_media(media="print")
        expect(mark).to_be_visible()
        screen.page.emulate_media(media="screen")
        screen.page.locator("aside a[href='/jobs']").click()
        screen.page.wait_for_url(f"{address}/jobs")
    served.instance.close()
