"""Lists grouped by columns: counts and sums of what one may read, opened level by level."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Browser, Program, Served, serve
from sqlalchemy import event

from cardwright_metadata.pack_folders import bundled_packs


@pytest.fixture
def company(tmp_path: Path, store_url: str) -> Iterator[Served]:
    packs = bundled_packs()
    served = serve(store_url, tmp_path, packs["base"], packs["crm"])
    yield served
    served.instance.close()


@pytest.fixture
def boss(company: Served) -> Browser:
    program = Program(company, "admin")
    for number in range(6):
        values = {
            "name": f"Firm {number}",
            "kind": "partner" if number % 3 else "direct",
            "status": "formal" if number < 2 else "intended",
            "credit_limit": str(1000 * (number + 1)),
            "founded_on": f"202{number % 2}-0{number + 1}-15",
        }
        answer = program.post("/records/customer", values)
        assert answer.status_code == 201, answer.text
    browser = company.signed_in("boss", "admin")
    browser.get("/")
    browser.post("/preferences", {"language": "en"})
    browser.get("/list/customer")
    columns = ["name", "kind", "credit_limit", "founded_on"]
    browser.post("/list/customer/columns", {"columns": columns, "total.credit_limit": "sum"})
    return browser


def groups(page: str) -> dict[str, tuple[str, str]]:
    """Return the groups of a page: label → count and the address of what stands in it."""
    found: dict[str, tuple[str, str]] = {}
    for url, row in re.findall(
        r'<tr class="cw-group" data-group-url="([^"]+)">(.*?)</tr>', page, re.S
    ):
        name = re.search(r'class="cw-group-n"[^>]*>(.*?)</a>', row, re.S)
        count = re.search(r'class="cw-n cw-num">([^<]*)<', row)
        assert name is not None
        assert count is not None
        label = " ".join(re.sub(r"<[^>]+>", " ", name[1]).split())
        found[html.unescape(label)] = (count[1], html.unescape(url))
    return found


def names(page: str) -> list[str]:
    return sorted(set(re.findall(r"Firm \d", page)))


def test_groups_have_counts_and_sums_and_open_to_their_records(boss: Browser) -> None:
    page = boss.get("/list/customer?group=status").text
    found = groups(page)
    assert {label: count for label, (count, _) in found.items()} == {"Intended": "4", "Formal": "2"}
    assert "18,000" in page  # of 3,000 to 6,000
    assert "21,000" in page  # of all
    assert names(boss.get(found["Formal"][1]).text) == ["Firm 0", "Firm 1"]
    assert names(boss.get(found["Intended"][1]).text) == ["Firm 2", "Firm 3", "Firm 4", "Firm 5"]


def test_groups_stand_in_groups(boss: Browser) -> None:
    outer = groups(boss.get("/list/customer?group=kind,status").text)
    counts = {label: count for label, (count, _) in outer.items()}
    assert counts == {"Direct customer": "2", "Partner": "4"}
    inner = groups(boss.get(outer["Partner"][1]).text)
    assert {label: count for label, (count, _) in inner.items()} == {"Intended": "3", "Formal": "1"}
    assert names(boss.get(inner["Formal"][1]).text) == ["Firm 1"]


def test_dates_are_grouped_by_periods(boss: Browser) -> None:
    months = groups(boss.get("/list/customer?group=founded_on").text)
    assert len(months) == 6
    years = groups(boss.get("/list/customer?group=founded_on:year").text)
    assert {label: count for label, (count, _) in years.items()} == {"2020": "3", "2021": "3"}
    assert names(boss.get(years["2021"][1]).text) == ["Firm 1", "Firm 3", "Firm 5"]


def test_what_is_empty_is_a_group_of_its_own(boss: Browser) -> None:
    found = groups(boss.get("/list/customer?group=level").text)
    assert list(found) == ["empty"]
    assert len(names(boss.get(found["empty"][1]).text)) == 6


def test_conditions_and_words_narrow_the_groups(boss: Browser) -> None:
    page = boss.get("/list/customer?group=status&where=kind = 'direct'").text
    found = groups(page)
    assert {label: count for label, (count, _) in found.items()} == {"Intended": "1", "Formal": "1"}
    assert names(boss.get(found["Intended"][1]).text) == ["Firm 3"]


def test_columns_offer_it_and_what_is_no_key_is_left_out(boss: Browser) -> None:
    page = boss.get("/list/customer").text
    assert "group=kind" in page
    assert "group=credit_limit" not in page
    for key in ("nothing", "credit_limit", "description", "name.name", "x:y,,"):
        answer = boss.get(f"/list/customer?group={key}")
        assert answer.status_code == 200, key
        assert "cw-group" not in re.sub(r"<style.*", "", answer.text).split("<tbody>")[-1][:200]


def test_groups_tell_of_nothing_that_one_may_not_read(company: Served, boss: Browser) -> None:
    program = Program(company, "admin")
    owner = 0
    chain = {"organisation": "", "department": "organisation", "employee": "department"}
    for entity, link in chain.items():
        values = {"code": "N1", "name": "North", **({link: owner} if link else {})}
        owner = program.post(f"/records/{entity}", values).get_json()["id"]
    for each in program.get("/records/customer?where=status = 'formal'").get_json()["items"]:
        answer = program.patch(
            f"/records/customer/{each['id']}",
            {"owner": {"entity": "employee", "id": owner}},
            each["version"],
        )
        assert answer.status_code == 200, answer.text
    # The others are in the pool, which a seller sees.
    seller = company.signed_in("seller", "sales")
    seller.get("/list/customer")
    seller.post("/preferences", {"language": "en"})
    found = groups(seller.get("/list/customer?group=status").text)
    assert {label: count for label, (count, _) in found.items()} == {"Intended": "4"}
    url = groups(boss.get("/list/customer?group=status").text)["Formal"][1]
    assert names(boss.get(url).text) == ["Firm 0", "Firm 1"]
    assert names(seller.get(url).text) == []


def test_a_level_takes_the_same_statements_whatever_it_holds(
    company: Served, boss: Browser
) -> None:
    seen: list[str] = []

    def count(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(company.instance.store.engine, "before_cursor_execute", count)
    counts = []
    for key in ("status", "name"):  # two groups and six
        boss.get(f"/list/customer?group={key}")
        seen.clear()
        boss.get(f"/list/customer?group={key}")
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
