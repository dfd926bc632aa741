"""Links to one record of one entity: by name, by what it plays, and the parent of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sqlalchemy import BigInteger

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import RecordRef, ValueType, record_of
from cardwright_entities.field_types.base import ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import plain_signs
from cardwright_entities.field_types.numbers import LARGEST_INTEGER
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

CHOOSING: Mapping[str, Any] = {
    "where": {
        "type": "string",
        "format": "expression",
        "description": (
            "Which records may be chosen, as a condition on the target; $record is the record that "
            "holds the link. Others are not offered, and a save that newly chooses one is refused."
        ),
    },
    "quick": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Fields of the target that are asked when a record is made from the link.",
    },
    "columns": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Fields of the target shown while one chooses.",
    },
}

ON_DELETE: Mapping[str, Any] = {
    "enum": ["restrict", "clear", "delete", "keep"],
    "default": "restrict",
    "description": (
        "What deleting the target does: restrict refuses while records point there, clear empties "
        "the link, delete takes the records along, keep goes on pointing into the recycle bin."
    ),
}

TO: Mapping[str, Any] = {"type": "string", "description": "The entity that the link points to."}


class LinkType(FieldType):
    """A link to one record of an entity; the value is its id."""

    name = "link"
    icon = "link"
    label: ClassVar[Mapping[str, str]] = {"zh": "关联", "en": "Link"}
    options: ClassVar[Mapping[str, Any]] = {"to": TO, **CHOOSING, "on_delete": ON_DELETE}
    required_options: ClassVar[tuple[str, ...]] = ("to",)
    operators: tuple[str, ...] = ("=", "!=", "in", "empty")
    widget = "link"
    cell = "link"
    relation: ClassVar[str] = "one"
    reference: ClassVar[str] = "to"
    matches: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return record_of(target_of(field), tree=bool(field.options.get("target_tree")))

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(BigInteger(), target=target_of(field)),)

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_id

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return locale.title(target_of(field), value) if isinstance(value, int) else ""

    def search_text(self, value: object, field: FieldDefinition) -> str:
        """Return nothing: what a link shows is found by a path, such as ``customer.name``."""
        return ""

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["integer", "null"], "minimum": 1}


class RegionType(LinkType):
    """A region of the tree of regions."""

    name = "region"
    icon = "map"
    label: ClassVar[Mapping[str, str]] = {"zh": "地区", "en": "Region"}
    options: ClassVar[Mapping[str, Any]] = {**CHOOSING, "on_delete": ON_DELETE}
    required_options: ClassVar[tuple[str, ...]] = ()
    operators = ("under", "=", "!=", "in", "empty")
    reference: ClassVar[str] = ""
    plays: ClassVar[str] = "region"


class ParentType(LinkType):
    """The record above in a tree of the same entity."""

    name = "parent"
    icon = "binary-tree"
    label: ClassVar[Mapping[str, str]] = {"zh": "上级", "en": "Parent"}
    options: ClassVar[Mapping[str, Any]] = {**CHOOSING, "on_delete": ON_DELETE}
    required_options: ClassVar[tuple[str, ...]] = ()
    operators = ("under", "=", "!=", "in", "empty")
    reference: ClassVar[str] = ""
    tree: ClassVar[bool] = True


class PlayerType(LinkType):
    """A link to the entity that plays a part in the installation."""

    options: ClassVar[Mapping[str, Any]] = {**CHOOSING, "on_delete": ON_DELETE}
    required_options: ClassVar[tuple[str, ...]] = ()
    reference: ClassVar[str] = ""


class UserType(PlayerType):
    """An account that signs in."""

    name = "user"
    icon = "user-circle"
    label: ClassVar[Mapping[str, str]] = {"zh": "用户", "en": "User"}
    plays: ClassVar[str] = "user"


class EmployeeType(PlayerType):
    """An employee, whether with an account or without."""

    name = "employee"
    icon = "id-badge"
    label: ClassVar[Mapping[str, str]] = {"zh": "员工", "en": "Employee"}
    plays: ClassVar[str] = "employee"


class DepartmentType(PlayerType):
    """A department of the own company."""

    name = "department"
    icon = "sitemap"
    label: ClassVar[Mapping[str, str]] = {"zh": "部门", "en": "Department"}
    operators = ("under", "=", "!=", "in", "empty")
    plays: ClassVar[str] = "department"


class OrganisationType(PlayerType):
    """A company of the own group."""

    name = "organisation"
    icon = "building"
    label: ClassVar[Mapping[str, str]] = {"zh": "组织", "en": "Organisation"}
    operators = ("under", "=", "!=", "in", "empty")
    plays: ClassVar[str] = "organisation"


class TeamType(PlayerType):
    """A team: a group that may own records."""

    name = "team"
    icon = "users-group"
    label: ClassVar[Mapping[str, str]] = {"zh": "团队", "en": "Team"}
    plays: ClassVar[str] = "team"


def target_of(field: FieldDefinition) -> str:
    """Return the one entity that a link points to, empty where nobody plays the part."""
    targets: tuple[str, ...] = field.options.get("targets", ())
    return targets[0] if targets else str(field.options.get("to", ""))


def read_id(raw: object) -> int | None:
    """Return a record's id from a number, digits, a reference, or the object an API answer has."""
    if raw is None:
        return None
    if isinstance(raw, Mapping):
        raw = raw.get("id")
    if isinstance(raw, RecordRef):
        raw = raw.id
    if isinstance(raw, float) and raw.is_integer():
        raw = int(raw)
    if isinstance(raw, str):
        text = plain_signs(raw)
        if not text:
            return None
        if len(text) > 16 or not (text.isascii() and text.isdigit()):
            raise refuse("not_a_record")
        raw = int(text)
    if raw.__class__ is not int or not isinstance(raw, int) or not 1 <= raw <= LARGEST_INTEGER:
        raise refuse("not_a_record")
    return raw


def _parse_id(raw: object, context: Context) -> object:
    if raw.__class__ is int and isinstance(raw, int) and 1 <= raw <= LARGEST_INTEGER:
        return raw
    return read_id(raw)
