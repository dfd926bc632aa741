"""Editing what one sees through a link: the record valid now is closed and a new one opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from cardwright_entities.expressions.periods import valid_record
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.evaluating import Evaluator
from cardwright_entities.records.parsing import Parser
from cardwright_metadata.expressions.names import paths_of
from cardwright_metadata.expressions.tree import Expression, Path


def apply_mirror_edits(draft: Draft, evaluator: Evaluator, parser: Parser) -> None:
    """Turn values given for editable mirrors into closed and opened lines."""
    by_lines: dict[str, dict[str, object]] = {}
    for found in draft.entity.fields.values():
        if found.type.computed != "mirror" or found.name not in draft.given:
            continue
        draft.given.discard(found.name)
        wanted = draft.values.pop(found.name, None)
        names = str(found.definition.options["path"]).split(".")
        if len(names) == 3 and names[1] == "current" and wanted != _before(draft, names, evaluator):
            by_lines.setdefault(names[0], {})[names[2]] = wanted
    for lines, values in by_lines.items():
        _close_and_open(draft, lines, values, evaluator, parser)


def _before(draft: Draft, names: Sequence[str], evaluator: Evaluator) -> object:
    """Return what the mirror showed before: a form that sends it back as it was edits nothing."""
    if draft.is_new:
        return None
    return evaluator.of_draft(draft).value(Path(tuple(names), root="$old"))


def _close_and_open(
    draft: Draft,
    lines: str,
    values: Mapping[str, object],
    evaluator: Evaluator,
    parser: Parser,
) -> None:
    entity = evaluator.model.lines_of(draft.entity, lines)
    period = entity.definition.period
    if period is None:
        return
    context = evaluator.context
    today = context.now.astimezone(context.zone).date()
    if lines not in draft.lines:
        parser.read(draft, {lines: []})
    if lines not in draft.lines:
        return  # lines that he may not write; the parser has said so
    records = [evaluator.of_draft(each) for each in draft.lines[lines]]
    shown = valid_record(records, period.ends, today, context.zone)
    current = None if shown is None else shown.draft
    opened: dict[str, Any] = {}
    if current is not None:
        if current.values.get(period.start) == today:
            # Opened today: there is nothing to keep of it, so it is corrected in place.
            _set(current, values)
            return
        _set(current, {period.end: today - timedelta(days=1)})
        opened = {
            name: value
            for name, value in current.values.items()
            if not entity.fields[name].definition.system
            and name not in period.ends
            and not _depends_on(entity.fields[name], values)
        }
    position = len(draft.lines[lines]) + 1
    line = Draft(entity, {**opened, **values, period.start: today}, head=draft, position=position)
    line.given = set(line.values)
    line.copied = set(opened) - set(values)
    line.prefix = f"{lines}.{position - 1}."
    if not any(value is not None for value in values.values()) and current is not None:
        # Everything was emptied: the old record ends and nothing follows it.
        return
    draft.lines[lines].append(line)


def _set(draft: Draft, values: Mapping[str, object]) -> None:
    draft.values.update(values)
    draft.given.update(values)


def _depends_on(found: FieldModel, changed: Mapping[str, object]) -> bool:
    """Tell whether what a link offers depends on what changed: a department on its company."""
    where = found.definition.options.get("where")
    if not isinstance(where, Expression):
        return False
    paths = paths_of(where.tree)
    return any(path.root == "$record" and {*path.names[:1]} & {*changed} for path in paths)
