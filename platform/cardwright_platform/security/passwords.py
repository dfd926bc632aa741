"""Passwords: argon2id, few at a time, and none that can be guessed."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from cardwright_entities.errors import InputError, Message
from cardwright_platform.security.turns import Turns

#: Longer ones cost time and add nothing.
LONGEST = 200
_AT_ONCE = 2
#: A hash that no password has: somebody unknown must take as long as somebody known.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$ls4HHutpYiVbZU11H"
    "gMjNA$AO+TBw46HvXWIRLHfT2N6rvXI0wsnmgFQBXfR8/ZtVY"
)
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")


class Passwords:
    """Hashes and verifies; each hash takes 19 MiB, so only a few run at the same time."""

    def __init__(self, *, shortest: int = 12) -> None:
        self._shortest = shortest
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = Turns(_AT_ONCE)
        self._common = frozenset(_read_common())

    def hash(self, password: str) -> str:
        """Return what is stored of a password."""
        with self._turns.taken():
            return self._hasher.hash(_normal(password))

    def is_right(self, stored: str | None, password: str) -> bool:
        """Tell whether this is the password; without a stored hash it takes as long to say no."""
        with self._turns.taken():
            try:
                self._hasher.verify(stored or _NOBODY, _normal(password)[:LONGEST])
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Tell whether a right password should be hashed again with today's parameters."""
        return self._hasher.check_needs_rehash(stored)

    def check_new(self, password: str, *, login: str, field: str = "password") -> None:
        """Raise InputError when a password is too short, too long or too easy to guess."""
        problem = self._problem(_normal(password), login)
        if problem is not None:
            raise InputError({field: [problem]})

    def _problem(self, password: str, login: str) -> Message | None:
        if len(password) < self._shortest:
            return Message.of("password_short", limit=self._shortest)
        if len(password) > LONGEST:
            return Message.of("password_long", limit=LONGEST)
        lowered = password.lower()
        if login and login.partition("@")[0] in lowered:
            return Message("password_contains_login")
        if lowered in self._common or _is_regular(lowered) or _is_padded(lowered, self._common):
            return Message("password_common")
        return None


def _normal(password: str) -> str:
    # The same keys on another keyboard or system may send another spelling of a character.
    return unicodedata.normalize("NFKC", password)


def _is_regular(password: str) -> bool:
    """Tell whether it repeats few characters or one piece, or runs over the keyboard."""
    if len(set(password)) < 5 or password in (password + password)[1:-1]:
        return True
    runs = (*_SEQUENCES, *(row[::-1] for row in _SEQUENCES))
    return any(password in run * 2 for run in runs)


def _is_padded(password: str, common: frozenset[str]) -> bool:
    """Tell whether it is a common password with digits or signs around it."""
    core = password.strip("0123456789!?.,-_*#@$ ")
    return core == "" or (core in common and len(password) - len(core) <= 8)


def _read_common() -> list[str]:
    text = files("cardwright_platform.security").joinpath("common_passwords.txt")
    lines = text.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
