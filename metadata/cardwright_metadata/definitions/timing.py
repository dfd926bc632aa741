"""What time brings to a record: deadlines, and records that come again and again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: How a deadline stands.
RUNNING, PAUSED, MET, MISSED = "running", "paused", "met", "missed"


@dataclass(frozen=True, kw_only=True)
class LengthDefinition:
    """A length of time in one unit: minute, hour, day, week, month, year."""

    number: int
    unit: str


@dataclass(frozen=True, kw_only=True)
class DeadlineDefinition:
    """By when something has to be done; the engine keeps the fields that its name begins."""

    name: str
    start: Expression  #: key ``from``
    within: LengthDefinition | Expression
    until: Expression
    label: Text = Text()
    calendar: Expression | None = None
    pause: Expression | None = None

    @property
    def due(self) -> str:
        """Return the field that keeps when time is up, empty while it stands still."""
        return f"{self.name}_due"

    @property
    def state(self) -> str:
        """Return the field that keeps how it stands."""
        return f"{self.name}_state"

    @property
    def met(self) -> str:
        """Return the field that keeps when it was met, in time or not."""
        return f"{self.name}_met"

    @property
    def pauses(self) -> str:
        """Return the field that keeps since when and until when the time stood still."""
        return f"{self.name}_pauses"


@dataclass(frozen=True, kw_only=True)
class RecurrenceDefinition:
    """Records that are made again and again: of ``entity``, or by ``conversion``.

    ``unit`` counts what ``every`` gives, if that is a number of something. ``take`` limits what is
    taken at once, by the source's field of lines.
    """

    name: str
    every: LengthDefinition | Expression
    between: tuple[str, ...]  #: a field of type period, or those of the first and last day
    entity: str = ""
    conversion: str = ""
    take: Mapping[str, Expression] = field(default_factory=dict)
    unit: str = ""
    label: Text = Text()
    ahead: LengthDefinition = LengthDefinition(number=0, unit="day")
    values: Mapping[str, Expression] = field(default_factory=dict)
    day: str = ""
    skip: Expression | None = None

    @property
    def next(self) -> str:
        """Return the field that keeps the next day on which a record is due."""
        return f"{self.name}_next"
