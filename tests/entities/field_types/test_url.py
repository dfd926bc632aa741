from typing import Any

import pytest


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("https://www.acme.cn/a?b=c#d", "https://www.acme.cn/a?b=c#d"),
        ("www.acme.cn", "https://www.acme.cn"),
        ("acme.cn:8080/x", "https://acme.cn:8080/x"),
        ("mailto:a@acme.cn", "mailto:a@acme.cn"),
        ("HTTP://Acme.cn", "HTTP://Acme.cn"),
        ("https://例子.中国/路径", "https://例子.中国/路径"),
        ("", None),
    ],
)
def test_web_addresses_are_kept_with_their_scheme(make: Any, raw: str, value: str | None) -> None:
    field = make("url")
    assert field.parse(raw) == value
    assert field.survives(value)


@pytest.mark.parametrize(
    "raw",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert.x(1)",
        "data:text/html,x",
        "vbscript:x.y",
        "file:///etc/passwd",
        "https://",
        "https:///x",
        "http://[",
        "acme",
        "a b.cn",
        "mailto:",
        5,
        "//acme.cn",
    ],
)
def test_scripts_and_strangers_are_refused_by_both_drivers(make: Any, raw: object) -> None:
    field = make("url")
    assert field.code(raw) == "not_a_url"
    assert field.load(raw) == field.parsed(raw)


def test_a_line_end_inside_cannot_smuggle_a_scheme(make: Any) -> None:
    assert make("url").code("java\nscript:alert(1)") == "not_a_url"
    assert make("url").code("https://acme.cn/" + "x" * 2000) == "too_long"
