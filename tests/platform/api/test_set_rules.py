"""Rules with a button above the list are begun by the API and on the page, as jobs."""

from __future__ import annotations

from serving import Program, Served

from cardwright_platform.worker.assembly import build_loop, open_bell

SERVES = ("pipeline",)


def drain(served: Served) -> None:
    """Do the jobs that were asked for."""
    bell = open_bell(served.instance.config)
    build_loop(served.instance, bell).drain()
    bell.close()


def test_a_rule_works_on_its_set_with_the_answers_of_its_form(served: Served) -> None:
    boss = Program(served, "boss")
    made = boss.post("/records/bid", {"name": "a", "amount": "5"})
    assert made.status_code == 201, made.text
    record = made.get_json()["id"]
    path = "/records/bid/rules/price_all"
    missing = boss.post(path, {"values": {}})
    assert missing.status_code == 422
    assert list(missing.get_json()["error"]["fields"]) == ["amount"]
    unknown = boss.post(path, {"values": {"amount": "7", "name": "x"}})
    assert unknown.status_code == 422
    begun = boss.post(path, {"values": {"amount": "7"}})
    assert begun.status_code == 202, begun.text
    drain(served)
    found = boss.get(f"/records/bid/{record}").get_json()
    assert found["amount"] == "7.00"
    for other in ("nothing/rules/price_all", "bid/rules/win", "bid/rules/nothing"):
        assert boss.post(f"/records/{other}", {}).status_code == 404


def test_a_rule_is_answered_what_no_record_keeps_each_by_its_type(served: Served) -> None:
    boss = Program(served, "boss")
    client = boss.post("/records/client", {"name": "Buyer"}).get_json()["id"]
    record = boss.post("/records/bid", {"name": "a", "amount": "5"}).get_json()["id"]
    path = "/records/bid/rules/raise_all"
    wrong = {"name": "n", "month": "2026-99", "factor": "x", "way": "aside", "buyer": "y"}
    refused = boss.post(path, {"values": wrong}).get_json()["error"]["fields"]
    assert sorted(refused) == ["buyer", "factor", "month", "way"]
    right = {"name": "n", "month": "2026-02", "factor": "1.5", "way": "up", "buyer": client}
    assert boss.post(path, {"values": right}).status_code == 202
    drain(served)
    found = boss.get(f"/records/bid/{record}").get_json()
    assert found["amount"] == "7.50"
    assert (found["sent_on"], found["note"]) == ("2026-02-01", "nup")
    assert found["client"] == client
