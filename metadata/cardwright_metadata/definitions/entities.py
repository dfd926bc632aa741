"""An entity and its fields as the catalog holds them: merged, linked, with identities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_metadata.definitions.cards import CardDefinition
from cardwright_metadata.definitions.flows import PostingDefinition
from cardwright_metadata.definitions.lists import ListDefinition, QueryDefinition
from cardwright_metadata.definitions.pools import FollowerDefinition, PoolDefinition
from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.definitions.timing import DeadlineDefinition, RecurrenceDefinition
from cardwright_metadata.expressions.tree import Expression

#: A value-or-expression slot: true, false, or an expression decided per record.
Slot = bool | Expression

#: What stands before the name of a trait where an entity may be named too.
TRAIT_PREFIX = "trait:"


@dataclass(frozen=True, kw_only=True)
class CheckDefinition:
    """What must hold. It fails where ``condition`` is true and ``test`` (if given) is not.

    Without ``test`` it fails where ``condition`` holds. ``level``: error, confirm, warn.
    """

    name: str
    condition: Expression | None = None  #: key ``if``
    test: Expression | None = None
    level: str = "error"
    reason: bool = False  #: a confirmation asks why, and history keeps the answer
    message: Text = Text()
    place: str = ""  #: the field beside which the message stands; empty for the record


@dataclass(frozen=True, kw_only=True)
class SuggestionDefinition:
    """One source of a suggested value, with what people read beside it."""

    name: str
    label: Text
    value: Expression


@dataclass(frozen=True, kw_only=True)
class EquationDefinition:
    """Fields that belong together, each with what gives it from the others.

    Of several that nobody set the first is computed.
    """

    name: str
    values: tuple[tuple[str, Expression], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the fields that it binds."""
        return tuple(name for name, _ in self.values)


@dataclass(frozen=True, kw_only=True)
class FieldDefinition:
    """One named value of an entity. ``options`` holds what only its type understands.

    Options whose JSON Schema has ``format: expression`` are Expression objects, those with
    ``format: text`` are Text; all others are as the canonical document has them.
    """

    name: str
    type: str
    id: str = ""  #: 10 characters base32, given at first apply
    column: str = ""  #: physical column name, given at first apply
    label: Text = Text()
    help: Text = Text()
    hint: Text = Text()
    example: Text = Text()
    unit: Text = Text()
    required: Slot = False
    readonly: Slot = False
    visible: Slot = True
    unlocked: Slot = False  #: people may change it though the record is locked
    default: Expression | None = None  #: literals are written as expressions too, see loading
    suggest: Expression | None = None
    suggest_first: bool = False  #: key ``suggest: first``: the first candidate of a link
    suggestions: tuple[SuggestionDefinition, ...] = ()  #: named sources of ``suggest``, in order
    checks: tuple[CheckDefinition, ...] = ()
    unique: bool = False
    copy: bool = True  #: a copy of the record takes the value along
    series: bool = False  #: key ``history: series``: the values that it had are shown by date
    index: bool = False
    sort: bool = False  #: keeps a stored sort key
    active: bool = True
    system: bool = False  #: kept by the engine, such as created_at
    targets: tuple[str, ...] = ()  #: entities it may point to; of lines, the line entity
    number: int = 0  #: small number unique in the entity, never reused; prefixes search tokens
    was: tuple[str, ...] = ()
    pack: str = ""
    retired: bool = False
    kept_of: str = ""  #: id of the field that held these values before its type was changed
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class UniqueDefinition:
    """Fields that together occur once among records that are not deleted."""

    name: str
    fields: tuple[str, ...]
    condition: Expression | None = None  #: key ``if``
    nulls_equal: bool = False


@dataclass(frozen=True, kw_only=True)
class DuplicateDefinition:
    """A rule of duplicates: records that look equal in all fields of ``match``.

    ``ignore`` are words that say nothing, such as the legal form in a company's name. ``level``:
    warn, or confirm where a save waits for somebody to say that it is meant.
    """

    name: str
    match: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    label: Text = Text()
    level: str = "warn"


@dataclass(frozen=True, kw_only=True)
class PeriodDefinition:
    """Records valid for a time: first and last day fields, per which fields, overlap or not."""

    start: str  #: key ``from``
    end: str  #: key ``to``; the last valid day, empty while it lasts
    per: tuple[str, ...]
    overlap: str = "forbid"

    @property
    def ends(self) -> tuple[str, str]:
        """Return the fields of the first and of the last valid day."""
        return self.start, self.end


@dataclass(frozen=True, kw_only=True)
class FieldGroupDefinition:
    """Fields that rights speak of together."""

    name: str
    label: Text = Text()
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EntityDefinition:
    """A kind of record. ``family``: master, document, log; an entity with ``owner`` is lines."""

    name: str
    id: str = ""
    table: str = ""  #: physical table name, given at first apply
    label: Text = Text()
    description: Text = Text()
    family: str = "master"
    icon: str = ""
    pack: str = ""
    title: str = "name"  #: the field that names a record to people
    subtitle: tuple[str, ...] = ()  #: further fields shown beside the title in pickers
    owner: str = ""  #: the head entity whose ``lines`` field holds these records; empty if none
    owner_field: str = ""  #: that lines field of the head
    fields: Mapping[str, FieldDefinition] = field(default_factory=dict)
    field_groups: Mapping[str, FieldGroupDefinition] = field(default_factory=dict)
    traits: tuple[str, ...] = ()
    features: frozenset[str] = frozenset()
    # ^ built-in traits that are on: history, files, comments, activities, tags, favourites,
    #   recycle, import
    unique: Mapping[str, UniqueDefinition] = field(default_factory=dict)
    duplicates: Mapping[str, DuplicateDefinition] = field(default_factory=dict)
    checks: Mapping[str, CheckDefinition] = field(default_factory=dict)
    solve: Mapping[str, EquationDefinition] = field(default_factory=dict)
    search: Mapping[str, int] = field(default_factory=dict)  #: path of a field → weight
    card: CardDefinition = field(default_factory=CardDefinition)
    list: ListDefinition = field(default_factory=ListDefinition)
    queries: Mapping[str, QueryDefinition] = field(default_factory=dict)
    period: PeriodDefinition | None = None
    frozen: Expression | None = None  #: when a record's values never change again
    locked: Expression | None = None  #: when nobody may edit it
    plays: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  #: part → {role of a field: field name}
    post: Mapping[str, PostingDefinition] = field(default_factory=dict)
    deadlines: Mapping[str, DeadlineDefinition] = field(default_factory=dict)
    recurrences: Mapping[str, RecurrenceDefinition] = field(default_factory=dict)
    pool: PoolDefinition | None = None
    followers: Mapping[str, FollowerDefinition] = field(default_factory=dict)
    # ^ key ``followed_by``: what is given away, claimed and released together with a record
    made_in: str = ""  #: the link to the record inside whose card these are made
    kept: bool = False  #: written by the engine alone, such as the balances of a ledger
    was: tuple[str, ...] = ()
    retired: bool = False
    hash: str = ""  #: content hash of the canonical part, with identities

    @property
    def is_made_inside(self) -> bool:
        """Tell whether records are made in another one only: lines, and what ``made_in`` says."""
        return bool(self.owner or self.made_in)
