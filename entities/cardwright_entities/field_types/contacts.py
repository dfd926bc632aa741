"""How to reach somebody: phone, email and web addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import urlsplit

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from sqlalchemy import Text

from cardwright_entities.contexts import Context
from cardwright_entities.expressions.values import TEXT, ValueType
from cardwright_entities.field_types.base import MASK, ColumnSpec, FieldType, Parser, refuse
from cardwright_entities.field_types.cleaning import clean_line, plain_signs
from cardwright_entities.field_types.masking import part_of
from cardwright_entities.field_types.texts import cell_text
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition

_MAINLAND_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_ABROAD = re.compile(r"\+[1-9]\d{6,14}")
_NO_DIGITS = re.compile(r"[^0-9+]+")
_BETWEEN_DIGITS = re.compile(r"[\s\-.()]+")
_PHONE_SIGNS = re.compile(r"\+?[0-9()\-./ #*,;x转分机ext]{3,40}", re.IGNORECASE)
_AREA_ZERO = re.compile(r"^0(?=[1-9])")
_TYPED_NUMBER = re.compile(r"\+?[0-9][0-9\-.()]+")
_WEB_NAME = re.compile(r"[^\s/:@.]+(?:\.[^\s/:@.]+)+(?:[:/?#].*)?")

_INTRANET = ".local"
#: What the public rules take without a doubt; all others go to the validator, which is slow.
_PLAIN_EMAIL = re.compile(
    r"(?=.{6,254}\Z)[a-z0-9][a-z0-9_-]{0,40}(?:\.[a-z0-9_-]{1,20})?"
    r"@[a-z0-9]{1,40}(?:-[a-z0-9]{1,20})?(?:\.(?:com|net|org|cn|com\.cn|net\.cn|example))"
)

WEB_SCHEMES = frozenset({"http", "https", "mailto", "ftp"})
LONGEST_URL = 2_000


class ContactType(FieldType):
    """What the three have in common: short text with rules of its own."""

    operators = ("=", "contains", "starts", "empty")
    excel_format = "@"
    searchable = True
    folded_sort = True
    matches: ClassVar[bool] = True

    def value_type(self, field: FieldDefinition) -> ValueType:
        return TEXT

    def columns(self, field: FieldDefinition) -> tuple[ColumnSpec, ...]:
        return (ColumnSpec(Text()),)

    def excel_parser(self, field: FieldDefinition) -> Parser:
        parse = self.parser(field)
        return lambda cell, context: parse(cell_text(cell), context)


class PhoneType(ContactType):
    """A phone number: kept as +8613800138000 where it is valid somewhere, else as it was typed."""

    name = "phone"
    icon = "phone"
    label: ClassVar[Mapping[str, str]] = {"zh": "电话", "en": "Phone"}
    options: ClassVar[Mapping[str, Any]] = {
        "region": {
            "type": "string",
            "pattern": "^[A-Z]{2}$",
            "default": "CN",
            "description": "Country of numbers typed without one, two capitals; CN by default.",
        }
    }
    masks: ClassVar[bool] = True
    cell = "phone"
    input_type = "tel"
    input_mode = "tel"

    def parser(self, field: FieldDefinition) -> Parser:
        region: str = field.options.get("region", "CN")

        def parse(raw: object, context: Context) -> object:
            if raw is None:
                return None
            if not isinstance(raw, str):
                raise refuse("not_a_phone")
            text = clean_line(plain_signs(raw))
            return read_phone(text, region) if text else None

        return parse

    def display(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        if value is None:
            return ""
        return written_phone(str(value), field.options.get("region", "CN"))

    def input_text(self, value: object, field: FieldDefinition, locale: Locale) -> str:
        return self.display(value, field, locale)

    def search_text(self, value: object, field: FieldDefinition) -> str:
        """Return the digits without the country's own prefix, as people look for them."""
        if value is None:
            return ""
        return _BETWEEN_DIGITS.sub("", str(value).removeprefix("+86"))

    def match_text(self, value: object, field: FieldDefinition, ignore: Sequence[str]) -> str:
        return "".join(filter(str.isdigit, str(value).removeprefix("+86")))

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return the first three and the last four digits: 138****1234."""
        return part_of(_NO_DIGITS.sub("", str(value).removeprefix("+86")), 3, 4)

    def search_word(self, word: str, field: FieldDefinition) -> str:
        """Return the digits as they are stored: without signs between and an area code's zero."""
        if not _TYPED_NUMBER.fullmatch(word):
            return word
        return _AREA_ZERO.sub("", _BETWEEN_DIGITS.sub("", word.removeprefix("+86")))


class EmailType(ContactType):
    """An email address; whether its server answers is not asked."""

    name = "email"
    icon = "mail"
    label: ClassVar[Mapping[str, str]] = {"zh": "电子邮箱", "en": "Email"}
    masks: ClassVar[bool] = True
    cell = "email"
    input_type = "email"
    input_mode = "email"

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_email

    def mask(self, value: object, field: FieldDefinition) -> str:
        """Return the first letter and the domain: z****@example.com."""
        name, _, domain = str(value).rpartition("@")
        return f"{name[:1] if len(name) > 2 else ''}{MASK}@{domain}"

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "maxLength": 254}


class UrlType(ContactType):
    """A web address: http, https, mailto or ftp, never a script."""

    name = "url"
    icon = "world"
    label: ClassVar[Mapping[str, str]] = {"zh": "网址", "en": "Web address"}
    cell = "url"
    input_type = "url"
    input_mode = "url"

    def parser(self, field: FieldDefinition) -> Parser:
        return _parse_url

    def json_schema(self, field: FieldDefinition) -> Mapping[str, Any]:
        return {"type": ["string", "null"], "maxLength": LONGEST_URL}


def read_phone(text: str, region: str) -> str:
    """Return a number in its international form, or as typed where no country knows it."""
    bare = _BETWEEN_DIGITS.sub("", text)
    mobile = _MAINLAND_MOBILE.fullmatch(bare)
    if mobile is not None and (region == "CN" or bare.startswith("+86")):
        return f"+86{mobile[1]}"
    if not _PHONE_SIGNS.fullmatch(text) or not 3 <= sum(map(str.isdigit, text)) <= 24:
        raise refuse("not_a_phone")
    try:
        number = phonenumbers.parse(text.replace("转", " ext. ").replace("分机", " ext. "), region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_valid_number(number):
        # Short numbers, old extensions and numbers abroad without their country stay as typed.
        return text
    normal = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{normal} ext. {number.extension}" if number.extension else normal


def is_mobile(number: str) -> bool:
    """Tell whether a number as it is kept can get short messages: in +86 the mobiles alone."""
    if number.startswith("+86"):
        return _MAINLAND_MOBILE.fullmatch(number) is not None
    return _ABROAD.fullmatch(number) is not None


def written_phone(value: str, region: str) -> str:
    """Write a number for people: 138 0013 8000 at home, +1 604-555-3392 abroad."""
    mobile = _MAINLAND_MOBILE.fullmatch(value)
    if mobile is not None and region == "CN":
        digits = mobile[1]
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if not value.startswith("+"):
        return value
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_valid_number(number):
        return value
    home = phonenumbers.country_code_for_region(region) == number.country_code
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if home else style.INTERNATIONAL)


def _parse_email(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_an_email")
    text = clean_line(plain_signs(raw)).removeprefix("mailto:")
    if not text:
        return None
    if len(text) > 254:
        raise refuse("too_long", max=254, length=len(text))
    domain = text.rpartition("@")[2]
    if domain.lower().endswith(_INTRANET):
        # Company networks use this ending, which the public rules forbid.
        name = _valid_email(f"{text[: -len(_INTRANET)]}.cn")
        return f"{name.removesuffix('.cn')}{_INTRANET}"
    return _valid_email(text)


def _valid_email(text: str) -> str:
    if _PLAIN_EMAIL.fullmatch(text):
        return text
    try:
        return validate_email(text, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise refuse("not_an_email") from error


def _parse_url(raw: object, context: Context) -> object:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise refuse("not_a_url")
    text = clean_line(raw)
    if not text:
        return None
    if len(text) > LONGEST_URL:
        raise refuse("too_long", max=LONGEST_URL, length=len(text))
    if any(map(str.isspace, text)):
        raise refuse("not_a_url")
    return text if _has_scheme(text) else f"https://{text}"


def _has_scheme(text: str) -> bool:
    """Tell whether a web address names its scheme; refuse schemes of scripts and strangers."""
    scheme, separator, rest = text.partition(":")
    if separator and scheme.lower() in WEB_SCHEMES:
        try:
            host = "mailto" if scheme.lower() == "mailto" else urlsplit(text).hostname
        except ValueError as error:
            raise refuse("not_a_url") from error
        if not host or not rest.strip("/"):
            raise refuse("not_a_url")
        return True
    if not _WEB_NAME.fullmatch(text):
        raise refuse("not_a_url")
    return False
