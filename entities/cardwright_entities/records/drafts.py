"""A record on its way into the store: what is stored, what was given, what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from cardwright_entities.errors import InputError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.saving import SaveOptions


def unsent_prefix(name: str, stored: Mapping[str, object]) -> str:
    """Return where messages of a stored line stand that nobody sent."""
    return f"{name}.#{stored['id']}."


@dataclass(eq=False)
class Draft:
    """One record in the making, with its lines below it.

    ``values`` are complete: stored ones, then what was given, then what was computed. ``given``
    names what the writer set himself. ``prefix`` is where messages of a line stand, such as
    ``items.0.``, of one that was not sent ``items.#17.`` with its id.
    """

    entity: EntityModel
    values: dict[str, object]
    stored: dict[str, object] | None = None  #: None: the record is new
    given: set[str] = field(default_factory=set)
    copied: set[str] = field(default_factory=set)  #: taken from the record it is made from
    head: Draft | None = None
    position: int = 0
    prefix: str = ""
    lines: dict[str, list[Draft]] = field(default_factory=dict)  #: by lines field; only if touched
    removed: list[Draft] = field(default_factory=list)  #: lines that go away
    version: int | None = None  #: the version that the writer knew
    pending: set[str] = field(default_factory=set)  #: fields still to be filled by expressions
    #: fields that the engine may fill by a suggestion, and what finds it
    suggested: dict[str, Callable[[], object]] = field(default_factory=dict)
    released: set[str] = field(default_factory=set)  #: sent as suggested, not as set by hand
    problems: dict[str, Message] = field(default_factory=dict)  #: of computed values
    rate: Decimal | None = None  #: of the record's currency to the base, None: it is the base
    restated: bool = False  #: its amounts are worth something else now
    options: SaveOptions = field(default_factory=SaveOptions)  #: how the save is meant; of a head
    moved: set[str] = field(default_factory=set)  #: fields that a move fills: no slot forbids it

    @property
    def id(self) -> int | None:
        """Return the record's id, None while it is new."""
        found = self.values.get("id")
        return found if isinstance(found, int) else None

    def suggest(self, name: str) -> object:
        """Return what is suggested for a field, None without any."""
        found = self.suggested.get(name)
        return None if found is None else found()

    def take_lines(self, name: str, line: EntityModel, stored: Sequence[dict[str, object]]) -> None:
        """Take the stored lines of a field along, as nobody touched them."""
        self.lines[name] = [
            Draft(
                line,
                dict(values),
                values,
                head=self,
                position=index,
                prefix=unsent_prefix(name, values),
            )
            for index, values in enumerate(stored, 1)
        ]

    @property
    def is_sent(self) -> bool:
        """Tell whether it came from the writer, and was not taken along as it is stored."""
        return ".#" not in self.prefix

    @property
    def is_new(self) -> bool:
        """Tell whether the record does not exist yet."""
        return self.stored is None

    @property
    def meant(self) -> SaveOptions:
        """Return how the save is meant that the draft is part of."""
        return self.options if self.head is None else self.head.meant

    def changed(self) -> dict[str, object]:
        """Return the values that differ from what is stored."""
        if self.stored is None:
            return {name: value for name, value in self.values.items() if value is not None}
        return {
            name: value
            for name, value in self.values.items()
            if name not in self.stored or self.stored[name] != value
        }

    def walk(self) -> Iterator[Draft]:
        """Yield the draft and the drafts of its lines."""
        yield self
        for drafts in self.lines.values():
            for each in drafts:
                yield from each.walk()


@dataclass(eq=False)
class Messages:
    """What is wrong with a record and its lines, gathered to be told at once."""

    fields: dict[str, list[Message]] = field(default_factory=dict)
    confirm: dict[str, Message] = field(default_factory=dict)
    warnings: dict[str, Message] = field(default_factory=dict)

    def add(self, name: str, message: Message) -> None:
        """Note one message at a field, or at the record as a whole (empty name)."""
        noted = self.fields.setdefault(name, [])
        if message not in noted:
            noted.append(message)

    def raise_if_any(self) -> None:
        """Raise InputError if anything stands in the way."""
        if self.fields or self.confirm:
            raise InputError(self.fields, confirm=self.confirm)
