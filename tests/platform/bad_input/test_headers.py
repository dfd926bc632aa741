"""What every answer says to a browser: pages, refusals, files, the API, on every route."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from odd_input.ground import Ground
from odd_input.sweeping import SIGNING_OUT, address, rules
from serving import PASSWORD, Served, serve
from werkzeug.test import TestResponse

from cardwright_platform.permissions import STATIC, permission_of, public
from cardwright_platform.signing_in import create_link

#: Directives without which a page could run, send or show what it should not.
POLICY = frozenset(
    {
        "default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
        "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "connect-src 'self'",
    }
)  # fmt: skip
#: Of contents that a browser may show in place: nothing at all runs in them.
FILES = frozenset({"default-src 'none'", "sandbox"})
ALWAYS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def missing(answer: TestResponse) -> list[str]:
    """Tell what an answer does not say that every answer says."""
    headers = answer.headers
    found = [name for name, value in ALWAYS.items() if headers.getlist(name) != [value]]
    policies = headers.getlist("Content-Security-Policy")
    said = {each.strip() for each in ";".join(policies).split(";")}
    if len(policies) != 1 or not (said >= POLICY or said >= FILES) or "unsafe" in policies[0]:
        found.append(f"policy {policies}")
    if "camera=()" not in headers.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if not headers.get("X-Request-Id"):
        found.append("X-Request-Id")
    found += [name for name in ("Server", "X-Powered-By") if name in headers]
    return found


def kept_by_others(answer: TestResponse) -> list[str]:
    """Tell by which word of an answer that is one person's a cache might keep it for another."""
    told = answer.headers.get("Cache-Control", "")
    private = told in ("no-store", "private, max-age=0, must-revalidate")
    return [] if private and "Cookie" in answer.headers.get("Vary", "") else [f"cache: {told}"]


def asked(app: Flask, ground: Ground) -> Iterator[tuple[str, str, bool]]:
    """Every route with every method, forged ones among them; and whether it is the same for all."""
    for rule, _ in rules(app, frozenset({"HEAD", "POST", "PATCH", "DELETE"})):
        is_static = permission_of(app.view_functions[rule.endpoint]) == STATIC
        path = address(rule, ground, {})
        for method in ("GET", "POST", "PUT", "OPTIONS"):
            if rule.endpoint not in SIGNING_OUT or method != "POST":
                yield method, path, is_static


def test_every_answer_of_every_route_has_every_header(ground: Ground) -> None:
    wrong, statuses = [], set()
    for method, path, is_static in asked(ground.served.app, ground):
        # What changes is sent without a token: its refusal is what is looked at.
        for who in (ground.chief.client, ground.served.browser().client):
            answer = who.open(path, method=method)
            statuses.add(answer.status_code)
            lacks = missing(answer) + ([] if is_static else kept_by_others(answer))
            if lacks:
                wrong.append((method, path, answer.status_code, lacks))
            answer.close()
    assert wrong == []
    assert {200, 303, 401, 403, 404} <= statuses


def test_answers_of_every_other_status_have_them_too(ground: Ground) -> None:
    client, file = ground.chief.client, f"/files/{ground.numbers['file']}"
    token = {"Authorization": f"Bearer {ground.chief.token}"}
    tag = client.get(file)
    theme = client.get("/static/standard/nothing")
    big = {"data": b" " * 60_000_000, "content_type": "application/json", "headers": token}
    form = {"X-CSRF-Token": ground.chief.browser.token}
    answers = {
        304: client.get(file, headers={"If-None-Match": tag.headers["ETag"]}),
        400: client.get("/list/firm?q=%00"),
        404: theme,
        405: client.put("/list/firm", headers=form),
        409: client.patch(
            f"/api/v1/records/firm/{ground.numbers['firm']}",
            json={"name": "x"},
            headers={**token, "If-Match": '"99"'},
        ),
        413: client.post("/api/v1/records/firm", **big),
        415: client.post("/api/v1/files", json={}, headers=token),
        422: client.post("/api/v1/records/firm", json={}, headers=token),
        428: client.patch("/api/v1/records/firm/1", json={"name": "x"}, headers=token),
    }
    assert {status: answer.status_code for status, answer in answers.items()} == {
        status: status for status in answers
    }
    assert {status: missing(answer) for status, answer in answers.items() if missing(answer)} == {}
    for answer in (tag, *answers.values()):
        answer.close()


@pytest.fixture
def behind_tls(tmp_path: Path) -> Iterator[Served]:
    served = serve("", tmp_path, base_url="https://crm.example.com", trusted_proxies=1)

    def fail() -> str:
        raise RuntimeError("nobody expected this")

    served.app.add_url_rule("/boom", "boom", public(fail))
    yield served
    served.instance.close()


def test_behind_tls_answers_want_tls_and_cookies_are_bound_to_the_host(behind_tls: Served) -> None:
    behind_tls.add("kim", "admin")
    client = behind_tls.app.test_client()
    place = {"base_url": "https://crm.example.com"}
    page = client.get("/sign-in", **place)
    token = page.text.partition('csrf-token" content="')[2].partition('"')[0]
    fields = {"login": "kim", "password": PASSWORD, "csrf_token": token}
    inside = client.post("/sign-in", data=fields, **place)
    assert inside.status_code == 303
    answers = [page, inside, client.get("/nothing", **place), client.get("/boom", **place)]
    assert [each.status_code for each in answers] == [200, 303, 404, 500]
    for answer in answers:
        assert missing(answer) == []
        assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    given = page.headers.getlist("Set-Cookie") + inside.headers.getlist("Set-Cookie")
    named = {each.partition("=")[0] for each in given}
    assert named == {"__Host-cw_visit", "__Host-cw_session", "__Host-cw_device"}
    for cookie in given:
        words = {each.strip() for each in cookie.split(";")}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= words, cookie
        assert "Domain" not in cookie
    assert "nobody expected" not in answers[-1].text


#: Ways in which a request may say that it is meant for another host.
HOSTS: tuple[Mapping[str, str], ...] = (
    {"Host": "evil.example"},
    {"Host": "crm.example.com.evil.example"},
    {"Host": "evil.example:443"},
    {"Host": "crm.example.com@evil.example"},
    {"Host": "crm.example.com:80@evil.example"},
    {"Host": "evil.example#crm.example.com"},
    {"Host": "evil.example/crm.example.com"},
    {"Host": "[::1].evil.example"},
    {"X-Forwarded-Host": "evil.example"},
    {"X-Forwarded-Host": "evil.example, crm.example.com"},
    {"X-Host": "evil.example"},
    {"Forwarded": "host=evil.example;proto=http"},
)


@pytest.mark.parametrize("forged", HOSTS, ids=str)
def test_no_host_name_of_a_request_gets_into_links_that_are_sent(
    behind_tls: Served, forged: Mapping[str, str]
) -> None:
    for purpose in ("set_password", "sign_in"):
        account = behind_tls.add(f"lee.{purpose[:3]}", password="")
        link = create_link(behind_tls.instance, account, purpose)
        assert link.startswith("https://crm.example.com/link/")
        client = behind_tls.app.test_client()
        path = link.removeprefix("https://crm.example.com")
        answer = client.get(path, headers={"Host": "crm.example.com", **forged})
        assert answer.status_code in (200, 400), answer.status_code
        assert "evil" not in answer.text + str(answer.headers)
