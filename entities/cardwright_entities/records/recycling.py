"""What goes to the recycle bin with a record, and what has to be right when it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from sqlalchemy import select

from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message, ValueProblem
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.loading import Loader
from cardwright_entities.records.saving import UNDO, SaveOptions
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.platform_tables import cw_change
from cardwright_entities.store.sessions import Session


class Gate(Protocol):
    """What coming back needs of the write gate."""

    session: Session
    model: Model
    context: Context
    loader: Loader
    reading: Reading

    def write_quietly(self, draft: Draft, change_set: int) -> None:
        """Write what the engine itself decided."""
        ...


def lines_of_head(
    session: Session, model: Model, head: Draft, deleted_with: object = None
) -> list[Draft]:
    """Return the living lines of a head, or those that were deleted at a moment."""
    drafts: list[Draft] = []
    for each in head.entity.lines:
        line = model.lines_of(head.entity, each.name)
        table = line.table
        gone = table.c["deleted_at"]
        state = gone.is_(None) if deleted_with is None else gone == deleted_with
        found = session.rows(
            select(table.c["id"], table.c["version"]).where(table.c["head"] == head.id, state)
        )
        drafts += [
            Draft(line, {"id": row[0], "version": row[1], "head": head.id}, {}, head=head)
            for row in found
        ]
    return drafts


def check_targets(gate: Gate, draft: Draft, lines: Sequence[Draft], options: SaveOptions) -> None:
    """Raise ConflictError if what a record or its lines point at is in the recycle bin itself.

    An undo brings back all that went together, in the order in which it went.
    """
    if options.kind == UNDO:
        return
    gone = [*_gone_targets(gate, draft.entity, [draft.id or 0], options)]
    for each in draft.entity.lines:
        line = gate.model.lines_of(draft.entity, each.name)
        ids = [below.id for below in lines if below.entity.name == line.name and below.id]
        gone += [f"{each.name}.{name}" for name in _gone_targets(gate, line, ids, options)]
    if gone:
        known = [path for path in gone if gate.reading.can_read(draft.entity, _names(path))]
        raise ConflictError(Message("points_into_bin"), {"fields": sorted(set(known))})


def taken(gate: Gate, draft: Draft, error: UniqueViolation) -> ConflictError:
    """Return what a record that comes back finds taken: by others made since."""
    names = draft.entity.tables.violated(error)
    known = [name for name in names if gate.reading.has_field(draft.entity, name)]
    return ConflictError(Message("already_used"), {"fields": known})


def bring_pointers_back(gate: Gate, draft: Draft, change_set: int, options: SaveOptions) -> None:
    """Let those point at a record again whose links its deletion has emptied, if they still are."""
    if options.kind == UNDO:
        return  # takes back every change of the set itself
    session = gate.session
    mine = cw_change.c.entity == draft.entity.key, cw_change.c.record == draft.id
    went = (
        select(cw_change.c.change_set)
        .where(*mine, cw_change.c.op == "delete")
        .order_by(cw_change.c.id.desc())
        .limit(1)
    )
    deletion = session.scalar(went)
    if deletion is None:
        return
    for holder, found in gate.model.links_to(draft.entity):
        if found.columns and found.definition.options.get("on_delete") == "clear":
            _point_again(gate, holder, found, draft, int(deletion), change_set)


def _point_again(
    gate: Gate, holder: EntityModel, found: FieldModel, draft: Draft, deletion: int, change_set: int
) -> None:
    rows = gate.session.rows(
        select(cw_change.c.record, cw_change.c.before).where(
            cw_change.c.change_set == deletion,
            cw_change.c.entity == holder.key,
            cw_change.c.op == "update",
        )
    )
    key = found.key
    former = {row[0]: _former(gate, found, (row[1] or {}).get(key)) for row in rows}
    ours = draft.id, RecordRef(draft.entity.name, draft.id or 0)
    pointed = {record: value for record, value in former.items() if value in ours}
    for record, values in gate.loader.records(holder, sorted(pointed), lock=True).items():
        if values[found.name] is None:
            again = Draft(
                holder, {**values, found.name: pointed[record]}, values, given={found.name}
            )
            gate.write_quietly(again, change_set)


def _former(gate: Gate, found: FieldModel, before: object) -> object:
    """Return a former value of a link; None where it had none, or has another type now."""
    try:
        return None if before is None else found.parse(before, gate.context)
    except ValueProblem:
        return None


def _gone_targets(
    gate: Gate, entity: EntityModel, ids: Sequence[int], options: SaveOptions
) -> list[str]:
    """Return the links of some records that hold what is in the bin; those that may are left."""
    gone: list[str] = []
    if not ids:
        return gone
    table = entity.table
    for each in entity.stored:
        if each.type.relation != "one" or each.definition.system or len(each.targets) != 1:
            continue
        if each.definition.options.get("on_delete", "restrict") in ("keep", "clear"):
            continue
        aim = gate.model.entity(each.targets[0])
        target = aim.table.alias("aim")
        wanted = [table.c["id"].in_(list(ids)), target.c["deleted_at"].is_not(None)]
        if aim.name == entity.name and options.together:
            wanted.append(target.c["id"].not_in(sorted(options.together)))
        pointer = table.c[each.columns[0].name]
        found = select(target.c["id"]).join(table, pointer == target.c["id"]).where(*wanted)
        if gate.session.row(found.limit(1)) is not None:
            gone.append(each.name)
    return gone


def _names(path: str) -> tuple[str, ...]:
    return tuple(path.split("."))
