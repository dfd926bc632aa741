"""Rules with a button above the list → their buttons, and the small form of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cardwright_entities.engine import Desk
from cardwright_entities.flows.actions import Action as Offered
from cardwright_entities.flows.rules.answers import asked_fields
from cardwright_entities.flows.rules.lists import rules_above
from cardwright_entities.flows.selections import actions_of_sets
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.definitions.rules import RuleDefinition
from cardwright_platform.views.cells import Action
from cardwright_platform.views.forms import ActionForm, FormError, FormSection
from cardwright_platform.views.lists import BulkAction
from cardwright_platform.web.presenting.form_requests import (
    Failure,
    FormRequest,
    titles_of_form,
)
from cardwright_platform.web.presenting.inputs import InputMaker, Typed
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import bulk_url, list_url, rule_url


def rule_buttons(desk: Desk, reader: Reader, entity: EntityModel) -> list[Action]:
    """Return the buttons above a list; one that asks leads to its small form."""
    return [
        Action(
            label=reader.text(rule.label, rule.name),
            url=rule_url(entity.name, rule.name),
            icon="bolt",
            post=not rule.asks,
            dialog=bool(rule.asks),
        )
        for rule in rules_above(desk.records, entity.name)
    ]


def selection_actions(desk: Desk, reader: Reader, entity: EntityModel) -> list[BulkAction]:
    """Return what a selection of a list can be put through in one go."""
    return [
        BulkAction(
            label=reader.text(each.label, each.name),
            url=bulk_url(entity.name, f"actions/{each.name}"),
            icon=each.icon,
            danger=each.tone == "danger",
            confirm="" if each.asks else reader.text(each.confirm),
        )
        for each in actions_of_sets(desk.records, entity.name)
    ]


def rule_form(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    rule: RuleDefinition,
    *,
    typed: Typed | None = None,
    failure: Failure | None = None,
) -> ActionForm:
    """Return what a rule asks: empty, or as typed with what is wrong."""
    asking = Asked(
        label=reader.text(rule.label, rule.name),
        url=rule_url(entity.name, rule.name),
        back=list_url(entity.name),
        fields=asked_fields(desk.model, rule),
        required=frozenset(name for name, needed in rule.asks.items() if needed),
    )
    return _asking_form(desk, reader, entity, asking, typed or {}, failure or Failure())


def selection_form(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    action: Offered,
    hidden: tuple[tuple[str, str], ...],
    *,
    back: str,
    url: str = "",
    typed: Typed | None = None,
    failure: Failure | None = None,
) -> ActionForm:
    """Return what an action asks once for all selected records; ``hidden`` says which they are.

    ``back`` is the list as it stood, ``url`` where the answers go unless the action is one of a
    record.
    """
    asking = Asked(
        label=reader.text(action.label, action.name),
        url=url or bulk_url(entity.name, f"actions/{action.name}"),
        fields=action.asks,
        required=action.required,
        back=back,
        hidden=hidden,
        danger=action.tone == "danger",
        question=reader.text(action.confirm),
        values=action.values,
    )
    return _asking_form(desk, reader, entity, asking, typed or {}, failure or Failure())


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a small form above a list asks, and where its answers go."""

    label: str
    url: str
    back: str
    fields: tuple[FieldModel, ...]
    required: frozenset[str]
    hidden: tuple[tuple[str, str], ...] = ()
    danger: bool = False
    question: str = ""
    values: Mapping[str, object] = field(default_factory=dict)  #: what the form begins with


def _asking_form(
    desk: Desk, reader: Reader, entity: EntityModel, asking: Asked, typed: Typed, failure: Failure
) -> ActionForm:
    back, fields = asking.back, asking.fields
    asked = replace(FormRequest(action=asking.url, list_url=back, cancel_url=back), typed=typed)
    # What only the form has may point to records as well.
    wider = replace(entity, fields={**entity.fields, **{each.name: each for each in fields}})
    reader = reader.knowing(titles_of_form(desk, wider, asked))
    maker = InputMaker(desk, reader, entity, typed, failure.errors)
    inputs = tuple(
        maker.input(
            each,
            asking.values.get(each.name),
            required=each.name in asking.required,
            readonly=False,
            focus=fields[0].name,
        )
        for each in fields
    )
    shown = {each.name: each.label for each in inputs}
    return ActionForm(
        title=asking.label,
        entity=reader.entity_label(entity),
        action=asking.url,
        list_url=back,
        cancel_url=back,
        sections=(FormSection(name="asks", inputs=inputs, columns=2),) if inputs else (),
        hidden=asking.hidden,
        errors=tuple(
            FormError(text=text, target=name if name in shown else "", label=shown.get(name, ""))
            for name, texts in failure.errors.items()
            for text in texts
        ),
        save_label=asking.label,
        danger=asking.danger,
        question=asking.question,
    )
