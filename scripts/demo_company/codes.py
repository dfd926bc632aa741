"""Numbers that pass their checks and belong to nobody: credit codes, phones, bank accounts."""

from __future__ import annotations

from random import Random

#: GB 11714: the organisation code's characters, in the order of their values.
ORGANISATION_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

#: GB 32100: no I, O, S, V, Z.
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"

MOBILE_PREFIXES = (
    "130 131 132 133 135 136 137 138 139 150 151 152 155 156 158 159 180 181 186 188 189"
)


def credit_code(random: Random, region: str, register: str = "91") -> str:
    """Return a 统一社会信用代码; register: 91 companies, 12 institutions, 51 associations."""
    number = "MA" + "".join(random.choice(CREDIT_SIGNS) for _ in range(6))
    return with_credit_check(register + region + number + organisation_check(number))


def organisation_check(number: str) -> str:
    """Return the check character of an organisation code's eight characters."""
    total = sum(
        weight * ORGANISATION_SIGNS.index(sign)
        for weight, sign in zip(ORGANISATION_WEIGHTS, number, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def with_credit_check(start: str) -> str:
    """Return the 17 characters with their check character."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(start))
    return start + CREDIT_SIGNS[-total % 31]


def mobile(random: Random) -> str:
    """Return a mobile number of eleven digits."""
    return random.choice(MOBILE_PREFIXES.split()) + digits(random, 8)


def landline(random: Random, area_code: str, length: int) -> str:
    """Return a number with its area code, as people in China write it."""
    return f"{area_code}-{random.choice('5678')}{digits(random, length - 1)}"


def bank_account(random: Random) -> str:
    """Return an account number of nineteen digits."""
    return "6" + digits(random, 18)


def digits(random: Random, length: int) -> str:
    """Return so many digits."""
    return "".join(random.choice("0123456789") for _ in range(length))
