"""Child: the HTML of a print → PDF. Fetches nothing: pictures are part of the document."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from weasyprint import HTML  # type: ignore[import-untyped] # the library has no types
from weasyprint.urls import (  # type: ignore[import-untyped] # the library has no types
    URLFetcher,
    URLFetcherResponse,
)

from cardwright_platform.confined.boundaries import Refusal, run
from cardwright_platform.confined.fetched_addresses import is_picture, refuse_addresses


class NothingFetched(URLFetcher):  # type: ignore[misc] # the library has no types
    """Hands out what an address itself holds (data:), and refuses every other."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False)
        self.refused: list[str] = []

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        """Return the content of a data: address."""
        if not is_picture(url):
            self.refused.append(url[:80])
            raise ValueError("nothing is fetched")
        return super().fetch(url, headers)


def draw_print(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the PDF to the output; refuse one that wants something fetched, or too many pages."""
    document = Path(request["path"]).read_text("utf-8")
    refuse_addresses(document)
    fetcher = NothingFetched()
    drawn = HTML(string=document, base_url=None, url_fetcher=fetcher, media_type="print").render()
    if fetcher.refused:
        raise Refusal("print_external", address=fetcher.refused[0])
    if len(drawn.pages) > request["pages"]:
        raise Refusal("print_too_large")
    sys.stdout.buffer.write(drawn.write_pdf() or b"")
    sys.stdout.buffer.flush()
    return {"pages": len(drawn.pages)}


if __name__ == "__main__":
    run(draw_print)
