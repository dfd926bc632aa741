from typing import Any

import pytest


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("Zhang.San@Example.COM", "Zhang.San@example.com"),
        (" a+b@acme.cn ", "a+b@acme.cn"),
        ("li@corp.local", "li@corp.local"),
        ("mailto:a@acme.cn", "a@acme.cn"),
        ("用户@例子.中国", "用户@例子.中国"),
        ("ａ＠acme.cn", "a@acme.cn"),
        ("", None),
    ],
)
def test_addresses_are_kept_in_one_form(make: Any, raw: str, value: str | None) -> None:
    field = make("email")
    assert field.parse(raw) == value
    assert field.survives(value)


BAD = ["a", "a@", "@b.cn", "a@b", "a b@c.cn", "a@b..cn", 5, "a@b.cn, c@d.cn", "a@.local"]


@pytest.mark.parametrize("raw", BAD)
def test_what_is_no_address_is_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("email")
    assert field.code(raw) == "not_an_email"
    assert field.load(raw) == field.parsed(raw)


def test_a_very_long_one_is_refused(make: Any) -> None:
    assert make("email").code("a" * 250 + "@b.cn") == "too_long"
