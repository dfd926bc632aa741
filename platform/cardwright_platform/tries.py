"""Tries of somebody who may be guessing: counted before they are looked at."""

from __future__ import annotations

from cardwright_entities.accounts.rates import Limit, count_try
from cardwright_entities.errors import LimitError
from cardwright_entities.store.sessions import Session
from cardwright_platform.instance import Instance


def count_tries(instance: Instance, *keys: tuple[str, Limit]) -> None:
    """Count a try under each key; raise LimitError when there were too many under any.

    It is a transaction of its own, so that the count stays when the try fails.
    """
    refused: list[LimitError] = []

    def count(session: Session) -> None:
        refused.clear()
        for key, limit in keys:
            try:
                count_try(session, key, limit)
            except LimitError as error:
                refused.append(error)

    instance.store.run_write(instance.system_context(), count)
    if refused:
        raise refused[0]
