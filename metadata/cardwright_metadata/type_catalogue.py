"""What the metadata layer is told about field types, which it does not know itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class TypeDescription:
    """One field type as an author of packs sees it: its options, operators and place in search."""

    name: str
    label: Mapping[str, str]  #: what people call it, by language
    options: Mapping[str, Any]  #: JSON Schema properties, a description on every key
    required: tuple[str, ...]  #: options without which a field of this type says nothing
    operators: tuple[str, ...]
    stored: bool  #: has columns of its own
    searchable: bool  #: may stand in ``search:``
    reference: str = ""  #: key of the option that names a target entity ("to", "of"), "" if none
    plays: str = ""  #: part whose player is the target (user, employee, ...), "" if none
    relation: str = ""  #: "" points nowhere, one, any, many (links), lines: as FieldType.relation
    tree: bool = False  #: a link to its own entity, which makes that a tree
    computed: str = ""  #: "" typed, formula, mirror, serial, mnemonic: as FieldType.computed
    parts: tuple[str, ...] = ()  #: names that may follow in a path, such as ``amount`` of a money
    masks: bool = False  #: a part of a value can be shown: as FieldType.masks


class TypeCatalogue(Protocol):
    """All field types of an installation, handed in by the caller."""

    def names(self) -> Sequence[str]:
        """Return the names that may stand after ``type:``."""
        ...

    def describe(self, name: str) -> TypeDescription:
        """Describe one type; raise KeyError for a name that is not among ``names``."""
        ...
