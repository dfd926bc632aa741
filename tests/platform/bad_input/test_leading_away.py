"""Nobody is led away, from no address and by no header: redirects, forged hosts, forged posts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from odd_input.ground import Ground
from odd_input.judging import leads_away, links_away
from odd_input.sweeping import SIGNING_OUT, Request, address, form, rules, with_query

from cardwright_platform.security.csrf import SAFE_METHODS

ELSEWHERE = (
    "//evil.example/x",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "https://evil.example/",
    "HTTPS:evil.example",
    "https:/evil.example",
    "http://localhost@evil.example/",
    "http://127.0.0.1.evil.example/",
    "javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "/x\r\nLocation: https://evil.example/",
    "/\u2028/evil.example",
    "http://[evil",
)
RETURNS = ("return", "return_url", "next", "back", "list_url", "copy", "q", "tab", "sort", "query")


def asked(ground: Ground) -> Iterator[Request]:
    """Every page with an address of elsewhere wherever it takes one."""
    for rule, method in rules(ground.served.app, frozenset({"GET", "POST"})):
        if rule.rule.startswith(("/api/", "/static/")) or rule.endpoint in SIGNING_OUT:
            continue
        path = address(rule, ground, {})
        for evil in ELSEWHERE:
            pairs = dict.fromkeys(RETURNS, evil)
            referer = {"Referer": "".join(sign for sign in evil if " " <= sign <= "~")}
            if method == "GET":
                yield Request(method, with_query(path, pairs), evil, headers=referer)
                continue
            sent = form(method, path, pairs | {"name": "Acme", "version": "1"}, evil)
            yield Request(method, path, evil, sent.body, {**sent.headers, **referer})


def test_no_page_leads_away(ground: Ground) -> None:
    wrong, redirected = [], 0
    for number, request in enumerate(asked(ground)):
        if number % 3 != (ground.served.instance.store.dialect == "sqlite"):
            continue
        answer = request.send(ground.chief)
        location = answer.headers.get("Location", "/")
        redirected += answer.status_code in (302, 303, 308)
        if answer.status_code >= 500 or leads_away(location) or "\u2028" in location:
            wrong.append((request.path[:80], request.about, answer.status_code, location))
        if answer.mimetype == "text/html" and links_away(answer.text):
            wrong.append((request.path[:80], request.about, links_away(answer.text)))
        answer.close()
    assert wrong == []
    assert redirected > 20


def test_signing_in_leads_to_this_site_only(ground: Ground) -> None:
    for evil in ELSEWHERE:
        browser = ground.served.browser()
        browser.get("/sign-in")
        answer = browser.sign_in("clerk", "three old lanterns", return_url=evil)
        if answer.status_code == 429:
            continue
        assert answer.status_code == 303
        assert not leads_away(answer.headers["Location"]), evil


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "//evil.example/%2e%2e", "/\\evil.example", "/list//firm", "//"]
)
def test_a_path_with_empty_parts_is_no_way_out(ground: Ground, path: str) -> None:
    for person in (ground.chief.client, ground.served.browser().client):
        answer = person.get("/", environ_overrides={"PATH_INFO": path})
        assert answer.status_code < 500
        assert not leads_away(answer.headers.get("Location", "/")), answer.headers["Location"]
        assert links_away(answer.text) == []


def test_a_forged_host_is_refused_and_never_repeated(ground: Ground) -> None:
    for rule, method in rules(ground.served.app, frozenset({"GET", "POST"})):
        path = address(rule, ground, {})
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost:80@evil.example", "[::1"):
            answer = ground.chief.client.open(path, method=method, headers={"Host": host})
            assert 400 <= answer.status_code < 500, (path, host)
            assert "evil" not in answer.text + str(answer.headers)
            answer.close()


def test_headers_of_a_proxy_that_is_not_there_are_not_believed(ground: Ground) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "127.0.0.1, 10.0.0.1",
        "X-Original-URL": "/jobs",
        "X-HTTP-Method-Override": "DELETE",
        "Forwarded": "host=evil.example;proto=https",
    }
    for path in ("/", "/list/firm", "/sign-in", "/nothing"):
        answer = ground.chief.client.get(path, headers=forged)
        assert "evil.example" not in answer.text + str(answer.headers)
        assert links_away(answer.text) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "nonsense"},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "é" * 64},
        {"X-CSRF-Token": "0" * 100_000},
    ],
    ids=str,
)
def test_a_forged_post_changes_nothing(ground: Ground, headers: dict[str, str]) -> None:
    commits = ground.watch.commits
    for rule, method in rules(ground.served.app, frozenset({"POST", "PATCH", "DELETE"})):
        path = address(rule, ground, {})
        sent = {"X-CSRF-Token": ground.chief.browser.token} | headers
        answer = ground.chief.client.open(path, method=method, data={"name": "x"}, headers=sent)
        expected = 401 if path.startswith("/hooks/") else 403  # where a signature is wanted
        assert answer.status_code == expected, (path, answer.status_code)
    assert ground.watch.commits == commits


def test_every_method_that_an_address_does_not_take_is_refused(ground: Ground) -> None:
    before = ground.digest()
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "X\u00d6"}
    taken: dict[str, set[str]] = {}
    for rule in ground.served.app.url_map.iter_rules():
        taken.setdefault(address(rule, ground, {}), set()).update(rule.methods or ())
    for path, known in taken.items():
        for method in sorted(methods - known):
            headers = {"X-CSRF-Token": ground.chief.browser.token}
            answer = ground.chief.client.open(path, method=method, headers=headers)
            assert answer.status_code in (403, 404, 405), (path, method, answer.status_code)
            assert answer.status_code != 405 or set(answer.headers["Allow"].split(", ")) <= known
            answer.close()
    assert ground.digest() == before


def test_every_page_answers_head_as_it_answers_get(ground: Ground) -> None:
    before = ground.digest()
    for rule, _ in rules(ground.served.app, frozenset({"GET"})):
        path = address(rule, ground, {})
        headers = {"Authorization": f"Bearer {ground.chief.token}"} if "/api/" in path else {}
        get = ground.chief.client.get(path, headers=headers)
        head = ground.chief.client.head(path, headers=headers)
        assert (head.status_code, head.mimetype) == (get.status_code, get.mimetype), path
        assert head.data == b""
        options = ground.chief.client.options(path, headers=headers)
        assert options.status_code in (200, 204, 303, 403, 404), (path, options.status_code)
        for answer in (get, head, options):
            answer.close()
    assert ground.digest() == before
    assert {"HEAD", "OPTIONS"} <= SAFE_METHODS
