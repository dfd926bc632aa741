"""What can be done with a record, told by the API and done through it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from serving import PACKS, Program, Served, serve


class Seller(Program):
    """A program that makes bids."""

    def bid(self, **values: object) -> str:
        answer = self.post("/records/bid", {"name": "泵站", "amount": "1000", **values})
        assert answer.status_code == 201, answer.text
        return f"/records/bid/{answer.get_json()['id']}"

    def offered(self, bid: str) -> dict[str, dict[str, Any]]:
        return {each["name"]: each for each in self.get(f"{bid}/actions").get_json()["items"]}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "pipeline")
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def boss(served: Served) -> Seller:
    return Seller(served, "boss")


def test_actions_are_told_with_what_they_ask_and_what_stands_in_the_way(boss: Seller) -> None:
    offered = boss.offered(boss.bid(amount="0"))
    assert list(offered) == ["send", "lose", "copy"]
    assert offered["send"]["label"] == {"en": "Send", "zh": "发出"}
    assert offered["send"]["blocked"] == "Fill in the amount first"
    asks = offered["lose"]["asks"]
    assert [(each["name"], each["required"]) for each in asks] == [
        ("reason", True),
        ("note", False),
    ]
    assert asks[0]["schema"]["title"] == "Reason"


def test_an_action_answers_the_record_as_it_is_then_and_how_to_undo_it(boss: Seller) -> None:
    bid = boss.bid()
    answer = boss.post(f"{bid}/actions/send", {})
    assert answer.status_code == 200, answer.text
    told = answer.get_json()
    assert told["record"]["stage"] == "sent"
    assert answer.headers["ETag"] == f'"{told["record"]["version"]}"'
    assert boss.post(f"/change-sets/{told['$change_set']}/undo", {}).status_code == 200
    assert boss.get(bid).get_json()["stage"] == "draft"


def test_an_answer_that_is_missing_or_not_asked_is_refused_by_field(boss: Seller) -> None:
    bid = boss.bid()
    missing = boss.post(f"{bid}/actions/lose", {"values": {"note": "x"}})
    assert missing.status_code == 422
    assert missing.get_json()["error"]["fields"] == {"reason": ["Required."]}
    more = boss.post(f"{bid}/actions/lose", {"values": {"reason": "x", "amount": "1"}})
    assert list(more.get_json()["error"]["fields"]) == ["amount"]
    done = boss.post(f"{bid}/actions/lose", {"values": {"reason": "price"}})
    assert done.get_json()["record"]["reason"] == "price"


@pytest.mark.parametrize(
    "body", [[], {"values": []}, {"confirmed": {"a": 1}}, {"other": 1}, {"values": {"a": {}}}]
)
def test_a_body_of_another_shape_changes_nothing(boss: Seller, body: object) -> None:
    bid = boss.bid()
    assert boss.post(f"{bid}/actions/lose", body).status_code in (400, 422)
    assert boss.get(bid).get_json()["version"] == 1


def test_what_is_not_offered_is_not_found(served: Served, boss: Seller) -> None:
    bid = boss.bid()
    assert boss.post(f"{bid}/actions/win", {}).status_code == 404
    assert boss.post(f"{bid}/actions/nothing", {}).status_code == 404
    assert boss.get("/records/bid/999999/actions").status_code == 404
    assert boss.get("/records/nothing/1/actions").status_code == 404
    seller = Seller(served, "seller")
    boss.post(f"{bid}/actions/send", {})
    assert seller.post(f"{bid}/actions/win", {}).status_code == 404
    reader = Seller(served, "reader")
    assert reader.get(f"{bid}/actions").get_json() == {"items": []}
    assert Seller(served, "small").get(f"{bid}/actions").status_code == 404


def test_a_blocked_action_is_forbidden_and_says_why(boss: Seller) -> None:
    answer = boss.post(f"{boss.bid(amount='0')}/actions/send", {})
    assert answer.status_code == 403
    assert answer.get_json()["error"]["message"] == "Fill in the amount first"


def test_an_old_version_is_a_conflict(boss: Seller) -> None:
    bid = boss.bid()
    boss.patch(bid, {"name": "other"}, 1)
    assert boss.post(f"{bid}/actions/send", {}, If_Match='"1"').status_code == 409
    assert boss.post(f"{bid}/actions/send", {}, If_Match='"2"').status_code == 200


def test_an_action_that_is_sent_again_is_done_once(boss: Seller) -> None:
    bid = boss.bid()
    first = boss.post(f"{bid}/actions/send", {}, Idempotency_Key="once")
    again = boss.post(f"{bid}/actions/send", {}, Idempotency_Key="once")
    assert first.get_json() == again.get_json()
    assert boss.get(bid).get_json()["version"] == 2


def test_a_stage_that_is_sent_is_a_move_and_the_refusal_names_what_leads_on(boss: Seller) -> None:
    bid = boss.bid()
    answer = boss.patch(bid, {"stage": "won"}, 1)
    assert answer.status_code == 422
    (message,) = answer.get_json()["error"]["fields"]["stage"]
    assert message.endswith("send → sent, lose → lost")
    assert boss.patch(bid, {"stage": "sent"}, 1).get_json()["doubled"] == "2000.00"


def test_the_description_says_that_actions_are_there(served: Served, boss: Seller) -> None:
    told = boss.get("/openapi.json").get_json()["paths"]["/records/bid/{record}/actions/{action}"]
    kinds = {
        each["name"]: each.get("schema", {}).get("type") for each in told["post"]["parameters"]
    }
    assert kinds["record"] == "integer"
    assert kinds["action"] == "string"


def test_the_catalog_tells_the_states_and_moves_of_what_the_caller_reads(
    served: Served, boss: Seller
) -> None:
    told = boss.get("/catalog").get_json()["stages"]["bid_stages"]
    assert told["initial"] == "draft"
    assert [each["name"] for each in told["states"]] == ["draft", "sent", "haggle", "won", "lost"]
    assert told["states"][1]["probability"] == "0.6"
    assert told["moves"][3] == {
        "name": "lose",
        "label": {"en": "Lose", "zh": "落标"},
        "from": ["any"],
        "to": "lost",
    }
    assert boss.get("/catalog/bid").get_json()["fields"]["stage"]["stages"] == "bid_stages"
    assert Seller(served).get("/catalog").get_json()["stages"] == {}


def test_a_check_to_confirm_passes_with_its_reason(boss: Seller) -> None:
    bid = boss.bid(amount="2000000")
    asked = boss.post(f"{bid}/actions/send", {})
    assert (asked.status_code, asked.get_json()["error"]["confirm"]) == (
        422,
        {"big": "A large amount"},
    )
    done = boss.post(f"{bid}/actions/send", {"confirmed": {"big": "agreed by phone"}})
    assert done.get_json()["record"]["stage"] == "sent"
