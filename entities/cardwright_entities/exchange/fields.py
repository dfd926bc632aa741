"""Which fields of an entity a file may bring or take, and what their columns are called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.exchange.requests import Desk
from cardwright_entities.model.entities import EntityModel, FieldModel

#: Columns that say which record a row is.
IDENTITY = ("id", "version")


@dataclass(frozen=True)
class ExchangeField:
    """A field with its path, such as ``items.product``, and the lines field it belongs to."""

    path: str
    found: FieldModel
    lines: FieldModel | None = None

    def title(self, language: str) -> str:
        """Return the title of the field's column."""
        own = self.found.definition.label.in_language(language, name=self.found.name)
        if self.lines is None:
            return own
        head = self.lines.definition.label.in_language(language, name=self.lines.name)
        return f"{head}.{own}"

    @property
    def required(self) -> bool:
        """Tell whether a row without it is refused whatever else stands in it."""
        return self.found.definition.required is True


def importable_fields(desk: Desk, entity: EntityModel) -> tuple[ExchangeField, ...]:
    """Return the fields that the principal may bring in by a file, lines' fields last."""
    own = [ExchangeField(each.name, each) for each in _settable(desk, entity)]
    if entity.definition.owner and "head" in entity.fields:
        own.insert(0, ExchangeField("head", entity.fields["head"]))
    for lines in entity.lines:
        if lines.name not in _writable(desk, entity):
            continue
        line = desk.model.lines_of(entity, lines.name)
        own += [
            ExchangeField(f"{lines.name}.{each.name}", each, lines)
            for each in _settable(desk, line)
        ]
    return tuple(own)


def _settable(desk: Desk, entity: EntityModel) -> Iterator[FieldModel]:
    writable = _writable(desk, entity)
    for each in entity.fields.values():
        definition = each.definition
        if definition.system and each.name != "owner":
            continue
        # Nobody types a stage, but records come from elsewhere in the state in which they are.
        filled = each.type.editable or each.type.computed == "stage"
        if (
            not filled
            or each.type.holds_file
            or each.type.write_only
            or each.type.relation == "lines"
        ):
            continue
        if not definition.active or definition.readonly is True or each.name not in writable:
            continue
        yield each


def _writable(desk: Desk, entity: EntityModel) -> frozenset[str]:
    return desk.policy.fields(desk.context.principal, entity.name, "write")


def match_fields(entity: EntityModel) -> tuple[FieldModel, ...]:
    """Return the fields by which people name a record of an entity: its codes, then its title."""
    codes = [
        each for each in entity.stored if each.definition.unique or each.type.computed == "serial"
    ]
    title = entity.title
    named = [title] if title is not None and title.columns and title not in codes else []
    return tuple(each for each in [*codes, *named] if not each.type.relation)
