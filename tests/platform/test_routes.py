"""What holds for every address of the product, those of tomorrow included."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import Browser, Served
from werkzeug.routing import IntegerConverter, Rule

from cardwright_platform.permissions import PUBLIC, SIGNED, STATIC, permission_of
from cardwright_platform.security.csrf import SAFE_METHODS


def browsed(served: Served) -> Iterator[tuple[Rule, str, str]]:
    """Every rule but those of other systems, which no token of ours but their signature opens."""
    for rule, method, path in addresses(served):
        if permission_of(served.app.view_functions[rule.endpoint]) != SIGNED:
            yield rule, method, path


def addresses(served: Served) -> Iterator[tuple[Rule, str, str]]:
    """Every rule with an address that fits it, once per method."""
    adapter = served.app.url_map.bind("127.0.0.1")
    for rule in served.app.url_map.iter_rules():
        values: dict[str, object] = {}
        for name in rule.arguments:
            is_number = isinstance(rule._converters[name], IntegerConverter)
            values[name] = 1 if is_number else "sailor"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, adapter.build(rule.endpoint, values, method)


def is_open(served: Served, rule: Rule) -> bool:
    return permission_of(served.app.view_functions[rule.endpoint]) in (PUBLIC, STATIC)


@pytest.fixture(scope="module")
def captain(served: Served) -> Browser:
    browser = served.signed_in("captain", "admin")
    browser.get("/link/nothing")
    return browser


def test_strangers_get_nowhere_but_to_what_is_open(served: Served) -> None:
    browser = served.browser()
    browser.get("/sign-in")
    let_in = []
    for rule, method, path in addresses(served):
        if is_open(served, rule):
            continue
        answer = browser.client.open(path, method=method, headers={"X-CSRF-Token": browser.token})
        expected = 401 if path.startswith("/api/") or method != "GET" else 303
        if answer.status_code != expected:
            let_in.append((method, path, answer.status_code))
        answer.close()
    assert let_in == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-CSRF-Token": "0" * 64}, {"Content-Type": "text/plain"}],
    ids=["no token", "wrong token", "text"],
)
def test_no_address_changes_anything_without_a_token(
    served: Served, captain: Browser, headers: dict[str, str]
) -> None:
    passed = [
        (method, path, answer.status_code)
        for _, method, path in browsed(served)
        if method not in SAFE_METHODS
        and (answer := captain.client.open(path, method=method, headers=headers)).status_code != 403
    ]
    assert passed == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_address_takes_a_change_from_another_site(
    served: Served, captain: Browser, site: str
) -> None:
    headers = {"X-CSRF-Token": captain.token, "Sec-Fetch-Site": site}
    passed = [
        (method, path, answer.status_code)
        for _, method, path in browsed(served)
        if method not in SAFE_METHODS
        and (answer := captain.client.open(path, method=method, headers=headers)).status_code != 403
    ]
    assert passed == []


def test_no_address_fails_for_want_of_input(served: Served, captain: Browser) -> None:
    """Each one answers an empty or odd request with a page or a clear refusal, never with 500."""
    broken = []
    for _, method, path in addresses(served):
        if path in ("/sign-out", "/account/sign-out-others"):
            continue
        for query in ("", "?page=-1&limit=x&sort=%00&where=(((&cursor=x"):
            answer = captain.client.open(
                path + query, method=method, headers={"X-CSRF-Token": captain.token}
            )
            if answer.status_code >= 500:
                broken.append((method, path + query, answer.status_code))
            answer.close()
    assert broken == []
