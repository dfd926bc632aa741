"""The steps of a plan: what is done to the database, in which order, and how it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

#: What nobody may name any more when it is done.
_FINAL = frozenset({"archive", "forget", "drop_table", "drop_column", "drop_search"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step. Without statements and filling it only says what publishing changes.

    Kinds with statements: create_table, add_column, add_reference, create_index, create_search,
    fill, recode, watch, convert, unwatch, drop_index, drop_search, drop_column, drop_table,
    archive, forget, unassign. Kinds without: add, rename, retype, change, retire, restore.
    """

    kind: str
    target: str  #: address of what changes, such as ``entity/customer#fields.name``
    name: str = ""  #: physical name of what is made or dropped; of a rename the former name
    phase: str = "expand"  #: expand before publishing, contract after
    statements: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()
    concurrent: bool = False  #: outside of transactions, so that writers go on (PostgreSQL)
    fills: str = ""  #: sort, search, convert: what is computed for existing records
    conversion: Mapping[str, str] = field(default_factory=dict)  #: of convert, see ``converting``

    @property
    def works(self) -> bool:
        """Tell whether there is something to do in the database."""
        return bool(self.statements or self.fills or self.kind == "archive")

    @property
    def is_final(self) -> bool:
        """Tell whether it must wait until nobody works by the former definitions any more."""
        return self.phase == "contract" and self.kind in _FINAL

    def to_json(self) -> dict[str, Any]:
        """Return the step as plain JSON."""
        written = asdict(self)
        return {
            key: _plain(value) for key, value in written.items() if value not in ("", (), False, {})
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Step:
        """Read a step from plain JSON."""
        return cls(
            kind=body["kind"],
            target=body.get("target", ""),
            name=body.get("name", ""),
            phase=body.get("phase", "expand"),
            statements=tuple(body.get("statements", ())),
            undo=tuple(body.get("undo", ())),
            concurrent=body.get("concurrent", False),
            fills=body.get("fills", ""),
            conversion=body.get("conversion", {}),
        )


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
