"""Noting which cards somebody opens: when the answer is on its way, in a transaction of its own."""

from __future__ import annotations

import logging

from flask import Response

from cardwright_entities.errors import CardwrightError
from cardwright_entities.marks.reaching import own_account
from cardwright_entities.marks.visits import note_visit
from cardwright_platform.current import current_instance, current_opening

_LOG = logging.getLogger("cardwright")

#: Seconds that it may take: nobody waits for it, and it is no loss.
_PATIENCE = 2.0


def note_when_sent(answer: Response, entity: str, record: int) -> Response:
    """Note that a card was opened once its page is sent; ``entity`` is an id."""
    context, store = current_opening().context, current_instance().store
    if own_account(context) is None:
        return answer

    def note() -> None:
        try:
            store.run_write(
                context, lambda session: note_visit(session, entity, record), timeout=_PATIENCE
            )
        except CardwrightError as error:
            _LOG.info("a visit was not noted: %s", error)

    answer.call_on_close(note)
    return answer
