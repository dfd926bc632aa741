"""Raw numbers -> exact decimals: JSON numbers, typed text with thousands, workbook cells."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal

from cardwright_entities.field_types.base import refuse
from cardwright_entities.field_types.cleaning import plain_signs

_PLAIN = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3}){1,12}(?:\.\d{0,40})?", re.ASCII)

#: Wide enough for every number that passes the patterns above; never the thread's own context.
EXACT = Context(prec=120, rounding=ROUND_HALF_UP)

#: A double knows 15 digits for sure; further ones are noise such as 0.30000000000000004.
_SURE_DIGITS = 15


def read_decimal(raw: object) -> Decimal | None:
    """Return the exact number of a JSON value or typed text, None for blank; else refuse it."""
    if isinstance(raw, str):
        return _read_text(raw)
    if isinstance(raw, bool):
        raise refuse("not_a_number")
    if isinstance(raw, int):
        if abs(raw) >= 10**30:
            raise refuse("number_too_large")
        return Decimal(raw)
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise refuse("not_a_number")
        if raw.adjusted() > 30:
            raise refuse("number_too_large")
        return raw
    if raw is None:
        return None
    raise refuse("not_a_number")


def _read_text(raw: str) -> Decimal | None:
    text = plain_signs(raw)
    if not text:
        return None
    if _PLAIN.fullmatch(text):
        return EXACT.create_decimal(text)
    if _THOUSANDS.fullmatch(text):
        return EXACT.create_decimal(text.replace(",", ""))
    raise refuse("not_a_number")


def without_noise(cell: object) -> object:
    """Return a workbook's float as the decimal that its writer meant, other cells unchanged."""
    if isinstance(cell, float):
        return Decimal(f"{cell:.{_SURE_DIGITS}g}")
    return cell


def to_scale(value: Decimal, scale: int) -> Decimal:
    """Return the number with exactly ``scale`` decimals; refuse further ones, and 19 digits."""
    if value.adjusted() > 18:
        raise refuse("number_too_large")
    exact = value.quantize(Decimal(1).scaleb(-scale), context=EXACT)
    if exact != value:
        raise refuse("too_many_decimals", max=scale)
    if exact and exact.adjusted() + scale >= 18:
        raise refuse("number_too_large")
    # Minus nought is nought.
    return exact if exact else abs(exact)


def round_to_scale(value: Decimal, scale: int) -> Decimal:
    """Return the number rounded half up, away from zero, to ``scale`` decimals."""
    return value.quantize(Decimal(1).scaleb(-scale), context=EXACT)
