"""The one write gate: every change of a record, whatever its path, goes through here.

Order (each step relies on those before): lock and read the stored record under the right to act →
parse → default → compute → check → authorise the result → number → write with lines, links and
history. All messages of all fields and lines come at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cardwright_entities.access.policy import Policy
from cardwright_entities.contexts import Context
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
)
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.queries.reading import Reading
from cardwright_entities.queries.titles import links_of
from cardwright_entities.records import recycling
from cardwright_entities.records.assigning import authorise, changing, check_assignment
from cardwright_entities.records.checking import Checker, uniques_of
from cardwright_entities.records.computing import compute, settle_rates, stamp_owner
from cardwright_entities.records.conflicts import refuse_stale
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Effect, Operation, Written, is_early
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.file_checks import check_files
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.line_links import bring_links
from cardwright_entities.records.link_checks import check_links
from cardwright_entities.records.link_conditions import check_offered
from cardwright_entities.records.loading import Loader, Values
from cardwright_entities.records.mirrors import apply_mirror_edits
from cardwright_entities.records.numbering import number_drafts
from cardwright_entities.records.parsing import Parser
from cardwright_entities.records.players import follow_players
from cardwright_entities.records.pointing import let_go
from cardwright_entities.records.saving import Saved, SaveOptions
from cardwright_entities.records.single_lines import create_line, update_line
from cardwright_entities.records.writing import Writer
from cardwright_entities.store.driver_errors import UniqueViolation
from cardwright_entities.store.sessions import Session


@dataclass(eq=False)
class Records:
    """The write gate for one transaction, one principal."""

    session: Session
    model: Model
    policy: Policy
    context: Context
    settings: Mapping[str, object] = field(default_factory=dict)
    effects: Sequence[Effect[Records]] = ()
    joined: int | None = None  #: the change set of every save that names none

    def __post_init__(self) -> None:
        """Prepare what every save of the transaction shares."""
        self.reading = Reading(
            self.model, self.policy, self.context, self.session.dialect, self.settings
        )
        self.loader = Loader(self.session, self.model)
        self._early = [each for each in self.effects if is_early(each)]
        self.evaluator = Evaluator.of(self.reading, self.loader)

    def create(
        self, entity_name: str, raw: Mapping[str, Any], options: SaveOptions = SaveOptions()
    ) -> Saved:
        """Store a new record; raise InputError with everything that is wrong with it."""
        (result,) = self.create_many(entity_name, [raw], options)
        if isinstance(result, InputError):
            raise result
        return result

    def create_many(
        self,
        entity_name: str,
        raws: Sequence[Mapping[str, Any]],
        options: SaveOptions = SaveOptions(),
        *,
        atomic: bool = True,
    ) -> list[Saved | InputError]:
        """Store new records; with ``atomic`` none is stored if one is wrong."""
        entity = self._entity(entity_name, "create")
        if entity.definition.owner:
            return [create_line(self, entity, raw, options) for raw in raws]
        prepared = [self._prepare_new(entity, raw, options) for raw in raws]
        return self._store(prepared, options, atomic=atomic)

    def _prepare_new(
        self, entity: EntityModel, raw: Mapping[str, Any], options: SaveOptions
    ) -> tuple[Draft, Messages]:
        draft, messages = Draft(entity, {}, options=options), Messages()
        self._parser(messages, options).read(draft, raw)
        check_assignment(self.session, self.reading, draft, messages)
        apply_mirror_edits(draft, self.evaluator, self._parser(messages, options))
        stamp_owner(draft, self.model, self.context, self.evaluator)
        self._finish_draft(draft, messages, options)
        return draft, messages

    def update(
        self,
        entity_name: str,
        record: int,
        raw: Mapping[str, Any],
        version: int | None,
        options: SaveOptions = SaveOptions(),
    ) -> Saved:
        """Change a record; raise NotFoundError, AccessError, ConflictError or InputError."""
        entity = self._entity(entity_name, changing(self.reading, entity_name, raw))
        if entity.definition.owner:
            return update_line(self, entity, record, raw, version, options)
        draft, messages = self._prepare_change(entity, record, raw, version, options)
        (result,) = self._store([(draft, messages)], options, atomic=True)
        if isinstance(result, InputError):
            raise result
        return result

    def _prepare_change(
        self,
        entity: EntityModel,
        record: int,
        raw: Mapping[str, Any],
        version: int | None,
        options: SaveOptions,
    ) -> tuple[Draft, Messages]:
        stored = self.lock(entity, record, changing(self.reading, entity.name, raw))
        draft = Draft(entity, dict(stored), stored, version=version, options=options)
        messages = Messages()
        self._parser(messages, options).read(draft, raw)
        bring_links(self.session, self.reading, draft)
        refuse_stale(self.session, self.reading, draft, merge=options.merge)
        check_assignment(self.session, self.reading, draft, messages)
        apply_mirror_edits(draft, self.evaluator, self._parser(messages, options))
        stamp_owner(draft, self.model, self.context, self.evaluator)
        self._finish_draft(draft, messages, options)
        return draft, messages

    def delete(
        self,
        entity_name: str,
        record: int,
        version: int | None = None,
        options: SaveOptions = SaveOptions(kind="delete"),
    ) -> Saved:
        """Move a record with its lines to the recycle bin; refuse while others point to it."""
        entity = self._entity(entity_name, "delete")
        stored = self.lock(entity, record, "delete")
        if version is not None and version != stored["version"]:
            raise ConflictError(Message("changed_meanwhile"))
        draft = Draft(entity, dict(stored), stored)
        change_set = self._change_set(options)
        let_go(self, draft, change_set, options.together)
        writer = Writer(self.session, self.model, self.context, change_set)
        lines = recycling.lines_of_head(self.session, self.model, draft)
        writer.retire([draft, *lines], "delete")
        writer.finish()
        draft.values["deleted_at"] = self.context.now
        follow_players(self.session, self.model, [draft])
        self.loader.forget(entity, record)
        self._follow([draft], change_set, "delete")
        return Saved(record, int(str(draft.values["version"])), change_set)

    def restore(
        self,
        entity_name: str,
        record: int,
        options: SaveOptions = SaveOptions(kind="restore"),
    ) -> Saved:
        """Take a record and the lines that went with it out of the recycle bin."""
        entity = self._entity(entity_name, "delete")
        condition = rows_condition(self.reading, entity, entity.table, "delete")
        found = self.loader.records(entity, [record], condition=condition, lock=True, deleted=True)
        if record not in found:
            raise NotFoundError(Message("not_found"))
        draft = Draft(entity, dict(found[record]), found[record])
        change_set = self._change_set(options)
        writer = Writer(self.session, self.model, self.context, change_set)
        gone_at = found[record]["deleted_at"]
        lines = recycling.lines_of_head(self.session, self.model, draft, deleted_with=gone_at)
        recycling.check_targets(self, draft, lines, options)
        try:
            writer.retire([draft, *lines], "restore", deleted=False)
        except UniqueViolation as error:
            raise recycling.taken(self, draft, error) from error
        writer.finish()
        draft.values["deleted_at"] = None
        follow_players(self.session, self.model, [draft])
        self.loader.forget(entity, record)
        self._follow([draft], change_set, "restore")
        recycling.bring_pointers_back(self, draft, change_set, options)
        return Saved(record, int(str(draft.values["version"])), change_set)

    def write_quietly(self, draft: Draft, change_set: int) -> None:
        """Write what the engine itself decided, such as a link that was cleared."""
        settle_rates(draft, self.evaluator, messages := Messages())
        messages.raise_if_any()
        writer = Writer(self.session, self.model, self.context, change_set)
        writer.write([draft])
        writer.finish()
        follow_players(self.session, self.model, [draft])
        for each in draft.walk():
            if each.id is not None:
                self.loader.forget(each.entity, each.id)
        self._follow([draft], change_set)

    def retire_line(
        self, entity: EntityModel, record: int, options: SaveOptions, *, deleted: bool
    ) -> None:
        """Take one line away or bring it back, as an undo does."""
        condition = rows_condition(self.reading, entity, entity.table, "edit")
        found = self.loader.records(
            entity, [record], condition=condition, lock=True, deleted=not deleted
        )
        if record not in found:
            raise NotFoundError(Message("not_found"))
        draft = Draft(entity, dict(found[record]), found[record])
        change_set = self._change_set(options)
        writer = Writer(self.session, self.model, self.context, change_set)
        operation: Operation = "delete" if deleted else "restore"
        writer.retire([draft], operation, deleted=deleted)
        writer.finish()
        self.loader.forget(entity, record)
        self._follow([draft], change_set, operation)

    def beyond_rights(self) -> Records:
        """Return a gate of the same transaction for what the engine itself owes.

        History keeps the name of the principal; the rights are those of the system.
        """
        return replace(self, context=self.context.beyond_rights())

    def joining(self, change_set: int) -> Records:
        """Return a gate of the same transaction whose saves are undone as one."""
        return replace(self, joined=change_set)

    def may(self, entity_name: str, action: str) -> None:
        """Raise NotFoundError or AccessError unless an action is granted on the entity."""
        self._entity(entity_name, action)

    def may_read(self, entity_name: str, record: int) -> None:
        """Raise NotFoundError unless the record may be seen."""
        entity = self._entity(entity_name, "read")
        condition = rows_condition(self.reading, entity, entity.table, "read")
        if not self.loader.records(entity, [record], condition=condition):
            raise NotFoundError(Message("not_found"))

    def may_create(self, entity_name: str) -> None:
        """Raise NotFoundError or AccessError unless records of the entity may be created."""
        self._entity(entity_name, "create")

    def may_edit(self, entity_name: str, record: int) -> None:
        """Raise NotFoundError or AccessError unless the record may be changed."""
        entity = self._entity(entity_name, "edit")
        condition = rows_condition(self.reading, entity, entity.table, "edit")
        if not self.loader.records(entity, [record], condition=condition):
            self._explain_absence(entity, record)

    def lock(self, entity: EntityModel, record: int, action: str) -> Values:
        """Read a record for change under the right to act; raise NotFoundError or AccessError."""
        condition = rows_condition(self.reading, entity, entity.table, action)
        alone = action == "delete"
        found = self.loader.records(entity, [record], condition=condition, lock=True, alone=alone)
        if record not in found:
            self._explain_absence(entity, record)
        stored = found[record]
        for each in entity.fields.values():
            if each.type.relation == "many":
                linked = links_of(self.session, self.reading, entity, each, [record])
                stored[each.name] = linked.get(record) or None
        self.loader.forget(entity, record)
        return stored

    def _explain_absence(self, entity: EntityModel, record: int) -> None:
        condition = rows_condition(self.reading, entity, entity.table, "read")
        if self.loader.records(entity, [record], condition=condition):
            raise AccessError(Message("not_allowed"))
        raise NotFoundError(Message("not_found"))

    def _entity(self, name: str, action: str) -> EntityModel:
        if name not in self.model.catalog.entities:
            raise NotFoundError(Message("not_found"))
        entity = self.model.entity(name)
        self.reading.decided.add(name)
        if not self.policy.may(self.context.principal, name, action):
            if self.policy.may(self.context.principal, name, "read"):
                raise AccessError(Message("not_allowed"))
            raise NotFoundError(Message("not_found"))
        return entity

    def _parser(self, messages: Messages, options: SaveOptions) -> Parser:
        return Parser(
            self.model,
            self.policy,
            self.context,
            self.loader,
            messages,
            replace_lines=options.replace_lines,
        )

    def _finish_draft(self, draft: Draft, messages: Messages, options: SaveOptions) -> None:
        for early in self._early:
            early.begin(self, draft, messages)
        compute(draft, self.evaluator, messages)
        for effect in self.effects:
            effect.settle(self, draft, messages)
        Checker(self.session, self.reading, self.evaluator, messages, options.confirmed).check(
            draft
        )

    def _store(
        self,
        prepared: Sequence[tuple[Draft, Messages]],
        options: SaveOptions,
        *,
        atomic: bool,
    ) -> list[Saved | InputError]:
        check_links(self.session, self.reading, prepared)
        check_offered(self.evaluator, self.reading, prepared)
        for draft, messages in prepared:
            check_files(self.session, self.reading, draft, messages)
        errors = [
            InputError(messages.fields, confirm=messages.confirm)
            if messages.fields or messages.confirm
            else None
            for _, messages in prepared
        ]
        good = [draft for (draft, _), error in zip(prepared, errors, strict=True) if error is None]
        if (atomic and len(good) < len(prepared)) or not good:
            return [error or InputError({}) for error in errors]
        change_set = self._change_set(options)
        self._write(good, change_set)
        return [
            error
            or Saved(
                draft.id or 0, int(str(draft.values["version"])), change_set, messages.warnings
            )
            for (draft, messages), error in zip(prepared, errors, strict=True)
        ]

    def _write(self, drafts: Sequence[Draft], change_set: int) -> None:
        every = [each for draft in drafts for each in draft.walk()]
        number_drafts(self.session, [each for each in every if each.is_new], self.context)
        writer = Writer(self.session, self.model, self.context, change_set)
        try:
            writer.write(drafts)
        except UniqueViolation as error:
            raise _as_input_error(drafts, error) from error
        messages = Messages()
        checker = Checker(self.session, self.reading, self.evaluator, messages)
        for draft in drafts:
            checker.check_periods(draft)
        messages.raise_if_any()
        authorise(self.session, self.reading, drafts)
        writer.finish()
        follow_players(self.session, self.model, drafts)
        for each in every:
            if each.id is not None:
                self.loader.forget(each.entity, each.id)
        self._follow(drafts, change_set)

    def _follow(
        self, drafts: Sequence[Draft], change_set: int, operation: Operation | None = None
    ) -> None:
        written = [
            Written(each, operation or ("create" if each.is_new else "update")) for each in drafts
        ]
        for effect in self.effects:
            effect.follow(self, written, change_set)

    def _change_set(self, options: SaveOptions) -> int:
        joined = options.change_set or self.joined
        if joined is not None:
            return joined
        return open_change_set(self.session, self.context, options.kind, options.label)


def _as_input_error(drafts: Iterable[Draft], error: UniqueViolation) -> InputError:
    places: dict[str, list[Message]] = {}
    for draft in drafts:
        for each in draft.walk():
            tables = each.entity.tables
            names = tables.violated(error)
            if names:
                places.setdefault(each.prefix + names[-1], [Message("already_used")])
    return InputError(places or {"": [Message("already_used")]})


__all__ = ["Records", "SaveOptions", "Saved", "uniques_of"]
