"""What can be done with a record → buttons of its card, and the small form of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Action as Offered
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.requests import RecordView
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import ActionForm, FormError, FormSection, Input
from cardwright_platform.web.presenting.form_requests import (
    Failure,
    FormRequest,
    confirmations_of,
    titles_of_form,
)
from cardwright_platform.web.presenting.inputs import InputMaker, Typed
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import card_url, list_url, new_url, perform_url


def action_button(
    reader: Reader, entity: EntityModel, record: int, version: object, offered: Offered
) -> Action:
    """Return an action as a button; one that asks leads to its small form."""
    if offered.opens:
        return Action(
            label=reader.text(offered.label, offered.name),
            url=new_url(offered.target, (("convert", offered.opens), ("sources", str(record)))),
            icon=offered.icon,
            primary=offered.tone == "primary",
            blocked="" if offered.blocked is None else reader.say(offered.blocked),
        )
    asks = bool(offered.asks)
    return Action(
        label=reader.text(offered.label, offered.name),
        url=perform_url(entity.name, record, offered.name),
        icon=offered.icon,
        post=not asks,
        dialog=asks,
        primary=offered.tone == "primary",
        danger=offered.tone == "danger",
        back=offered.back,
        confirm="" if asks else reader.text(offered.confirm),
        blocked="" if offered.blocked is None else reader.say(offered.blocked),
        hidden=() if asks else (("version", str(version)),),
    )


def lead_and_rest(buttons: Sequence[Action]) -> tuple[Action | None, tuple[Action, ...]]:
    """Return the button that stands alone, and those behind it.

    It is the first primary one that can be pressed, else the first that can; what destroys or
    takes back never stands alone.
    """
    free = [each for each in buttons if not (each.blocked or each.danger or each.back)]
    lead = next((each for each in free if each.primary), free[0] if free else None)
    return lead, tuple(each for each in buttons if each is not lead)


@dataclass(frozen=True, kw_only=True)
class ActionFormMaker:
    """Lays out what one action asks of one person: empty, or as typed with what is wrong."""

    desk: Desk
    reader: Reader
    entity: EntityModel
    record: int
    action: Offered
    typed: Typed = field(default_factory=dict)
    failure: Failure = field(default_factory=Failure)
    version: str = ""  #: the one that was seen when the form was first shown

    def form(self) -> ActionForm:
        """Return the form."""
        found = self.desk.record(self.entity.name, self.record, lines=False)
        back = card_url(self.entity.name, self.record)
        url = perform_url(self.entity.name, self.record, self.action.name)
        inputs = self._inputs(found, FormRequest(action=url, list_url=back, cancel_url=back))
        label = self.reader.text(self.action.label, self.action.name)
        return ActionForm(
            title=label,
            entity=self.reader.entity_label(self.entity),
            action=url,
            list_url=list_url(self.entity.name),
            cancel_url=back,
            sections=(FormSection(name="asks", inputs=inputs, columns=2),) if inputs else (),
            hidden=(("version", self.version or str(found.version)),),
            errors=tuple(self._errors(inputs)),
            confirmations=confirmations_of(self.failure),
            save_label=label,
            upload=any(each.type.holds_file for each in self.action.asks),
            danger=self.action.tone == "danger",
            question=self.reader.text(self.action.confirm),
        )

    def _inputs(self, found: RecordView, asked: FormRequest) -> tuple[Input, ...]:
        values = {**found.values, **self.action.values}
        asks = {each.name: each for each in self.action.asks}
        # What is asked beside the record's own fields may point to records as well.
        wider = replace(self.entity, fields={**self.entity.fields, **asks})
        asked = replace(asked, values=values, typed=self.typed)
        titles = titles_of_form(self.desk, wider, asked)
        reader = self.reader.knowing({**found.titles, **titles})
        maker = InputMaker(self.desk, reader, self.entity, self.typed, self.failure.errors)
        return tuple(
            maker.input(
                each,
                values.get(each.name),
                required=each.name in self.action.required,
                readonly=False,
                focus=self.action.asks[0].name,
            )
            for each in self.action.asks
        )

    def _errors(self, inputs: Sequence[Input]) -> Iterator[FormError]:
        shown = {each.name: each.label for each in inputs}
        for name, texts in self.failure.errors.items():
            target = name if name in shown else ""
            label = shown.get(name) or self._label_of(name)
            for text in texts:
                yield FormError(text=text, target=target, label=label)

    def _label_of(self, name: str) -> str:
        own = self.entity.fields.get(name.partition(".")[0])
        return self.reader.field_label(own) if own is not None else ""
