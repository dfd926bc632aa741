"""Buttons by which a record gets another owner: claim, put into the pool, give to somebody."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    Message,
    NotFoundError,
    ValueProblem,
)
from cardwright_entities.flows.actions import Action, Asking, Performed
from cardwright_entities.flows.owners.followers import (
    Moved,
    followers_of,
    following,
    move_followers,
)
from cardwright_entities.flows.owners.kinds import ASSIGN, CLAIM, RELEASE
from cardwright_entities.flows.owners.pools import Pool
from cardwright_entities.flows.owners.taking import NOT_IN_POOL, taken
from cardwright_entities.model.asking_forms import free_field
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.allowed import allowed_actions
from cardwright_entities.queries.names import rows_condition
from cardwright_entities.records.assigning import own_reference
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.pools import FollowerDefinition
from cardwright_metadata.definitions.texts import Text

#: What the names of these actions begin with, and their kind.
OWNER = "owner."
KIND = "owner"
#: What the questions begin with whether followers go along.
ALONG = "along_"

_CLAIM = Action(
    name=OWNER + CLAIM,
    label=Text.of({"zh": "领取", "en": "Claim"}),
    kind=KIND,
    icon="user-plus",
    tone="primary",
)
_RELEASE = Action(
    name=OWNER + RELEASE,
    label=Text.of({"zh": "放入公海", "en": "Put into the pool"}),
    kind=KIND,
    icon="ripple",
    confirm=Text.of(
        {
            "zh": "放入公海后，其他同事就可以领取。确定放入公海？",
            "en": "Colleagues may claim it then. Put it into the pool?",
        }
    ),
    back=True,
)
_ASSIGN = Action(
    name=OWNER + ASSIGN,
    label=Text.of({"zh": "分配", "en": "Assign"}),
    kind=KIND,
    icon="user-share",
    required=frozenset({"owner"}),
    back=True,
)


class OwnerButtons:
    """Offers to change whose a record is, to those who may assign it."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return what can be done about the owner of a record."""
        if not has_owner(gate, entity):
            return ()
        record, right = int(str(values["id"])), (ASSIGN,)
        if not allowed_actions(gate.session, gate.reading, entity, record, right):
            return ()
        return list(_offered(gate, entity, values))

    def plan(self, gate: Records, entity: EntityModel, values: Values, action: Action) -> Action:
        """Say what would go along, and how much it is."""
        if action.name != _ASSIGN.name:
            return action
        record, owner = int(str(values["id"])), values.get("owner")

        def count(follower: FollowerDefinition) -> int:
            return len(following(gate, entity, record, owner, follower))

        asks = _asked(gate, entity, count)
        return replace(action, asks=asks, values={**action.values, **_ticked(asks)})

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Give the record to whom the action says, with what goes along."""
        _refuse_unknown(action, asking)
        if action.name == _CLAIM.name:
            return _claim(gate, entity, record, action, asking)
        if action.name == _RELEASE.name:
            return _give(gate, entity, record, action, asking, None)
        return _give(gate, entity, record, action, asking, asking.values.get("owner"))

    def gone(self, gate: Records, entity: EntityModel, record: int, name: str) -> Message | None:
        """Say who has the record that could have been claimed before."""
        if name != _CLAIM.name or entity.definition.pool is None:
            return None
        stored = gate.loader.record(entity, record) or {}
        owner = stored.get("owner")
        return None if owner is None else taken(gate, entity, record, owner)

    def missing(self, entity: EntityModel, name: str) -> Message | None:
        """Say of every record that is not there that it cannot be claimed, taken or never there."""
        claims = name == _CLAIM.name and entity.definition.pool is not None
        return NOT_IN_POOL if claims else None


def owner_actions_of_sets(gate: Records, entity_name: str) -> Iterator[Action]:
    """Yield what may be done about the owners of a selection."""
    entity = gate.model.entity(entity_name)
    if not has_owner(gate, entity):
        return
    if entity.definition.pool is not None:
        if own_reference(gate.reading) is not None:
            yield replace(_CLAIM, tone="")
        yield _RELEASE
    yield replace(_ASSIGN, asks=_asked(gate, entity, lambda follower: None))


def with_plan(gate: Records, entity_name: str, action: Action, records: Collection[int]) -> Action:
    """Return an action of a selection that says how many records would go along."""
    if action.name != _ASSIGN.name:
        return action
    entity = gate.model.entity(entity_name)
    # A selection names whatever it likes: of what is not his to give nothing is counted.
    condition = rows_condition(gate.reading, entity, entity.table, ASSIGN)
    stored = gate.loader.records(entity, list(records), condition=condition)

    def count(follower: FollowerDefinition) -> int:
        return sum(
            len(following(gate, entity, record, values.get("owner"), follower))
            for record, values in stored.items()
        )

    asks = _asked(gate, entity, count)
    return replace(action, asks=asks, values=_ticked(asks))


def has_owner(gate: Records, entity: EntityModel) -> bool:
    """Tell whether the records of an entity have owners that somebody may change."""
    if entity.definition.owner or "owner" not in entity.fields:
        return False
    if gate.model.catalog.player("employee") is None:
        return False
    principal = gate.context.principal
    writable = gate.policy.fields(principal, entity.name, "write")
    return "owner" in writable and gate.policy.may(principal, entity.name, ASSIGN)


def _offered(gate: Records, entity: EntityModel, values: Values) -> Iterator[Action]:
    pool, owner = Pool.of(gate, entity), values.get("owner")
    if pool is not None and owner is None:
        me = own_reference(gate.reading)
        if me is not None and pool.holds(values):
            yield replace(_CLAIM, blocked=next(pool.refusals(values, me), None))
    if pool is not None and owner is not None:
        yield _RELEASE
    yield replace(_ASSIGN, asks=(entity.fields["owner"],), values={"owner": None})


def _asked(
    gate: Records, entity: EntityModel, count: Callable[[FollowerDefinition], int | None]
) -> tuple[FieldModel, ...]:
    """Return the owner and, for all that may go along, whether it does, with how much it is."""
    asks = [entity.fields["owner"]]
    for each in followers_of(gate, entity):
        number = count(each)
        if number == 0:
            continue
        label = each.label or gate.model.entity(each.entity).definition.label
        told = {
            language: f"{_WITH.get(language, '')}{text}" + (f" ({number})" if number else "")
            for language, text in label.words
        }
        definition = FieldDefinition(
            name=ALONG + each.name, type="boolean", label=Text.of(told), system=False
        )
        asks.append(free_field(definition, gate.model.types))
    return tuple(asks)


#: What stands before the name of what goes along.
_WITH = {"zh": "同时转移：", "en": "Also: "}


def _ticked(asks: Sequence[FieldModel]) -> dict[str, object]:
    return {each.name: True for each in asks if each.name.startswith(ALONG)}


def _refuse_unknown(action: Action, asking: Asking) -> None:
    known = {each.name for each in action.asks}
    unknown = [name for name in asking.values if name not in known and not name.startswith(ALONG)]
    problems = {name: [Message.of("unknown_field", name=name[:60])] for name in unknown}
    needed = [name for name in action.required if asking.values.get(name) in (None, "")]
    problems |= {name: [Message("required")] for name in needed}
    if problems:
        raise InputError(problems)


def _claim(
    gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
) -> Performed:
    try:
        return _give(gate, entity, record, action, asking, own_reference(gate.reading))
    except (NotFoundError, AccessError) as error:
        # It went to somebody else since it was offered.
        gate.loader.forget(entity, record)
        owner = (gate.loader.record(entity, record) or {}).get("owner")
        raise ConflictError(taken(gate, entity, record, owner)) from error


def _give(
    gate: Records,
    entity: EntityModel,
    record: int,
    action: Action,
    asking: Asking,
    owner: object,
) -> Performed:
    kind = action.name.removeprefix(OWNER)
    stored = gate.loader.record(entity, record) or {}
    options = SaveOptions(kind=kind, merge=asking.merge, confirmed=asking.confirmed)
    saved = gate.update(entity.name, record, {"owner": owner}, asking.version, options)
    now = (gate.loader.record(entity, record) or {}).get("owner")
    moved = Moved()
    if stored.get("owner") != now:
        only = None if kind != ASSIGN else _chosen(gate, entity, asking)
        change = (stored.get("owner"), now)
        moved = move_followers(gate, entity, record, change, saved.change_set, only=only, kind=kind)
    return Performed(
        saved=saved,
        message=_told(action, moved),
        leaves=not gate.loader.records(
            entity,
            [record],
            condition=rows_condition(gate.reading, entity, entity.table, "read"),
        ),
    )


def _chosen(gate: Records, entity: EntityModel, asking: Asking) -> frozenset[str]:
    """Return the followers that were ticked."""
    chosen = set()
    for each in followers_of(gate, entity):
        definition = FieldDefinition(name=ALONG + each.name, type="boolean")
        try:
            value = free_field(definition, gate.model.types).parse(
                asking.values.get(ALONG + each.name), gate.context
            )
        except ValueProblem as problem:
            raise InputError({ALONG + each.name: [problem.message]}) from problem
        if value is True:
            chosen.add(each.name)
    return frozenset(chosen)


def _told(action: Action, moved: Moved) -> Message | None:
    if moved.refused:
        return Message.of("owner_along_some", count=moved.count, left=moved.refused)
    return Message.of("owner_along", count=moved.count) if moved.count else None
