"""Drafts → rows: tables, links, trees, search tokens and history in as few statements as needed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, delete, insert, update

from cardwright_entities.audit.noting import note_record
from cardwright_entities.changes.stored_keys import duplicate_key, record_tokens
from cardwright_entities.changes.tables import TOKENS
from cardwright_entities.contexts import Context
from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.file_uses import keep_file_uses
from cardwright_entities.records.history import KEPT, change_row, write_changes
from cardwright_entities.records.loading import to_cells
from cardwright_entities.records.trees import keep_closures
from cardwright_entities.store.fault_points import reach
from cardwright_entities.store.sessions import Session

#: Columns of lines and heads that the writer fills itself.
_OWN = frozenset({"id", "version", "created_at", "created_by", "changed_at", "changed_by"})


@dataclass(eq=False)
class Writer:
    """Writes the drafts of one transaction into one change set."""

    session: Session
    model: Model
    context: Context
    change_set: int
    _changes: list[dict[str, Any]] = field(default_factory=list)

    def write(self, heads: Sequence[Draft]) -> None:
        """Write drafts with their lines; ids and versions are in their values afterwards."""
        self._insert([each for each in heads if each.is_new])
        self._update([each for each in heads if not each.is_new])
        lines = [line for head in heads for drafts in head.lines.values() for line in drafts]
        for line in lines:
            if line.head is not None:
                line.values["head"] = line.head.id
            line.values["position"] = line.position
        self._insert([each for each in lines if each.is_new])
        self._update([each for each in lines if not each.is_new])
        self.retire([each for head in heads for each in head.removed], "delete")
        drafts = [*heads, *lines]
        self._keep_links(drafts)
        keep_closures(self.session, drafts)
        for each in drafts:
            keep_file_uses(self.session, each)

    def write_kept(self, drafts: Sequence[Draft]) -> None:
        """Write values that the engine keeps: the version and who changed it stay as they are."""
        alike: defaultdict[tuple[str, ...], list[Draft]] = defaultdict(list)
        for each in drafts:
            alike[(each.entity.name, *sorted(each.changed()))].append(each)
        for (_, *names), same in alike.items():
            entity = same[0].entity
            table = entity.table
            rows = [
                {"cw_id": each.id, **self._cells(each, {name: each.values[name] for name in names})}
                for each in same
            ]
            if any(field.name in names for _, field in entity.searched):
                for each, row in zip(same, rows, strict=True):
                    row[TOKENS] = tokens_of(entity, each.values)
            for each, row in zip(same, rows, strict=True):
                row |= keys_of(entity, each.values, names)
            columns: dict[Any, Any] = {
                table.c[name]: bindparam(name) for name in rows[0] if name != "cw_id"
            }
            statement = update(table).where(table.c["id"] == bindparam("cw_id")).values(columns)
            self.session.execute(statement, rows)
            for each in same:
                before = {name: (each.stored or {}).get(name) for name in names}
                self._note(each, int(str(each.values["version"])), KEPT, before)

    def finish(self) -> None:
        """Store what was noted for history."""
        reach("history")
        write_changes(self.session, self._changes)
        self._changes.clear()

    def retire(self, drafts: Sequence[Draft], op: str, *, deleted: bool = True) -> None:
        """Put records into the recycle bin, or take them out."""
        by_entity: defaultdict[str, list[Draft]] = defaultdict(list)
        for each in drafts:
            by_entity[each.entity.name].append(each)
        for same in by_entity.values():
            table = same[0].entity.table
            values = self._stamps() | {
                "deleted_at": self.context.now if deleted else None,
                "version": table.c["version"] + 1,
            }
            ids = [each.id for each in same]
            self.session.execute(update(table).where(table.c["id"].in_(ids)).values(values))
            for each in same:
                version = int(str(each.values["version"])) + 1
                each.values["version"] = version
                self._note(each, version, op, {})

    # -- rows ----------------------------------------------------------------------------------

    def _insert(self, drafts: Sequence[Draft]) -> None:
        by_entity: defaultdict[str, list[Draft]] = defaultdict(list)
        for each in drafts:
            by_entity[each.entity.name].append(each)
        for same in by_entity.values():
            entity = same[0].entity
            rows = [self._new_row(each) for each in same]
            columns = {name for row in rows for name in row}
            # One statement for all: every row names the same columns.
            rows = [{name: row.get(name) for name in columns} for row in rows]
            ids = self._insert_rows(entity, rows)
            for each, record in zip(same, ids, strict=True):
                each.values["id"] = record
                each.values["version"] = 1
                self._note(each, 1, "create", {})

    def _insert_rows(self, entity: EntityModel, rows: list[dict[str, Any]]) -> list[int]:
        if len(rows) == 1:
            return [self.session.insert_row(entity.table, rows[0])]
        ids = self.session.new_ids(entity.table, len(rows))
        self.session.insert_many(
            entity.table,
            [{"id": number, **row} for number, row in zip(ids, rows, strict=True)],
        )
        return ids

    def _new_row(self, draft: Draft) -> dict[str, Any]:
        values = {name: value for name, value in draft.values.items() if name not in _OWN}
        row = self._cells(draft, values)
        row |= {"version": 1, "created_at": self.context.now}
        row |= {"created_by": self.context.principal.account} | self._stamps()
        # Only the system may say when something was made: seeds and restored backups do.
        given: dict[str, object] = {
            name: draft.values[name] for name in ("created_at", "created_by") if name in draft.given
        }
        row |= to_cells(draft.entity, given)
        row[TOKENS] = tokens_of(draft.entity, draft.values)
        return row | keys_of(draft.entity, draft.values, draft.values)

    def _update(self, drafts: Sequence[Draft]) -> None:
        """Write what changed, in one statement for all that change the same columns."""
        alike: defaultdict[tuple[str, ...], list[tuple[Draft, dict[str, Any]]]] = defaultdict(list)
        for each in drafts:
            row = self._changed_row(each)
            if row is not None:
                alike[(each.entity.name, *sorted(row))].append((each, row))
        for same in alike.values():
            table = same[0][0].entity.table
            # As parameters: the same statement for every record. No column begins with cw_.
            statement = update(table).where(
                table.c["id"] == bindparam("cw_id"), table.c["version"] == bindparam("cw_version")
            )
            rows = [
                {"cw_id": draft.id, "cw_version": draft.values["version"], **row}
                for draft, row in same
            ]
            if self.session.execute(statement, rows).rowcount != len(rows):
                raise ConflictError(Message("changed_meanwhile"))
            for draft, row in same:
                self._note_update(draft, row["version"])

    def _note_update(self, draft: Draft, version: int) -> None:
        draft.values["version"] = version
        stored = draft.stored or {}
        before = {name: stored.get(name) for name in draft.changed() if name not in _OWN}
        self._note(draft, version, "update", before)

    def _changed_row(self, draft: Draft) -> dict[str, Any] | None:
        """Return the cells to be written of a stored record, None when it is as it was."""
        changed = {name: value for name, value in draft.changed().items() if name not in _OWN}
        stored = draft.stored or {}
        lines_changed = bool(draft.removed) or any(
            line.is_new or line.changed() for each in draft.lines.values() for line in each
        )
        restated = _restated(draft)
        if not changed and not lines_changed:
            if restated:
                # What it is worth follows from its head: the line itself is as it was.
                table = draft.entity.table
                own = update(table).where(table.c["id"] == draft.id)
                self.session.execute(own.values(self._cells(draft, restated)))
            return None
        version = int(str(stored["version"]))
        draft.values["version"] = version
        row = self._cells(draft, restated | changed) | self._stamps() | {"version": version + 1}
        if any(field.name in changed for _, field in draft.entity.searched):
            row[TOKENS] = tokens_of(draft.entity, draft.values)
        return row | keys_of(draft.entity, draft.values, changed)

    def _cells(self, draft: Draft, values: Mapping[str, object]) -> dict[str, Any]:
        row = to_cells(draft.entity, values, draft.rate)
        for name in values:
            found = draft.entity.fields[name]
            if found.sort_column is not None:
                key = found.type.sort_text(values[name], found.definition)
                row[found.sort_column.name] = key
        return row

    def _stamps(self) -> dict[str, Any]:
        return {
            "changed_at": self.context.now,
            "changed_by": self.context.principal.account,
        }

    def _note(self, draft: Draft, version: int, op: str, before: Mapping[str, object]) -> None:
        if draft.head is None:
            deed = "assign" if op == "update" and "owner" in before else op
            key = draft.entity.key
            note_record(self.session, self.change_set, key, int(str(draft.values["id"])), deed)
        if "history" not in _features(draft):
            return
        head = draft.values.get("head")
        self._changes.append(
            change_row(
                draft.entity,
                self.change_set,
                int(str(draft.values["id"])),
                version,
                op,
                before,
                int(str(head)) if head is not None else None,
            )
        )

    # -- n:m links -----------------------------------------------------------------------------

    def _keep_links(self, drafts: Sequence[Draft]) -> None:
        for draft in drafts:
            for found in draft.entity.fields.values():
                if found.type.relation == "many" and found.name in draft.given:
                    self._write_links(draft, found)

    def _write_links(self, draft: Draft, found: FieldModel) -> None:
        between = draft.entity.tables.links[found.name]
        wanted = draft.values.get(found.name) or ()
        assert isinstance(wanted, tuple)
        before = (draft.stored or {}).get(found.name) or ()
        assert isinstance(before, tuple)
        gone = [each for each in before if each not in wanted]
        if gone:
            own = and_(between.c.source == draft.id, between.c.target.in_(gone))
            self.session.execute(delete(between).where(own))
        added = [{"source": draft.id, "target": each} for each in wanted if each not in before]
        if added:
            self.session.execute(insert(between), added)


def tokens_of(entity: EntityModel, values: Mapping[str, object]) -> tuple[str, ...]:
    """Return the search tokens of a record's own searched fields."""
    return record_tokens(entity.searched, values)


def keys_of(
    entity: EntityModel, values: Mapping[str, object], changed: Iterable[str]
) -> dict[str, Any]:
    """Return the keys of duplicates, by column, that some changed fields have a part in."""
    touched = frozenset(changed)
    return {
        entity.tables.duplicate_columns[rule.name].name: duplicate_key(rule, matched, values)
        for rule, matched in entity.duplicates
        if touched & frozenset(rule.match)
    }


def _restated(draft: Draft) -> dict[str, object]:
    """Return the amounts of a draft whose worth has changed."""
    if not draft.restated:
        return {}
    return {
        each.name: draft.values.get(each.name)
        for each in draft.entity.stored
        if each.base_column is not None
    }


def _features(draft: Draft) -> frozenset[str]:
    while draft.head is not None:
        draft = draft.head
    return draft.entity.definition.features
