"""Roles and people beside what they may do, in the words of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from access_world.served import Site, build_site
from serving import Browser

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.accounts.accounts import find_account, set_roles
from cardwright_entities.contexts import Principal
from cardwright_platform.web.presenting.access_marks import all_features, scopes_in
from cardwright_platform.words import load_words

EN = {"Accept-Language": "en"}
_CELL = re.compile(r"<t[hd].*?</t[hd]>", re.DOTALL)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The workshop with people, records and accounts."""
    folder = tmp_path_factory.mktemp("access")
    built = build_site(f"sqlite:///{folder / 'site.sqlite'}", folder)
    yield built
    built.served.instance.close()


@pytest.fixture(scope="module")
def asker(site: Site) -> Browser:
    """Somebody who may explain the rights of others."""
    browser, instance = site.served.signed_in("asker"), site.served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, find_account(session, "asker").id, ["admin"])
    return browser


def _words(cell: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split())


def _tables(browser: Browser, path: str) -> list[list[list[str]]]:
    """Return the words of the cells of every table of a page, row by row."""
    answer = browser.get(path, **EN)
    assert answer.status_code == 200, path
    tables = re.findall(r"<table.*?</table>", answer.text, re.DOTALL)
    return [
        [
            [_words(cell) for cell in _CELL.findall(row)]
            for row in re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        ]
        for table in tables
    ]


def _row(table: list[list[str]], name: str) -> dict[str, str]:
    """Return a row of a table by the heads of its columns."""
    found = next(row for row in table if row[0] == name)
    return {
        re.sub(r" \d+ (?:people|person)$", "", head): text
        for head, text in zip(table[0], found, strict=True)
    }


def test_the_matrix_says_in_words_what_each_role_is_granted(asker: Browser) -> None:
    reading, features = _tables(asker, "/access")
    firm = _row(reading, "Firm")
    assert firm["Seller"] == "own and below + teams + pool"
    assert firm["Branch"] == "organisations below"
    assert firm["Clerk"] == "all"
    assert firm["Guest"] == "where a condition holds"
    deleting = _row(_tables(asker, "/access?action=delete")[0], "Firm")
    assert deleting["Seller"] == "none"
    assert deleting["Foreman"] == "own"
    explains = _row(features, "See who may do what, and why")
    assert (explains["Administrator"], explains["Seller"]) == ("Yes", "none")


def test_every_mark_is_what_the_policy_says(site: Site, asker: Browser) -> None:
    model = site.stage.installation.engine.models.newest()
    assert model is not None
    policy, words = RolePolicy(model.catalog), load_words()
    labels = {
        role.label.in_language("en", name=name): name for name, role in model.catalog.roles.items()
    }
    entities = {
        each.label.in_language("en", name=each.name): each.name
        for each in model.catalog.entities.values()
        if not each.owner
    }
    compared = 0
    for action in ("read", "create", "edit", "assign", "merge"):
        table = _tables(asker, f"/access?action={action}")[0]
        for name, entity in entities.items():
            row = _row(table, name)
            for label, role in labels.items():
                somebody = Principal(None, "", frozenset({role}))
                scopes = scopes_in(policy.claims(somebody, entity, action))
                told = [words.translate("en", f"access.scope_{each}") for each in scopes]
                if "condition" not in row[label]:
                    assert row[label] == (" + ".join(told) or "none"), (action, entity, role)
                assert (row[label] == "none") == (policy.rows(somebody, entity, action) is False)
                compared += 1
    assert compared > 300


def test_an_entity_is_told_with_the_level_of_each_field_and_of_its_lines(asker: Browser) -> None:
    _, fields = _tables(asker, "/access/entities/deal")
    price = _row(fields, "Price")
    assert (price["Seller"], price["Branch"], price["Teller"]) == (
        "hidden",
        "hidden",
        "shown in part",
    )
    assert _row(fields, "Due")["Foreman"] == "hidden"
    grant = asker.get("/access/roles/guest/firm", **EN).text
    assert "all records, where" in _words(grant)


def test_a_person_is_told_with_the_role_that_each_right_comes_from(
    site: Site, asker: Browser
) -> None:
    site.browser("both")
    account = site.accounts[6]
    actions, _ = _tables(asker, f"/access/people/{account}/firm")
    read = _row(actions, "See")
    assert read["Which records"] == "organisations below + teams"
    assert "Branch: records of one's organisation and those below it" in read["Given by"]
    assert "Floater: records of one's teams" in read["Given by"]
    assert "Floater" not in _row(actions, "Edit")["Given by"]
    page = asker.get(f"/access/people/{account}", **EN).text
    assert 'href="/access/roles/floater"' in page
    assert f'href="/access/people/{account}/firm"' in page
    assert f"/access/people/{account}" in asker.get("/access/roles/floater", **EN).text


def test_everybody_sees_his_own_rights_and_only_who_may_ask_those_of_others(site: Site) -> None:
    browser, own = site.browser("seller"), site.accounts[3]
    assert browser.get(f"/access/people/{own}").status_code == 200
    assert f'"/access/people/{own}"' in browser.get("/account").text
    assert browser.get(f"/access/people/{own}/firm").status_code == 200
    others = (
        "/access",
        "/access/people",
        f"/access/people/{site.accounts[2]}",
        "/access/roles/seller",
    )
    for path in (*others, "/access/roles/seller/firm", "/access/entities/firm"):
        assert browser.get(path).status_code == 403, path
    assert '"/access"' not in browser.get("/").text


def test_of_oneself_only_that_is_told_which_one_may_read(site: Site) -> None:
    browser, own, instance = site.browser("teller"), site.accounts[4], site.served.instance
    somebody = Principal(own, "", frozenset({"teller"}))
    with instance.engine.read(instance.context(somebody)) as desk:
        known = {each.name for each in desk.model.catalog.entities.values() if not each.owner}
        seen = {name for name in known if desk.policy.may(somebody, name, "read")}
    page = browser.get(f"/access/people/{own}").text
    assert set(re.findall(rf'href="/access/people/{own}/(\w+)"', page)) == seen
    assert known - seen
    for name in known - seen:
        assert browser.get(f"/access/people/{own}/{name}").status_code == 404


def test_what_is_not_there_is_missing(asker: Browser) -> None:
    for path in (
        "/access/roles/nobody",
        "/access/roles/seller/nothing",
        "/access/entities/nothing",
    ):
        assert asker.get(path).status_code == 404, path


def test_every_feature_has_words() -> None:
    words = load_words()
    assert [each for each in all_features() if not words.knows(f"access.feature_{each}")] == []
