"""Markdown that people wrote → HTML that a page may show: their own HTML stays text."""

from __future__ import annotations

from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

#: Nothing that loads from elsewhere: pictures would tell strangers who reads, and when.
_DISABLED = ("image", "html_block", "html_inline")

_WORDS = ("text", "code_inline", "softbreak", "hardbreak")


def to_html(text: str) -> Markup:
    """Return safe HTML; links leave without telling where from."""
    tokens = _markdown().parse(text)
    for token in _all(tokens):
        if token.type == "link_open":
            token.attrSet("rel", "noopener noreferrer nofollow")
            token.attrSet("target", "_blank")
            token.attrSet("class", "cw-link")
    # Whatever the writer typed was escaped on the way; the marks around it are ours.
    return Markup(_markdown().renderer.render(tokens, _markdown().options, {}))  # noqa: S704 - as said above


def plain_text(text: str) -> str:
    """Return the words alone, in one line, as a list shows them."""
    blocks = (
        "".join(each.content or " " for each in token.children or () if each.type in _WORDS)
        if token.type == "inline"
        else token.content
        for token in _markdown().parse(text)
        if token.content
    )
    return " ".join(" ".join(blocks).split())


def _all(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *(token.children or ()))]


@lru_cache(maxsize=1)
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(list(_DISABLED))
