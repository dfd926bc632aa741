"""The steps ``move`` and ``convert``: what people do with the buttons of a card."""

from __future__ import annotations

from typing import ClassVar

from cardwright_entities.errors import AccessError, Message, NotFoundError
from cardwright_entities.flows.actions import Action, ActionSource, Asking
from cardwright_entities.flows.pushes import PUSH, WHOLE, PushActions
from cardwright_entities.flows.rules.work import Work
from cardwright_entities.flows.stages import MoveSource
from cardwright_metadata.definitions.rules import StepDefinition


class MoveStep:
    """Takes a move of the record's process, if it is offered where the record stands."""

    kind: ClassVar[str] = "move"

    def run(self, work: Work, step: StepDefinition) -> bool:
        name = str(step.options["name"])
        _take(work, MoveSource(), (name,))
        return True


class ConvertStep:
    """Makes the target of a conversion with all that is open."""

    kind: ClassVar[str] = "convert"

    def run(self, work: Work, step: StepDefinition) -> bool:
        name = PUSH + str(step.options["name"])
        _take(work, PushActions(), (name, f"{name}.{WHOLE}"))
        return True


def _take(work: Work, source: ActionSource, names: tuple[str, ...]) -> None:
    action = _offered(work, source, names)
    asking = Asking(merge=True)
    about = work.about
    entity = work.gate.model.entity(about.entity)
    done = source.perform(work.gate, entity, about.id, action, asking)
    work.gate.loader.forget(entity, about.id)
    if done.saved is not None and work.change_set is None:
        work.note(done.saved)
    work.goes_to = done.goes_to or work.goes_to


def _offered(work: Work, source: ActionSource, names: tuple[str, ...]) -> Action:
    entity = work.gate.model.entity(work.about.entity)
    for action in source.offer(work.gate, entity, work.stored(work.about)):
        if action.name in names:
            if action.blocked is not None:
                raise AccessError(action.blocked)
            return action
    raise NotFoundError(Message.of("not_offered", name=names[0]))
