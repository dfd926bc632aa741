"""What field types need of the catalog: choices, targets with their ids, the end of a mirror."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cardwright_entities.field_types.picklists import choices_of
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.field_types.stages import choices_of_states
from cardwright_entities.model.rollups import with_question
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import EntityDefinition, FieldDefinition
from cardwright_metadata.definitions.others import SettingDefinition
from cardwright_metadata.definitions.stages import processes_named

#: Options of the end of a mirror by which its value is chosen.
_CHOSEN_BY = ("targets", "target_ids", "target_tree", "choices", "columns", "quick", "where")


def resolve_field(
    entity: EntityDefinition, field: FieldDefinition, catalog: Catalog, types: FieldTypes
) -> FieldDefinition:
    """Return a field with what its type has to know, see ``field_types.base``."""
    computed = types.of(field).computed
    if computed == "rollup":
        return with_question(entity, field, catalog, types)
    chosen = _with_parent(entity, _with_choices(field, catalog))
    resolved = _with_targets(entity, chosen, catalog, types)
    if computed != "mirror":
        return resolved
    end = end_of_path(entity, str(field.options["path"]).split("."), catalog, types)
    # Where it can be edited it is chosen like the field in which it ends.
    seen = {name: end.options[name] for name in _CHOSEN_BY if name in end.options} if end else {}
    return replace(resolved, options={**seen, **resolved.options, "result": end})


def setting_field(setting: SettingDefinition, catalog: Catalog) -> FieldDefinition:
    """Return a setting as a field, which is how its type reads and shows its value."""
    field = FieldDefinition(
        name=setting.name,
        type=setting.type,
        label=setting.label,
        help=setting.help,
        options=setting.options,
    )
    return _with_choices(field, catalog)


def end_of_path(
    entity: EntityDefinition, names: Sequence[str], catalog: Catalog, types: FieldTypes
) -> FieldDefinition | None:
    """Return the field in which a path over links ends, None for a path that leads nowhere.

    It knows its choices and targets, so that a mirror reads and shows values as it does.
    """
    found: FieldDefinition | None = None
    for index, name in enumerate(names):
        if name == "current" and found is not None and name not in entity.fields:
            continue
        found = entity.fields.get(name)
        if found is None:
            return None
        if index < len(names) - 1:
            following = next((each for each in names[index + 1 :] if each != "current"), "")
            entity = _next_entity(entity, name, following, catalog)
    if found is None:
        return None
    return _with_targets(entity, _with_choices(found, catalog), catalog, types)


def _next_entity(
    entity: EntityDefinition, name: str, following: str, catalog: Catalog
) -> EntityDefinition:
    targets = map(catalog.entity, catalog.targets(entity.name, name))
    return next((each for each in targets if following in each.fields), entity)


def _with_choices(field: FieldDefinition, catalog: Catalog) -> FieldDefinition:
    options = dict(field.options)
    named = processes_named(options.get("stages"))
    processes = [catalog.stages[name] for name in named if name in catalog.stages]
    if processes:
        return replace(field, options={**options, "choices": choices_of_states(processes)})
    picklist = catalog.picklists.get(str(options.get("of", "")))
    if "choices" in options or (picklist is None and "values" not in options):
        return field
    if picklist is not None:
        options["choices"] = picklist.choices
        options["parent_picklist"] = picklist.parent
    else:
        # Once, not at every value: written choices are read from what the author wrote.
        options["choices"] = choices_of(field)
    return replace(field, options=options)


def _with_parent(entity: EntityDefinition, field: FieldDefinition) -> FieldDefinition:
    """Name the field on whose choice this one depends, where only one can be meant."""
    parent = field.options.get("parent_picklist")
    if not parent or "depends_on" in field.options:
        return field
    others = [
        each.name
        for each in entity.fields.values()
        if each.type == "picklist" and each.options.get("of") == parent and not each.retired
    ]
    if len(others) != 1:
        return field
    return replace(field, options={**field.options, "depends_on": others[0]})


def _with_targets(
    entity: EntityDefinition, field: FieldDefinition, catalog: Catalog, types: FieldTypes
) -> FieldDefinition:
    # What only a form asks is no field of the entity, and brings its targets itself.
    targets = catalog.targets(entity.name, field.name) or field.targets
    if not targets:
        return field
    options = dict(field.options)
    options["targets"] = targets
    options["target_ids"] = {name: catalog.entity(name).id or name for name in targets}
    options["target_tree"] = any(
        types.of(each).tree for name in targets for each in catalog.entity(name).fields.values()
    )
    return replace(field, options=options)
