"""The field types that every installation has, in the order in which they are offered."""

from __future__ import annotations

from cardwright_entities.field_types.address import AddressType
from cardwright_entities.field_types.any_links import LinkAnyType, OwnerType
from cardwright_entities.field_types.attributes import AttributesType
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.boolean import BooleanType
from cardwright_entities.field_types.colour import ColourType
from cardwright_entities.field_types.contacts import EmailType, PhoneType, UrlType
from cardwright_entities.field_types.dates import DateTimeType, DateType, TimeType
from cardwright_entities.field_types.durations import DurationType
from cardwright_entities.field_types.files import FilesType, FileType, ImagesType, ImageType
from cardwright_entities.field_types.formula import FormulaType, MirrorType
from cardwright_entities.field_types.geo import GeoType
from cardwright_entities.field_types.json_values import JsonType, UuidType
from cardwright_entities.field_types.kept_formulas import ExpressionType
from cardwright_entities.field_types.links import (
    DepartmentType,
    EmployeeType,
    LinkType,
    OrganisationType,
    ParentType,
    RegionType,
    TeamType,
    UserType,
)
from cardwright_entities.field_types.many import LinesType, LinksType
from cardwright_entities.field_types.mnemonic import MnemonicType
from cardwright_entities.field_types.money import MoneyType
from cardwright_entities.field_types.numbers import DecimalType, IntegerType, PercentType
from cardwright_entities.field_types.periods import PeriodType
from cardwright_entities.field_types.picklists import PicklistsType, PicklistType
from cardwright_entities.field_types.rating import RatingType
from cardwright_entities.field_types.rollup import RollupType
from cardwright_entities.field_types.secret import SecretType
from cardwright_entities.field_types.serial import SerialType
from cardwright_entities.field_types.stages import StageType
from cardwright_entities.field_types.texts import (
    CodeType,
    LongTextType,
    PersonNameType,
    RichTextType,
    TextType,
)

BUILTIN_FIELD_TYPES: tuple[type[FieldType], ...] = (
    TextType,
    LongTextType,
    RichTextType,
    CodeType,
    PersonNameType,
    SerialType,
    MnemonicType,
    IntegerType,
    DecimalType,
    PercentType,
    MoneyType,
    BooleanType,
    RatingType,
    ColourType,
    PicklistType,
    PicklistsType,
    StageType,
    DateType,
    DateTimeType,
    TimeType,
    DurationType,
    PeriodType,
    PhoneType,
    EmailType,
    UrlType,
    AddressType,
    RegionType,
    GeoType,
    LinkType,
    LinkAnyType,
    LinksType,
    LinesType,
    ParentType,
    FileType,
    ImageType,
    FilesType,
    ImagesType,
    FormulaType,
    RollupType,
    MirrorType,
    UserType,
    EmployeeType,
    DepartmentType,
    OrganisationType,
    TeamType,
    OwnerType,
    ExpressionType,
    AttributesType,
    JsonType,
    UuidType,
    SecretType,
)
