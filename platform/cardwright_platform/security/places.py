"""Where to go after signing in: an address of ours, or the start page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

#: One slash, then nothing that a browser could take for the start of another host.
_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*", re.ASCII)
_LONGEST = 2000


def local_address(wanted: str, default: str = "/") -> str:
    """Return the address if it can only lead to this site, else the default."""
    if len(wanted) > _LONGEST or not _LOCAL.fullmatch(wanted):
        return default
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else wanted
