"""合并: several records of one thing become one, and everything that pointed to them points to it.

One change set does it all: links, lines and files move to the record that stays, the others go to
the recycle bin, values are chosen last. Each step has the rights of whoever merges; one undo takes
everything back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    LimitError,
    Message,
    NotFoundError,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.uses import copy_files_of_panel
from cardwright_entities.marks.keeping import move_marks
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.closing import obstacle
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.kept_values import refresh
from cardwright_entities.records.loading import Values
from cardwright_entities.records.merged import MERGE
from cardwright_entities.records.referring import Reference, references_to, without
from cardwright_entities.records.saving import Saved, SaveOptions
from cardwright_entities.shares.keeping import move_shares
from cardwright_entities.store.driver_errors import UniqueViolation

#: Records that one merge takes together.
MOST_MERGED = 10
#: References that one merge moves.
MOST_REFERENCES = 2_000

#: Parts whose records stand for accounts and rights: these are no two of one thing.
_NEVER = ("user", "employee", "team", "department", "organisation", "currency")


@dataclass(frozen=True, kw_only=True)
class Merge:
    """What becomes of what: ``choices`` names by field the record whose value is taken."""

    entity: str
    master: int
    others: tuple[int, ...]
    choices: Mapping[str, int]
    confirmed: Mapping[str, str]


def merge(gate: Records, asked: Merge) -> Saved:
    """Merge records into the master; raise what stands in the way, and nothing has happened."""
    entity = gate.model.entity(asked.entity) if _exists(gate, asked.entity) else None
    if entity is None or entity.definition.owner or entity.definition.kept:
        raise NotFoundError(Message("not_found"))
    gate.may(asked.entity, "merge")
    refuse_unmergeable(gate.reading, entity)
    stored = _locked(gate, entity, asked)
    change_set = open_change_set(gate.session, gate.context, MERGE, f"#{asked.master}")
    work = _Merging(gate, entity, asked, stored, change_set)
    work.refuse_own_branch()
    try:
        work.move_references()
        work.move_lines()
        copy_files_of_panel(gate.session, entity.key, asked.others, asked.master)
        move_shares(gate.session, entity.key, asked.others, asked.master, change_set)
        move_marks(gate.session, entity.key, asked.others, asked.master, change_set)
        work.retire_others()
        return work.choose_values()
    except UniqueViolation as error:
        raise ConflictError(Message("already_used")) from error


def refuse_unmergeable(reading: Reading, entity: EntityModel) -> None:
    """Raise ConflictError for an entity whose records never become one."""
    players = [reading.model.catalog.player(part) for part in _NEVER]
    if entity.name in {each.name for each in players if each is not None}:
        raise ConflictError(Message("merge_of_players"))
    if "history" not in entity.definition.features:
        raise ConflictError(Message("merge_needs_history"))


def mergeable_fields(reading: Reading, entity: EntityModel) -> tuple[FieldModel, ...]:
    """Return the fields of which somebody may choose whose value stays."""
    writable = reading.policy.fields(reading.context.principal, entity.name, "write")
    return tuple(
        each
        for each in entity.fields.values()
        if each.type.editable
        and not each.type.computed
        and not each.definition.system
        and (each.columns or each.type.relation == "many")
        and each.name in writable
        and reading.has_field(entity, each.name)
    )


def _exists(gate: Records, name: str) -> bool:
    return name in gate.model.catalog.entities


def _locked(gate: Records, entity: EntityModel, asked: Merge) -> dict[int, Values]:
    """Return the stored records, locked in id order, under every right that a merge needs."""
    records = sorted({asked.master, *asked.others})
    if asked.master in asked.others or not asked.others or len(records) > MOST_MERGED:
        raise InputError({"others": [Message.of("merge_count", most=MOST_MERGED)]})
    unknown = set(asked.choices.values()) - set(records)
    allowed = {each.name for each in mergeable_fields(gate.reading, entity)}
    if unknown or not set(asked.choices) <= allowed:
        raise InputError({"choices": [Message("merge_choice")]})
    stored: dict[int, Values] = {}
    for record in records:
        needed = ("merge", "edit") if record == asked.master else ("merge", "edit", "delete")
        for action in needed:
            stored[record] = gate.lock(entity, record, action)
        _refuse_closed(gate, entity, stored[record])
    return stored


def _refuse_closed(gate: Records, entity: EntityModel, stored: Values) -> None:
    if obstacle(gate, entity, stored) is not None:
        record = int(str(stored["id"]))
        titles = titles_of(gate.session, gate.reading, entity.name, [record])
        name = titles.get((entity.name, record)) or f"#{record}"
        raise ConflictError(Message.of("merge_of_locked", name=name))


@dataclass(eq=False)
class _Merging:
    """One merge at work."""

    gate: Records
    entity: EntityModel
    asked: Merge
    stored: dict[int, Values]
    change_set: int

    def refuse_own_branch(self) -> None:
        """Raise ConflictError where the master would come to stand above what it stands below."""
        tree, closure = self.entity.tree, self.entity.tables.closure
        if tree is None or closure is None:
            return
        above = self._beyond(tree, self.stored[self.asked.master][tree.name])
        found = select(closure.c.ancestor).where(
            closure.c.descendant == above, closure.c.ancestor.in_(self.asked.others)
        )
        if above is not None and self.gate.session.row(found.limit(1)) is not None:
            raise ConflictError(Message("merge_in_tree"))

    def move_references(self) -> None:
        """Let everything that points to one of the others point to the master."""
        found = references_to(self.gate.session, self.gate.model, self.entity, self.asked.others)
        by_record: defaultdict[tuple[str, int], list[Reference]] = defaultdict(list)
        for each in found:
            of_others = each.holder.name == self.entity.name and each.record in self.asked.others
            if not of_others:
                by_record[each.holder.name, each.record].append(each)
        if len(by_record) > MOST_REFERENCES:
            raise LimitError(Message.of("merge_too_large", most=MOST_REFERENCES))
        for (_, record), references in sorted(by_record.items(), key=lambda item: item[0]):
            self._move(references[0].holder, record, references)

    def _move(self, holder: EntityModel, record: int, references: Sequence[Reference]) -> None:
        try:
            stored, head = self._held(holder, record)
        except (AccessError, NotFoundError) as error:
            # That something holds on is said, as a delete says it, and not what.
            raise ConflictError(Message("merge_out_of_reach")) from error
        writable = self.gate.policy.fields(self.gate.context.principal, holder.name, "write")
        draft = Draft(holder, dict(stored), stored, head=head)
        for each in references:
            if each.field.name not in writable:
                raise ConflictError(Message("merge_out_of_reach"))
            draft.values[each.field.name] = self._pointed(holder, record, each.field, stored)
            draft.given.add(each.field.name)
        self._write(draft)

    def _held(self, holder: EntityModel, record: int) -> tuple[Values, Draft | None]:
        """Return a record that points here, and its head if it is a line."""
        gate = self.gate
        stored = gate.lock(holder, record, "edit")
        owner = gate.model.head_of(holder)
        if owner is None:
            if "history" not in holder.definition.features:
                raise ConflictError(Message("merge_needs_history"))
            return stored, None
        return stored, self._head(owner, int(str(stored["head"])))

    def _head(self, owner: EntityModel, record: int) -> Draft:
        stored = self.gate.lock(owner, record, "edit")
        if "history" not in owner.definition.features:
            raise ConflictError(Message("merge_needs_history"))
        return Draft(owner, dict(stored), stored)

    def _pointed(
        self, holder: EntityModel, record: int, field: FieldModel, stored: Values
    ) -> object:
        own = holder.name == self.entity.name and record == self.asked.master
        if own and field.type.relation != "many":
            return self._beyond(field, stored[field.name])
        master = None if own else self.asked.master
        return without(stored[field.name], self.asked.others, master)

    def _beyond(self, field: FieldModel, value: object) -> object:
        """Return what the master points to instead of one of the others: what that one did."""
        for _ in self.asked.others:
            record = getattr(value, "id", value)
            if record not in self.asked.others:
                break
            value = self.stored[int(str(record))][field.name]
        record = getattr(value, "id", value)
        return None if record in (*self.asked.others, self.asked.master) else value

    def move_lines(self) -> None:
        """Hang the lines of the others on the master, behind its own."""
        gate, master = self.gate, self.asked.master
        for found in self.entity.lines:
            line = gate.model.lines_of(self.entity, found.name)
            for other in self.asked.others:
                for stored in gate.loader.lines(self.entity, found.name, [other]):
                    _refuse_closed(gate, line, stored)
                    head = Draft(self.entity, dict(self.stored[master]), self.stored[master])
                    draft = Draft(line, {**stored, "head": master}, stored, head=head)
                    draft.given.add("head")
                    self._write(draft)

    def _write(self, draft: Draft) -> None:
        # A closed record follows who it is about, and keeps every value that it was closed with.
        if not is_closed(draft.stored or {}):
            refresh(self.gate.evaluator, draft)
        self.gate.write_quietly(draft, self.change_set)

    def retire_others(self) -> None:
        """Move the others to the recycle bin, whichever of them point to each other."""
        together = frozenset(self.asked.others)
        options = SaveOptions(kind=MERGE, change_set=self.change_set, together=together)
        for record in self.asked.others:
            self.gate.delete(self.entity.name, record, None, options)

    def choose_values(self) -> Saved:
        """Give the master the chosen values and all the links of the others."""
        gate, master = self.gate, self.asked.master
        raw: dict[str, object] = {}
        current = gate.lock(self.entity, master, "edit")
        for field in mergeable_fields(gate.reading, self.entity):
            value = self._chosen(field, current)
            if value != current[field.name]:
                shown = None if value is None else field.type.to_json(value, field.definition)
                raw[field.name] = shown
        options = SaveOptions(
            kind=MERGE, change_set=self.change_set, confirmed=self.asked.confirmed
        )
        if raw:
            return gate.update(self.entity.name, master, raw, None, options)
        return Saved(master, int(str(current["version"])), self.change_set)

    def _chosen(self, field: FieldModel, current: Values) -> object:
        """Return a field's value: as chosen; without a choice the master's, links of all."""
        master = self.asked.master
        source = self.asked.choices.get(field.name, master)
        together = (master, *self.asked.others)
        many = field.type.relation == "many"
        if many and field.name not in self.asked.choices:
            linked = [self.stored[each][field.name] for each in together]
            value: object = tuple(
                sorted({int(to) for each in linked if isinstance(each, tuple) for to in each})
            )
        elif source == master:
            return current[field.name]
        else:
            value = self.stored[source][field.name]
        if self._points_home(field, value):
            return without(value, together, None)
        return value

    def _points_home(self, field: FieldModel, value: object) -> bool:
        if isinstance(value, RecordRef):
            return value.entity == self.entity.name
        return field.targets == (self.entity.name,)
