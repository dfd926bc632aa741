"""Passwords: argon2id, few at a time, and none that can be guessed."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable
from importlib import import_module

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
#: What people put around a word to make it long enough.
_PADDING = "0123456789!?.,-_*#@$ "
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm")


class Passwords:
    """Hashes and verifies; each hash takes 19 MiB, so only a few run at the same time.

    ``hasher`` is for tests that sign hundreds of people in.
    """

    def __init__(self, *, shortest: int = 12, hasher: PasswordHasher | None = None) -> None:
        self._shortest = shortest
        self._hasher = hasher or PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
        self._turns = Turns(_AT_ONCE)
        self._common: frozenset[str] = frozenset()
        self._reading = threading.Lock()

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

    def check_new(
        self, password: str, *, login: str, around: Iterable[str] = (), field: str = "password"
    ) -> None:
        """Raise InputError when a password is too short, too long or too easy to guess.

        ``around`` is what somebody who knows the person would try: his name, the company's.
        """
        problem = self._problem(_normal(password), login, around)
        if problem is not None:
            raise InputError({field: [problem]})

    def _problem(self, password: str, login: str, around: Iterable[str]) -> Message | None:
        if len(password) < self._shortest:
            return Message.of("password_short", limit=self._shortest)
        if len(password) > LONGEST:
            return Message.of("password_long", limit=LONGEST)
        lowered = password.lower()
        if login and login.partition("@")[0] in lowered:
            return Message("password_contains_login")
        known = self._known() | _words_of(around)
        if lowered in known or _is_regular(lowered) or _is_padded(lowered, known):
            return Message("password_common")
        return None

    def _known(self) -> frozenset[str]:
        """Return the passwords that everybody tries first.

        They are read when the first new password is looked at: most processes never see one, and
        the lists take 14 MB while they are read.
        """
        with self._reading:
            if not self._common:
                lists = import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
                self._common = frozenset(map(str, lists["passwords"])) | {"cardwright"}
            return self._common


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
    core = password.strip(_PADDING)
    bare = core.replace(" ", "")
    return core == "" or ((core in common or bare in common) and len(password) - len(core) <= 8)


def _words_of(texts: Iterable[str]) -> frozenset[str]:
    """Return what somebody could take from texts: each whole, without spaces, and its words."""
    found: set[str] = set()
    for text in texts:
        lowered = _normal(text).lower().strip()
        words = re.findall(r"[^\W_]{4,}", lowered)
        found |= {lowered, lowered.replace(" ", ""), *words}
    return frozenset(each for each in found if len(each) >= 2)
