"""What is done by itself: rules with their triggers and steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: The step that is done once, behind all others.
RANK = "rank"

#: What ``$mail`` knows of a mail that came in: fields of a form that nobody fills in by hand.
MAIL_FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "from": {"type": "text"},
        "to": {"type": "text"},
        "subject": {"type": "text"},
        "text": {"type": "long_text"},
        "at": {"type": "datetime"},
    }
)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A length of time before (negative) or after a day, such as 1 month before."""

    number: int
    unit: str  #: hour, day, week, month, year


@dataclass(frozen=True, kw_only=True)
class TriggerDefinition:
    """When a rule looks at a record.

    Exactly one of event, date, schedule, entered, left, deadline, webhook, mail, button is
    said.
    ``at`` is a local time of day. ``shifts`` are those of a date; without any it is the day itself.
    """

    event: str = ""  #: created, changed, saved, deleted, restored, moved
    fields: tuple[str, ...] = ()
    states: tuple[str, ...] = ()  #: key ``to``
    date: str = ""
    shifts: tuple[Shift, ...] = ()
    schedule: str = ""  #: hourly, daily, weekly, monthly
    day: int = 1
    at: str = "06:00"
    entered: str = ""
    left: str = ""
    deadline: str = ""  #: that passes, or with ``shifts`` comes near
    webhook: bool = False  #: another system tells something
    mail: bool = False  #: a mail comes in
    button: str = ""  #: card or list

    @property
    def is_told(self) -> bool:
        """Tell whether somebody outside sets off the rule, who is not signed in."""
        return self.webhook or self.mail

    @property
    def has_no_record(self) -> bool:
        """Tell whether nobody has a record of the rule in hand when it is set off."""
        return self.is_told or self.button == "list"

    @property
    def waits_for_clock(self) -> bool:
        """Tell whether the clock alone may set off the rule."""
        return bool(self.query or self.schedule or self.date or self.deadline)

    @property
    def query(self) -> str:
        """Return the query whose membership the rule watches, empty for none."""
        return self.entered or self.left


@dataclass(frozen=True, kw_only=True)
class EachDefinition:
    """For which records steps are done: at the end of a path, or of an entity."""

    path: tuple[str, ...] = ()
    entity: str = ""
    where: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class StepDefinition:
    """One step: what it does (``kind``), and what only that kind of step understands.

    Expressions in ``options`` are Expression objects, words are Text.
    """

    name: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class RuleDefinition:
    """When something happens to a record of ``entity``, and if ``condition`` holds: the steps."""

    name: str
    entity: str  #: key ``of``
    trigger: TriggerDefinition
    label: Text = Text()
    description: Text = Text()
    pack: str = ""
    condition: Expression | None = None  #: key ``if``
    rights: str = "actor"  #: key ``as``: actor or system
    active: bool = True
    asks: Mapping[str, bool] = field(default_factory=dict)  #: fields asked; whether they must be
    #: Of those the fields that only the form has.
    own_asks: Mapping[str, FieldDefinition] = field(default_factory=dict)
    each: EachDefinition | None = None  #: key ``for_each``
    steps: tuple[StepDefinition, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """Tell whether some step looks at all records of the rule together."""
        return any(each.kind == RANK for each in self.steps)
