"""Lines of every kind wait with their form: of a matrix, and such as came from a source."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Served, serve
from shipping_steps import make_order, order_lines
from typists import Typist, offered


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "plans", PACKS / "shipping")
    with served.instance.engine.write(served.instance.system_context()) as desk:
        desk.records.create("good", {"name": "电机"})
        desk.records.create("customer", {"name": "华东机电"})
        desk.records.create("product", {"name": "减速机"})
    yield served
    served.instance.close()


def test_cells_of_a_matrix_come_back_where_they_stood(site: Served) -> None:
    pat = Typist(site, "pat", "planner")
    cells = {"targets.r0.good": "1", "targets.r0.zone": "north", "targets.r0.c2.amount": "7.50"}
    pat.type("/new/plan", year="2026", **cells)
    filled = pat.posted(pat.open(offered(pat.open("/new/plan"))))
    assert {name: filled[name] for name in cells} == {name: [each] for name, each in cells.items()}
    saved = pat.browser.post("/new/plan", filled)
    assert saved.status_code == 303, saved.text
    assert "7.5" in pat.browser.get(saved.headers["Location"]).text


def test_lines_from_a_source_know_it_still_when_it_offers_nothing_more(site: Served) -> None:
    with site.instance.engine.write(site.instance.system_context()) as desk:
        order = make_order(desk, 10)
        (line,) = order_lines(desk, order)
    ann = Typist(site, "ann", "admin")
    url = f"/new/delivery?convert=order_to_delivery&sources={order}"
    ann.type(url, **{"lines.0.quantity": "4"})
    assert "form-number=" in ann.open(url).text
    again = offered(ann.open("/new/delivery"))
    assert "convert=" not in again
    filled = ann.posted(ann.open(again))
    assert filled["lines.0.order_line"] == [str(line)]
    assert filled["lines.0.quantity"] == ["4"]
    assert ann.browser.post("/new/delivery", filled).status_code == 303
