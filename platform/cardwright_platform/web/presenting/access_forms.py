"""A role's grant -> a form of boxes and levels, and back: what was ticked as files write it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from werkzeug.datastructures import MultiDict

from cardwright_entities.access.conditions import wrong_condition
from cardwright_entities.access.levels import LEVEL_NAMES
from cardwright_entities.access.policy import EVERY_ENTITY
from cardwright_entities.access.scopes import condition_of_scope, scopes_of
from cardwright_entities.engine import Desk
from cardwright_entities.errors import Message
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_metadata.definitions.others import GrantDefinition, RoleDefinition
from cardwright_metadata.expressions.limits import MAXIMUM_LENGTH
from cardwright_platform.views.access import (
    AccessColumn,
    FeatureInput,
    GrantRow,
    LevelInput,
)
from cardwright_platform.views.cells import Choice
from cardwright_platform.views.forms import Input
from cardwright_platform.web.presenting.access_marks import (
    SCOPES,
    all_actions,
    all_features,
    feature_label,
)
from cardwright_platform.web.presenting.reader import Reader

#: What may be granted on records that the engine alone writes.
_OF_READERS = frozenset({"read", "export", "print"})
_OTHERS = "*"
#: The input of the condition.
CONDITION = "rows"


def grant_of(role: RoleDefinition, entity: str) -> GrantDefinition | None:
    """Return the grant by which a role has rights on an entity: its own, or that of all others."""
    return role.grants.get(entity) or role.grants.get(EVERY_ENTITY)


def offered_actions(entity: EntityModel | None) -> tuple[str, ...]:
    """Return what can be granted on an entity at all, without one on all others."""
    if entity is None:
        return all_actions()
    definition = entity.definition
    return tuple(
        each
        for each in all_actions()
        if (not definition.kept or each in _OF_READERS)
        and not (each == "import" and definition.made_in)
    )


def offered_scopes(desk: Desk, entity: EntityModel | None) -> tuple[str, ...]:
    """Return the scopes in which there can be records of an entity, without one of any."""
    catalog = desk.model.catalog
    names = catalog.entities if entity is None else (entity.name,)
    return tuple(
        each
        for each in reversed(tuple(SCOPES))
        if any(condition_of_scope(each, catalog, name) is not False for name in names)
    )


def scope_columns(reader: Reader, scopes: Sequence[str]) -> tuple[AccessColumn, ...]:
    """Return the heads of the boxes."""
    return tuple(
        AccessColumn(label=reader.t(f"access.scope_{each}"), sub=reader.t(f"rights.scope_{each}"))
        for each in scopes
    )


def grant_rows(
    reader: Reader,
    entity: EntityModel | None,
    grant: GrantDefinition | None,
    scopes: Sequence[str],
) -> tuple[GrantRow, ...]:
    """Return a row of boxes for each action, ticked as the grant stands."""
    return tuple(
        GrantRow(
            name=f"scope.{action}",
            label=reader.t(f"rights.action_{action}"),
            boxes=tuple(
                (
                    scope,
                    reader.t(
                        "access.box",
                        action=reader.t(f"rights.action_{action}"),
                        scope=reader.t(f"access.scope_{scope}"),
                    ),
                    grant is not None
                    and action in grant.actions
                    and scope in scopes_of(grant, action),
                )
                for scope in scopes
            ),
        )
        for action in offered_actions(entity)
    )


def level_inputs(
    desk: Desk, reader: Reader, entity: EntityModel, grant: GrantDefinition | None
) -> Iterator[tuple[str, tuple[LevelInput, ...]]]:
    """Yield the inputs of levels under headings: what is general, fields, fields of lines."""
    said = written_levels(grant)
    general = [(_OTHERS, reader.t("access.all_other_fields"))]
    general += [
        (each.name, reader.t("access.field_group", name=reader.text(each.label, each.name)))
        for each in entity.definition.field_groups.values()
    ]
    unsaid = reader.t("access.level_open")
    yield reader.t("access.general"), _inputs(reader, general, said, unsaid)
    unsaid = reader.t("access.level_unsaid")
    named = _named(desk, reader, entity, "")
    yield reader.t("rights.fields"), _inputs(reader, named, said, unsaid)
    for each in entity.lines:
        line = desk.model.lines_of(entity, each.name)
        label = reader.field_label(each)
        named = _named(desk, reader, line, f"{each.name}.")
        yield label, _inputs(reader, named, said, unsaid)


def written_levels(grant: GrantDefinition | None) -> dict[str, str]:
    """Return what a grant says of fields, its short forms included."""
    if grant is None:
        return {}
    short = dict.fromkeys(grant.read_only, "read") | dict.fromkeys(grant.hidden, "hidden")
    return {**grant.levels, **short}


def read_grant(
    desk: Desk, entity: EntityModel, grant: GrantDefinition | None, posted: MultiDict[str, str]
) -> dict[str, Any]:
    """Return what was ticked as files write it; no actions where nothing may be done any more.

    What the form does not show stays: levels of fields that nobody was shown, and a condition on
    them.
    """
    wanted = read_actions(desk, entity, posted)
    shown = _shown_names(desk, entity)
    levels = {name: level for name, level in written_levels(grant).items() if name not in shown}
    for name in shown:
        level = posted.get(f"level.{name}", "")
        if level in LEVEL_NAMES:
            levels[name] = level
    if levels:
        wanted["fields"] = dict(sorted(levels.items()))
    stays = grant is not None and not may_show_condition(desk, entity, grant)
    rows = "" if grant is None or grant.rows is None else grant.rows.text
    if condition := rows if stays else posted.get(CONDITION, rows).strip():
        wanted["rows"] = condition
    return wanted


def read_actions(
    desk: Desk, entity: EntityModel | None, posted: MultiDict[str, str]
) -> dict[str, Any]:
    """Return the actions that were ticked, and on whose records."""
    scopes = offered_scopes(desk, entity)
    chosen = {
        action: [each for each in scopes if each in posted.getlist(f"scope.{action}")]
        for action in offered_actions(entity)
    }
    chosen = {action: ["all"] if "all" in each else each for action, each in chosen.items() if each}
    wanted: dict[str, Any] = {"actions": list(chosen)}
    if any(each != ["all"] for each in chosen.values()):
        wanted["scope"] = chosen
    return wanted


def ticked_grant(entity: str, wanted: Mapping[str, Any]) -> GrantDefinition:
    """Return what was ticked, as ``read_grant`` told it, for a form that shows it again."""
    return GrantDefinition(
        entity=entity,
        actions=frozenset(wanted["actions"]),
        scopes={action: tuple(each) for action, each in wanted.get("scope", {}).items()},
        levels=wanted.get("fields", {}),
    )


def may_show_condition(desk: Desk, entity: EntityModel, grant: GrantDefinition | None) -> bool:
    """Tell whether the condition of a grant speaks of nothing that is hidden from the reader."""
    rows = None if grant is None else grant.rows
    return rows is None or desk.may_tell(entity.name, rows.tree)


def wrong_condition_of(
    desk: Desk, entity: EntityModel, wanted: Mapping[str, Any]
) -> Message | None:
    """Return what is wrong with the condition that was typed, None for nothing."""
    text = str(wanted.get("rows", ""))
    return wrong_condition(desk.model, entity, text, desk.reading.readable) if text else None


def condition_input(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    grant: GrantDefinition | None,
    wanted: Mapping[str, Any] | None,
    wrong: Sequence[str] = (),
) -> Input | None:
    """Return the input of the condition as it stands or was typed; None where it stays as it is."""
    if not may_show_condition(desk, entity, grant):
        return None
    stored = "" if grant is None or grant.rows is None else grant.rows.text
    names = (
        reader.t("access.field_named", label=reader.field_label(field), name=name)
        for name, field in _fields_shown(desk, entity).items()
    )
    return Input(
        name=CONDITION,
        widget="textarea",
        label=reader.t("access.condition"),
        text=stored if wanted is None else str(wanted.get("rows", "")),
        errors=tuple(wrong),
        help=reader.t("access.condition_help", names=reader.listed(names)),
        length=MAXIMUM_LENGTH,
        rows=2,
        span=4,
    )


def feature_inputs(
    desk: Desk, reader: Reader, held: frozenset[str], ticked: frozenset[str] | None = None
) -> tuple[FeatureInput, ...]:
    """Return a box for each feature, ticked as it is held or was just ticked.

    Nobody gives what he does not have.
    """
    principal = desk.context.principal
    return tuple(
        FeatureInput(
            name=each,
            label=feature_label(reader, each),
            ticked=each in (held if ticked is None else ticked),
            blocked=""
            if each in held or desk.policy.has_feature(principal, each)
            else reader.t("access.not_yours"),
        )
        for each in all_features()
    )


def _shown_names(desk: Desk, entity: EntityModel) -> set[str]:
    """Return the names in a grant for which the form has an input."""
    names = {_OTHERS, *entity.definition.field_groups, *_fields_shown(desk, entity)}
    for each in entity.lines:
        line = desk.model.lines_of(entity, each.name)
        names |= {f"{each.name}.{name}" for name in _fields_shown(desk, line)}
    return names


def _fields_shown(desk: Desk, entity: EntityModel) -> dict[str, FieldModel]:
    return {
        name: field
        for name, field in desk.reading.shown(entity).items()
        if not field.definition.system or name == "owner"
    }


def _named(desk: Desk, reader: Reader, entity: EntityModel, prefix: str) -> list[tuple[str, str]]:
    """Return the fields that the reader sees, by their names in a grant."""
    return [
        (prefix + name, reader.field_label(field))
        for name, field in _fields_shown(desk, entity).items()
    ]


def _inputs(
    reader: Reader, named: Sequence[tuple[str, str]], said: Mapping[str, str], unsaid: str
) -> tuple[LevelInput, ...]:
    return tuple(
        LevelInput(
            name=name,
            label=label,
            choices=(
                Choice(value="", label=unsaid, selected=name not in said),
                *(
                    Choice(
                        value=each,
                        label=reader.t(f"rights.level_{each}"),
                        selected=said.get(name) == each,
                    )
                    for each in LEVEL_NAMES
                ),
            ),
        )
        for name, label in named
    )
