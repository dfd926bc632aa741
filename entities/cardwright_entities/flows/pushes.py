"""下推: buttons on a source that make its target, at once or in a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cardwright_entities.errors import ConflictError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.furthers import asks_of, make_furthers, split_answers
from cardwright_entities.flows.proposals import has_open, is_offered, propose
from cardwright_entities.flows.strands import conversions_from
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.flows import ConversionDefinition
from cardwright_metadata.definitions.texts import Text

#: What the names of these actions begin with.
PUSH = "push."

#: Ways of making a target: everything at once, or in the form where people say how much.
WHOLE, PART = "whole", "part"


class PushActions:
    """Offers the conversions of a record whose targets its principal may create."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return one action for each way of each conversion that the record allows."""
        found: list[Action] = []
        for conversion in conversions_from(gate.model, entity.name):
            if not _is_offered(gate, conversion, values):
                continue
            is_open = has_open(gate, conversion, values)
            blocked = None if is_open else Message("nothing_open")
            for way, label in _ways(gate, conversion).items():
                found.append(
                    Action(
                        name=PUSH + conversion.name + (f".{way}" if way else ""),
                        label=label,
                        kind="conversion",
                        icon="arrow-right",
                        asks=asks_of(gate, conversion, values),
                        blocked=blocked,
                        opens=_form_of(conversion, way),
                        target=conversion.target,
                    )
                )
        return found

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Make the target with all that is open; what was answered goes over what is proposed."""
        conversion = gate.model.catalog.conversions[action.name.split(".")[1]]
        stored = gate.loader.records(entity, [record]).get(record, {})
        if asking.version is not None and asking.version != stored.get("version"):
            raise ConflictError(Message("changed_meanwhile"))
        own, further = split_answers(conversion, asking.values)
        proposal = propose(gate, conversion, [record])
        options = SaveOptions(kind="convert", label=conversion.name, confirmed=asking.confirmed)
        saved = gate.create(conversion.target, {**proposal.raw, **own}, options)
        make_furthers(gate, conversion, (record, saved.id), further, saved.change_set)
        return Performed(saved=saved, goes_to=RecordRef(conversion.target, saved.id))


def _is_offered(gate: Records, conversion: ConversionDefinition, values: Values) -> bool:
    return (
        conversion.push is not None
        and gate.policy.may(gate.context.principal, conversion.target, "create")
        and is_offered(gate, conversion, values)
    )


def _ways(gate: Records, conversion: ConversionDefinition) -> Mapping[str, Text]:
    if conversion.push:
        return conversion.push
    return {"": conversion.label or gate.model.entity(conversion.target).definition.label}


def _form_of(conversion: ConversionDefinition, way: str) -> str:
    """Return the conversion whose form is opened instead, empty where it is made at once."""
    return "" if way == WHOLE or conversion.also else conversion.name
