"""What can be done with a record beside editing it: moves, conversions, approvals, rules.

One seam for all of them: cards, lists and the API ask ``Actions`` only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    Message,
    NotFoundError,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.records.gate import Records
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import Saved
from cardwright_metadata.definitions.texts import Text


@dataclass(frozen=True, kw_only=True)
class Action:
    """One button: its name within the entity, its words, and what it asks before it works.

    ``asks`` are fields of the record (or made for the question) shown in a small form;
    ``required`` names those that must be filled. ``tone``: primary, danger or empty.
    ``blocked`` says why it cannot be done now; such a button is shown but not pressed.
    """

    name: str
    label: Text
    kind: str  #: move, conversion, approval, rule, print, …
    icon: str = ""
    tone: str = ""
    asks: tuple[FieldModel, ...] = ()
    required: frozenset[str] = frozenset()
    values: Mapping[str, object] = field(default_factory=dict)  #: what the form begins with
    confirm: Text = Text()
    blocked: Message | None = None
    opens: str = ""  #: a conversion: the card opens its target's form, filled from this record
    target: str = ""  #: the entity of that form
    back: bool = False  #: takes back what was done, and is never the usual next step


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How an action is meant: answers of its small form, the version seen, checks confirmed.

    ``merge``: an old version is no conflict while others changed other fields.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    version: int | None = None
    merge: bool = False
    confirmed: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Performed:
    """What an action did; ``goes_to`` is the record to show next, ``message`` what to say."""

    saved: Saved | None = None
    goes_to: RecordRef | None = None
    message: Message | None = None
    job: int | None = None
    leaves: bool = False  #: the record went out of the sight of who did it


class ActionSource(Protocol):
    """One kind of action. Stateless; rights are asked of the gate and its reading."""

    def offer(self, gate: Records, entity: EntityModel, values: Values) -> Sequence[Action]:
        """Return the actions of a record that its principal may see, in their order.

        ``values`` are the stored values of a record that may be read.
        """
        ...

    def perform(
        self, gate: Records, entity: EntityModel, record: int, action: Action, asking: Asking
    ) -> Performed:
        """Do an action that was just offered; raise what saving would raise."""
        ...


@runtime_checkable
class TellsWhatIsGone(Protocol):
    """A source whose actions come and go with what others do at the same time."""

    def gone(self, gate: Records, entity: EntityModel, record: int, name: str) -> Message | None:
        """Return why an action that was offered before is there no more, None if it never was."""
        ...


@runtime_checkable
class PlansFirst(Protocol):
    """A source that looks at what an action would do before it is done, as a button need not."""

    def plan(self, gate: Records, entity: EntityModel, values: Values, action: Action) -> Action:
        """Return an offered action with everything that its small form asks and shows."""
        ...


@runtime_checkable
class TellsOfMissing(Protocol):
    """A source that has words of its own for every record that is not there."""

    def missing(self, entity: EntityModel, name: str) -> Message | None:
        """Return what is said of a record that is not there, whether it ever was or not."""
        ...


@dataclass(frozen=True, eq=False)
class Actions:
    """The actions of one transaction's records, whatever their source."""

    gate: Records
    sources: Sequence[ActionSource]

    def offered(self, entity_name: str, record: int) -> list[Action]:
        """Return what the principal is offered on a record; raise NotFoundError."""
        entity, values = self._readable(entity_name, record)
        return [
            action for source in self.sources for action in source.offer(self.gate, entity, values)
        ]

    def find(self, entity_name: str, record: int, name: str) -> Action:
        """Return one offered action by its name; raise NotFoundError or ConflictError."""
        entity, values = self._found(entity_name, record, name)
        for source in self.sources:
            for action in source.offer(self.gate, entity, values):
                if action.name == name:
                    if isinstance(source, PlansFirst):
                        return source.plan(self.gate, entity, values, action)
                    return action
        raise self._absence(entity, record, name)

    def perform(self, entity_name: str, record: int, name: str, asking: Asking) -> Performed:
        """Do an action by its name; raise NotFoundError when it is not offered."""
        entity, values = self._found(entity_name, record, name)
        for source in self.sources:
            for action in source.offer(self.gate, entity, values):
                if action.name == name:
                    if action.blocked is not None:
                        raise AccessError(action.blocked)
                    return source.perform(self.gate, entity, record, action, asking)
        raise self._absence(entity, record, name)

    def _absence(self, entity: EntityModel, record: int, name: str) -> CardwrightError:
        for source in self.sources:
            if isinstance(source, TellsWhatIsGone):
                reason = source.gone(self.gate, entity, record, name)
                if reason is not None:
                    return ConflictError(reason)
        return NotFoundError(Message("not_found"))

    def _found(self, entity_name: str, record: int, name: str) -> tuple[EntityModel, Values]:
        """Return a record for an action; a source may say in its own words that it is missing."""
        try:
            return self._readable(entity_name, record)
        except NotFoundError as error:
            self.gate.may(entity_name, "read")
            entity = self.gate.model.entity(entity_name)
            for source in self.sources:
                if isinstance(source, TellsOfMissing):
                    message = source.missing(entity, name)
                    if message is not None:
                        raise NotFoundError(message) from error
            raise

    def _readable(self, entity_name: str, record: int) -> tuple[EntityModel, Values]:
        self.gate.may_read(entity_name, record)
        entity = self.gate.model.entity(entity_name)
        return entity, self.gate.loader.records(entity, [record])[record]
