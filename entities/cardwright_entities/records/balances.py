"""How expressions ask ledgers: ``balance(stock, item: item, at: today())``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from cardwright_entities.queries.reading import Reading
from cardwright_entities.store.sessions import Session


class Balances(Protocol):
    """Who knows the ledgers; stateless, so that one serves all transactions."""

    def balance(
        self,
        session: Session,
        reading: Reading,
        ledger: str,
        dimensions: Mapping[str, object],
        measure: str,
        at: date | None,
    ) -> object:
        """Return what a ledger holds, empty where its reader must not see it.

        A dimension that is not named is added up over. Without ``measure`` the first of the
        ledger is meant, without ``at`` what it holds now; otherwise at the end of that day.
        """
        ...
