"""Sends what waits in the outbox, channel by channel, each message noted by itself.

A message that is tried again is known by the same key to who gets it twice. Of a server that is
away only one message a round finds that out, and no other is given up for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol

from cardwright_entities.errors import CardwrightError, Message, UnavailableError
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.outbox import (
    SEND,
    Outgoing,
    due_messages,
    note_held,
    note_postponed,
    note_refused,
    note_sent,
    sweep_messages,
)
from cardwright_entities.restores import held_message
from cardwright_entities.store.sessions import Session

#: How long a message waits after each try that failed; after the last it is given up.
PAUSES = tuple(timedelta(minutes=each) for each in (1, 5, 15, 30, 60, 120, 240))
ATTEMPTS = len(PAUSES) + 1
_FORGET = "forget_messages"

SCHEDULES = (
    Schedule(kind=SEND, every=timedelta(minutes=1)),
    Schedule(kind=_FORGET, every=timedelta(days=1)),
)


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What became of a message that was taken; ``left_out`` says for whom it was not."""

    their_id: str = ""
    left_out: Message | None = None
    content: Mapping[str, Any] = field(default_factory=dict)


class NotSentError(CardwrightError):
    """A message did not go: for good, for now (``passing``), or because all is ``away``."""

    def __init__(self, message: Message, *, passing: bool = False, away: bool = False) -> None:
        self.passing, self.away = passing or away, away
        super().__init__(message)


class HeldError(CardwrightError):
    """Nothing of a channel is sent, until some time or until somebody changes something."""

    def __init__(self, message: Message, until: datetime | None = None) -> None:
        self.until = until
        super().__init__(message)


class Channel(Protocol):
    """One way out."""

    name: ClassVar[str]

    def check(self, session: Session, message: Outgoing) -> None:
        """Raise HeldError where nothing is sent now, NotSentError where this message is not."""
        ...

    def place_of(self, message: Outgoing) -> str:
        """Return what may be away: messages to the same place share its fate."""
        ...

    def send(self, message: Outgoing) -> Sent:
        """Write a message and give it away; raise NotSentError or what writing raises."""
        ...


def sending_kinds(channels: Iterable[Channel]) -> tuple[JobKind, ...]:
    """Return the kinds of jobs that the outbox needs."""
    ways = tuple(channels)
    return (
        JobKind(name=SEND, run=lambda run: send_messages(run, ways), at_once=1),
        JobKind(name=_FORGET, run=forget_messages, at_once=1),
    )


def send_messages(run: JobRun, channels: Iterable[Channel]) -> None:
    """Send what is due on every channel; nothing while a restore is not released."""
    with run.store.read(run.context) as session:
        held = held_message(session)
    if held is not None:
        for channel in channels:
            _Round(run, channel).hold(HeldError(held))
        run.write(lambda step: step.complete({"held": True}))
        return
    sent = {channel.name: _Round(run, channel).go() for channel in channels}
    run.write(lambda step: step.complete(sent))


def forget_messages(run: JobRun) -> None:
    """Forget messages that were sent long ago."""
    run.write(lambda step: step.complete({"messages": sweep_messages(step.session)}))


@dataclass
class _Round:
    """What is due on one channel."""

    run: JobRun
    channel: Channel
    away: dict[str, Message] = field(default_factory=dict)

    def go(self) -> int:
        """Send it; return how many messages went."""
        with self.run.store.read(self.run.context) as session:
            waiting = due_messages(session, self.channel.name)
        sent = 0
        for message in waiting:
            self.run.check()
            try:
                sent += self._send(message)
            except HeldError as held:
                self.hold(held)
                break
        return sent

    def hold(self, held: HeldError) -> None:
        """Note on what waits why nothing of the channel is sent."""
        name = self.channel.name
        self.run.write(lambda step: note_held(step.session, name, held.message, held.until))

    def _send(self, message: Outgoing) -> bool:
        """Send one message and note what came of it; return whether it went."""
        place = self.channel.place_of(message)
        if place in self.away:
            self._postpone(message, self.away[place])
            return False
        try:
            with self.run.store.read(self.run.context) as session:
                self.channel.check(session, message)
            sent = self.channel.send(message)
        except HeldError:
            raise
        except NotSentError as error:
            if error.away:
                self.away[place] = error.message
            self._note(message, error.message, passing=error.passing)
            return False
        except CardwrightError as error:
            self._note(message, error.message, passing=isinstance(error, UnavailableError))
            return False
        self.run.write(
            lambda step: note_sent(
                step.session,
                message.id,
                left_out=sent.left_out,
                their_id=sent.their_id,
                content=sent.content,
            )
        )
        return True

    def _postpone(self, message: Outgoing, reason: Message) -> None:
        until = self.run.context.now + PAUSES[0]
        self.run.write(lambda step: note_postponed(step.session, message.id, reason, until))

    def _note(self, message: Outgoing, reason: Message, *, passing: bool) -> None:
        tried = message.attempts
        again_at = self.run.context.now + PAUSES[tried] if passing and tried < len(PAUSES) else None
        self.run.write(lambda step: note_refused(step.session, message.id, reason, again_at))
