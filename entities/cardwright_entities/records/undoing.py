"""Take back a change set: what nobody changed since goes back, the rest is skipped and listed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from sqlalchemy import select, update

from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
    ValueProblem,
)
from cardwright_entities.files.uses import take_back_files_of_panel
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.reaching import COMPUTED
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.assigning import ASSIGN
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.gate import Records, SaveOptions
from cardwright_entities.records.history import KEPT, open_change_set
from cardwright_entities.records.kept_values import refresh
from cardwright_entities.records.marking import undo_marks
from cardwright_entities.records.merged import MERGE
from cardwright_entities.records.saving import UNDO
from cardwright_entities.records.sharing import undo_shares
from cardwright_entities.store.platform_tables import cw_change, cw_change_set

#: Records taken back in one transaction; larger sets go on in the next.
BATCH = 500


@dataclass(frozen=True)
class Undone:
    """What an undo did: records taken back, and those left because they changed since."""

    change_set: int
    undone: int
    skipped: tuple[tuple[str, int], ...]
    remaining: bool = False


def undo(gate: Records, change_set: int) -> Undone:
    """Take back a change set of the principal's own, or any if he may edit what it touched.

    A set of others is undone with the last of its records: what he may not take back, somebody
    else still may.

    Raise NotFoundError for a set of others of which the principal may read nothing, AccessError
    where he may change nothing of it.
    """
    session, sets = gate.session, cw_change_set.c
    columns = (sets.principal, sets.undone_by, sets.kind, sets.label)
    row = session.row(select(*columns).where(sets.id == change_set))
    touched = [] if row is None else _by_record(gate, change_set)
    principal = gate.context.principal
    own = row is not None and (row[0] == principal.account or principal.is_system)
    known = {
        (each.name, record) for each, record, _ in touched if own or _may_read(gate, each, record)
    }
    if row is None or not (own or known):
        raise NotFoundError(Message("not_found"))
    if row[1] is not None:
        raise ConflictError(Message("already_undone"))
    new_set = open_change_set(session, gate.context, UNDO, f"#{change_set}")
    merged = row[2] == MERGE
    undone, skipped = _take_all_back(gate, touched, new_set, merged=merged, own=own)
    parted = _parted(gate, touched, skipped, row[3]) if merged else frozenset[tuple[str, int]]()
    if merged and not (own or parted):
        raise AccessError(Message("not_allowed"))
    if own or merged:
        shared, left = undo_shares(gate, change_set, new_set, parted=parted if merged else None)
        undone += shared
        skipped += left
        known |= set(left)
        undone += undo_marks(gate, change_set, new_set, parted=parted if merged else None)
    if not undone and not own:
        _refuse_nothing(gate, change_set, touched, known)
    if undone and parted:
        _give_back_files(gate, touched, parted, int(row[3][1:]))
    if undone and (own or merged or not skipped):
        session.execute(
            update(cw_change_set).where(sets.id == change_set).values(undone_by=new_set)
        )
    return Undone(new_set, undone, tuple(each for each in skipped if each in known))


def _refuse_nothing(
    gate: Records,
    change_set: int,
    touched: list[tuple[EntityModel, int, list[Sequence[Any]]]],
    known: Collection[tuple[str, int]],
) -> NoReturn:
    """Refuse where nothing went back: all that is seen of the set did before, or may not."""
    statement = (
        select(cw_change.c.entity, cw_change.c.record)
        .join(cw_change_set, cw_change_set.c.id == cw_change.c.change_set)
        .where(cw_change_set.c.kind == UNDO, cw_change_set.c.label == f"#{change_set}")
    )
    taken = {(row[0], row[1]) for row in gate.session.rows(statement)}
    seen = [each for each in touched if (each[0].name, each[1]) in known]
    if all((each.key, record) in taken for each, record, _ in seen):
        raise ConflictError(Message("already_undone"))
    raise AccessError(Message("not_allowed"))


def _take_all_back(
    gate: Records,
    touched: list[tuple[EntityModel, int, list[Sequence[Any]]]],
    new_set: int,
    *,
    merged: bool,
    own: bool,
) -> tuple[int, list[tuple[str, int]]]:
    """Take records back one by one; return how many, and which were left."""
    undone = 0
    skipped: list[tuple[str, int]] = []
    for entity, record, changes in touched:
        try:
            with gate.session.savepoint():
                _take_back(gate, entity, record, changes, new_set, merged=merged, own=own)
            undone += 1
        except CardwrightError:
            skipped.append((entity.name, record))
    return undone, skipped


def _parted(
    gate: Records,
    touched: list[tuple[EntityModel, int, list[Sequence[Any]]]],
    skipped: Collection[tuple[str, int]],
    label: str,
) -> frozenset[tuple[str, int]]:
    """Return the records that stand for themselves again after a merge, with the one that stayed.

    What the merge moved between them follows them, and goes back for nobody else: not for him who
    may not bring them back, or not change the one that stayed.
    """
    merged = {(entity, record) for entity, record, changes in touched if changes[0][4] == "delete"}
    parted = {(each.name, record) for each, record in merged} - set(skipped)
    for entity, _ in merged:
        master = int(label[1:])
        condition = rows_condition(gate.reading, entity, entity.table, "edit")
        if parted and gate.loader.records(entity, [master], condition=condition):
            return frozenset({*parted, (entity.name, master)})
    return frozenset()


def _give_back_files(
    gate: Records,
    touched: list[tuple[EntityModel, int, list[Sequence[Any]]]],
    parted: Collection[tuple[str, int]],
    master: int,
) -> None:
    """Take the files of records that were merged from the panel of the one that stayed."""
    for entity, record, changes in touched:
        if changes[0][4] == "delete" and (entity.name, record) in parted:
            key = entity.key
            take_back_files_of_panel(gate.session, key, [record], master)


def _may_read(gate: Records, entity: EntityModel, record: int) -> bool:
    condition = rows_condition(gate.reading, entity, entity.table)
    statement = select(entity.table.c["id"]).where(entity.table.c["id"] == record, condition)
    return gate.session.row(statement) is not None


def _by_record(
    gate: Records, change_set: int
) -> list[tuple[EntityModel, int, list[Sequence[Any]]]]:
    statement = (
        select(
            cw_change.c.entity,
            cw_change.c.record,
            cw_change.c.head,
            cw_change.c.version,
            cw_change.c.op,
            cw_change.c.before,
        )
        .where(cw_change.c.change_set == change_set, cw_change.c.op != KEPT)
        .order_by(cw_change.c.id.desc())
    )
    grouped: dict[tuple[str, int], list[Sequence[Any]]] = {}
    for row in gate.session.rows(statement):
        grouped.setdefault((row[0], row[1]), []).append(row)
    found: list[tuple[EntityModel, int, list[Sequence[Any]]]] = []
    for (entity_id, record), rows in grouped.items():
        entity = gate.model.by_id(entity_id)
        if entity is None and entity_id in gate.model.catalog.entities:
            entity = gate.model.entity(entity_id)
        if entity is not None:
            found.append((entity, record, rows))
    # Heads last: their lines are judged while the head still stands.
    return sorted(found, key=lambda each: not each[0].definition.owner)


def _take_back(
    gate: Records,
    entity: EntityModel,
    record: int,
    changes: list[Sequence[Any]],
    new_set: int,
    *,
    merged: bool,
    own: bool,
) -> None:
    newest = changes[0]
    table = entity.table
    row = gate.session.row(
        select(table.c["version"], table.c["deleted_at"]).where(table.c["id"] == record)
    )
    if row is None or row[0] != newest[3]:
        raise ConflictError(Message("changed_meanwhile"))
    options = SaveOptions(kind=UNDO, change_set=new_set)
    ops = {change[4] for change in changes}
    if "create" in ops:
        _remove(gate, entity, record, options)
    elif newest[4] == "delete" and row[1] is not None:
        _bring_back(gate, entity, record, options)
    elif newest[4] == "restore":
        gate.delete(entity.name, record, None, options)
    else:
        _put_back(gate, entity, record, changes, options, merged=merged, own=own)


def _remove(gate: Records, entity: EntityModel, record: int, options: SaveOptions) -> None:
    if entity.definition.owner:
        gate.retire_line(entity, record, options, deleted=True)
    else:
        gate.delete(entity.name, record, None, options)


def _bring_back(gate: Records, entity: EntityModel, record: int, options: SaveOptions) -> None:
    if entity.definition.owner:
        gate.retire_line(entity, record, options, deleted=False)
    else:
        gate.restore(entity.name, record, options)


def _put_back(
    gate: Records,
    entity: EntityModel,
    record: int,
    changes: list[Sequence[Any]],
    options: SaveOptions,
    *,
    merged: bool,
    own: bool,
) -> None:
    before: dict[str, Any] = {}
    for change in changes:  # newest first: the oldest image wins
        before.update(change[5] or {})
    gives = _only_gave(entity, before)
    if gives and own:
        stored = gate.beyond_rights().lock(entity, record, ASSIGN)
    else:
        stored = gate.lock(entity, record, ASSIGN if gives else "edit")
    # What a merge changed in a closed record is who it is about, and nothing else.
    closed = is_closed(stored)
    if closed and not (merged or gives):
        raise ConflictError(Message("record_frozen"))
    draft = Draft(entity, dict(stored), stored, options=options)
    _give_back_values(gate, draft, before)
    if draft.moved or gives:
        draft.moved |= draft.given
    if not closed:
        refresh(gate.evaluator, draft)
        if not merged:
            _settle(gate, draft)
    gate.write_quietly(draft, options.change_set or 0)
    if gives and own:
        # Out of one's sight it may be meanwhile: one takes it back who could have given it.
        gate.lock(entity, record, ASSIGN)


def _give_back_values(gate: Records, draft: Draft, before: Mapping[str, Any]) -> None:
    """Put the values before a change into a draft; raise AccessError for one not to be written."""
    entity = draft.entity
    writable = gate.policy.fields(gate.context.principal, entity.name, "write")
    for name, value in _named(entity, before).items():
        found = entity.fields[name]
        if found.type.computed in COMPUTED:
            continue  # follows from the others, and from what changed since
        if name not in writable and not found.definition.system:
            raise AccessError(Message("not_allowed"))
        if found.type.write_only and value is not None:
            continue  # history never knew the secret, only that there was one
        draft.values[name] = _parsed(found, value, gate)
        # A state goes back by no move; what is undone with it is no edit of what the move locked.
        (draft.moved if found.type.computed == "stage" else draft.given).add(name)


def _only_gave(entity: EntityModel, before: Mapping[str, Any]) -> bool:
    """Tell whether a change was of nothing but the owner, and of what the engine notes of it."""
    names = set(_named(entity, before))
    return "owner" in names and all(entity.fields[name].definition.system for name in names)


def _settle(gate: Records, draft: Draft) -> None:
    """Let effects complete or refuse what is put back, as they do a save."""
    messages = Messages()
    for effect in gate.effects:
        effect.settle(gate, draft, messages)
    # Who looks like somebody else is not asked again: the record was there before.
    if messages.fields:
        raise InputError(messages.fields)


def _parsed(found: FieldModel, value: object, gate: Records) -> object:
    try:
        return None if value is None else found.parse(value, gate.context)
    except ValueProblem as problem:
        # The field had another type then, or wider limits.
        raise ConflictError(Message.of("value_no_longer_fits", field=found.name)) from problem


def _named(entity: EntityModel, before: Mapping[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = {}
    for key, value in before.items():
        found = entity.by_id.get(key) or entity.fields.get(key)
        if found is not None:
            named[found.name] = value
    return named
