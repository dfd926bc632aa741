"""Further records that a conversion makes in the same step: the contact and the opportunity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardwright_entities.errors import InputError, ValueProblem
from cardwright_entities.flows.knowing import surely_holds
from cardwright_entities.flows.origins import evaluated
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import FieldModel
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.flows import ConversionDefinition, FurtherDefinition

Answers = Mapping[str, Any]


def asks_of(
    gate: Records, conversion: ConversionDefinition, head: Values
) -> tuple[FieldModel, ...]:
    """Return a question for each further record that people may leave out."""
    return tuple(
        _question(gate, each)
        for each in conversion.also
        if each.optional and _is_offered(gate, conversion, each, head)
    )


def split_answers(
    conversion: ConversionDefinition, answers: Answers
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what was answered for the target, and what for the further records."""
    names = {each.name for each in conversion.also}
    own = {name: value for name, value in answers.items() if name not in names}
    return own, {name: value for name, value in answers.items() if name in names}


def make_furthers(
    gate: Records,
    conversion: ConversionDefinition,
    made: tuple[int, int],
    answers: Answers,
    change_set: int,
) -> None:
    """Make the further records of a conversion; ``made`` are the source and its target.

    An answer is true or false, or the values of the record; one that people may leave out is made
    only where they say so. What may not be created by them is left out too, unless they asked.
    """
    source, target = made
    head = gate.loader.record(gate.model.entity(conversion.source), source) or {}
    for each in conversion.also:
        given = _answer(gate, each, answers)
        if given is None or not _is_wanted(gate, conversion, each, head):
            continue
        asked = each.name in answers
        if not asked and not gate.policy.may(gate.context.principal, each.to, "create"):
            continue
        names = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
        raw = evaluated(gate, each.copy, gate.model.entity(each.to), names)
        raw |= _linked(gate, each.to, each.link, conversion.target, target)
        raw |= _linked(gate, each.to, each.source, conversion.source, source)
        options = SaveOptions(kind="convert", label=conversion.name, change_set=change_set)
        try:
            gate.create(each.to, {**raw, **given}, options)
        except InputError as error:
            fields = {f"{each.name}.{name}": found for name, found in error.fields.items()}
            raise InputError(fields or {each.name: [error.message]}) from error


def _linked(gate: Records, entity: str, link: str, target: str, record: int) -> dict[str, object]:
    """Return a link to a record as it is written; one to several entities names which."""
    if not link:
        return {}
    several = not gate.model.entity(entity).fields[link].value_type.entity
    return {link: {"entity": target, "id": record} if several else record}


def _answer(gate: Records, further: FurtherDefinition, answers: Answers) -> Answers | None:
    """Return the values given for a further record, None where it is not wanted."""
    given = answers.get(further.name, not further.optional)
    if isinstance(given, Mapping):
        return given
    try:
        wanted = _question(gate, further).parse(given, gate.context)
    except ValueProblem as problem:
        raise InputError({further.name: [problem.message]}) from problem
    return {} if wanted is True else None


def _is_offered(
    gate: Records, conversion: ConversionDefinition, further: FurtherDefinition, head: Values
) -> bool:
    """Tell whether a further record is asked about: that tells whether its condition holds."""
    if further.condition is None or further.to not in gate.model.catalog.entities:
        return further.to in gate.model.catalog.entities
    names = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
    return surely_holds(gate, further.condition, names)


def _is_wanted(
    gate: Records, conversion: ConversionDefinition, further: FurtherDefinition, head: Values
) -> bool:
    if further.to not in gate.model.catalog.entities:
        return False
    names = RecordValues(gate.evaluator, gate.model.entity(conversion.source), head)
    return gate.evaluator.holds(further.condition or True, names)


def _question(gate: Records, further: FurtherDefinition) -> FieldModel:
    label = further.label or gate.model.entity(further.to).definition.label
    definition = FieldDefinition(name=further.name, type="boolean", label=label)
    return free_field(definition, gate.model.types)
