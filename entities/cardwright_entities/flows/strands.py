"""The parts of conversions with their entities: which record gives to which, and by which link."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_metadata.definitions.flows import ConversionDefinition, StrandDefinition


@dataclass(frozen=True, eq=False)
class Strand:
    """What becomes of one part of a conversion's source.

    ``source`` and ``target`` are the entities of the parts: heads, or their lines.
    """

    conversion: ConversionDefinition
    definition: StrandDefinition
    source_head: EntityModel
    target_head: EntityModel
    source: EntityModel
    target: EntityModel

    @property
    def link(self) -> FieldModel:
        """Return the target's link that keeps where it came from."""
        return self.target.fields[self.definition.source]

    @property
    def quantity(self) -> FieldModel | None:
        """Return the target's field that takes from the source."""
        return self.target.fields.get(self.definition.quantity)

    @property
    def takes(self) -> bool:
        """Tell whether the target uses the source up."""
        return bool(self.definition.quantity)

    @property
    def from_lines(self) -> bool:
        """Tell whether the source is a line."""
        return bool(self.definition.lines)


def strands_of(model: Model, conversion: ConversionDefinition) -> tuple[Strand, ...]:
    """Return the parts of a conversion that keep where they came from."""
    return tuple(
        Strand(
            conversion=conversion,
            definition=each,
            source_head=(source := model.entity(conversion.source)),
            target_head=(target := model.entity(conversion.target)),
            source=model.lines_of(source, each.lines) if each.lines else source,
            target=model.lines_of(target, each.to) if each.to else target,
        )
        for each in conversion.strands
        if _is_whole(model, conversion, each)
    )


def strands_into(model: Model, entity: str) -> Iterator[Strand]:
    """Yield the strands whose targets are records of a head entity or its lines."""
    for conversion in conversions_into(model, entity):
        yield from strands_of(model, conversion)


def strands_from(model: Model, entity: str) -> Iterator[Strand]:
    """Yield the strands whose sources are records of a head entity or its lines."""
    for conversion in conversions_from(model, entity):
        yield from strands_of(model, conversion)


def furthers_into(model: Model, entity: str) -> Iterator[Strand]:
    """Yield the links by which further records know from which source they were made."""
    for conversion in _living(model):
        yield from (each for each in _furthers_of(model, conversion) if each.target.name == entity)


def furthers_from(model: Model, entity: str) -> Iterator[Strand]:
    """Yield the links by which further records know a source of some entity."""
    for conversion in conversions_from(model, entity):
        yield from _furthers_of(model, conversion)


def conversions_into(model: Model, entity: str) -> list[ConversionDefinition]:
    """Return the conversions that make records of a head entity."""
    return [each for each in _living(model) if each.target == entity]


def conversions_from(model: Model, entity: str) -> list[ConversionDefinition]:
    """Return the conversions that records of a head entity are made into others by."""
    return [each for each in _living(model) if each.source == entity]


def strands_keeping(model: Model, entity: str, kept: str) -> list[Strand]:
    """Return the strands that together use up the same rest of a source."""
    return [
        strand
        for conversion in _living(model)
        for strand in strands_of(model, conversion)
        if strand.source.name == entity and strand.definition.open == kept
    ]


def _furthers_of(model: Model, conversion: ConversionDefinition) -> Iterator[Strand]:
    source = model.entity(conversion.source)
    for each in conversion.also:
        target = model.entity(each.to) if each.to in model.catalog.entities else None
        link = target.fields.get(each.source) if target is not None else None
        if target is not None and link is not None and link.value_type.entity == source.name:
            definition = StrandDefinition(source=each.source)
            yield Strand(conversion, definition, source, target, source, target)


def _living(model: Model) -> list[ConversionDefinition]:
    entities = model.catalog.entities
    return [
        each
        for each in model.catalog.conversions.values()
        if each.source in entities and each.target in entities
    ]


def _is_whole(model: Model, conversion: ConversionDefinition, strand: StrandDefinition) -> bool:
    """Tell whether the fields that a strand needs are all in use."""
    source, target = model.entity(conversion.source), model.entity(conversion.target)
    if strand.lines and strand.lines not in source.fields:
        return False
    if strand.to and strand.to not in target.fields:
        return False
    part = model.lines_of(target, strand.to) if strand.to else target
    needed = {strand.source, strand.quantity} - {""}
    return needed <= set(part.fields)
