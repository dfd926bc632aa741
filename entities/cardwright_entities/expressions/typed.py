"""An expression whose names and types were checked: what the checker returns."""

from __future__ import annotations

from dataclasses import dataclass

from cardwright_entities.expressions.values import ValueType
from cardwright_metadata.expressions.tree import Node, Path


@dataclass(frozen=True)
class TypedExpression:
    """A checked tree, its literals turned into the values they are compared with."""

    tree: Node
    type: ValueType
    paths: tuple[Path, ...]  #: what it reads, seen from the record in question
    related: tuple[Path, ...]  #: the to-many paths among them
    uses_clock: bool  #: its value depends on when it is read or by whom
    backends: frozenset[str]  #: where it can run: python, sql, javascript
    reads: Node | None = None  #: what in it looks up other records, on the server only

    @property
    def is_pure(self) -> bool:
        """Tell whether its value depends on nothing but records."""
        return not self.uses_clock
