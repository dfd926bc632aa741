"""What of a form may wait unsaved: inputs of fields that the writer reads and writes today."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from cardwright_entities.engine import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_platform.web.presenting.inputs import Typed

#: What a line sends along that is no field of it.
_OF_LINES = frozenset({"id", "version", "remove", "total", "spread"})
_COLUMN = re.compile(r"c\d+")
#: What a form posts besides its fields.
_OF_FORMS = frozenset({"version", "then", "return", "csrf_token", "key", "form-number"})
_OF_CHECKS = frozenset({"confirm", "reason", "resolve"})


@dataclass(frozen=True)
class KeptInputs:
    """The inputs that stay with their fields, and those that do not: ``fax``, ``items.price``."""

    inputs: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, FieldModel] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()


def kept_inputs(desk: Desk, entity: EntityModel, typed: Typed) -> KeptInputs:
    """Return what of the inputs of a form may be kept, and shown again, for this writer."""
    own = _open_fields(desk, entity)
    kept: dict[str, list[str]] = {}
    fields: dict[str, FieldModel] = {}
    left: set[str] = set()
    for name, texts in typed.items():
        parts = name.split(".")
        found = entity.fields.get(parts[0])
        if found is None and (name in _OF_FORMS or parts[0] in _OF_CHECKS):
            continue
        path = parts[0]
        if found is not None and found.type.relation == "lines":
            line = desk.model.lines_of(entity, found.name)
            inner = _inside(line, parts)
            is_open = found.name in desk.reading.readable(entity)
            is_open = is_open and (not inner or inner in _open_fields(desk, line))
            path = f"{path}.{inner}" if inner else path
            found = line.fields.get(inner, found)
        else:
            is_open = path in own
        if is_open and found is not None:
            kept[name] = list(texts)
            fields[path] = found
        elif any(texts):
            left.add(path)
    return KeptInputs(kept, fields, frozenset(left))


def _open_fields(desk: Desk, entity: EntityModel) -> frozenset[str]:
    readable = desk.reading.readable(entity)
    writable = desk.policy.fields(desk.context.principal, entity.name, "write")
    return frozenset(
        name
        for name, each in entity.fields.items()
        if name in readable and name in writable and _is_text(each)
    )


def _is_text(found: FieldModel) -> bool:
    """Tell whether a field is typed and may be written down: neither a secret nor a file."""
    if found.type.write_only or found.type.holds_file or found.type.relation == "lines":
        return False
    return found.type.editable and (not found.definition.system or found.name == "owner")


def _inside(line: EntityModel, parts: Sequence[str]) -> str:
    """Return the field of a line that an input is of; empty for what only tells of the line."""
    rest = list(parts[2:])
    if rest and parts[1].startswith("r") and _COLUMN.fullmatch(rest[0]):
        rest = rest[1:]  # a cell of a matrix
    if not rest:
        return ""
    found = line.fields.get(rest[0])
    is_told = rest[0] in _OF_LINES and (found is None or found.definition.system)
    return "" if is_told else rest[0]
