"""A rule with a button above the list asks in its small form and shows the job that it began."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Served, serve


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "pipeline")
    yield served
    served.instance.close()


def test_the_button_leads_to_a_form_and_the_form_to_a_job(served: Served) -> None:
    browser = served.signed_in("ann", "boss")
    page = browser.get("/list/bid").get_data(as_text=True)
    assert 'href="/list/bid/rules/price_all"' in page
    form = browser.get("/list/bid/rules/price_all").get_data(as_text=True)
    assert 'name="amount"' in form
    again = browser.post("/list/bid/rules/price_all", {"amount": ""})
    assert again.status_code == 422
    begun = browser.post("/list/bid/rules/price_all", {"amount": "7"})
    assert begun.status_code == 303
    assert "/jobs" in begun.headers["Location"]
    assert browser.get("/list/bid/rules/nothing").status_code == 404


def test_a_form_asks_for_what_no_record_keeps(served: Served) -> None:
    browser = served.signed_in("bea", "boss")
    form = browser.get("/list/bid/rules/raise_all").get_data(as_text=True)
    for name in ("name", "month", "factor", "way", "buyer"):
        assert f'name="{name}"' in form or f'name="{name}.' in form, name
    wrong = {"name": "x", "month": "13/2026", "factor": "2"}
    again = browser.post("/list/bid/rules/raise_all", wrong)
    assert again.status_code == 422
