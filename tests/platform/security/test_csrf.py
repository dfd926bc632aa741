from __future__ import annotations

import pytest

from cardwright_entities.errors import AccessError
from cardwright_platform.security.csrf import check_origin, check_token, make_token

HOSTS = frozenset({"crm.example.com", "127.0.0.1:8000"})
KEY = b"k" * 32


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://crm.example.com"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:8000"},
    ],
)
def test_our_own_pages_are_believed(headers: dict[str, str]) -> None:
    check_origin(headers, HOSTS)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://crm.example.com.evil.example"},
        {"Origin": "https://crm.example.com@evil.example"},
        {"Origin": "http://127.0.0.1:8001"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
)
def test_other_sites_are_not(headers: dict[str, str]) -> None:
    with pytest.raises(AccessError):
        check_origin(headers, HOSTS)


def test_a_request_that_names_no_host_is_from_no_page_of_ours() -> None:
    for origin in ("null", "", "http://["):
        with pytest.raises(AccessError):
            check_origin({"Origin": origin}, frozenset({""}))


def test_a_token_holds_for_its_browser_only() -> None:
    token = make_token(KEY, "visit")
    check_token(KEY, "visit", token)
    for visit, tried in [("other", token), ("visit", ""), ("visit", token[:-1]), ("", token)]:
        with pytest.raises(AccessError):
            check_token(KEY, visit, tried)


def test_without_a_cookie_no_token_is_good() -> None:
    with pytest.raises(AccessError):
        check_token(KEY, "", make_token(KEY, ""))
