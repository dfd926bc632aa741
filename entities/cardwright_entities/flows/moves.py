"""Which moves a record can take: by where it stands, who asks, and what must hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.errors import Message
from cardwright_entities.flows.chains import later_message, open_message
from cardwright_entities.flows.postings import has_entries
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.processes import process_of
from cardwright_metadata.definitions.stages import MoveDefinition, StagesDefinition, processes_named
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.stages import SINCE


@dataclass(frozen=True)
class Track:
    """One stage field of an entity with its process."""

    field: FieldModel
    process: StagesDefinition
    since: FieldModel | None  #: the moment of the last move

    @property
    def name(self) -> str:
        """Return the name of the field."""
        return self.field.name

    def state_of(self, value: object) -> str:
        """Return the state that a value means: records older than the process are at its start."""
        if value in self.process.states:
            return str(value)
        renamed = (name for name, each in self.process.states.items() if value in each.was)
        return next(renamed, self.process.initial)

    def label(self, state: str, language: str) -> str:
        """Return what a state is called."""
        found = self.process.states.get(state)
        return found.label.in_language(language, name=state) if found is not None else state

    def moves_from(self, state: str) -> Iterator[MoveDefinition]:
        """Yield the moves that lead on from a state, to states in use."""
        for move in self.process.moves.values():
            target = self.process.states.get(move.target)
            if move.leads(state) and target is not None and not target.retired:
                yield move


def has_stages(entity: EntityModel) -> bool:
    """Tell whether records of an entity go through any process."""
    return any(field.type.computed == "stage" for field in entity.fields.values())


def tracks_of(gate: Records, names: RecordValues) -> list[Track]:
    """Return the stage fields of a record with its processes, in the order of its fields."""
    found: list[Track] = []
    entity = names.entity
    for field in entity.fields.values():
        if field.type.computed != "stage":
            continue
        process = process_of(gate.model, field, names)
        if process is not None:
            found.append(Track(field, process, entity.fields.get(field.name + SINCE)))
    return found


def moves_of(
    gate: Records, track: Track, names: RecordValues, stored: Values
) -> Iterator[MoveDefinition]:
    """Yield the moves that the principal is offered where a stored record stands.

    What is closed or posted is left by moves that say so: ``from: any`` leads from all else.
    """
    for move in track.moves_from(track.state_of(stored.get(track.name))):
        if not _is_offered(gate, move, names):
            continue
        if not move.from_any or not _is_fixed(gate, move, names.entity, stored):
            yield move


def _is_fixed(gate: Records, move: MoveDefinition, entity: EntityModel, stored: Values) -> bool:
    record = stored.get("id")
    if is_closed(stored):
        return True
    return not move.reverses and isinstance(record, int) and has_entries(gate, entity, record)


def _is_offered(gate: Records, move: MoveDefinition, names: RecordValues) -> bool:
    """Tell whether a move is one for the principal: his roles, and what ``who.if`` says."""
    principal = gate.context.principal
    if principal.is_system:
        return True
    if move.roles and not move.roles & principal.roles:
        return False
    return move.allowed is None or gate.evaluator.holds(move.allowed, names)


def obstacle(gate: Records, move: MoveDefinition, names: RecordValues) -> Message | None:
    """Return why a move cannot be taken now, None when it can."""
    record = names.values.get("id")
    if move.reverses and isinstance(record, int):
        later = later_message(gate, names.entity.name, record)
        if later is not None:
            return later
    if move.waits_for and isinstance(record, int):
        waiting = open_message(gate, names.entity.name, record, move.waits_for)
        if waiting is not None:
            return waiting
    if move.condition is None or gate.evaluator.holds(move.condition, names):
        return None
    if move.message:
        return Message.of(
            "move_blocked", **{f"text_{language}": text for language, text in move.message.words}
        )
    return Message("move_not_now")


def label_of(process: StagesDefinition, move: MoveDefinition) -> Text:
    """Return the words of a move's button."""
    target = process.states.get(move.target)
    return move.label or (target.label if target is not None else Text())


def labels_told(model: Model, entity: EntityModel, told: str) -> tuple[Text, ...]:
    """Return the words of the moves of an entity whose button says this in any language."""
    fields = (each for each in entity.fields.values() if each.type.computed == "stage")
    names = (name for each in fields for name in processes_named(each.definition.options["stages"]))
    tracks = [model.catalog.stages[name] for name in names if name in model.catalog.stages]
    labels = [label_of(process, move) for process in tracks for move in process.moves.values()]
    return tuple(label for label in labels if told in dict(label.words).values())


def may_edit(gate: Records, entity: EntityModel, values: Values) -> bool:
    """Tell whether the principal may change a stored record."""
    if not gate.policy.may(gate.context.principal, entity.name, "edit"):
        return False
    if gate.reading.rows(entity.name, "edit") is True:
        return True
    condition = rows_condition(gate.reading, entity, entity.table, "edit")
    return bool(gate.loader.records(entity, [int(str(values["id"]))], condition=condition))
