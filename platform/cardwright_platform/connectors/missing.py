"""What rules ask for and the operator has not configured: it would wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from cardwright_entities.changes.plans import Plan
from cardwright_entities.errors import Message
from cardwright_entities.outbox import MAIL, SMS
from cardwright_metadata.catalog import Catalog
from cardwright_platform.config import Config

#: What a rule waits for that hears mails; no step is called so.
INBOX = "inbox"


def missing_of_plan(config: Config, plan: Plan) -> tuple[Message, ...]:
    """Return what the rules that a plan brings would wait for."""
    steps = [step for part in _rules_of(plan) for step in part]
    return _missing(config, {kind for kind, _ in steps}, (way for _, ways in steps for way in ways))


def missing_of_catalog(config: Config, catalog: Catalog) -> tuple[Message, ...]:
    """Return what the rules in use wait for."""
    rules = [rule for rule in catalog.rules.values() if rule.active]
    heard = {INBOX for rule in rules if rule.trigger.mail}
    steps = [step for rule in rules for step in rule.steps]
    ways = (way for step in steps for way in step.options.get("through", ()))
    return _missing(config, heard | {step.kind for step in steps}, ways)


def _missing(config: Config, kinds: Iterable[str], ways: Iterable[str]) -> tuple[Message, ...]:
    found = []
    if MAIL in kinds and not config.mail_host:
        found.append(Message("mail_no_server"))
    if INBOX in kinds and not config.inbox_host:
        found.append(Message("mail_no_mailbox"))
    if SMS in kinds and not config.sms_connector:
        found.append(Message("sms_no_connector"))
    unknown = sorted({*ways} - {*config.notice_channels})
    found += [Message.of("notice_no_channel", channel=each) for each in unknown]
    return tuple(found)


def _rules_of(plan: Plan) -> Iterator[list[tuple[str, Sequence[str]]]]:
    """Yield the steps of each rule that is new or changed: kind, and the channels that it names.

    That it hears mails stands among them.
    """
    for address, content in plan.parts:
        if address.startswith("rule/") and content in plan.bodies:
            body = json.loads(plan.bodies[content])
            heard = [(INBOX, ())] if "mail" in (body.get("trigger") or {}) else []
            steps = [each for step in (body.get("do") or {}).values() for each in step.items()]
            yield heard + [(kind, _ways_of(said)) for kind, said in steps]


def _ways_of(said: object) -> Sequence[str]:
    return said.get("through", ()) if isinstance(said, Mapping) else ()
