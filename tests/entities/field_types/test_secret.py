"""Secrets: sealed as they are taken in, told as set and nothing more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import ValueProblem
from cardwright_entities.field_types.secret import Sealed, SecretType, open_secret
from cardwright_entities.locales import Locale
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_platform.security.sealing import KeySealing, SealBrokenError

FIELD = FieldDefinition(name="token", type="secret", id="f1")


@pytest.fixture
def context(make: Any) -> Context:
    return replace(make("secret").context, principal=SYSTEM, sealing=KeySealing(b"s" * 32))


@pytest.mark.parametrize(
    "raw", ["x", "三把旧灯笼", "-----BEGIN KEY-----\nA==\n", " padded ", "a" * 4000]
)
def test_whatever_was_sealed_is_opened_as_it_was(context: Context, raw: str) -> None:
    value = SecretType().parse(raw, FIELD, context)
    assert raw not in repr(value)
    assert raw not in str(value)
    stored = SecretType().from_row(SecretType().to_row(value, FIELD), FIELD)
    assert open_secret(stored, FIELD, context) == raw


def test_two_secrets_that_are_alike_are_stored_unlike(context: Context) -> None:
    kind = SecretType()
    assert kind.parse("same", FIELD, context) != kind.parse("same", FIELD, context)


def test_it_is_told_as_set_and_nothing_more(context: Context) -> None:
    kind, locale = SecretType(), Locale(language="zh", zone=context.zone)
    value = kind.parse("hidden", FIELD, context)
    assert kind.display(value, FIELD, locale) == "已设置"
    assert kind.to_excel(value, FIELD, locale) == "已设置"
    assert (kind.to_json(value, FIELD), kind.input_text(value, FIELD, locale)) == (True, "")


@pytest.mark.parametrize(
    ("raw", "code"), [(5, "not_a_text"), ([], "not_a_text"), ("a" * 4001, "too_long")]
)
def test_anything_else_is_refused(context: Context, raw: object, code: str) -> None:
    with pytest.raises(ValueProblem) as raised:
        SecretType().parse(raw, FIELD, context)
    assert raised.value.message.code == code


@pytest.mark.parametrize("sealed", ["", "1.", "1.!!!", "2.AAAA", "1.AAAAAAAAAAAAAAAAAAAAAAAA"])
def test_a_text_that_was_not_sealed_does_not_open(context: Context, sealed: str) -> None:
    with pytest.raises(SealBrokenError):
        open_secret(Sealed(sealed), FIELD, context)
