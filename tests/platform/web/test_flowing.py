"""下推, 选单 and 联查 on the pages: a form filled from its sources, stored, and found again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from serving import PACKS, Browser, Served, serve
from shipping_steps import make_order, order_lines

from cardwright_entities.records.saving import SaveOptions


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "shipping")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("customer", {"name": "华东机电"})
        for name in ("减速机", "联轴器"):
            desk.records.create("product", {"name": name})
        desk.records.create("warehouse", {"name": "主仓"})
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def browser(served: Served) -> Browser:
    return served.signed_in("ann", "admin")


def order(served: Served, *quantities: object, **values: object) -> tuple[int, list[int]]:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        made = make_order(desk, *quantities, **values)
        return made, order_lines(desk, made)


def fields_of(page: str) -> dict[str, str]:
    """Return what the form of a page would post, as far as inputs say it."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name = re.search(r'\bname="([^"]+)"', tag)
        value = re.search(r'\bvalue="([^"]*)"', tag)
        if name and "__n__" not in name[1] and not name[1].endswith(".remove"):
            found[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'value="([^"]*)"[^>]*\bselected', inside)
        if "__n__" not in name:
            found[name] = chosen[1] if chosen else ""
    return found


def test_a_card_opens_the_form_of_what_it_becomes(served: Served, browser: Browser) -> None:
    made, (line,) = order(served, 10)
    page = browser.get(f"/card/sales_order/{made}").text
    url = f"/new/delivery?convert=order_to_delivery&amp;sources={made}"
    assert url in page
    fields = fields_of(browser.get(url.replace("&amp;", "&")).text)
    assert fields["lines.0.quantity"] == "10"
    assert fields["lines.0.order_line"] == str(line)
    assert fields["lines.0.mark"] == "DN"  # its default: the conversion says nothing of it
    fields["lines.0.quantity"] = "4"
    answer = browser.post("/new/delivery", fields)
    assert answer.status_code == 303, answer.text
    again = fields_of(browser.get(url.replace("&amp;", "&")).text)
    assert again["lines.0.quantity"] == "6"


def test_what_was_typed_stays_when_more_is_taken_than_is_open(
    served: Served, browser: Browser
) -> None:
    made, (line,) = order(served, 10)
    url = f"/new/delivery?convert=order_to_delivery&sources={made}"
    fields = fields_of(browser.get(url).text)
    fields["lines.0.quantity"] = "11"
    refused = browser.post("/new/delivery", fields)
    assert refused.status_code == 422
    assert "Only 10 of SO" in refused.text
    assert fields_of(refused.text)["lines.0.order_line"] == str(line)


def test_several_sources_are_ticked_and_fill_one_form(served: Served, browser: Browser) -> None:
    first, _ = order(served, 3)
    second, _ = order(served, 5)
    draft, _ = order(served, 7, stage="draft")
    assert 'href="/sources/order_to_delivery"' in browser.get("/list/delivery").text
    page = browser.get("/sources/order_to_delivery").text
    offered = set(re.findall(r'name="sources" value="(\d+)"', page))
    assert {str(first), str(second)} <= offered
    assert str(draft) not in offered
    url = f"/new/delivery?convert=order_to_delivery&sources={first}&sources={second}"
    fields = fields_of(browser.get(url).text)
    assert [fields["lines.0.quantity"], fields["lines.1.quantity"]] == ["3", "5"]
    made = browser.post("/new/delivery", fields).headers["Location"]
    third, _ = order(served, 2)
    further = made.replace("/card/", "/edit/") + f"?convert=order_to_delivery&sources={third}"
    fields = fields_of(browser.get(further).text)
    assert fields["lines.2.quantity"] == "2"
    assert browser.post(further.partition("?")[0], fields).status_code == 303
    chain = browser.get(f"{made}?tab=chain").text
    assert f'href="/card/sales_order/{first}"' in chain
    assert f'href="/card/sales_order/{third}"' in chain


def test_nothing_open_is_said_and_other_conversions_are_not_found(
    served: Served, browser: Browser
) -> None:
    assert browser.get("/sources/nowhere").status_code == 404
    assert browser.get("/sources/lead_to_customer").status_code == 404
    reader = served.signed_in("rita", "reader")
    made, _ = order(served, 1)
    assert reader.get("/sources/order_to_delivery").status_code == 404
    assert "convert=" not in reader.get(f"/card/sales_order/{made}").text
    url = f"/new/delivery?convert=order_to_delivery&sources={made}"
    assert reader.get(url).status_code == 404


def test_postings_and_balances_are_lists_like_any_other(served: Served, browser: Browser) -> None:
    with served.instance.engine.write(served.instance.system_context()) as desk:
        raw = {"product": 1, "warehouse": 1, "quantity": 5, "value": "9"}
        made = desk.records.create("intake", raw).id
        number = desk.record("intake", made).values["number"]
        desk.records.delete("intake", desk.records.create("intake", raw).id)
    page = browser.get("/list/stock_entry").text
    assert f'<a class="cw-name" href="/card/intake/{made}">{number}</a>' in page
    assert "Intake" in page  # the cause, in place of the name of the posting
    assert (page.count(">Taken back</span>"), page.count(">Reversal</span>")) == (2, 2)
    page = browser.get("/list/stock_entry?query=standing").text
    assert ">Reversal</span>" not in page
    page = browser.get("/list/stock_balance").text
    assert "主仓" in page
    assert "New Stock" not in page
    assert "减速机" in browser.get(f"/card/intake/{made}?tab=posted_stock").text
    assert browser.get("/new/stock_entry").status_code == 403


def test_history_says_what_values_of_lines_became_even_of_removed_ones(
    served: Served, browser: Browser
) -> None:
    system = served.instance.system_context()
    with served.instance.engine.write(system) as desk:
        lines = [{"product": 1, "quantity": 3, "price": 4}, {"product": 2, "quantity": 1}]
        made = desk.records.create("delivery", {"customer": 1, "lines": lines}).id
        first, second = (row.id for row in desk.record("delivery", made).lines["lines"])
    for wanted in (
        [{"id": first, "quantity": 5}, {"id": second, "quantity": 2}],
        [{"id": first, "quantity": 5}],
    ):
        with served.instance.engine.write(system) as desk:
            options = SaveOptions(replace_lines=True)
            desk.records.update("delivery", made, {"lines": wanted}, None, options)
    page = browser.get(f"/card/delivery/{made}?tab=history").text
    told = re.findall(
        r"<span>([^<]+)</span> <s>([^<]*)</s>.*?<span class=\"cw-new\">([^<]*)<", page
    )
    assert ("Amount", "12.00", "20.00") in told
    assert ("Amount", "1.00", "2.00") in told
    assert {("Quantity", "3", "5"), ("Quantity", "1", "2")} <= set(told)


def test_a_card_leaves_out_a_column_that_is_empty_in_every_line(
    served: Served, browser: Browser
) -> None:
    heads = []
    for price in (None, 7):
        lines = [{"product": 1, "quantity": 3}, {"product": 2, "quantity": 1, "price": price}]
        with served.instance.engine.write(served.instance.system_context()) as desk:
            made = desk.records.create("sales_order", {"customer": 1, "lines": lines}).id
        card = browser.get(f"/card/sales_order/{made}").text
        heads.append(re.findall(r"<th[^>]*>([^<]+?)\s*<", card))
    assert "Product" in heads[0]
    assert "Price" not in heads[0]
    assert "Price" in heads[1]
