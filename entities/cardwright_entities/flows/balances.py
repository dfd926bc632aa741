"""Balances of ledgers: found or made, locked in the order of ids, moved, never below what may be.

The balance rows of one combination of dimensions are where postings meet; whoever holds the lock
sees what those before him left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, or_, select

from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.wanted import Dimensions
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import lock_rows
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.flows import LedgerDefinition

Measures = tuple[Decimal, ...]

#: Combinations of dimensions asked for in one statement.
_MOST = 50


def move_balances(
    gate: Records,
    ledger: LedgerDefinition,
    deltas: Mapping[Dimensions, Measures],
    places: Mapping[Dimensions, str],
    change_set: int,
) -> None:
    """Add to balances under their locks; raise InputError at its place where too little is left.

    ``gate`` is the principal's: what he may not see is not told.
    """
    moved = {key: delta for key, delta in deltas.items() if any(delta)}
    if not moved:
        return
    system = gate.beyond_rights()
    entity = system.model.entity(ledger.balance)
    ids = _ensure(system, entity, ledger, sorted(moved, key=_order), change_set)
    lock_rows(system.session, entity, list(ids.values()))
    stored = system.loader.records(entity, sorted(ids.values()))
    refused: dict[str, list[Message]] = {}
    drafts: list[Draft] = []
    for key, record in sorted(ids.items(), key=lambda each: each[1]):
        draft = Draft(entity, dict(stored[record]), stored[record])
        for name, delta in zip(ledger.measures, moved[key], strict=True):
            before = Decimal(str(draft.values.get(name) or 0))
            draft.values[name] = before + delta
            if delta < 0 and before + delta < 0 and _is_forbidden(system, ledger, name, draft):
                message = _below_zero(gate, ledger, key, name, before)
                refused.setdefault(places.get(key, ""), []).append(message)
        drafts.append(draft)
    if refused:
        raise InputError(refused)
    for draft in drafts:
        system.write_quietly(draft, change_set)


def _ensure(
    gate: Records,
    entity: EntityModel,
    ledger: LedgerDefinition,
    keys: Sequence[Dimensions],
    change_set: int,
) -> dict[Dimensions, int]:
    """Return the balance row of each combination, made where there was none."""
    found = _find(gate, entity, ledger, keys)
    for key in keys:
        if key in found:
            continue
        raw = dict(zip(ledger.dimensions, key, strict=True))
        raw |= dict.fromkeys(ledger.measures, 0)
        options = SaveOptions(kind="post", change_set=change_set)
        try:
            with gate.session.savepoint():
                found[key] = gate.create(entity.name, raw, options).id
        except InputError:
            # Somebody else made it at the same moment.
            again = _find(gate, entity, ledger, [key])
            if key not in again:
                raise
            found |= again
    return found


def _find(
    gate: Records, entity: EntityModel, ledger: LedgerDefinition, keys: Sequence[Dimensions]
) -> dict[Dimensions, int]:
    columns = [entity.fields[name].columns[0] for name in ledger.dimensions]
    found: dict[Dimensions, int] = {}
    for start in range(0, len(keys), _MOST):
        conditions: list[ColumnElement[bool]] = [
            and_(
                *(
                    column.is_(None) if value is None else column == value
                    for column, value in zip(columns, key, strict=True)
                )
            )
            for key in keys[start : start + _MOST]
        ]
        living = entity.table.c["deleted_at"].is_(None)
        statement = select(entity.table.c["id"], *columns).where(living, or_(*conditions))
        for row in gate.session.rows(statement):
            found[tuple(row[1:])] = int(row[0])
    return found


def _order(key: Dimensions) -> tuple[int, ...]:
    return tuple(each or 0 for each in key)


def _is_forbidden(gate: Records, ledger: LedgerDefinition, name: str, draft: Draft) -> bool:
    slot = ledger.never_negative.get(name, False)
    names = RecordValues(gate.evaluator, draft.entity, draft.values)
    return gate.evaluator.holds(slot, names)


def _below_zero(
    gate: Records, ledger: LedgerDefinition, key: Dimensions, name: str, before: Decimal
) -> Message:
    readable = gate.policy.may(gate.context.principal, ledger.balance, "read")
    what = " / ".join(_titles(gate, ledger, key)) or ledger.name
    if not readable:
        return Message.of("below_zero", what=what)
    return Message.of("below_zero_left", what=what, left=f"{before.normalize():f}", measure=name)


def _titles(gate: Records, ledger: LedgerDefinition, key: Dimensions) -> Iterable[str]:
    for dimension, value in zip(ledger.dimensions.values(), key, strict=True):
        if value is not None:
            titles = titles_of(gate.session, gate.reading, dimension.entity, [value])
            yield from (each for each in titles.values() if each)
