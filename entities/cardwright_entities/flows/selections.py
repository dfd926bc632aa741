"""Actions on several records at once: each by itself, and what refused those that stay so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cardwright_entities.errors import (
    CardwrightError,
    InputError,
    LimitError,
    Message,
    UnavailableError,
    ValueProblem,
)
from cardwright_entities.flows.actions import Action, Actions, Asking, Performed
from cardwright_entities.flows.owners.buttons import owner_actions_of_sets
from cardwright_entities.flows.pushes import PUSH, WHOLE
from cardwright_entities.flows.rules.answers import asked_fields
from cardwright_entities.flows.rules.buttons import RULE
from cardwright_entities.flows.rules.listening import rules_of
from cardwright_entities.flows.sharing import share_of_sets
from cardwright_entities.flows.stages import asked_of_move, required_of_move
from cardwright_entities.records.gate import Records
from cardwright_metadata.definitions.stages import processes_named

#: Records that one press works on.
MOST_RECORDS = 1_000


@dataclass(frozen=True, kw_only=True)
class Done:
    """What became of one record: what was done, or what refused it."""

    record: int
    performed: Performed | None = None
    refusal: CardwrightError | None = None


def perform_on_all(
    actions: Actions,
    entity: str,
    records: Sequence[int],
    name: str,
    asking: Asking,
    change_set: int | None = None,
) -> list[Done]:
    """Do an action on records, each all or nothing; raise LimitError for too many.

    ``change_set``: all that is saved joins this one, and is undone together.
    """
    if len(records) > MOST_RECORDS:
        raise LimitError(Message.of("too_many_selected", most=MOST_RECORDS))
    done: list[Done] = []
    if change_set is not None:
        actions = replace(actions, gate=actions.gate.joining(change_set))
    for record in dict.fromkeys(records):
        try:
            with actions.gate.session.savepoint():
                performed = actions.perform(entity, record, name, asking)
        except UnavailableError:
            raise  # the whole transaction is tried again
        except CardwrightError as refusal:
            done.append(Done(record=record, refusal=refusal))
        else:
            done.append(Done(record=record, performed=performed))
    return done


def reason_of(done: Done) -> Message:
    """Return in one message what refused an action; what a check asks counts too."""
    return done.refusal.foremost() if done.refusal is not None else Message("not_allowed")


def actions_of_sets(gate: Records, entity_name: str) -> Iterator[Action]:
    """Yield what may be done with a selection: actions that are known without a record.

    Whether one is possible for a record is found out when it is done. What it asks it asks once,
    for all of them; files belong to one record and are not asked.
    """
    for each in _known_actions(gate, entity_name):
        if not any(asked.type.holds_file for asked in each.asks):
            yield each


def _known_actions(gate: Records, entity_name: str) -> Iterator[Action]:
    yield from _moves(gate, entity_name)
    yield from owner_actions_of_sets(gate, entity_name)
    yield from share_of_sets(gate, entity_name)
    principal, catalog = gate.context.principal, gate.model.catalog
    for conversion in catalog.conversions.values():
        may = gate.policy.may(principal, conversion.target, "create")
        if conversion.source == entity_name and may and WHOLE in (conversion.push or {}):
            label = (conversion.push or {})[WHOLE]
            name = f"{PUSH}{conversion.name}.{WHOLE}"
            yield Action(name=name, label=label, kind="conversion", icon="arrow-right")
    for rule in rules_of(gate.model, entity_name):
        if rule.trigger.button == "card":
            yield Action(
                name=RULE + rule.name,
                label=rule.label,
                kind="rule",
                icon="bolt",
                asks=asked_fields(gate.model, rule),
                required=frozenset(name for name, needed in rule.asks.items() if needed),
            )


def check_answers(gate: Records, action: Action, raw: Mapping[str, object]) -> None:
    """Raise InputError for what no record could take, before any of them is touched."""
    problems: dict[str, list[Message]] = {}
    for found in action.asks:
        try:
            value = found.parse(raw.get(found.name), gate.context)
        except ValueProblem as problem:
            problems[found.name] = [problem.message]
            continue
        if found.name in action.required and value in (None, ()):
            problems[found.name] = [Message("required")]
    if problems:
        raise InputError(problems)


def _moves(gate: Records, entity_name: str) -> Iterator[Action]:
    """Yield the moves of the first process, where all records have the same."""
    principal = gate.context.principal
    entity = gate.model.entity(entity_name)
    if not gate.policy.may(principal, entity_name, "edit"):
        return
    staged = [each for each in entity.fields.values() if each.type.computed == "stage"]
    named = list(processes_named(staged[0].definition.options.get("stages"))) if staged else []
    process = gate.model.catalog.stages.get(named[0]) if len(named) == 1 else None
    for move in process.moves.values() if process is not None else ():
        wanted = not move.roles or bool(move.roles & principal.roles) or principal.is_system
        if wanted:
            asks = asked_of_move(entity, move)
            target = process.states.get(move.target) if process is not None else None
            label = move.label or (target.label if target is not None else move.label)
            yield Action(
                name=move.name, label=label, kind="move", icon=move.icon, tone=move.tone,
                confirm=move.confirm, asks=asks, required=required_of_move(asks, move),
            )  # fmt: skip
