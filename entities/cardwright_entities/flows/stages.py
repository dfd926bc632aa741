"""Stages: a record begins at the start of its process, and goes on by moves alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cardwright_entities.errors import InputError, Message, ValueProblem
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.moves import (
    Track,
    has_stages,
    label_of,
    may_edit,
    moves_of,
    obstacle,
    tracks_of,
)
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.processes import chosen_process
from cardwright_entities.records.saving import Moving, SaveOptions
from cardwright_metadata.definitions.stages import MoveDefinition

#: Ways of saving that bring records from elsewhere, in whatever state they are.
_BRINGING = frozenset({"import", "seed"})


class StageEffect:
    """Refuses states that no move leads to; does what a move brings with it."""

    def begin(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Find the moves of a save, before anything is computed; fill what they set."""
        for each in draft.walk():
            for track in _tracks(gate, each):
                if each.is_new:
                    if each.values.get(track.name) is None:
                        each.given.discard(track.name)
                elif _is_moving(each, track):
                    _take(gate, each, track, messages)
                else:
                    _change_process(gate, each, track)

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Refuse moves whose condition does not hold for what the record would be."""
        if gate.context.principal.is_system:
            return
        for each in draft.walk():
            for track in _tracks(gate, each):
                if track.name not in each.given or not _is_moving(each, track):
                    continue
                if each.is_new:
                    _check_begin(gate, each, track, messages)
                    continue
                move = _chosen(gate, each, track)
                found = move and obstacle(gate, move, _as_before(gate, each, track))
                if found:
                    messages.add(each.prefix + track.name, found)

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Nothing follows from a move itself; others look at the states they left and reached."""


def _tracks(gate: Records, draft: Draft) -> list[Track]:
    """Return the stage fields of a draft with the processes that it goes through from now on."""
    if not has_stages(draft.entity):
        return []
    return tracks_of(gate, _as_it_stood(gate, draft))


def _as_it_stood(gate: Records, draft: Draft) -> RecordValues:
    """Return the names of a draft before any of its moves."""
    names = gate.evaluator.computing.of_draft(draft)
    if draft.is_new:
        return names
    before = {
        each.name: (draft.stored or {}).get(each.name)
        for each in draft.entity.fields.values()
        if each.type.computed == "stage"
    }
    return RecordValues(
        gate.evaluator.computing, draft.entity, {**draft.values, **before}, draft, names.head
    )


def _change_process(gate: Records, draft: Draft, track: Track) -> None:
    """Let a record begin anew whose own values choose a process that does not know its state."""
    now = _as_it_stood(gate, draft)
    chosen = chosen_process(gate.model, track.field, now)
    if chosen is None or chosen.knows(track.state_of(draft.values.get(track.name))):
        return
    stored = RecordValues(gate.evaluator.computing, draft.entity, draft.stored or {})
    if chosen_process(gate.model, track.field, stored) is chosen:
        return  # what decides changed elsewhere, and the record goes on as it went
    draft.given.discard(track.name)
    draft.moved.add(track.name)
    draft.values[track.name] = chosen.initial
    if track.since is not None:
        draft.values[track.since.name] = gate.context.now


def _is_moving(draft: Draft, track: Track) -> bool:
    before = (draft.stored or {}).get(track.name)
    return draft.values.get(track.name) != before


def _check_begin(gate: Records, draft: Draft, track: Track, messages: Messages) -> None:
    """Let a new record begin where its process begins; only who brings records says otherwise."""
    names = gate.evaluator.computing.of_draft(draft)
    chosen = chosen_process(gate.model, track.field, names) or track.process
    if draft.values.get(track.name) != chosen.initial and draft.meant.kind not in _BRINGING:
        start = track.label(chosen.initial, gate.context.language)
        messages.add(draft.prefix + track.name, Message.of("stage_begins", state=start))


def _take(gate: Records, draft: Draft, track: Track, messages: Messages) -> None:
    """Take the move that leads to the state that was given."""
    draft.moved.add(track.name)
    if track.since is not None:
        draft.values[track.since.name] = gate.context.now
    move = _chosen(gate, draft, track)
    if move is None:
        if not gate.context.principal.is_system:
            messages.add(draft.prefix + track.name, _refusal(gate, draft, track))
        return
    draft.moved.update(move.asks)
    for name, needed in move.asks.items():
        if needed and draft.values.get(name) in (None, ()):
            messages.add(draft.prefix + name, Message("required"))
    for name, expression in move.sets.items():
        found = draft.entity.fields.get(name)
        if found is None:
            continue
        draft.moved.add(name)
        try:
            value = gate.evaluator.value(expression, gate.evaluator.of_draft(draft))
            draft.values[name] = found.parse(value, gate.context)
        except ValueProblem as problem:
            messages.add(draft.prefix + name, problem.message)


def _candidates(gate: Records, draft: Draft, track: Track) -> Iterator[MoveDefinition]:
    """Yield the moves from the stored state that the principal is offered."""
    return moves_of(gate, track, _as_before(gate, draft, track), draft.stored or {})


def _chosen(gate: Records, draft: Draft, track: Track) -> MoveDefinition | None:
    """Return the one move that a draft takes, None when there is none or more than one."""
    wanted = draft.values.get(track.name)
    named = [
        each.move
        for each in draft.meant.moves
        if (each.entity, each.record, each.field) == (draft.entity.name, draft.id, track.name)
    ]
    fitting = [
        move
        for move in _candidates(gate, draft, track)
        if move.target == wanted and (not named or move.name in named)
    ]
    return fitting[0] if len(fitting) == 1 else None


def _as_before(gate: Records, draft: Draft, track: Track) -> RecordValues:
    """Return the names of a draft that still stands where it stood."""
    names = gate.evaluator.of_draft(draft)
    before = {**draft.values, track.name: (draft.stored or {}).get(track.name)}
    return RecordValues(gate.evaluator, draft.entity, before, draft, names.head)


def _refusal(gate: Records, draft: Draft, track: Track) -> Message:
    """Say why a state cannot be reached: by no move, or by several of which one must be named."""
    moves = list(_candidates(gate, draft, track))
    wanted = draft.values.get(track.name)
    leading = [each.name for each in moves if each.target == wanted]
    if len(leading) > 1:
        return Message.of("several_moves", moves=", ".join(leading))
    if wanted is None:
        return Message("required")
    old = track.state_of((draft.stored or {}).get(track.name))
    return Message.of(
        "no_such_move",
        old=track.label(old, gate.context.language),
        new=track.label(str(wanted), gate.context.language),
        moves=", ".join(f"{each.name} → {each.target}" for each in moves) or "–",
    )


class MoveSource:
    """Offers the moves of a record's stage fields."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the moves that lead on from where the record stands."""
        if not has_stages(entity) or not may_edit(gate, entity, values):
            return ()
        writable = gate.policy.fields(gate.context.principal, entity.name, "write")
        names = RecordValues(gate.evaluator, entity, values)
        tracks = _tracks_stored(gate, entity, values)
        return [
            _action(gate, entity, track, move, names, first=index == 0)
            for index, track in enumerate(tracks)
            if track.name in writable
            for move in moves_of(gate, track, names, values)
        ]

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Take a move with the answers that were given."""
        values = gate.loader.record(entity, record) or {}
        track, move = next(
            (track, move)
            for index, track in enumerate(_tracks_stored(gate, entity, values))
            for move in track.process.moves.values()
            if _action_name(track, move, first=index == 0) == action.name
        )
        unknown = [name for name in asking.values if name not in move.asks]
        if unknown:
            raise InputError(
                {name: [Message.of("unknown_field", name=name[:60])] for name in unknown}
            )
        moving = Moving(entity=entity.name, record=record, field=track.name, move=move.name)
        options = SaveOptions(
            kind="move",
            label=label_of(track.process, move).in_language(gate.context.language, name=move.name),
            confirmed=asking.confirmed,
            merge=asking.merge,
            moves=(moving,),
        )
        raw = {**asking.values, track.name: move.target}
        return Performed(saved=gate.update(entity.name, record, raw, asking.version, options))


def _tracks_stored(gate: Records, entity: EntityModel, values: Values) -> list[Track]:
    return tracks_of(gate, RecordValues(gate.evaluator.computing, entity, values))


def _action(
    gate: Records,
    entity: EntityModel,
    track: Track,
    move: MoveDefinition,
    names: RecordValues,
    *,
    first: bool,
) -> Action:
    asks = asked_of_move(entity, move)
    return Action(
        name=_action_name(track, move, first=first),
        label=label_of(track.process, move),
        kind="move",
        icon=move.icon,
        tone=move.tone,
        asks=asks,
        required=required_of_move(asks, move),
        confirm=move.confirm,
        blocked=obstacle(gate, move, names),
        back=bool(move.reverses),
    )


def asked_of_move(entity: EntityModel, move: MoveDefinition) -> tuple[FieldModel, ...]:
    """Return the fields that a move asks for in its small form."""
    named = [entity.fields[name] for name in move.asks if name in entity.fields]
    return tuple(each for each in named if each.type.editable and each.type.relation != "lines")


def required_of_move(asks: Sequence[FieldModel], move: MoveDefinition) -> frozenset[str]:
    """Return those of the fields that must be filled."""
    return frozenset(
        each.name for each in asks if move.asks[each.name] or each.definition.required is True
    )


def _action_name(track: Track, move: MoveDefinition, *, first: bool) -> str:
    """Return the name of a move among a record's actions; of further processes with the field."""
    return move.name if first else f"{track.name}.{move.name}"
