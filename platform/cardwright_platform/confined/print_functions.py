"""Filters and functions of print templates: amounts in capitals, formats, QR codes, pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import segno
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup, escape

from cardwright_entities.expressions.capitals import capitals
from cardwright_platform.confined.boundaries import Refusal
from cardwright_platform.confined.print_cells import number_in_words, picture_of, raw_of

_LENGTH = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?(mm|cm|pt|px)")
_CURRENCY = re.compile("[A-Z]{3}")
_LONGEST_CODE = 1_000
_MOST_DECIMALS = 12


def filters(language: str, *, numbers: bool = False) -> Mapping[str, Callable[..., Any]]:
    """Return the filters for a language; with ``numbers`` what they write tells what it is."""
    locale = "zh_CN" if language == "zh" else language

    def written(found: Decimal, text: str) -> str:
        return number_in_words(found, text) if numbers else str(text)

    def number(value: object, decimals: int | None = None) -> str:
        found = _number(value)
        if found is None:
            return ""
        if decimals is None:
            return written(found, format_decimal(found, locale=locale, decimal_quantization=False))
        places = min(max(int(decimals), 0), _MOST_DECIMALS)
        pattern = "#,##0" + ("." + "0" * places if places else "")
        return written(found, format_decimal(found, format=pattern, locale=locale))

    def money(value: object, currency: str = "CNY") -> str:
        found = _number(value)
        if found is None or not _CURRENCY.fullmatch(str(currency)):
            return ""
        return written(found, format_currency(found, str(currency), locale=locale))

    def day(value: object, pattern: str = "long") -> str:
        raw = raw_of(value)
        try:
            found = raw if isinstance(raw, date) else date.fromisoformat(str(raw)[:10])
        except ValueError:
            return ""
        return str(format_date(found, format=str(pattern)[:40], locale=locale))

    return {"capitals": _capitals, "raw": raw_of, "number": number, "money": money, "date": day}


def functions(settings: Mapping[str, Any]) -> Mapping[str, Callable[..., Any]]:
    """Return the functions, knowing the settings that the template names."""
    return {"qr": _qr, "image": _image, "setting": lambda name: settings.get(str(name), "")}


def _number(value: object) -> Decimal | None:
    raw = raw_of(value)
    if isinstance(raw, Decimal):
        return raw
    try:
        return Decimal(str(raw))
    except InvalidOperation:
        return None


def _capitals(value: object) -> str:
    found = _number(value)
    return "" if found is None else capitals(found) or ""


def _qr(value: object, size: str = "25mm") -> Markup:
    """Draw a QR code as SVG inside the page."""
    text = str(value)
    if not text:
        return Markup()
    if len(text) > _LONGEST_CODE:
        raise Refusal("print_too_large")
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=2)
    style = f"display:inline-block;width:{_length(size)};height:{_length(size)}"
    return Markup('<span class="qr" style="{}">').format(style) + Markup(drawn) + Markup("</span>")  # noqa: S704 - segno draws nothing but paths


def _image(value: object, height: str = "25mm") -> Markup:
    """Show the picture of a field or a setting; nothing where it holds none."""
    address = picture_of(value)
    if not address:
        return Markup()
    return Markup('<img alt="{}" src="{}" style="height:{}">').format(
        escape(str(value)), address, _length(height)
    )


def _length(written: object) -> str:
    text = str(written)
    if not _LENGTH.fullmatch(text):
        raise Refusal("print_failed", reason=f"{text[:20]}: 25mm, 2.5cm, 70pt, 96px")
    return text
