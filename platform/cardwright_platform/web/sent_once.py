"""A form that is sent again: its answer was lost on the way, or somebody came back to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from cardwright_entities.errors import InputError, Message
from cardwright_entities.idempotency import claim_key, keep_answer
from cardwright_entities.records.saving import Saved
from cardwright_entities.store.sessions import Session
from cardwright_platform.web.kept_drafts import FORM_NUMBER, is_form_number
from cardwright_platform.web.presenting.inputs import Typed
from cardwright_platform.web.uploads import Uploads

_PASSING = frozenset({"csrf_token", "then"})
_STORED = 200


class SentBeforeError(InputError):
    """The form has made a record already, of other values: another one is meant, or none."""

    def __init__(self) -> None:
        super().__init__({"": [Message("form_sent_before")]})


@dataclass(frozen=True)
class Sending:
    """One post of an open form; without a number, as programs post, it is always the first."""

    number: str
    digest: str

    @classmethod
    def of(cls, typed: Typed, files: Uploads) -> Sending:
        """Look at what was posted; the same twice has the same digest."""
        number = (typed.get(FORM_NUMBER) or [""])[-1]
        told = [(name, list(texts)) for name, texts in typed.items() if name not in _PASSING]
        brought = [
            (place, [(blob.sha256, filename) for blob, filename in each])
            for place, each in sorted(files.items())
        ]
        digest = hashlib.sha256(repr((told, brought)).encode()).hexdigest()
        return cls(number if is_form_number(number) else "", digest)

    def make_once(self, session: Session, make: Callable[[], Saved]) -> Saved:
        """Make a record, or return the one that this form has made already.

        Raise SentBeforeError if that one was made of other values.
        """
        try:
            return self._once(session, f"form/{self.number}", make)
        except _KeyUsedError as error:
            raise SentBeforeError from error

    def change_once(self, session: Session, change: Callable[[], Saved]) -> Saved:
        """Change a record, or return what the same post has done already."""
        # A form that stays open changes its record more than once.
        return self._once(session, f"form/{self.number}/{self.digest}", change)

    def _once(self, session: Session, key: str, work: Callable[[], Saved]) -> Saved:
        if not self.number:
            return work()
        try:
            kept = claim_key(session, key, self.digest)
        except InputError as error:
            raise _KeyUsedError from error
        if kept is not None:
            return Saved(kept.answer["id"], kept.answer["version"], 0)
        saved = work()
        keep_answer(session, key, _STORED, {"id": saved.id, "version": saved.version})
        return saved


class _KeyUsedError(Exception):
    """The number of a form stands for another post."""
