"""Models that the installations of a test process share: made once of the same definitions."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable

from cardwright_entities.changes.commits import ActiveCommit
from cardwright_entities.model.model import Model, Models
from cardwright_entities.store.sessions import Session
from cardwright_metadata.catalog import Catalog

#: More would stay in memory for tests that make definitions of their own, once each.
_MOST = 12
_made: OrderedDict[Hashable, tuple[Catalog, Model]] = OrderedDict()


class SharedModels(Models):
    """For the built-in field types: with them, equal parts make equal models."""

    def make(self, session: Session, active: ActiveCommit) -> tuple[Catalog, Model]:
        """Return what another installation has made of the same parts, if there is one."""
        key = (session.dialect, active.number, active.part_hashes)
        found = _made.get(key) or super().make(session, active)
        _made[key] = found
        _made.move_to_end(key)
        while len(_made) > _MOST:
            _made.popitem(last=False)
        return found
