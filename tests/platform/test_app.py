from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Blueprint
from serving import PACKS, PASSWORD, Served, serve
from sqlalchemy import event

from cardwright_entities.accounts import tokens
from cardwright_platform.app import check_permissions, create_app, make_theming, trusted_hosts
from cardwright_platform.permissions import SIGNED_IN, UndeclaredRouteError, public, requires
from cardwright_platform.plugin import Plugin

SECURITY_HEADERS = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
}


def with_pages(served: Served, pages: Blueprint) -> Served:
    instance = replace(served.instance, plugins=(Plugin(name="odd", pages=(pages,)),))
    return replace(served, app=create_app(instance, make_theming(instance)), instance=instance)


@pytest.fixture
def odd_pages() -> Blueprint:
    pages = Blueprint("odd", __name__)

    @pages.get("/odd/breaks")
    @public
    def breaks() -> str:
        raise ZeroDivisionError("the planted secret")

    @pages.get("/api/odd/breaks")
    @public
    def breaks_too() -> str:
        raise ZeroDivisionError("the planted secret")

    @pages.get("/odd/signed-in")
    @requires(SIGNED_IN)
    def signed_in() -> str:
        return "in"

    @pages.get("/odd/users")
    @requires("manage_users")
    def users() -> str:
        return "users"

    @pages.post("/api/odd/change")
    @requires(SIGNED_IN)
    def change() -> str:
        return "changed"

    return pages


def test_a_route_that_declares_nothing_stops_the_server_from_starting(served: Served) -> None:
    pages = Blueprint("odd", __name__)

    @pages.get("/odd/forgotten")
    def forgotten() -> str:
        return "open to all"

    with pytest.raises(UndeclaredRouteError, match="/odd/forgotten"):
        with_pages(served, pages)


def test_every_route_of_the_product_declares_what_it_needs(served: Served) -> None:
    check_permissions(served.app)
    assert len(list(served.app.url_map.iter_rules())) > 10


@pytest.mark.parametrize(
    "path", ["/healthz", "/readyz", "/metrics", "/sign-in", "/nothing/here", "/", "/favicon.ico"]
)
def test_every_answer_carries_the_headers(served: Served, path: str) -> None:
    answer = served.browser().get(path)
    assert set(answer.headers.keys()) >= SECURITY_HEADERS
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in answer.headers


def test_static_files_are_kept_for_ever(served: Served) -> None:
    page = served.browser().get("/sign-in").text
    sheet = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert sheet.startswith("/static/")
    answer = served.browser().get(sheet)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert set(answer.headers.keys()) >= SECURITY_HEADERS
    answer.close()


@pytest.mark.parametrize(
    "path",
    [
        "/static/standard/../theme.yaml",
        "/static/standard/%2e%2e/%2e%2e/theme.yaml",
        "/static/standard/x/../../theme.yaml",
        "/static/../standard/manifest.json",
        "/static/nothing/app.css",
        "/static/standard/nothing.css",
    ],
)
def test_nothing_but_built_files_is_static(served: Served, path: str) -> None:
    assert served.browser().get(path).status_code == 404


def test_machines_can_ask_how_the_server_is(served: Served) -> None:
    browser = served.browser()
    assert browser.get("/healthz").json == {"status": "ok"}
    assert browser.get("/readyz").json == {"status": "ok", "commit": 1}
    assert "cardwright_commit 1" in browser.get("/metrics").text


def test_what_is_not_installed_yet_is_not_ready(tmp_path: Path) -> None:
    served = serve("", tmp_path)
    with served.instance.store.write(served.instance.system_context()) as session:
        session.connection.exec_driver_sql("DELETE FROM cw_active")
    assert served.browser().get("/healthz").status_code == 200
    assert served.browser().get("/readyz").status_code == 503
    assert served.browser().get("/sign-in").status_code == 503
    served.instance.close()


@pytest.mark.parametrize("path", ["/odd/breaks", "/api/odd/breaks"])
def test_a_mistake_of_ours_shows_a_number_and_nothing_else(
    served: Served, odd_pages: Blueprint, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    broken = with_pages(served, odd_pages)
    with caplog.at_level(logging.ERROR):
        answer = broken.browser().get(path)
    number = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert number in answer.text
    assert "planted" not in answer.text
    assert "ZeroDivisionError" not in answer.text
    logged = [record for record in caplog.records if record.name == "cardwright"]
    assert [record.getMessage() for record in logged] == [f"request {number} failed"]


def test_the_api_answers_errors_in_one_shape(served: Served) -> None:
    answer = served.browser().get("/api/v1/nothing/here", Accept_Language="zh")
    assert answer.status_code == 404
    error = json.loads(answer.text)["error"]
    assert error["code"] == "not_found"
    assert error["message"] == "内容不存在或没有权限查看"
    assert error["request_id"] == answer.headers["X-Request-Id"]


def test_a_feature_right_opens_its_pages(served: Served, odd_pages: Blueprint) -> None:
    odd = with_pages(served, odd_pages)
    admin, reader = odd.signed_in("cap", "admin"), odd.signed_in("passenger", "reader")
    assert admin.get("/odd/users").text == "users"
    assert reader.get("/odd/users").status_code == 403
    assert reader.get("/odd/signed-in").text == "in"
    assert odd.browser().get("/odd/signed-in").status_code == 303


def token_of(served: Served, login: str, *scopes: str) -> str:
    account = served.add(login, "editor")
    with served.instance.store.write(served.instance.system_context()) as session:
        return tokens.create_token(session, account.id, "test", scopes=scopes or tokens.SCOPES)


def test_a_token_acts_without_cookie_and_form_token(served: Served, odd_pages: Blueprint) -> None:
    odd = with_pages(served, odd_pages)
    bearer = {"Authorization": f"Bearer {token_of(odd, 'robot')}"}
    client = odd.app.test_client()
    assert client.post("/api/odd/change", headers=bearer).text == "changed"
    assert client.get_cookie("cw_session") is None
    reading = {"Authorization": f"Bearer {token_of(odd, 'looker', 'read')}"}
    refused = client.post("/api/odd/change", headers=reading)
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "token_reads_only")


@pytest.mark.parametrize(
    "token", ["cw_invented", "", "cw_", "x y", "卡".encode().decode("latin-1")]
)
def test_a_bad_token_is_refused_even_beside_a_good_cookie(
    served: Served, odd_pages: Blueprint, token: str
) -> None:
    odd = with_pages(served, odd_pages)
    browser = odd.signed_in(f"cookie.{token.encode().hex()[:12]}", "editor")
    answer = browser.client.get("/odd/signed-in", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


def test_nothing_is_changed_without_proof_that_a_page_of_ours_asks(
    served: Served, odd_pages: Blueprint
) -> None:
    odd = with_pages(served, odd_pages)
    browser, other = odd.signed_in("forged", "editor"), odd.signed_in("forger", "editor")
    browser.get("/link/nothing")
    other.get("/link/nothing")
    path, good = "/api/odd/change", {"X-CSRF-Token": browser.token}
    # What an anonymous or a token's request did before must not exempt this one.
    odd.app.test_client().post(path)
    attempts = [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "0" * 64},
        {"X-CSRF-Token": other.token},
        good | {"Sec-Fetch-Site": "cross-site"},
        good | {"Sec-Fetch-Site": "same-site"},
        good | {"Origin": "https://evil.example"},
        good | {"Origin": "null"},
        {"Content-Type": "text/plain"},
    ]
    refused = [browser.client.post(path, headers=headers).status_code for headers in attempts]
    assert refused == [403] * len(attempts)
    assert browser.client.post(path, headers=good).status_code == 200
    assert browser.client.post(f"{path}?csrf_token={browser.token}").status_code == 403
    assert browser.client.get(path).status_code == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("crm.example.com", 200),
        ("evil.example", 400),
        ("127.0.0.1.evil.example", 400),
        ("crm.example.com@evil.example", 400),
        ("", 400),
    ],
)
def test_only_our_own_host_names_are_served(served: Served, host: str, status: int) -> None:
    config = replace(served.instance.config, base_url="https://crm.example.com")
    instance = replace(served.instance, config=config)
    app = create_app(instance, make_theming(instance))
    answer = app.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == status


def test_with_tls_cookies_belong_to_this_host_alone(served: Served) -> None:
    config = replace(served.instance.config, base_url="https://crm.example.com")
    instance = replace(served.instance, config=config)
    client = create_app(instance, make_theming(instance)).test_client()
    answer = client.get("/sign-in", base_url="https://crm.example.com")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-cw_visit=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_links_use_the_configured_address_whatever_the_request_says(served: Served) -> None:
    config = replace(served.instance.config, base_url="https://crm.example.com:8443/")
    assert config.address == "https://crm.example.com:8443"
    hosts = trusted_hosts(replace(served.instance, config=config))
    assert "crm.example.com" in hosts


def test_too_large_a_request_is_refused_in_words(served: Served) -> None:
    config = replace(served.instance.config, upload_megabytes=1)
    instance = replace(served.instance, config=config)
    browser = replace(served, app=create_app(instance, make_theming(instance))).browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in", {"login": "x" * 1_100_000, "password": "x"})
    assert answer.status_code == 413
    assert "1 MB" in answer.text


def test_a_request_asks_one_statement_before_its_page(served: Served) -> None:
    browser = served.signed_in("counted", "reader")
    counted: list[str] = []
    engine = served.instance.store.engine

    def count(*args: object) -> None:
        counted.append(str(args[2]))

    event.listen(engine, "before_cursor_execute", count)
    browser.get("/nothing/here")
    event.remove(engine, "before_cursor_execute", count)
    assert ["cw_active" in each for each in counted] == [True, False]
    assert "cw_preference" in counted[1]  # the taste in which the failure is shown


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_instances_in_one_process_do_not_meet(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    url = request.getfixturevalue(f"{engine}_url")
    one = serve(url, tmp_path / "one", PACKS / "crew")
    two = serve("", tmp_path / "two", PACKS / "crew", language="zh")
    one.add("only.here", "reader")
    assert one.browser().sign_in("only.here", PASSWORD).status_code == 303
    assert two.browser().sign_in("only.here", PASSWORD).status_code == 422
    kept = one.signed_in("keeps.cookie", "reader").client.get_cookie("cw_session")
    assert kept is not None
    thief = two.browser()
    thief.client.set_cookie("cw_session", kept.value)
    assert thief.get("/sign-in").status_code == 200
    one.instance.close()
    two.instance.close()
