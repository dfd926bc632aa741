"""What there is: entities, fields and picklists, as far as the caller may know them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.choosing import may_choose
from cardwright_entities.errors import Message, NotFoundError
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.queries.reading import Reading
from cardwright_metadata.definitions.entities import Slot
from cardwright_metadata.definitions.others import ChoiceDefinition, PicklistDefinition
from cardwright_metadata.definitions.stages import StagesDefinition, processes_named
from cardwright_metadata.definitions.texts import Text
from cardwright_platform.api.answers import BASE, dumps, respond
from cardwright_platform.api.json_schemas import value_schema
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.rights import (
    current_reading,
    granted,
    known_entities,
    limited,
    masked_fields,
    readable_fields,
    settable_fields,
)
from cardwright_platform.permissions import SIGNED_IN, requires

pages = Blueprint("api_catalog", __name__, url_prefix=BASE)


@pages.get("/catalog")
@requires(SIGNED_IN)
@operation(Operation(answer="Catalog", tagged=True))
def show_catalog() -> ResponseReturnValue:
    """Answer the entities and picklists that the caller may know."""
    read_parameters()
    reading = current_reading()
    tag = _tag(reading)
    if request.if_none_match.contains(tag):
        return respond("", 304, {"ETag": f'"{tag}"'})
    entities = list(known_entities(reading))
    told = {
        "commit": reading.model.commit,
        "entities": [_summary(reading, entity) for entity in entities],
        "picklists": _picklists(reading, entities),
        "stages": _processes(reading, entities),
    }
    return respond(dumps(told), 200, {"ETag": f'"{tag}"'})


@pages.get("/catalog/<entity>")
@requires(SIGNED_IN)
@operation(Operation(answer="Entity", tagged=True))
def show_entity(entity: str) -> ResponseReturnValue:
    """Answer an entity with its fields, queries and list."""
    read_parameters()
    reading = current_reading()
    definition = reading.model.catalog.entities.get(entity)
    if definition is None or not granted(reading, entity):
        raise NotFoundError(Message("not_found"))
    tag = _tag(reading)
    if request.if_none_match.contains(tag):
        return respond("", 304, {"ETag": f'"{tag}"'})
    told = {"commit": reading.model.commit, **_entity(reading, reading.model.entity(entity))}
    return respond(dumps(told), 200, {"ETag": f'"{tag}"'})


def _tag(reading: Reading) -> str:
    """Return the commit and whose rights: with other roles the same commit tells something else."""
    principal = reading.context.principal
    whose = ",".join([principal.kind, principal.login, *sorted(principal.roles)])
    return f"{reading.model.commit}-{zlib.crc32(whose.encode()):08x}"


def _summary(reading: Reading, entity: EntityModel) -> dict[str, Any]:
    definition = entity.definition
    return {
        "name": entity.name,
        "label": _words(definition.label),
        "family": definition.family,
        "icon": definition.icon,
        "title": definition.title,
        "head": definition.owner or None,
        "actions": list(granted(reading, entity.name)),
        "limited": list(limited(reading, entity.name)),
    }


def _entity(reading: Reading, entity: EntityModel) -> dict[str, Any]:
    definition = entity.definition
    readable = readable_fields(reading, entity)
    settable = settable_fields(reading, entity)
    masked = masked_fields(reading, entity)
    fields = {
        name: _field(
            reading,
            field if name in settable else masked.get(name, field),
            settable=name in settable,
            readable=name in readable,
            masked=name in masked,
        )
        for name, field in entity.fields.items()
        if name in readable or name in settable or name in masked
    }
    shipped = definition.list
    return {
        **_summary(reading, entity),
        "description": _words(definition.description),
        "fields": fields,
        "search": _known(reading, entity, definition.search),
        "list": {
            "columns": _known(reading, entity, [each.path for each in shipped.columns]),
            "sort": [
                ("-" if each.descending else "") + each.path
                for each in shipped.sort
                if _known(reading, entity, [each.path])
            ],
        },
        "queries": {
            name: {"label": _words(query.label)} for name, query in definition.queries.items()
        },
    }


def _field(
    reading: Reading, field: FieldModel, *, settable: bool, readable: bool, masked: bool
) -> dict[str, Any]:
    definition = field.definition
    targets = [each for each in field.targets if granted(reading, each)]
    return {
        "label": _words(definition.label),
        "help": _words(definition.help),
        "hint": _words(definition.hint),
        "unit": _words(definition.unit),
        "type": definition.type,
        "relation": field.type.relation,
        "targets": targets,
        "picklist": str(definition.options.get("of", "")) if _is_picklist(reading, field) else "",
        "choices_of_others": _of_others(reading, field) if settable else [],
        **_processes_of(definition.options.get("stages", "")),
        "system": definition.system,
        "required": _slot(definition.required),
        "readonly": True if not settable else _slot(definition.readonly),
        "unlocked": settable and _slot(definition.unlocked),
        "readable": readable,
        "masked": masked,
        "unique": definition.unique,
        "operators": list(field.type.operators),
        "sortable": field.type.sortable,
        "numeric": field.type.numeric,
        "schema": value_schema(field, settable=settable),
    }


def _of_others(reading: Reading, field: FieldModel) -> list[str]:
    """Return the choices that the caller must not set where they are not held already."""
    principal = reading.context.principal
    choices: Mapping[str, ChoiceDefinition] = field.definition.options.get("choices", {})
    return [code for code, each in choices.items() if not may_choose(principal, each)]


def _picklists(reading: Reading, entities: Iterable[EntityModel]) -> dict[str, Any]:
    """Return the picklists that the caller meets in some field."""
    used = {
        str(field.definition.options["of"])
        for entity in entities
        for field in {
            **readable_fields(reading, entity),
            **settable_fields(reading, entity),
        }.values()
        if _is_picklist(reading, field)
    }
    catalog = reading.model.catalog
    return {name: _picklist(each) for name, each in catalog.picklists.items() if name in used}


def _picklist(picklist: PicklistDefinition) -> dict[str, Any]:
    return {
        "label": _words(picklist.label),
        "parent": picklist.parent or None,
        "choices": [
            {
                "code": choice.code,
                "label": _words(choice.label),
                "colour": choice.colour,
                "parent": choice.parent or None,
                "retired": choice.retired,
            }
            for choice in picklist.choices.values()
        ],
    }


def _processes(reading: Reading, entities: Iterable[EntityModel]) -> dict[str, Any]:
    """Return the processes that the caller meets in some field."""
    used = {
        name
        for entity in entities
        for field in readable_fields(reading, entity).values()
        for name in processes_named(field.definition.options.get("stages"))
    }
    catalog = reading.model.catalog
    return {name: _process(each) for name, each in catalog.stages.items() if name in used}


def _processes_of(written: object) -> dict[str, Any]:
    """Return the one process of a field, or how it is chosen."""
    if isinstance(written, Mapping):
        return {"stages": "", "stages_by": dict(written)}
    return {"stages": str(written), "stages_by": None}


def _process(process: StagesDefinition) -> dict[str, Any]:
    return {
        "label": _words(process.label),
        "initial": process.initial,
        "states": [
            {
                "name": state.name,
                "label": _words(state.label),
                "colour": state.colour,
                "final": state.final,
                "outcome": state.outcome or None,
                "probability": None if state.probability is None else f"{state.probability:f}",
                "frozen": state.frozen,
                "locked": state.locked,
                "retired": state.retired,
            }
            for state in process.states.values()
        ],
        "moves": [
            {
                "name": move.name,
                "label": _words(move.label),
                "from": list(move.origins),
                "to": move.target,
            }
            for move in process.moves.values()
        ],
    }


def _is_picklist(reading: Reading, field: FieldModel) -> bool:
    options = field.definition.options
    return "choices" in options and options.get("of") in reading.model.catalog.picklists


def _known(reading: Reading, entity: EntityModel, paths: Iterable[str]) -> list[str]:
    return [path for path in paths if reading.can_read(entity, tuple(path.split(".")))]


def _slot(slot: Slot) -> bool | str:
    """Return a slot; an expression may name what the caller must not know, so only that it is."""
    return slot if isinstance(slot, bool) else "depends"


def _words(text: Text) -> Mapping[str, str]:
    return dict(text.words)
