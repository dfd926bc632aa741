"""Numbers of records are plain digits within what both engines compare and JSON keeps."""

from __future__ import annotations

import pytest
from flask import Flask

from cardwright_platform.security.numbers import LARGEST, NumberInAddress, is_number, read_number

ODD = (
    "",
    " 1",
    "1 ",
    "-1",
    "+1",
    "1.0",
    "1e3",
    "1_0",
    "²",
    "٣",
    "１２",
    str(LARGEST + 1),
    "9" * 5_000,
)


@pytest.mark.parametrize("text", ["0", "1", "007", str(LARGEST)])
def test_plain_digits_are_a_number(text: str) -> None:
    assert is_number(text)
    assert read_number(text) == int(text)


@pytest.mark.parametrize("text", ODD, ids=lambda text: text[:20] or "empty")
def test_all_else_is_none(text: str) -> None:
    assert not is_number(text)
    assert read_number(text) == 0


def test_an_address_with_another_number_leads_nowhere() -> None:
    app = Flask("numbers")
    app.url_map.converters["int"] = NumberInAddress
    app.add_url_rule("/card/<int:record>", "card", lambda record: str(record))
    app.add_url_rule("/some/<int(min=1, max=9):record>", "some", lambda record: str(record))
    client = app.test_client()
    assert client.get(f"/card/{LARGEST}").text == str(LARGEST)
    assert client.get("/some/9").text == "9"
    assert client.get("/some/10").status_code == 404
    for text in ODD:
        assert client.get(f"/card/{text}").status_code == 404, text
