"""Parts beside the entity's → their definitions."""

from __future__ import annotations

from cardwright_metadata.definitions.others import (
    GrantDefinition,
    ImportColumnDefinition,
    ImportMapDefinition,
    MenuDefinition,
    MenuItemDefinition,
    PackDefinition,
    PicklistDefinition,
    RoleDefinition,
    SeedDefinition,
    SettingDefinition,
    WhoDefinition,
)
from cardwright_metadata.parts import Parse, Part, in_order, read_choices, read_option, read_text


def read_pack(part: Part) -> PackDefinition:
    """Build a pack from its part."""
    return PackDefinition(
        name=part["name"],
        label=read_text(part.get("label")),
        description=read_text(part.get("description")),
        version=part.get("version", "0"),
        language=part.get("language", 1),
        requires=tuple(part.get("requires", ())),
        words=part.get("words", "zh"),
        versions=dict(part.get("versions", {})),
        vendor=part.get("vendor", ""),
        prefix=part.get("prefix", ""),
        locked={target: tuple(paths) for target, paths in part.get("locked", {}).items()},
        powers=dict(part.get("powers", {})),
        archive=part.get("archive", ""),
    )


def read_picklist(part: Part) -> PicklistDefinition:
    """Build a picklist from its part."""
    return PicklistDefinition(
        name=part["name"],
        id=part.get("id", ""),
        label=read_text(part.get("label")),
        pack=part.get("pack", ""),
        parent=part.get("parent", ""),
        choices=read_choices(part.get("choices")),
    )


def read_menu(part: Part) -> MenuDefinition:
    """Build a menu from its part."""
    return MenuDefinition(
        name=part["name"],
        label=read_text(part.get("label")),
        order=part.get("order", 0),
        items=tuple(
            MenuItemDefinition(
                name=name,
                label=read_text(each.get("label")),
                entity=each.get("entity", ""),
                query=each.get("query", ""),
                report=each.get("report", ""),
                icon=each.get("icon", ""),
                who=WhoDefinition.of(each.get("who")),
            )
            for name, each in in_order(part.get("items"))
        ),
        who=WhoDefinition.of(part.get("who")),
    )


def read_role(part: Part, parse: Parse) -> RoleDefinition:
    """Build a role from its part."""
    return RoleDefinition(
        name=part["name"],
        label=read_text(part.get("label")),
        pack=part.get("pack", ""),
        grants={
            entity: GrantDefinition(
                entity=entity,
                actions=frozenset(each.get("actions", ())),
                scopes={action: tuple(scopes) for action, scopes in each.get("scope", {}).items()},
                levels=dict(each.get("fields", {})),
                hidden=tuple(each.get("hidden", ())),
                read_only=tuple(each.get("read_only", ())),
                rows=parse(each["rows"]) if "rows" in each else None,
            )
            for entity, each in part.get("grants", {}).items()
        },
        features=frozenset(part.get("features", ())),
    )


def read_setting(part: Part, parse: Parse) -> SettingDefinition:
    """Build a setting from its part."""
    return SettingDefinition(
        name=part["name"],
        type=part["type"],
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        help=read_text(part.get("help")),
        readable=part.get("readable", False),
        default=part.get("default"),
        options={key: read_option(value, parse) for key, value in part.get("options", {}).items()},
    )


def read_seed(part: Part) -> SeedDefinition:
    """Build a seed from its part."""
    return SeedDefinition(
        name=part["name"],
        entity=part["entity"],
        pack=part.get("pack", ""),
        key=tuple(part.get("key", ())),
        mode=part.get("mode", "once"),
        purpose=part.get("for", "install"),
        order=part.get("order", 0),
        rows=tuple(part.get("rows", ())),
        csv=part.get("csv", ""),
    )


def read_import_map(part: Part) -> ImportMapDefinition:
    """Build an import map from its part."""
    return ImportMapDefinition(
        name=part["name"],
        entity=part["entity"],
        pack=part.get("pack", ""),
        label=read_text(part.get("label")),
        key=tuple(part.get("key", ())),
        mode=part.get("mode", "upsert"),
        columns=tuple(
            ImportColumnDefinition(
                column=column,
                field=each["field"],
                match=each.get("match", ""),
                empty=tuple(each.get("empty", ())),
                pattern=each.get("pattern", ""),
            )
            for column, each in part.get("columns", {}).items()
        ),
        aliases={field: tuple(titles) for field, titles in part.get("aliases", {}).items()},
        empty=tuple(part.get("empty", ())),
        encoding=part.get("encoding", ""),
        ignore=tuple(part.get("ignore", ())),
    )
