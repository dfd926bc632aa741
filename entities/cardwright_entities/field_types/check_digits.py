"""Check characters of codes: a slip of the finger is found before it is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

#: The 31 characters of GB 32100-2015, in the order of their values: no I, O, S, V, Z.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def is_uscc(code: str) -> bool:
    """Tell whether a code is a 统一社会信用代码: 18 characters, the last checks the others."""
    if len(code) != 18 or any(character not in _USCC for character in code):
        return False
    # The 17 weights are the powers of 3 modulo 31; the last character brings the sum to 0.
    weighed = sum(_USCC.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return (weighed + _USCC.index(code[17])) % 31 == 0


def is_luhn(code: str) -> bool:
    """Tell whether digits end in their Luhn check digit (bank cards, IMEI)."""
    if len(code) < 2 or not (code.isascii() and code.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(code)):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def is_mod11_2(code: str) -> bool:
    """Tell whether digits end in their ISO 7064 MOD 11-2 check character (居民身份证)."""
    digits = code[:-1]
    if len(code) < 2 or not (digits.isascii() and digits.isdigit() and code[-1] in "0123456789X"):
        return False
    remainder = 0
    for digit in digits:
        remainder = (remainder + int(digit)) * 2 % 11
    last = 10 if code[-1] == "X" else int(code[-1])
    return (remainder + last) % 11 == 1


CHECK_DIGITS: Mapping[str, Callable[[str], bool]] = MappingProxyType(
    {"uscc": is_uscc, "luhn": is_luhn, "mod11_2": is_mod11_2}
)
