"""Versions of records as entity tags: what a writer has seen, so that nobody's change is lost."""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import PreconditionRequired

from cardwright_entities.errors import CardwrightError, Message

# Proxies that compress mark a tag as weak; the version in it is the same.
_TAG = re.compile(r'(?:W/)?"([0-9]{1,15})"|([0-9]{1,15})')


def entity_tag(version: int) -> str:
    """Return the ETag of a record's version."""
    return f'"{version}"'


def wanted_version() -> int:
    """Return the version in If-Match; raise PreconditionRequired (428) without one."""
    version = given_version()
    if version is None:
        raise PreconditionRequired
    return version


def given_version() -> int | None:
    """Return the version in If-Match, None without one or for any."""
    header = request.headers.get("If-Match", "").strip()
    if header in ("", "*"):
        return None
    found = _TAG.fullmatch(header)
    if found is None:
        raise CardwrightError(Message.of("bad_header", name="If-Match"))
    return int(found[1] or found[2])
