"""Documents that flow: conversions, ledgers, and what a document posts to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression

#: Stands among the lines of a conversion for the source itself.
HEAD = "head"


@dataclass(frozen=True, kw_only=True)
class StrandDefinition:
    """What becomes of one part of the source: of its head, or of each of its lines.

    ``lines`` is the lines field of the source, empty for its head; ``to`` that of the target.
    ``open`` names the field of the source in which the engine keeps the rest.
    """

    lines: str = ""
    to: str = ""
    source: str = ""  #: the link of the target's part that keeps where it came from
    copy: Mapping[str, Expression] = field(default_factory=dict)
    quantity: str = ""  #: the field of the target's part that takes from the source
    total: Expression | None = None  #: how much the source gives in all
    open: str = ""
    counts: Expression | None = None  #: which targets use it up; None: all
    tolerance: Expression | None = None  #: the share that may be taken on top


@dataclass(frozen=True, kw_only=True)
class MoveDefinition:
    """Records of an entity that leave the source and follow the target."""

    entity: str
    link: str  #: key ``from``: the link that points to the source
    to: str  #: the link that points to the target afterwards


@dataclass(frozen=True, kw_only=True)
class FurtherDefinition:
    """A further record that a conversion makes in the same step."""

    name: str
    to: str
    label: Text = Text()
    link: str = ""  #: its link to the target of the conversion
    source: str = ""  #: its link to the source
    copy: Mapping[str, Expression] = field(default_factory=dict)
    condition: Expression | None = None  #: key ``if``
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class ConversionDefinition:
    """How a record of one entity is made from records of another.

    ``push`` is None where it is not offered on the source; its ways are ``whole`` and ``part``
    with their words, and no way at all means the usual one.
    """

    name: str
    source: str  #: key ``from``
    target: str  #: key ``to``
    label: Text = Text()
    pack: str = ""
    push: Mapping[str, Text] | None = None
    pull: bool = False
    condition: Expression | None = None  #: key ``if``
    merge: tuple[str, ...] = ()
    head: StrandDefinition = StrandDefinition()
    lines: tuple[StrandDefinition, ...] = ()
    moves: tuple[MoveDefinition, ...] = ()
    also: tuple[FurtherDefinition, ...] = ()
    then_condition: Expression | None = None
    then: Mapping[str, Expression] = field(default_factory=dict)

    @property
    def strands(self) -> tuple[StrandDefinition, ...]:
        """Return the parts that keep where they came from."""
        return ((self.head,) if self.head.source else ()) + self.lines


@dataclass(frozen=True, kw_only=True)
class DimensionDefinition:
    """What a balance is kept for: an entity, whose name the link bears."""

    name: str
    entity: str  #: key ``of``
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class LedgerDefinition:
    """Balances per dimensions; ``<name>_balance`` and ``<name>_entry`` are its entities."""

    name: str
    label: Text = Text()
    pack: str = ""
    dimensions: Mapping[str, DimensionDefinition] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    never_negative: Mapping[str, bool | Expression] = field(default_factory=dict)
    closed: Expression | None = None  #: the last day that is closed

    @property
    def balance(self) -> str:
        """Return the entity of the balances."""
        return balance_entity(self.name)

    @property
    def entry(self) -> str:
        """Return the entity of the entries."""
        return entry_entity(self.name)


@dataclass(frozen=True, kw_only=True)
class PostingDefinition:
    """What a document does to a ledger while its condition holds."""

    name: str
    ledger: str
    condition: Expression | None = None  #: key ``if``
    path: tuple[str, ...] = ()  #: key ``for``
    day: Expression | None = None
    values: Mapping[str, Expression] = field(default_factory=dict)  #: key ``set``


def balance_entity(ledger: str) -> str:
    """Return the entity that holds the balances of a ledger."""
    return f"{ledger}_balance"


def entry_entity(ledger: str) -> str:
    """Return the entity that holds the entries of a ledger."""
    return f"{ledger}_entry"
