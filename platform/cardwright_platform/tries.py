"""Tries of somebody who may be guessing: counted before they are looked at."""

from __future__ import annotations

from cardwright_entities.accounts.rates import Limit, count_for_good
from cardwright_platform.instance import Instance


def count_tries(instance: Instance, *keys: tuple[str, Limit]) -> None:
    """Count a try under each key, even when it fails; raise LimitError when there were too many."""
    count_for_good(instance.store, instance.system_context(), keys)
