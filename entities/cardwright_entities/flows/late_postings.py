"""Documents that were there before their ledger: what they would post, and posting it.

A posting that comes by a change says nothing of documents that nobody writes any more. They are
brought in on request: those that stand in the ledger with nothing, are not closed, and whose day is
in an open period. Whoever stands in it already is left alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.flows.postings import post_to, standing_entries
from cardwright_entities.flows.wanted import wanted_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.long_work import Desk, Engine
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.flows import LedgerDefinition

#: Documents of one transaction.
_BATCH = 200


@dataclass(frozen=True)
class LatePostings:
    """The documents of an entity that stand in a ledger with nothing although they would post."""

    entity: str
    missing: int = 0  #: that would post, or did
    closed: int = 0  #: closed records, which are left as they are
    refused: tuple[tuple[int, Message], ...] = ()  #: ids that could not post, and why


def post_late(engine: Engine, context: Context, ledger: str, *, do: bool) -> list[LatePostings]:
    """Find the documents that were there before a ledger, and ``do`` post them; NotFoundError."""
    with engine.read(context) as desk:
        model = desk.records.model
        if ledger not in model.catalog.ledgers:
            raise NotFoundError(Message("not_found"))
        entities = [
            each.name
            for each in model.catalog.entities.values()
            if any(posting.ledger == ledger for posting in each.post.values())
        ]
    return [_post_entity(engine, context, _Late(name, ledger, do)) for name in entities]


def _post_entity(engine: Engine, context: Context, late: _Late) -> LatePostings:
    found = LatePostings(late.entity)
    while True:
        with engine.giving_way():
            done, last = engine.run_write(context, late.batch)
        late = replace(late, after=last)
        found = LatePostings(
            late.entity,
            found.missing + done.missing,
            found.closed + done.closed,
            found.refused + done.refused,
        )
        if not last:
            return found


@dataclass(frozen=True)
class _Late:
    entity: str
    ledger: str
    do: bool
    after: int = 0  #: the id behind which a batch begins

    def batch(self, desk: Desk) -> tuple[LatePostings, int]:
        """Look at some documents; return what was found and the last id, 0 at the end."""
        gate = desk.records.beyond_rights()
        entity = gate.model.entity(self.entity)
        key = entity.table.c["id"]
        statement = select(key).where(key > self.after).order_by(key).limit(_BATCH)
        ids = [int(row[0]) for row in desk.session.rows(statement)]
        found = self._post(desk.session, gate, entity, ids)
        return found, ids[-1] if len(ids) == _BATCH else 0

    def _post(
        self, session: Session, gate: Records, entity: EntityModel, ids: Sequence[int]
    ) -> LatePostings:
        missing, closed, change_set = 0, 0, 0
        refused: list[tuple[int, Message]] = []
        ledger = gate.model.catalog.ledgers[self.ledger]
        for record, values in gate.loader.records(entity, ids, lock=self.do).items():
            if not self._lacks(gate, ledger, entity, record):
                continue
            if is_closed(values):
                closed += 1
                continue
            missing += 1
            if not self.do:
                continue
            change_set = change_set or open_change_set(session, gate.context, "post")
            try:
                with session.savepoint():
                    post_to(gate, ledger, entity, record, change_set)
            except InputError as error:
                missing -= 1
                refused.append((record, next(iter(error.fields.values()))[0]))
        return LatePostings(entity.name, missing, closed, tuple(refused))

    def _lacks(
        self, gate: Records, ledger: LedgerDefinition, entity: EntityModel, record: int
    ) -> bool:
        if standing_entries(gate, ledger, entity, record):
            return False
        return any(each.ledger.name == ledger.name for each in wanted_of(gate, entity, record))
