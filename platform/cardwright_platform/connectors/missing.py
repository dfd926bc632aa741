"""What rules ask for and the operator has not configured: it would wait."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from cardwright_entities.changes.plans import Plan
from cardwright_entities.errors import Message
from cardwright_entities.outbox import MAIL, SMS
from cardwright_metadata.catalog import Catalog
from cardwright_platform.config import Config


def missing_of_plan(config: Config, plan: Plan) -> tuple[Message, ...]:
    """Return what the rules that a plan brings would wait for."""
    return _missing(config, {kind for part in _rules_of(plan) for kind in part})


def missing_of_catalog(config: Config, catalog: Catalog) -> tuple[Message, ...]:
    """Return what the rules in use wait for."""
    rules = (rule for rule in catalog.rules.values() if rule.active)
    return _missing(config, {step.kind for rule in rules for step in rule.steps})


def _missing(config: Config, kinds: Iterable[str]) -> tuple[Message, ...]:
    found = []
    if MAIL in kinds and not config.mail_host:
        found.append(Message("mail_no_server"))
    if SMS in kinds and not config.sms_connector:
        found.append(Message("sms_no_connector"))
    return tuple(found)


def _rules_of(plan: Plan) -> Iterator[list[str]]:
    """Yield the kinds of steps of each rule that is new or changed."""
    for address, content in plan.parts:
        if address.startswith("rule/") and content in plan.bodies:
            steps = json.loads(plan.bodies[content]).get("do") or {}
            yield [kind for step in steps.values() for kind in step]
