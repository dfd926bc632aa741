"""What is shown of values to readers who see a part of them, written from the paper alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

#: Fields of whose values a part may be shown, and how; of numbers and days nothing is.
MASKS: Mapping[tuple[str, str], str] = {
    ("area", "code"): "code", ("area", "name"): "text",
    ("firm", "name"): "text", ("firm", "phone"): "phone", ("firm", "email"): "email",
    ("firm", "credit"): "nothing", ("firm", "staff"): "nothing", ("firm", "share"): "nothing",
    ("firm", "founded"): "nothing", ("firm", "seen_at"): "nothing",
    ("person", "name"): "text",
    ("job", "post"): "text", ("job", "since"): "nothing", ("job", "until"): "nothing",
    ("thing", "code"): "code", ("thing", "name"): "text", ("thing", "price"): "nothing",
    ("thing", "created_at"): "nothing",
    ("deal", "due"): "nothing",
    ("deal_item", "quantity"): "nothing", ("deal_item", "price"): "nothing",
}  # fmt: skip
_NOTHING = "****"


def masked(entity: str, name: str, value: Any) -> str | None:
    """Return what is shown of a value: nothing of an empty one."""
    if value is None:
        return None
    text = str(value)
    match MASKS[entity, name]:
        case "text":
            if len(text) < 2:
                return _NOTHING
            return text[0] + _NOTHING + (text[-1] if len(text) >= 4 else "")
        case "email":
            begin, domain = text.split("@")
            return (begin[0] if len(begin) >= 3 else "") + _NOTHING + "@" + domain
        case "phone":
            return _ends(re.sub("[^0-9+]", "", text.removeprefix("+86")))
        case "code":
            return _ends(text)
    return _NOTHING


def _ends(text: str) -> str:
    return text[:3] + _NOTHING + text[-4:] if len(text) >= 10 else _NOTHING


def as_stored(entity: str, name: str, value: Any) -> Any:
    """Return a whole value that somebody writes as the field would keep it."""
    if not isinstance(value, str):
        return value
    match MASKS[entity, name]:
        case "code":
            return value.strip().upper()
        case "phone" if re.fullmatch(r"1[3-9]\d{9}", value):
            return f"+86{value}"
    return value.strip()


def another(entity: str, name: str, value: Any, fresh: Any) -> Any:
    """Return another value of which the same is shown; ``fresh`` is any other one."""
    if value is None or fresh is None or MASKS[entity, name] == "nothing":
        return fresh if (value is None) == (fresh is None) else value
    match MASKS[entity, name]:
        case "text" if len(value) > 1:
            return value[0] + "动" * 3 + value[-1] if len(value) >= 4 else f"{value[0]}会"
        case "phone" if len(value) == 14:
            return f"{value[:6]}5678{value[-4:]}"
        case "email":
            begin, domain = value.split("@")
            return f"{begin[0]}xy@{domain}" if len(begin) >= 3 else f"q@{domain}"
    return value
