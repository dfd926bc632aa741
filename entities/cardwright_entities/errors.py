"""What can go wrong for people at work, as codes with parameters that the platform words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardwright_metadata.expressions.errors import ExpressionError


@dataclass(frozen=True)
class Message:
    """A sentence by its code, such as ``required`` or ``too_long``, with its parameters.

    The sentences stand in ``cardwright_platform/words`` in every language of the product.
    """

    code: str
    params: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, code: str, **params: object) -> Message:
        """Make a message; parameters become text."""
        return cls(code, tuple((name, str(value)) for name, value in params.items()))

    @classmethod
    def of_expression(cls, code: str, error: ExpressionError) -> Message:
        """Make a message that shows where an expression is wrong; characters count from 1."""
        return cls.of(
            code,
            at=error.at + 1,
            cause=error.code,
            problem=error.message,
            found=error.found,
            expected=error.expected,
            nearest=error.nearest,
        )


class CardwrightError(Exception):
    """Base of all errors that are answered to people; carries one message."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.code, dict(message.params))

    def foremost(self) -> Message:
        """Return the one message that says most of what stood in the way."""
        return self.message


class ValueProblem(Exception):  # noqa: N818 - a value's problem becomes part of an InputError
    """One value cannot be taken; raised by a field type's parse, gathered by the gate."""

    def __init__(self, message: Message) -> None:
        self.message = message
        super().__init__(message.code, dict(message.params))


class InputError(CardwrightError):
    """What was sent cannot be stored: every field's messages at once.

    Keys are field names; of lines ``items.0.price``; the record as a whole is ``""``. ``confirm``
    holds checks that would pass with a confirmation (and a reason where they ask one).
    """

    def __init__(
        self,
        fields: Mapping[str, Sequence[Message]],
        *,
        confirm: Mapping[str, Message] | None = None,
    ) -> None:
        self.fields = {name: tuple(messages) for name, messages in fields.items()}
        self.confirm = dict(confirm or {})
        super().__init__(Message("invalid"))

    @property
    def messages(self) -> tuple[Message, ...]:
        """The messages of all fields, one behind the other."""
        return tuple(each for messages in self.fields.values() for each in messages)

    def foremost(self) -> Message:
        """Return the first message of a field, else of a check that asks."""
        return next(iter(self.messages), None) or next(iter(self.confirm.values()), self.message)


class NotFoundError(CardwrightError):
    """Not there, or not for this principal: the two look the same (404)."""


class AccessError(CardwrightError):
    """The record may be read but this may not be done to it (403)."""


class AuthenticationError(CardwrightError):
    """Nobody is signed in, or the token is not good (401)."""


class ConflictError(CardwrightError):
    """Changed meanwhile (409); ``details`` holds mine, theirs, base and who changed it."""

    def __init__(self, message: Message, details: Mapping[str, object] | None = None) -> None:
        self.details = dict(details or {})
        super().__init__(message)


class QueryError(CardwrightError):
    """A condition, sort or path cannot be read or is not allowed (422); ``at`` is the offset."""

    def __init__(self, message: Message, at: int = 0) -> None:
        self.at = at
        super().__init__(message)


class LimitError(CardwrightError):
    """More than is served at once (413) or too often (429, with ``retry_after`` seconds).

    ``begins`` is what is counted, where this try is the first of too many.
    """

    def __init__(self, message: Message, retry_after: int | None = None, begins: str = "") -> None:
        self.retry_after, self.begins = retry_after, begins
        super().__init__(message)


class UnavailableError(CardwrightError):
    """Cannot be done now, or costs too much (503)."""


class PlanError(CardwrightError):
    """A plan is stale (409) or unsafe (422); ``stale`` tells which."""

    def __init__(self, message: Message, *, stale: bool) -> None:
        self.stale = stale
        super().__init__(message)
