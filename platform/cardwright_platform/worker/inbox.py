"""Looks into the mailbox every minute: each mail sets off the rules that wait for mails, once.

A mail is marked as read after the jobs of its rules are committed. A crash in between has it read
again, and its key gives the same jobs.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from cardwright_entities.errors import CardwrightError, UnavailableError
from cardwright_entities.flows.rules.lists import hear_mail, rules_of_mails
from cardwright_entities.jobs.kinds import JobKind, Schedule
from cardwright_entities.jobs.runs import JobRun
from cardwright_entities.restores import held_message
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_platform.confined.letters import Letter, read_letter
from cardwright_platform.confined.running import ConfinedError
from cardwright_platform.connectors.mailbox import (
    MOST_BYTES,
    Mailbox,
    MailboxAwayError,
    Waiting,
    open_mailbox,
)
from cardwright_platform.instance import Instance

READ = "read_mailbox"

INBOX_SCHEDULES = (Schedule(kind=READ, every=timedelta(minutes=1)),)

_LOG = logging.getLogger("cardwright")


def inbox_kinds(instance: Instance) -> tuple[JobKind, ...]:
    """Return the kind of job that looks into the mailbox."""
    return (JobKind(name=READ, run=lambda run: read_mailbox(run, instance), at_once=1),)


def read_mailbox(run: JobRun, instance: Instance) -> None:
    """Hear every mail that waits; without a mailbox or a rule there is nothing to do."""
    result: dict[str, object] = {}
    with instance.engine.read(instance.system_context()) as desk:
        # Of two installations with one mailbox the restored one hears nothing until it is released.
        rules = [] if held_message(desk.session) else rules_of_mails(desk.model)
    if rules and instance.config.inbox_host:
        look = _Look(run, instance, rules)
        try:
            with open_mailbox(instance.config) as mailbox:
                look.go(mailbox)
        except MailboxAwayError as error:
            _LOG.warning("mailbox away: %s", error)
            result["problem"] = str(error)
        result |= look.counts
    run.write(lambda step: step.complete(result))


@dataclass
class _Look:
    """One look into the mailbox."""

    run: JobRun
    instance: Instance
    rules: list[RuleDefinition]
    counts: Counter[str] = field(default_factory=Counter)

    def go(self, mailbox: Mailbox) -> None:
        for mail in mailbox.waiting():
            self.run.check()
            reason = self._hear(mailbox, mail)
            if reason:
                _LOG.warning("mail set aside: %s: %s", mailbox.place_of(mail), reason)
                mailbox.set_aside(mail)
            else:
                mailbox.mark_heard(mail)
            self.counts["set_aside" if reason else "heard"] += 1

    def _hear(self, mailbox: Mailbox, mail: Waiting) -> str:
        """Return why a mail is set aside, empty for one that was heard."""
        if mail.size > MOST_BYTES:
            return f"it has more than {MOST_BYTES} bytes"
        try:
            letter = read_letter(mailbox.read(mail), mailbox.place_of(mail))
        except ConfinedError as error:
            return f"it cannot be read ({error.message.code})"
        own = self.instance.config.mail_from.lower()
        if letter.by_machine or letter.sender.lower() == own:
            return "it answers by itself, or is our own"
        return "; ".join(filter(None, (self._tell(rule, letter, mail) for rule in self.rules)))

    def _tell(self, rule: RuleDefinition, letter: Letter, mail: Waiting) -> str:
        """Set off one rule in a transaction of its own; return why it refused."""
        said = {
            "from": letter.sender,
            "to": letter.to,
            "subject": letter.subject,
            "text": letter.text,
            "at": mail.arrived.isoformat(),
        }
        try:
            with self.instance.engine.write(self.instance.system_context()) as desk:
                hear_mail(desk.records, self.instance.jobs, rule, said, letter.key)
        except UnavailableError:
            raise  # the whole look is tried again
        except CardwrightError as error:
            return f"rule {rule.name}: {error.message.code}"
        return ""
