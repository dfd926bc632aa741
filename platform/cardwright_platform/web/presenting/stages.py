"""Where a record stands in its processes → the paths at the head of its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Action as Offered
from cardwright_entities.flows.moves import Track, has_stages, tracks_of
from cardwright_entities.flows.visits import Visit, visits_of
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.requests import RecordView
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.stages import SINCE
from cardwright_platform.views.cards import StagePath, Step
from cardwright_platform.views.cells import Action
from cardwright_platform.web.presenting.reader import Reader

_LOST = "lost"


class Button(NamedTuple):
    """An offered action and how it is drawn."""

    offered: Offered
    drawn: Action


def stage_paths(
    desk: Desk, reader: Reader, entity: EntityModel, record: RecordView, buttons: Sequence[Button]
) -> tuple[StagePath, ...]:
    """Return a path for each stage field that the reader may see and that is visible now."""
    found: list[StagePath] = []
    if not has_stages(entity):
        return ()
    # What decides about the process may be hidden from the reader, and still decides.
    values = desk.records.loader.record(entity, record.id) or record.values
    evaluator = desk.records.evaluator.computing
    names = RecordValues(evaluator, entity, values)
    for track in tracks_of(desk.records, names):
        visible = evaluator.holds(track.field.definition.visible, names)
        if track.name in record.values and visible:
            visits = visits_of(desk.session, entity, record.id, record.values, track)
            found.append(_path(reader, track, visits, _by_target(track, buttons)))
    return tuple(found)


def is_told_by_path(field: FieldModel) -> bool:
    """Tell whether the path at the head of the card says what a field holds."""
    since = field.definition.system and field.name.endswith(SINCE)
    return since or field.type.computed == "stage"


def _by_target(track: Track, buttons: Sequence[Button]) -> dict[str, Action]:
    """Return the first button that leads to each state."""
    found: dict[str, Action] = {}
    for offered, drawn in buttons:
        move = track.process.moves.get(offered.name.rpartition(".")[2])
        own = offered.kind == "move" and move is not None and not drawn.blocked
        if own and move is not None:
            found.setdefault(move.target, drawn)
    return found


def _path(
    reader: Reader, track: Track, visits: Sequence[Visit], moves: Mapping[str, Action]
) -> StagePath:
    now = visits[-1].state
    seen = {each.state for each in visits[:-1]}
    shown = [
        name
        for name, state in track.process.states.items()
        if name == now or (not state.retired and state.outcome != _LOST)
    ]
    place = shown.index(now)
    lost = track.process.states[now].outcome == _LOST
    steps = []
    for index, name in enumerate(shown):
        passed = name in seen if lost else index < place
        tone = "now" if name == now else "done" if passed else "later"
        steps.append(
            Step(
                label=track.label(name, reader.language),
                tone=_LOST if name == now and lost else tone,
                note=_days(reader, visits[-1].since) if name == now else "",
                hint=_hint(reader, [each for each in visits if each.state == name]),
                move=moves.get(name) if name != now else None,
            )
        )
    length = _days(reader, visits[-1].since)
    text = reader.t("stage.place", place=place + 1, of=len(shown), days=length)
    return StagePath(
        label=reader.field_label(track.field),
        steps=tuple(steps),
        now=track.label(now, reader.language),
        text=length if lost else text,
    )


def _days(reader: Reader, since: datetime | None, until: datetime | None = None) -> str:
    if since is None:
        return ""
    zone = reader.context.zone
    end = (until or reader.context.now).astimezone(zone).date()
    days = (end - since.astimezone(zone).date()).days
    return (
        reader.t("stage.days", days=reader.locale.number(days))
        if days
        else reader.t("stage.today" if until is None else "stage.same_day")
    )


def _hint(reader: Reader, visits: Sequence[Visit]) -> str:
    """Return when a record stood in a state: 11月2日 – 11月18日（16 天）."""
    told: list[str] = []
    for each in visits[-3:]:
        if each.since is None:
            continue
        zone = reader.context.zone
        begin = reader.locale.date(each.since.astimezone(zone).date())
        end = reader.locale.date(each.until.astimezone(zone).date()) if each.until else ""
        when = f"{begin} – {end}".removesuffix(" – ")
        told.append(f"{when} · {_days(reader, each.since, each.until)}")
    return "\n".join(told)
