"""What playing a scenario found: the step that was not as it should be, in words for people."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_entities.errors import CardwrightError, InputError, Message


class StepFailure(Exception):  # noqa: N818 - a step that fails is a finding, no fault
    """A step is not as its author says; ``refusal`` is what stopped it, if something did."""

    def __init__(self, message: Message, refusal: CardwrightError | None = None) -> None:
        self.message = message
        self.refusal = refusal
        super().__init__(message.code, dict(message.params))


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a scenario ended: at which step, what was expected and what was found."""

    scenario: str
    pack: str
    step: str = ""  #: the step that failed, empty when all were right
    message: Message | None = None
    refusal: CardwrightError | None = None

    @property
    def passed(self) -> bool:
        """Tell whether every step was as it should be."""
        return self.message is None


def codes_of(error: CardwrightError) -> set[str]:
    """Return the words by which a refusal may be expected: its codes and its checks."""
    return {word for _, message in messages_of(error) for word in _words(message)}


def messages_of(error: CardwrightError) -> list[tuple[str, Message]]:
    """Return the messages of a refusal with the fields at which they stand."""
    if not isinstance(error, InputError):
        return [("", error.message)]
    found = [(name, each) for name, messages in error.fields.items() for each in messages]
    return found + list(error.confirm.items())


def _words(message: Message) -> set[str]:
    check = dict(message.params).get("check", "")
    return {message.code, check} - {""}


def is_expected(error: CardwrightError, code: str, field: str) -> bool:
    """Tell whether a refusal is the expected one; an empty field is any."""
    return any(
        code in _words(message) and field in ("", name) for name, message in messages_of(error)
    )
