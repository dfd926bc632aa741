from __future__ import annotations

import pytest

from cardwright_platform.security.places import local_address


@pytest.mark.parametrize(
    "wanted",
    [
        "/",
        "/customer",
        "/customer/12?tab=files",
        "/search?q=%E5%8D%8E&page=2",
        "/a//b",
        "/c?u=https://x",
    ],
)
def test_an_address_of_ours_is_kept(wanted: str) -> None:
    assert local_address(wanted) == wanted


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "customer",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "\\/evil.example",
        "/\\/evil.example",
        "http://evil.example",
        "https:evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        " //evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\nSet-Cookie: a=b",
        "/\x00/evil.example",
        "/%0d%0a" + "\r\n",
        "@evil.example",
        ".evil.example",
        "／／evil.example",
        "//evil。example",
        "http://127.0.0.1:8000@evil.example/",
        "/" + "x" * 3000,
        "//[::1",
    ],
)
def test_every_other_address_leads_to_the_start_page(wanted: str) -> None:
    assert local_address(wanted) == "/"
