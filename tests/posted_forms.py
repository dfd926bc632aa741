"""A form as a browser would post it, read from the page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any


class Form(HTMLParser):
    """What a browser would post of a form, by name; what is carried as its own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.posted: dict[str, list[str]] = {}
        self._select = self._area = ""
        self._chosen: list[str] = []
        self._first: str | None = None
        self._many = self._ignored = False
        self.feed(text)

    def handle_starttag(self, tag: str, found: list[tuple[str, str | None]]) -> None:
        attributes = dict(found)
        name = attributes.get("name") or ""
        if tag == "template":
            self._ignored = True
        if self._ignored:
            return
        if tag == "input" and name and "disabled" not in attributes:
            kind = attributes.get("type") or "text"
            unset = kind in ("checkbox", "radio") and "checked" not in attributes
            if not unset and kind not in ("file", "submit"):
                self.posted.setdefault(name, []).append(attributes.get("value") or "")
        elif tag == "select" and name:
            self._select, self._chosen, self._first = name, [], None
            self._many = "multiple" in attributes
        elif tag == "option" and self._select:
            value = attributes.get("value") or ""
            self._first = value if self._first is None else self._first
            if "selected" in attributes:
                self._chosen.append(value)
        elif tag == "textarea" and name:
            self._area = name
            self.posted.setdefault(name, []).append("")
        if tag == "span" and "data-suggest" in attributes and "data-by-hand" not in attributes:
            self.posted[f"{attributes['data-suggest']}.suggested"] = ["1"]

    def handle_data(self, data: str) -> None:
        if self._area:
            self.posted[self._area][-1] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._ignored = False
        elif tag == "textarea":
            self._area = ""
        elif tag == "select" and self._select:
            chosen = self._chosen or ([] if self._many or self._first is None else [self._first])
            if chosen:
                self.posted.setdefault(self._select, []).extend(chosen)
            self._select = ""

    @property
    def carried(self) -> dict[str, Any]:
        return dict(json.loads(self.posted["parcels.*"][-1]))

    def line(self, key: str) -> dict[str, list[str]]:
        """Return what the inputs of one line post."""
        prefix = f"parcels.{key}."
        return {
            name.removeprefix(prefix): texts
            for name, texts in self.posted.items()
            if name.startswith(prefix)
        }
