"""Formulas kept in records: checked when they are saved, and read over a record."""

from __future__ import annotations

from collections.abc import Mapping

from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.expressions.values import ValueType
from cardwright_entities.model.dependencies import find_circles
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.model.kept_scopes import KeptScope, check_kept
from cardwright_entities.model.model import Model
from cardwright_entities.model.scopes import EntityScope
from cardwright_entities.queries.known_settings import refuse_unread_settings
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_metadata.expressions.errors import ExpressionError
from cardwright_metadata.expressions.tree import Path

KIND = "expression"


def check_formulas(draft: Draft, evaluator: Evaluator, messages: Messages) -> None:
    """Note what is wrong with the formulas that a draft keeps: names, kinds, circles."""
    for found in draft.entity.fields.values():
        text = draft.values.get(found.name)
        if found.value_type.kind != KIND or not isinstance(text, str):
            continue
        if not draft.is_new and text == (draft.stored or {}).get(found.name):
            continue
        place = draft.prefix + found.name
        if place not in messages.fields:
            problem = _problem(draft, found, text, evaluator)
            if problem is not None:
                messages.add(place, problem)


def _problem(draft: Draft, found: FieldModel, text: str, evaluator: Evaluator) -> Message | None:
    record = evaluator.of_draft(draft)
    siblings = siblings_of(record, found)
    own = own_name(record, found)
    names = {*siblings, own} - {""}
    try:
        needs = names_in(evaluator.model, evaluator.reading, found, text, names)
    except ExpressionError as error:
        return Message.of_expression("bad_formula", error)
    return _circle(evaluator, found, {**siblings, own: text}, own, needs)


def _circle(
    evaluator: Evaluator,
    found: FieldModel,
    texts: Mapping[str, str],
    own: str,
    needs: frozenset[str],
) -> Message | None:
    graph: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {
        ("", own): tuple(("", each) for each in sorted(needs))
    }
    for name, text in texts.items():
        if name == own:
            continue
        try:
            others = names_in(evaluator.model, None, found, text, set(texts))
        except ExpressionError:
            others = frozenset()
        graph["", name] = tuple(("", each) for each in sorted(others))
    for circle in find_circles(graph):
        if ("", own) in circle:
            way = " → ".join(name for _, name in (*circle, circle[0]))
            return Message.of("formula_circle", way=way)
    return None


def names_in(
    model: Model, reading: Reading | None, found: FieldModel, text: str, names: set[str]
) -> frozenset[str]:
    """Return the siblings that a formula names; raise ExpressionError at what is wrong."""
    typed = check_kept(text, scope_of(model, reading, found, names), returned(found))
    if reading is not None:
        refuse_unread_settings(reading, typed.tree)
    return frozenset(
        path.names[0]
        for path in typed.paths
        if not path.root and len(path.names) == 1 and path.names[0] in names
    )


def scope_of(
    model: Model, reading: Reading | None, found: FieldModel, names: set[str]
) -> KeptScope:
    """Return what a formula in a field may name: with a reader, no more than exists for him."""
    over = model.entity(str(found.definition.options["over"]))
    readable = None if reading is None or reading.context.principal.is_system else reading.readable
    inner = EntityScope(model, over, readable=readable)
    return KeptScope(inner, dict.fromkeys(names, returned(found)))


def returned(found: FieldModel) -> ValueType:
    """Return the kind of value that the formulas of a field give."""
    return found.value_type.item or ValueType("decimal")


def own_name(record: RecordValues, found: FieldModel) -> str:
    """Return the name by which its siblings know the record that keeps a formula."""
    names = str(found.definition.options.get("names", ""))
    name = names.rpartition(".")[2]
    if name not in record.entity.fields:
        return ""
    # Expressions read names in small letters, a code may be in capitals.
    return str(record.value(Path((name,))) or "").lower()


def siblings_of(record: RecordValues, found: FieldModel) -> dict[str, str]:
    """Return the formulas of the siblings of a record, by name."""
    names = str(found.definition.options.get("names", ""))
    path, _, name = names.rpartition(".")
    if not path:
        return {}
    own = record.values.get("id")
    try:
        rows = record.related(Path(tuple(path.split("."))))
    except CardwrightError:
        return {}
    found_rows: dict[str, str] = {}
    for row in rows:
        if row.draft is record.draft and record.draft is not None:
            continue
        if own is not None and row.entity is record.entity and row.values.get("id") == own:
            continue
        key = row.value(Path((name,))) if name in row.entity.fields else None
        if isinstance(key, str):
            kept = row.values.get(found.name) if found.name in row.entity.fields else ""
            found_rows[key.lower()] = kept if isinstance(kept, str) else ""
    return found_rows
