"""Somebody looks as another: he sees what that person sees, and nothing is written meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from access_world.served import Site, build_site
from serving import PASSWORD, Browser
from untouched import holdings
from werkzeug.routing import IntegerConverter

from cardwright_entities.accounts.accounts import find_account, set_disabled, set_roles
from cardwright_entities.audit.reading import Narrowing, list_deeds
from cardwright_entities.errors import AccessError
from cardwright_platform.permissions import is_leaving, is_repeating
from cardwright_platform.security.csrf import SAFE_METHODS

EN = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The workshop with people, records and accounts."""
    folder = tmp_path_factory.mktemp("viewing")
    built = build_site(f"sqlite:///{folder / 'site.sqlite'}", folder)
    yield built
    built.served.instance.close()


def _admin(site: Site, login: str, *roles: str) -> Browser:
    browser, instance = site.served.signed_in(login), site.served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, find_account(session, login).id, roles or ("admin",))
    browser.get("/")
    return browser


def _deeds(site: Site, kind: str) -> list[tuple[str, object, str]]:
    store, system = site.served.instance.store, site.served.instance.system_context()
    with store.read(system) as session:
        found = list_deeds(session, Narrowing(kind=kind), limit=500)
    return [(each.name, each.detail["account"], each.target) for each in found]


def test_every_read_is_that_of_the_person(site: Site) -> None:
    seller, account = site.browser("seller"), site.accounts[3]
    viewer = _admin(site, "viewer.of.reads")
    paths = ["/api/v1/records/firm?limit=100", "/api/v1/records/deal?limit=100"]
    paths += [f"/api/v1/records/firm/{each}" for each in site.stage.world["firm"]]
    paths += [f"/api/v1/records/deal/{each}" for each in site.stage.world["deal"]]
    own = [viewer.get(path).get_json() for path in paths]
    assert viewer.post(f"/view-as/{account}").status_code == 303
    seen = [viewer.get(path) for path in paths]
    his = [seller.get(path) for path in paths]
    assert [each.status_code for each in seen] == [each.status_code for each in his]
    assert [_plain(each.get_json()) for each in seen] == [_plain(each.get_json()) for each in his]
    assert [_plain(each.get_json()) for each in seen] != [_plain(each) for each in own]
    # Rights that belong to no entity are his, too.
    for path in ("/access", "/audit", "/settings", "/changes"):
        assert viewer.get(path).status_code == seller.get(path).status_code == 403
    assert viewer.post("/view-as/end").headers["Location"] == f"/access/people/{account}"
    assert [_plain(viewer.get(path).get_json()) for path in paths] == [_plain(each) for each in own]


def _plain(told: object) -> object:
    """Leave out errors, whose numbers differ: their statuses are compared."""
    return {} if isinstance(told, dict) and "error" in told else told


def test_no_write_passes(site: Site) -> None:
    viewer = _admin(site, "viewer.of.writes")
    viewer.post(f"/view-as/{site.accounts[3]}")
    served = site.served
    before = holdings(served.instance.store, served.instance.config.folder)
    adapter = served.app.url_map.bind("127.0.0.1")
    tried = 0
    for rule in served.app.url_map.iter_rules():
        view = served.app.view_functions[rule.endpoint]
        for method in sorted((rule.methods or set()) - SAFE_METHODS):
            if is_leaving(view) or "/hooks/" in rule.rule:
                continue
            values: dict[str, object] = {
                name: 1 if isinstance(rule._converters[name], IntegerConverter) else "firm"
                for name in rule.arguments
            }
            headers = {"Sec-Fetch-Site": "same-origin", "X-CSRF-Token": viewer.token}
            path = adapter.build(rule.endpoint, values, method)
            answer = viewer.client.open(path, method=method, headers=headers)
            assert answer.status_code == 403, (method, path)
            tried += 1
    assert tried > 60
    assert holdings(served.instance.store, served.instance.config.folder) == before


def test_the_door_itself_lets_nobody_write_who_looks_as_another(site: Site) -> None:
    instance = site.served.instance
    system = instance.system_context()
    looking = replace(system, principal=replace(system.principal, viewer=1))
    with pytest.raises(AccessError), instance.store.write(looking):
        pass
    with pytest.raises(AccessError):
        instance.store.run_write(looking.beyond_rights(), lambda session: None)


def test_the_log_says_who_looked_as_whom_at_what(site: Site) -> None:
    account = site.accounts[3]
    site.browser("seller")
    viewer = _admin(site, "viewer.of.logs")
    viewer.post(f"/view-as/{account}")
    page = viewer.get("/list/firm", **EN).text
    assert "You look as" in page
    viewer.get("/notifications/count")
    viewer.post("/view-as/end")
    assert "You look as" not in viewer.get("/list/firm", **EN).text
    name = "Viewer.Of.Logs"
    assert [each[:2] for each in _deeds(site, "view_begun") if each[0] == name] == [(name, account)]
    assert [each for each in _deeds(site, "viewed_as") if each[0] == name] == [
        (name, account, "/list/firm")
    ]
    assert [each[:2] for each in _deeds(site, "view_ended") if each[0] == name] == [(name, account)]


def test_nobody_looks_as_who_has_a_feature_that_he_lacks(site: Site) -> None:
    admin = _admin(site, "the.admin")
    instance = site.served.instance
    with instance.store.read(instance.system_context()) as session:
        theirs = find_account(session, "the.admin").id
    site.browser("seller")
    plain = site.browser("seller")
    plain.get("/")
    assert plain.post(f"/view-as/{theirs}").status_code == 403
    assert admin.post(f"/view-as/{theirs}").status_code == 403  # oneself
    looker = _admin(site, "looker.only", "onlooker")
    assert looker.post(f"/view-as/{theirs}").status_code == 403
    assert looker.post(f"/view-as/{site.accounts[3]}").status_code == 303
    assert "/view-as/" not in plain.get(f"/access/people/{site.accounts[3]}").text
    assert f"/view-as/{site.accounts[3]}" in admin.get(f"/access/people/{site.accounts[3]}").text


def test_only_figures_that_pages_ask_for_by_themselves_are_not_noted(site: Site) -> None:
    views = site.served.app.view_functions
    repeating = {name for name, view in views.items() if is_repeating(view)}
    assert repeating == {"approvals.count", "notifications.count"}


def test_his_own_account_stays_his(site: Site) -> None:
    viewer = _admin(site, "viewer.of.pages")
    site.browser("seller")
    viewer.post(f"/view-as/{site.accounts[3]}")
    for path in ("/account", "/account/second-step", "/account/identities"):
        assert viewer.get(path).status_code == 403, path
    assert viewer.post(f"/view-as/{site.accounts[2]}").status_code == 403


def test_it_ends_with_the_session_the_right_and_the_person(site: Site) -> None:
    site.browser("seller")
    account, instance = site.accounts[3], site.served.instance
    viewer = _admin(site, "viewer.who.ends")
    viewer.post(f"/view-as/{account}")
    assert viewer.get("/audit").status_code == 403
    assert viewer.post("/sign-out").status_code == 303
    assert viewer.sign_in("viewer.who.ends", PASSWORD).status_code == 303
    assert viewer.get("/audit").status_code == 200
    viewer.post(f"/view-as/{account}")
    with instance.store.write(instance.system_context()) as session:
        set_disabled(session, account, disabled=True)
    assert viewer.get("/audit").status_code == 200
    with instance.store.write(instance.system_context()) as session:
        set_disabled(session, account, disabled=False)
    assert viewer.get("/audit").status_code == 403
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, find_account(session, "viewer.who.ends").id, ["clerk"])
    assert "You look as" not in viewer.get("/list/firm", **EN).text
