"""Who may see a record, on its page, through the API and in the words of whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from access_world.served import Site, build_site
from access_world.sight import Sight
from serving import Browser

from cardwright_entities.accounts.accounts import find_account, set_roles

EN = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The workshop with people, records and accounts."""
    folder = tmp_path_factory.mktemp("explained")
    built = build_site(f"sqlite:///{folder / 'site.sqlite'}", folder)
    yield built
    built.served.instance.close()


def _firms(site: Site, reader: str, *, editable: bool) -> Iterator[int]:
    """Yield the firms that a reader sees and may edit, or may not."""
    sight: Sight | None = site.stage.oracle(reader).sight
    assert sight is not None
    for record, row in site.stage.world["firm"].items():
        if row["deleted"] or not sight.sees(site.stage.world, "firm", row):
            continue
        if sight.covers(site.stage.world, "firm", row, "edit") == editable:
            yield record


def _asker(site: Site, login: str) -> Browser:
    """Sign in somebody who may explain the rights of others."""
    browser, instance = site.served.signed_in(login), site.served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, find_account(session, login).id, ["admin"])
    return browser


def test_a_card_leads_to_why_its_reader_may_not_edit_it(site: Site) -> None:
    browser = site.browser("seller")
    record = next(_firms(site, "seller", editable=False))
    assert f'"/rights/firm/{record}"' in browser.get(f"/card/firm/{record}").text
    page = browser.get(f"/rights/firm/{record}", **EN).text
    line = page[page.index("<b>Edit</b>") : page.index("<b>Delete</b>")]
    assert "own records" in line
    assert re.search("is responsible", line)
    assert "No role allows it" in page[page.index("<b>Delete</b>") :]


def test_only_who_may_ask_learns_the_rights_of_others(site: Site) -> None:
    browser = site.browser("seller")
    record = next(_firms(site, "seller", editable=True))
    other = site.accounts[2]
    assert "?account=" not in browser.get(f"/rights/firm/{record}").text
    assert browser.get(f"/rights/firm/{record}?account={other}").status_code == 403
    assert browser.get(f"/api/v1/records/firm/{record}/rights?account={other}").status_code == 403
    hidden = {*site.stage.world["firm"]} - {
        each for editable in (True, False) for each in _firms(site, "seller", editable=editable)
    }
    assert browser.get(f"/rights/firm/{min(hidden)}").status_code == 404
    asker = _asker(site, "asker")
    listed = asker.get(f"/rights/firm/{record}", **EN).text
    assert "Everybody" in listed
    assert len(re.findall(r"\?account=\d+", listed)) > 5
    found = asker.get(f"/rights/firm/{record}?q=asker", **EN).text
    assert len(re.findall(r"account=\d+", found)) == 1
    told = asker.get(f"/api/v1/records/firm/{record}/rights?account={other}").get_json()
    assert told["account"] == other
    assert None not in [tried["holds"] for each in told["actions"] for tried in each["tried"]]


def test_a_field_is_told_with_the_group_that_hides_it_from_somebody(site: Site) -> None:
    site.browser("seller")
    asker = _asker(site, "keeper")
    account = site.accounts[3]
    record = next(_firms(site, "seller", editable=True))
    page = asker.get(f"/rights/firm/{record}?account={account}", **EN).text
    assert re.search(r"Seller: group \S+ is hidden", page)
    told = asker.get(f"/api/v1/records/firm/{record}/rights?account={account}").get_json()
    levels = {each["field"]: each["level"] for each in told["fields"]}
    assert levels["credit"] == "hidden"
    own = site.browser("seller").get(f"/api/v1/records/firm/{record}/rights").get_json()
    assert "credit" not in {each["field"] for each in own["fields"]}
