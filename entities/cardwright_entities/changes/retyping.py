"""A field whose values must be written anew gets a new column; the former one is kept, retired.

The field keeps its identity. What it held stays as a retired field beside it (``kept_of`` says of
which), so that it is found, purged and taken back like every other retired field.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cardwright_entities.changes.conversions import (
    TypedField,
    find_conversion,
    keeps_meaning,
    typed_field,
)
from cardwright_entities.changes.identities import (
    Assignment,
    Identity,
    Part,
    field_address,
    new_id,
)
from cardwright_entities.changes.tables import TypesOfFields
from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, PlanError
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition

_ENTITY = "entity/"
#: What a kept field no longer is.
_PLAIN = frozenset({"required", "unique", "index", "sort", "check", "checks", "was"})


@dataclass(frozen=True)
class Move:
    """A field whose values move to a new column: where from, and what they may have been before."""

    entity: str
    field: str
    kept: str  #: name of the retired field that keeps the former values
    former: str = ""  #: an earlier kept field of the wanted type: its values come back where equal


@dataclass(frozen=True)
class Retyping:
    """Parts in which moved fields have new columns, and which fields those are."""

    assignment: Assignment
    moves: Mapping[str, Move]  #: by the field's id


def retype(
    assignment: Assignment,
    base: Mapping[str, Part],
    types: TypesOfFields,
    context: Context,
    *,
    fresh: Callable[[], str] = new_id,
) -> Retyping:
    """Give every field whose values change their kind a new column; raise PlanError if impossible.

    Fields without columns, before or after, are left as they are.
    """
    work = _Retyping(assignment, base, types, context, fresh)
    parts = {address: work.part(address, part) for address, part in assignment.parts.items()}
    moved = {identity.id: identity for identity in work.moved}
    changed = {each.id: each for each in assignment.changed} | moved
    new = (*assignment.new, *work.kept)
    return Retyping(Assignment(parts, new, tuple(changed.values())), work.moves)


class _Retyping:
    def __init__(
        self,
        assignment: Assignment,
        base: Mapping[str, Part],
        types: TypesOfFields,
        context: Context,
        fresh: Callable[[], str],
    ) -> None:
        self.types = types
        self.context = context
        self.fresh = fresh
        self.base = Catalog.from_parts(base)
        self.wanted = Catalog.from_parts(assignment.parts)
        self.bases = {part["id"]: part for part in base.values() if "fields" in part}
        self.changed = {each.id: each for each in assignment.changed}
        self.kept: list[Identity] = []
        self.moved: list[Identity] = []
        self.moves: dict[str, Move] = {}

    def part(self, address: str, part: dict[str, Any]) -> dict[str, Any]:
        """Return a part with new columns where values move."""
        base = self.bases.get(part.get("id", "")) if address.startswith(_ENTITY) else None
        if base is None:
            return part
        old, new = self.base.entity(base["name"]), self.wanted.entity(part["name"])
        by_id = {field.id: field for field in old.fields.values()}
        for field in new.fields.values():
            before = by_id.get(field.id)
            if before is None or not self._moves(old, before, new, field):
                continue
            part = self._move(part, base, before, field)
        return part

    def _moves(
        self,
        old: EntityDefinition,
        before: FieldDefinition,
        new: EntityDefinition,
        f: FieldDefinition,
    ) -> bool:
        same_targets = self._targets(self.base, before) == self._targets(self.wanted, f)
        if before.type == f.type and before.options == f.options and same_targets:
            return False
        was, will = self._typed(self.base, before), self._typed(self.wanted, f)
        columns = _columns(was), _columns(will)
        if before.system or not all(columns):
            return False
        if columns[0] == columns[1] and same_targets and keeps_meaning(was, will):
            return False
        if find_conversion(was, will, self.context) is None:
            raise PlanError(
                Message.of(
                    "type_change", entity=new.name, field=f.name, old=before.type, new=f.type
                ),
                stale=False,
            )
        return True

    def _targets(self, catalog: Catalog, field: FieldDefinition) -> str:
        """Return the id of the one entity that a column's foreign key points to."""
        if self.types.of(field).relation != "one" or len(field.targets) != 1:
            return ""
        return catalog.entity(field.targets[0]).id

    def _typed(self, catalog: Catalog, field: FieldDefinition) -> TypedField:
        return typed_field(field, self.types.of(field), catalog.picklists)

    def _move(
        self, part: dict[str, Any], base: Part, before: FieldDefinition, field: FieldDefinition
    ) -> dict[str, Any]:
        body = part["fields"][field.name]
        identifier = self.fresh()
        kept = f"{field.name}_{before.type}_{identifier[:4]}"
        column = f"{field.name[:24].strip('_')}_{identifier[:4]}"
        taken = {each.get("column") for each in part["fields"].values()}
        if column in taken or kept in part["fields"]:
            return self._move(part, base, before, field)
        number = max(int(each.get("number", 0)) for each in part["fields"].values()) + 1
        address = field_address(part["name"], kept)
        pack = str(body.get("pack", ""))
        self.kept.append(Identity(identifier, pack, address, before.column, number, retired=True))
        self._note_column(part["name"], field, column)
        self.moves[field.id] = Move(part["name"], field.name, kept, self._former(part, field))
        old_body = {
            key: value for key, value in base["fields"][before.name].items() if key not in _PLAIN
        }
        held = {
            **old_body,
            "id": identifier,
            "column": before.column,
            "number": number,
            "retired": True,
            "kept_of": field.id,
        }
        fields = {**part["fields"], field.name: {**body, "column": column}, kept: held}
        return {**part, "fields": fields}

    def _note_column(self, entity: str, field: FieldDefinition, column: str) -> None:
        known = self.changed.get(field.id) or Identity(
            field.id, field.pack, field_address(entity, field.name), number=field.number
        )
        self.moved.append(replace(known, physical=column))

    def _former(self, part: Part, field: FieldDefinition) -> str:
        """Return the newest kept field that held this field's values in the wanted type."""
        definition = self.wanted.entity(part["name"])
        found = [
            each
            for each in definition.fields.values()
            if each.kept_of == field.id
            and each.type == field.type
            and _columns(self._typed(self.wanted, each))
            == _columns(self._typed(self.wanted, field))
        ]
        return max(found, key=lambda each: each.number).name if found else ""


def _columns(field: TypedField) -> tuple[tuple[str, str], ...]:
    """Return suffix and type of each column, to compare."""
    return tuple(
        (spec.suffix, f"{spec.type!r}{getattr(spec.type, 'scale', '')}")
        for spec in field.type.columns(field.definition)
    )
