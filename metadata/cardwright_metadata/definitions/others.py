"""Kinds beside the entity: packs, picklists, menus, roles, settings, seeds, import maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cardwright_metadata.definitions.texts import Text
from cardwright_metadata.expressions.tree import Expression


@dataclass(frozen=True, kw_only=True)
class PackDefinition:
    """A folder of definitions that is installed and upgraded together."""

    name: str
    label: Text = Text()
    description: Text = Text()
    version: str = "0"
    language: int = 1
    requires: tuple[str, ...] = ()
    words: str = "zh"  #: the language of plain labels
    versions: Mapping[str, str] = field(default_factory=dict)  #: required pack → which versions
    vendor: str = ""
    prefix: str = ""  #: begins every name that the pack defines: a vendor's, or x for a site
    locked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: definition → paths
    powers: Mapping[str, Any] = field(default_factory=dict)  #: as declared
    archive: str = ""  #: sha256 of the archive that it was installed from


@dataclass(frozen=True, kw_only=True)
class WhoDefinition:
    """Some people: those with one of the roles, and users by the names with which they sign in."""

    roles: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()

    @classmethod
    def of(cls, part: Mapping[str, Any] | None) -> WhoDefinition | None:
        """Read who is meant from its part, None where nothing is said of it."""
        if part is None:
            return None
        users = (each.lower() for each in part.get("users", ()))
        return cls(roles=frozenset(part.get("roles", ())), users=frozenset(users))


@dataclass(frozen=True, kw_only=True)
class ChoiceDefinition:
    """One value of a picklist: its stored code, label, hue and, if dependent, its parent's code."""

    code: str
    label: Text = Text()
    colour: str = ""  #: one of the eleven hues of the theme, empty for none
    parent: str = ""
    who: WhoDefinition | None = None  #: who may choose it, None for everybody
    retired: bool = False


@dataclass(frozen=True, kw_only=True)
class PicklistDefinition:
    """A maintained list of values; ``parent`` names the picklist its choices depend on."""

    name: str
    id: str = ""
    label: Text = Text()
    pack: str = ""
    parent: str = ""
    choices: Mapping[str, ChoiceDefinition] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class MenuItemDefinition:
    """One place in the menu: an entity's list, optionally one of its queries, or a report."""

    name: str
    label: Text = Text()
    entity: str = ""
    query: str = ""
    report: str = ""
    icon: str = ""
    who: WhoDefinition | None = None  #: who is shown it, None for everybody


@dataclass(frozen=True, kw_only=True)
class MenuDefinition:
    """A titled group of menu items; menus show in their order."""

    name: str
    label: Text = Text()
    order: int = 0
    items: tuple[MenuItemDefinition, ...] = ()
    who: WhoDefinition | None = None  #: who is shown the group, None for everybody


@dataclass(frozen=True, kw_only=True)
class GrantDefinition:
    """What a role may do with an entity (``*``: every entity).

    ``actions``: read, create, edit, delete, export, import, print, assign, share, merge. ``scopes``
    says per action, or under ``*`` for the others, whose records; what any of them says, all
    without it. ``rows`` narrows the records. ``levels``: field, group of fields or ``*`` → hidden,
    masked, read, write; ``hidden`` and ``read_only`` name fields and are its short forms.
    """

    entity: str
    actions: frozenset[str]
    scopes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: Mapping[str, str] = field(default_factory=dict)
    hidden: tuple[str, ...] = ()
    read_only: tuple[str, ...] = ()
    rows: Expression | None = None


@dataclass(frozen=True, kw_only=True)
class RoleDefinition:
    """Named rights. ``features``: define_objects, see_jobs, see_messages and so on."""

    name: str
    label: Text = Text()
    pack: str = ""
    grants: Mapping[str, GrantDefinition] = field(default_factory=dict)
    features: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class SettingDefinition:
    """A value that the company sets: ``name`` is dotted, ``type`` a field type.

    ``readable``: whoever writes a condition may name it; others only with the right to settings.
    """

    name: str
    type: str
    readable: bool = False
    pack: str = ""
    label: Text = Text()
    help: Text = Text()
    default: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SeedDefinition:
    """Records that come with a pack. ``rows`` are maps of field name to JSON value or text.

    ``mode``: once (never touches a record that a user changed) or follow. ``purpose``: install or
    demo (key ``for``). ``csv`` names a file beside the definition instead of rows.
    """

    name: str
    entity: str
    pack: str = ""
    key: tuple[str, ...] = ()
    mode: str = "once"
    purpose: str = "install"
    order: int = 0
    rows: tuple[Mapping[str, Any], ...] = ()
    csv: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportColumnDefinition:
    """How one column of a file becomes a field.

    ``match`` is the field of the linked entity by which a link is resolved; ``empty`` the words
    that mean no value; ``pattern`` how a date is written (strptime).
    """

    column: str
    field: str
    match: str = ""
    empty: tuple[str, ...] = ()
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportMapDefinition:
    """How a file's columns become an entity's fields. ``key`` is what finds existing records.

    ``lines``: for a file with head and lines in one sheet, or a file of lines alone whose head is
    found by ``head`` (column → field of the head).
    """

    name: str
    entity: str
    pack: str = ""
    label: Text = Text()
    key: tuple[str, ...] = ()
    mode: str = "upsert"  #: create, update, upsert
    columns: tuple[ImportColumnDefinition, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  #: field → further column titles
    empty: tuple[str, ...] = ()
    encoding: str = ""
    ignore: tuple[str, ...] = ()  #: columns that are left out on purpose
