"""One line written by itself: through its head, which is locked, computed and checked with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from cardwright_entities.errors import ConflictError, InputError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.loading import Loader, Values
from cardwright_entities.records.saving import Saved, SaveOptions


class Gate(Protocol):
    """What writing a line needs of the write gate."""

    model: Model
    loader: Loader

    def lock(self, entity: EntityModel, record: int, action: str) -> Values:
        """Read a record for change."""
        ...

    def update(
        self,
        entity_name: str,
        record: int,
        raw: Mapping[str, Any],
        version: int | None,
        options: SaveOptions,
    ) -> Saved:
        """Change a record."""
        ...


def create_line(
    gate: Gate, entity: EntityModel, raw: Mapping[str, Any], options: SaveOptions
) -> Saved:
    """Add a line to the head that the raw values name."""
    head = raw.get("head")
    if not isinstance(head, int):
        raise InputError({"head": [Message("required")]})
    values = {name: value for name, value in raw.items() if name != "head"}
    definition = entity.definition
    owner = gate.model.entity(definition.owner)
    before = {
        int(str(each["id"])) for each in gate.loader.lines(owner, definition.owner_field, [head])
    }
    saved = gate.update(owner.name, head, {definition.owner_field: [values]}, None, options)
    lines = gate.loader.lines(owner, definition.owner_field, [head])
    added = next(each for each in lines if each["id"] not in before)
    return Saved(int(str(added["id"])), 1, saved.change_set, saved.warnings)


def update_line(
    gate: Gate,
    entity: EntityModel,
    record: int,
    raw: Mapping[str, Any],
    version: int | None,
    options: SaveOptions,
) -> Saved:
    """Change a line of the version that the writer knew."""
    stored = gate.lock(entity, record, "edit")
    if version is not None and version != stored["version"]:
        raise ConflictError(Message("changed_meanwhile"))
    line = {**raw, "id": record}
    definition = entity.definition
    head = int(str(stored["head"]))
    saved = gate.update(definition.owner, head, {definition.owner_field: [line]}, None, options)
    now = gate.loader.records(entity, [record])[record]
    return Saved(record, int(str(now["version"])), saved.change_set, saved.warnings)
