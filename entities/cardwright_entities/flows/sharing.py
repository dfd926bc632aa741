"""The button 共享 on cards and lists: what it asks, what it does, and who is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.approvals.questions import read_answers
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.people.people import People
from cardwright_entities.records.gate import Records
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import Saved
from cardwright_entities.records.sharing import (
    LEVELS,
    PARTS,
    SHARE,
    Wanted,
    holders_of,
    is_sharable,
    may_share,
    share,
)
from cardwright_entities.shares.keeping import Holder
from cardwright_entities.shares.reaching import READ
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.texts import Text

#: What the questions are called; no field of a record may be mistaken for them.
LEVEL, UNTIL, ROLES = "share_level", "share_until", "share_roles"
_WITH: Mapping[str, str] = {part: f"share_{part}s" for part in PARTS}
_LABEL = Text.of({"zh": "共享", "en": "Share"})
_LABELS: Mapping[str, Text] = {
    "share_employees": Text.of({"zh": "人员", "en": "People"}),
    "share_teams": Text.of({"zh": "团队", "en": "Teams"}),
    "share_departments": Text.of({"zh": "部门（含下级）", "en": "Departments, with those below"}),
    ROLES: Text.of({"zh": "角色", "en": "Roles"}),
    LEVEL: Text.of({"zh": "权限", "en": "They may"}),
    UNTIL: Text.of({"zh": "有效期至", "en": "Until"}),
}
_HELP: Mapping[str, Text] = {
    UNTIL: Text.of({"zh": "不填就一直有效", "en": "Empty means for good"}),
    LEVEL: Text.of(
        {
            "zh": "长期可编辑的人就是协作人",
            "en": "Whoever may edit for good is a collaborator",
        }
    ),
}
_LEVEL_LABELS: Mapping[str, Mapping[str, str]] = {
    "read": {"zh": "只读", "en": "Read"},
    "edit": {"zh": "可编辑", "en": "Edit"},
}
#: Where a refusal of the deed stands in the small form.
_PLACES = {"with": _WITH["employee"], "level": LEVEL, "until": UNTIL}


class ShareSource:
    """Offers to share a record, and to change how it is shared."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        levels = may_share(gate, entity, int(str(values["id"])))
        return [share_action(gate.model, levels)] if levels else []

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        answers = read_answers(action.asks, action.required, asking.values, gate.context)
        try:
            return share_and_tell(gate, entity, record, _wanted(gate.model, answers))
        except InputError as error:
            raise InputError(
                {_PLACES.get(name, name): each for name, each in error.fields.items()}
            ) from error


def share_of_sets(gate: Records, entity_name: str) -> Iterator[Action]:
    """Yield sharing as a deed on selections, where it is granted on any record."""
    entity = gate.model.entity(entity_name)
    if is_sharable(entity) and gate.policy.may(gate.context.principal, entity_name, SHARE):
        yield share_action(gate.model, LEVELS)


def share_action(model: Model, levels: Sequence[str] | frozenset[str]) -> Action:
    """Return the button with what it asks; ``levels`` are those that may be given."""
    asks = [each for part in PARTS if (each := asked_holders(model, _WITH[part])) is not None]
    roles = {
        name: {"label": dict(each.label.words) or {"en": name}, "order": index}
        for index, (name, each) in enumerate(model.catalog.roles.items())
    }
    choices = {
        name: {"label": _LEVEL_LABELS[name], "order": index}
        for index, name in enumerate(LEVELS)
        if name in levels
    }
    return Action(
        name=SHARE,
        label=_LABEL,
        kind=SHARE,
        icon="user-share",
        asks=(
            *asks,
            _field(model, ROLES, "picklists", {"values": roles}),
            _field(model, LEVEL, "picklist", {"values": choices}),
            _field(model, UNTIL, "datetime", {}),
        ),
        required=frozenset({LEVEL}),
        values={LEVEL: READ},
    )


def asked_holders(model: Model, name: str) -> FieldModel | None:
    """Return the question for people, teams or departments by its name, None for any other."""
    part = next((part for part, asked in _WITH.items() if asked == name), "")
    player = model.catalog.player(part) if part else None
    if player is None:
        return None
    return _field(model, name, "links", {"to": player.name, "targets": (player.name,)})


def share_and_tell(gate: Records, entity: EntityModel, record: int, wanted: Wanted) -> Performed:
    """Share a record and tell those who had no share in it before."""
    change_set = gate.joined or open_change_set(gate.session, gate.context, SHARE)
    new = share(gate, entity.name, record, wanted, change_set)
    accounts = set(_accounts(gate, new))
    notice = Notice(
        kind="shared",
        message=Message("shared_with_you"),
        entity=entity.key,
        record=record,
    )
    notify(gate.session, accounts, notice)
    version = int(str(gate.loader.records(entity, [record])[record]["version"]))
    return Performed(
        saved=Saved(record, version, change_set),
        message=Message.of("shared", count=len(wanted.records) + len(wanted.roles)),
    )


def _accounts(gate: Records, holders: Sequence[Holder]) -> Iterator[int]:
    """Yield the accounts that shares reach."""
    people = People(gate.session, gate.model)
    parts = holders_of(gate.model)
    employees: set[int] = set()
    for each in holders:
        model = gate.model.by_id(each.kind) if each.kind else None
        match parts.get(model.name) if model is not None else "role":
            case "employee":
                employees.add(each.id)
            case "team":
                employees.update(people.members_of(each.id))
            case "department":
                employees.update(people.employees_within(each.id))
            case "role":
                employees.update(people.employees_in_role(each.role))
    yield from people.accounts_of(employees)


def _wanted(model: Model, answers: Mapping[str, Any]) -> Wanted:
    records = [
        RecordRef(player.name, each)
        for part, name in _WITH.items()
        if (player := model.catalog.player(part)) is not None
        for each in answers.get(name) or ()
    ]
    return Wanted(
        records=tuple(records),
        roles=tuple(answers.get(ROLES) or ()),
        level=answers[LEVEL],
        until=answers.get(UNTIL),
    )


def read_until(model: Model, raw: object, context: Context) -> Any:  # noqa: ANN401 - a moment, or None
    """Return until when, as a request says it; raise ValueProblem."""
    return _field(model, UNTIL, "datetime", {}).parse(raw, context)


def _field(model: Model, name: str, kind: str, options: Mapping[str, Any]) -> FieldModel:
    definition = FieldDefinition(
        name=name, type=kind, label=_LABELS[name], help=_HELP.get(name, Text()), options=options
    )
    if "values" in options:
        # What is written in a field is found out once, as the model does for fields of records.
        resolved = {**options, "choices": choices_of(definition)}
        definition = replace(definition, options=resolved)
    return free_field(definition, model.types)
