"""How long a password is good for, and how many tries there are: the operator's word, or stricter.

What the operator wrote holds everywhere; settings of the company make it stricter and never laxer,
so that whoever may change settings opens nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from cardwright_entities.accounts.rates import Limit
from cardwright_entities.settings import read_settings
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance

#: Names of the settings.
DAYS, TRIES, MINUTES = "password.days", "lock.tries", "lock.minutes"


@dataclass(frozen=True, kw_only=True)
class PasswordRules:
    """What holds now; no ``days`` are for ever."""

    days: int
    tries: int
    minutes: int

    @property
    def limit(self) -> Limit:
        """Return how many tries there are, and how long none is looked at after them."""
        return Limit(self.tries, timedelta(minutes=self.minutes))


def read_rules(instance: Instance, session: Session) -> PasswordRules:
    """Return what holds in an open transaction."""
    config, said = instance.config, read_settings(session, instance.models.current(session))

    def number(name: str) -> int | None:
        value = said.get(name)
        return value if isinstance(value, int) and value > 0 else None

    days = [each for each in (config.password_days, number(DAYS)) if each]
    return PasswordRules(
        days=min(days, default=0),
        tries=min(config.lock_tries, number(TRIES) or config.lock_tries),
        minutes=max(config.lock_minutes, number(MINUTES) or 0),
    )


def password_rules(instance: Instance) -> PasswordRules:
    """Return what holds now."""
    with instance.store.read(instance.system_context()) as session:
        return read_rules(instance, session)
