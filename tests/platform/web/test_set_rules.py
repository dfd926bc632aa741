"""A rule with a button above the list asks in its small form and shows the job that it began."""

from __future__ import annotations

import re
import threading

from serving import Served

from cardwright_platform.worker.assembly import Bell, build_loop

SERVES = ("pipeline",)


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
    job = browser.get(begun.headers["Location"])
    assert job.status_code == 200
    assert "<h1>Price all</h1>" in job.text
    assert served.signed_in("eve", "boss").get(begun.headers["Location"]).status_code == 404
    assert browser.get("/list/bid/rules/nothing").status_code == 404


def test_a_form_asks_for_what_no_record_keeps(served: Served) -> None:
    browser = served.signed_in("bea", "boss")
    form = browser.get("/list/bid/rules/raise_all").get_data(as_text=True)
    for name in ("name", "month", "factor", "way", "buyer"):
        assert f'name="{name}"' in form or f'name="{name}.' in form, name
    options = re.search(r'name="buyer".*?data-options="([^"]+)"', form)
    assert options is not None
    found = browser.get(f"{options[1]}?q=").json
    assert found is not None
    assert isinstance(found["options"], list)
    wrong = {"name": "x", "month": "13/2026", "factor": "2"}
    again = browser.post("/list/bid/rules/raise_all", wrong)
    assert again.status_code == 422


def test_what_the_clock_does_has_a_name_and_is_passed_over_where_it_went_well(
    served: Served,
) -> None:
    instance = served.instance
    loop = build_loop(instance, Bell(lambda: None, threading.Event(), lambda: None))
    loop.tend()
    loop.drain()
    with instance.store.read(instance.system_context()) as session:
        all_jobs = instance.jobs.page(session, limit=100)
        eventful = instance.jobs.page(session, limit=100, uneventful=False)
    kinds = {each.kind for each in all_jobs}
    assert len(kinds) > 5
    assert [kind for kind in kinds if not instance.words.knows(f"job.kind.{kind}")] == []
    assert {each.kind for each in eventful} == {"run_rule"}
