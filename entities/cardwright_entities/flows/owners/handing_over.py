"""Handing over what an employee has in hand (员工异动交接): the plan first, then a job does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardwright_entities.access.features import HAND_OVER as FEATURE
from cardwright_entities.errors import InputError, Message, NotFoundError, ValueProblem
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.approvals.passing_on import pending_for
from cardwright_entities.flows.owners.buttons import KIND, OWNER
from cardwright_entities.flows.owners.estates import Estate, owner_of
from cardwright_entities.flows.owners.kinds import HAND_OVER
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import ChoiceDefinition
from cardwright_metadata.definitions.texts import Text

#: The answers: who takes over, which entities, which places, what has ended too, the account.
SUCCESSOR, RECORDS, PLACE, ENDED, DISABLE = "successor", "records_", "place_", "ended", "disable"
#: What waits for him in approvals; before the name of a kind: who takes over that one.
APPROVALS, TO = "approvals", "to_"
#: The form asks for one other successor, and which kinds he takes over.
OTHER, KINDS = "other", "other_kinds"

_HAND_OVER = Action(
    name=OWNER + HAND_OVER,
    label=Text.of({"zh": "交接", "en": "Hand over"}),
    kind=KIND,
    icon="arrows-right-left",
    required=frozenset({SUCCESSOR}),
    back=True,
)
_SUCCESSOR = Text.of({"zh": "接手人", "en": "Successor"})
_DISABLE = Text.of({"zh": "同时停用账号", "en": "Disable the account too"})
_OTHER = Text.of({"zh": "另一接手人", "en": "Another successor"})
_KINDS = Text.of({"zh": "由其接手", "en": "He takes over"})
_APPROVALS = Text.of({"zh": "待其审批的事项", "en": "Approvals that wait for him"})


class HandOver:
    """Offers on the card of an employee to give what he has to somebody else."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the button, for those with the right to hand over."""
        player = gate.model.catalog.player("employee")
        if player is None or player.name != entity.name:
            return ()
        if not gate.policy.has_feature(gate.context.principal, FEATURE):
            return ()
        # It asks, as a button tells: what more it asks is counted when the form is opened.
        return (replace(_HAND_OVER, asks=(_successor(gate.model, entity.name),)),)

    def plan(self, gate: Records, entity: EntityModel, values: Values, action: Action) -> Action:
        """Say how much there is of everything, and of how much only the number may be known."""
        estate = Estate(gate, int(str(values["id"])))
        asks, ticked = [_successor(gate.model, entity.name)], dict[str, object]()
        kinds: list[tuple[str, str, Text, int]] = []
        whole = ended = 0
        for each in estate.holdings():
            whole, ended = whole + each.open + each.ended, ended + each.ended
            if each.open:
                kinds.append((RECORDS, each.entity.name, each.entity.definition.label, each.open))
        pending = sum(1 for _ in pending_for(gate, estate.employee))
        if pending:
            kinds.append(("", APPROVALS, _APPROVALS, pending))
        for prefix, name, label, count in kinds:
            asks.append(_tick(gate, prefix + name, label, count))
            ticked[prefix + name] = True
        if len(kinds) > 1:
            asks.append(_successor(gate.model, entity.name, OTHER))
            asks.append(_kinds(gate, {name: label for _, name, label, _ in kinds}))
        if ended:
            label = Text.of({"zh": "已结束的也交接", "en": "What has ended too"})
            asks.append(_tick(gate, ENDED, label, ended))
        for place in estate.places():
            told = _joined(place.entity.definition.label, place.field.definition.label)
            name = f"{PLACE}{place.entity.name}"
            asks.append(_tick(gate, name, told, place.count))
            ticked[name] = True
        if _account_to_disable(gate, estate.employee) is not None:
            asks.append(_tick(gate, DISABLE, _DISABLE, 0))
        left = estate.out_of_reach(whole)
        return Action(
            name=action.name,
            label=action.label,
            kind=action.kind,
            icon=action.icon,
            required=action.required,
            back=action.back,
            asks=tuple(asks),
            values=ticked,
            confirm=_left(left) if left else Text(),
        )

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Ask for the job that does it, in the name of who asked."""
        answers = _answers(gate, entity, record, asking.values)
        job = Jobs().enqueue(gate.session, HAND_OVER, {"employee": record, **answers})
        return Performed(job=job, message=Message("hand_over_begun"))


def _answers(
    gate: Records, entity: EntityModel, record: int, raw: Mapping[str, Any]
) -> dict[str, Any]:
    successor = _chosen(gate, entity, record, raw, SUCCESSOR)
    if successor is None:
        raise InputError({SUCCESSOR: [Message("required")]})
    others = {
        name.removeprefix(TO): _chosen(gate, entity, record, raw, name)
        for name in raw
        if name.startswith(TO)
    }
    others |= _of_the_other(gate, entity, record, raw)
    chosen = {name for name, value in raw.items() if _is_ticked(gate, value)}
    return {
        SUCCESSOR: successor,
        "entities": sorted(_behind(chosen, RECORDS)),
        "places": sorted(_behind(chosen, PLACE)),
        "successors": {name: each for name, each in others.items() if each},
        APPROVALS: APPROVALS in chosen,
        ENDED: ENDED in chosen,
        DISABLE: DISABLE in chosen,
    }


def _of_the_other(
    gate: Records, entity: EntityModel, record: int, raw: Mapping[str, Any]
) -> dict[str, int | None]:
    """Return the kinds that another successor takes over; raise InputError for half an answer."""
    other, said = _chosen(gate, entity, record, raw, OTHER), raw.get(KINDS)
    names = {*map(str, said)} if isinstance(said, list | tuple) else set(str(said or "").split(","))
    kinds = sorted(names - {""})
    if bool(kinds) != (other is not None):
        raise InputError({KINDS if other else OTHER: [Message("required")]})
    return dict.fromkeys(kinds, other)


def _kinds(gate: Records, labels: Mapping[str, Text]) -> FieldModel:
    """Return the question which kinds go to the other successor."""
    choices = {name: ChoiceDefinition(code=name, label=label) for name, label in labels.items()}
    asked = FieldDefinition(
        name=KINDS, type="picklists", label=_KINDS, options={"choices": choices}
    )
    return free_field(asked, gate.model.types)


def _chosen(
    gate: Records, entity: EntityModel, record: int, raw: Mapping[str, Any], name: str
) -> int | None:
    """Return who is to take over, None for nobody; raise InputError at the input."""
    try:
        found = _successor(gate.model, entity.name).parse(raw.get(name), gate.context)
        if found is None:
            return None
        gate.may_read(entity.name, int(str(found)))
    except ValueProblem as problem:
        raise InputError({name: [problem.message]}) from problem
    except NotFoundError as error:
        raise InputError({name: [Message("not_found")]}) from error
    if found == record:
        raise InputError({name: [Message("hand_over_to_himself")]})
    return int(str(found))


def _behind(names: set[str], prefix: str) -> Iterator[str]:
    yield from (name.removeprefix(prefix) for name in names if name.startswith(prefix))


def _is_ticked(gate: Records, value: object) -> bool:
    definition = FieldDefinition(name=ENDED, type="boolean")
    try:
        return free_field(definition, gate.model.types).parse(value, gate.context) is True
    except ValueProblem:
        return False


def asked_successor(model: Model, entity: str, name: str) -> FieldModel | None:
    """Return the question of a hand-over that names an employee, None for any other."""
    player = model.catalog.player("employee")
    if player is None or player.name != entity or name not in (SUCCESSOR, OTHER):
        return None
    return _successor(model, entity, name)


def _successor(model: Model, entity: str, name: str = SUCCESSOR) -> FieldModel:
    """Return the question who takes over, or who else does."""
    only = name == SUCCESSOR
    asked = FieldDefinition(
        name=name,
        type="employee",
        label=_SUCCESSOR if only else _OTHER,
        required=only,
        options={"targets": (entity,)},
    )
    return free_field(asked, model.types)


def _tick(gate: Records, name: str, label: Text, count: int) -> FieldModel:
    counted = f" ({count})" if count else ""
    told = Text(tuple((language, text + counted) for language, text in label.words))
    return free_field(FieldDefinition(name=name, type="boolean", label=told), gate.model.types)


def _joined(first: Text, second: Text) -> Text:
    words = dict(second.words)
    return Text(
        tuple(
            (language, f"{text} · {words.get(language) or second.in_language(language)}")
            for language, text in first.words
        )
    )


def _left(count: int) -> Text:
    return Text.of(
        {
            "zh": f"另有 {count} 条记录不在您的权限内，不会交接。",
            "en": f"{count} more records are beyond your rights and stay where they are.",
        }
    )


def _account_to_disable(gate: Records, employee: int) -> int | None:
    """Return the account of an employee that the principal may disable."""
    account = People(gate.session, gate.model).account_of(employee)
    field = disabling_field(gate)
    if account is None or field is None or account == gate.context.principal.account:
        return None
    return account


def disabling_field(gate: Records) -> tuple[str, str] | None:
    """Return the entity of users and its field that says whether one may sign in."""
    player = gate.model.catalog.player("user")
    name = gate.model.catalog.part("user", "active")
    principal = gate.context.principal
    if player is None or not name or not gate.policy.may(principal, player.name, "edit"):
        return None
    writable = gate.policy.fields(principal, player.name, "write")
    return (player.name, name) if name in writable else None


__all__ = ["APPROVALS", "DISABLE", "ENDED", "SUCCESSOR", "HandOver", "disabling_field", "owner_of"]
