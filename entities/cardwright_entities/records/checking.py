"""What must hold before a record is stored: slots, checks, links, uniqueness, periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select

from cardwright_entities.errors import Message
from cardwright_entities.expressions.folding_sql import folded
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.attributes import check_attributes
from cardwright_entities.records.dependent_choices import check_choices
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.kept_formulas import check_formulas
from cardwright_entities.records.limited_choices import check_choosing
from cardwright_entities.store.sessions import Session
from cardwright_metadata.definitions.entities import CheckDefinition, UniqueDefinition


@dataclass(eq=False)
class Checker:
    """Checks the drafts of one save; notes every message at its place."""

    session: Session
    reading: Reading
    evaluator: Evaluator
    messages: Messages
    confirmed: Mapping[str, str] = field(default_factory=dict)  #: check → reason given

    def check(self, draft: Draft) -> None:
        """Check a draft and its lines."""
        for each in draft.walk():
            self._check_slots(each)
            check_choices(each, self.messages, self.reading.context.language)
            check_choosing(each, self.messages, self.reading.model, self.reading.context)
            check_formulas(each, self.evaluator, self.messages)
            check_attributes(each, self.evaluator, self.messages)
            self._check_rules(each)
        if self.messages.fields:
            # Something is wrong anyhow: say at once what the index would say next time.
            for each in draft.walk():
                self._check_unique(each)

    def _check_slots(self, draft: Draft) -> None:
        names = self.evaluator.of_draft(draft)
        for found in draft.entity.fields.values():
            definition = found.definition
            place = draft.prefix + found.name
            was_set = definition.readonly is not False and self._was_set(draft, found)
            if was_set and self.evaluator.holds(definition.readonly, names):
                self.messages.add(place, Message("read_only"))
            if definition.required is False or definition.system:
                continue
            slots = (definition.required, definition.visible)
            if self._is_empty(draft, found) and all(
                self.evaluator.holds(slot, names) for slot in slots
            ):
                self.messages.add(place, Message("required"))

    def _was_set(self, draft: Draft, found: FieldModel) -> bool:
        if found.name not in draft.given or found.name in draft.moved:
            return False
        if draft.meant.read_only_too:
            return False
        before = (draft.stored or {}).get(found.name)
        return draft.values.get(found.name) != before

    def _is_empty(self, draft: Draft, found: FieldModel) -> bool:
        if found.name in draft.pending or draft.prefix + found.name in self.messages.fields:
            return False
        if found.type.computed in ("serial",):
            return False
        if found.type.relation == "lines":
            if found.name in draft.lines:
                return not draft.lines[found.name]
            return draft.is_new
        return draft.values.get(found.name) in (None, ())

    def _check_rules(self, draft: Draft) -> None:
        for found in draft.entity.fields.values():
            if found.definition.checks and draft.values.get(found.name) is None:
                continue  # whether it may be empty is said by required
            for index, check in enumerate(found.definition.checks):
                name = check.name or f"{found.name}.{index}"
                self._apply(draft, check, name, check.place or found.name)
        for name, check in draft.entity.definition.checks.items():
            self._apply(draft, check, name, check.place)

    def _apply(self, draft: Draft, check: CheckDefinition, name: str, place: str) -> None:
        names = self.evaluator.of_draft(draft)
        if place and draft.prefix + place in self.messages.fields:
            return
        if check.test is not None and self.evaluator.value(check.test, names) is True:
            return
        if check.condition is not None and self.evaluator.value(check.condition, names) is not True:
            return
        if check.test is None and check.condition is None:
            return
        message = worded(check, name)
        key = draft.prefix + name
        if check.level == "warn":
            self.messages.warnings[key] = message
        elif check.level == "confirm":
            given = self.confirmed.get(key)
            if given is None or (check.reason and not given.strip()):
                self.messages.confirm[key] = message
        else:
            self.messages.add(draft.prefix + place if place else draft.prefix.rstrip("."), message)

    # -- uniqueness and periods ------------------------------------------------------------------

    def _check_unique(self, draft: Draft) -> None:
        for unique in uniques_of(draft.entity):
            if unique.condition is not None:
                names = self.evaluator.of_draft(draft)
                if self.evaluator.value(unique.condition, names) is not True:
                    continue
            condition = _same_values(draft, unique)
            if condition is None:
                continue
            table = draft.entity.table
            other = select(table.c["id"]).where(
                table.c["deleted_at"].is_(None), condition, table.c["id"] != (draft.id or 0)
            )
            if self.session.row(other.limit(1)) is not None:
                self.messages.add(draft.prefix + unique.fields[-1], Message("already_used"))

    def check_periods(self, draft: Draft) -> None:
        """Refuse records whose time overlaps that of another with the same ``per`` fields.

        Runs after the rows are written, so that lines of one save are seen beside each other.
        """
        for each in draft.walk():
            period = each.entity.definition.period
            if period is None or period.overlap != "forbid" or not (each.is_new or each.changed()):
                continue
            if self._overlaps(each):
                self.messages.add(each.prefix + period.start, Message("period_overlaps"))

    def _overlaps(self, draft: Draft) -> bool:
        period = draft.entity.definition.period
        assert period is not None
        table = draft.entity.table
        start = table.c[draft.entity.fields[period.start].columns[0].name]
        end = table.c[draft.entity.fields[period.end].columns[0].name]
        mine = (draft.values.get(period.start), draft.values.get(period.end))
        conditions: list[ColumnElement[bool]] = [
            table.c["deleted_at"].is_(None),
            table.c["id"] != (draft.id or 0),
        ]
        if mine[1] is not None:
            conditions.append(or_(start.is_(None), start <= mine[1]))
        if mine[0] is not None:
            conditions.append(or_(end.is_(None), end >= mine[0]))
        for name in period.per:
            found = draft.entity.fields.get(name) or draft.entity.fields["head"]
            cells = found.type.to_row(draft.values.get(found.name), found.definition)
            for column, cell in zip(found.columns, cells, strict=True):
                own = table.c[column.name]
                conditions.append(own.is_(None) if cell is None else own == cell)
        return self.session.row(select(table.c["id"]).where(and_(*conditions)).limit(1)) is not None


def uniques_of(entity: EntityModel) -> tuple[UniqueDefinition, ...]:
    """Return what must be unique, fields marked ``unique`` included."""
    single = tuple(
        UniqueDefinition(name=each.name, fields=(each.name,))
        for each in entity.stored
        if each.definition.unique
    )
    return single + tuple(entity.definition.unique.values())


def _same_values(draft: Draft, unique: UniqueDefinition) -> ColumnElement[bool] | None:
    parts: list[ColumnElement[bool]] = []
    for name in unique.fields:
        found = draft.entity.fields.get(name) or draft.entity.fields["head"]
        column: Any = draft.entity.table.c[found.columns[0].name]
        value = found.type.to_row(draft.values.get(found.name), found.definition)[0]
        if value is None:
            if not unique.nulls_equal:
                return None
            parts.append(column.is_(None))
        elif found.value_type.kind == "text":
            parts.append(folded(column) == folded(literal(value)))
        else:
            parts.append(column == value)
    return and_(*parts)


def worded(check: CheckDefinition, name: str) -> Message:
    """Return the message of a failed check."""
    words = tuple(("text_" + language, text) for language, text in check.message.words)
    return Message("check_failed", (("check", name), *words))
