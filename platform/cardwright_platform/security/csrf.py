"""Requests that change something must come from our own pages: two independent nets."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from cardwright_entities.errors import AccessError, Message
from cardwright_platform.security.keys import is_signed, sign

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
#: Says that a page of ours was drawn for another session of the same browser, or that it was not
#: our page at all.
OLD_PAGE = "old_page"


def make_token(key: bytes, visit: str) -> str:
    """Return the token for forms of one browser; ``visit`` is the secret in its cookie."""
    return sign(key, visit)


def check_origin(headers: Mapping[str, str], hosts: frozenset[str]) -> None:
    """Raise AccessError when a browser says that another site sent the request."""
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise AccessError(Message("csrf"))
    origin = headers.get("Origin")
    if origin is not None and _host_of(origin) not in hosts - {""}:
        raise AccessError(Message("csrf"))


def check_token(key: bytes, visit: str, token: str) -> None:
    """Raise AccessError when the token was not made for this browser."""
    if not visit or not is_signed(key, visit, token):
        raise AccessError(Message(OLD_PAGE))


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
