"""Rules with a button above the list are begun by the API and on the page, as jobs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.tokens import SCOPES, create_token
from cardwright_platform.worker.assembly import build_loop, open_bell


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = serve("", tmp_path_factory.mktemp("served"), PACKS / "pipeline")
    yield served
    served.instance.close()


def of_somebody(served: Served, role: str) -> dict[str, Any]:
    account = served.add(f"{role}1", role, password="")
    with served.instance.store.write(served.instance.system_context()) as session:
        token = create_token(session, account.id, "tests", scopes=SCOPES)
    return {"headers": {"Authorization": f"Bearer {token}", "Accept-Language": "en"}}


def test_a_rule_works_on_its_set_with_the_answers_of_its_form(served: Served) -> None:
    client, boss = served.app.test_client(), of_somebody(served, "boss")
    made = client.post("/api/v1/records/bid", json={"name": "a", "amount": "5"}, **boss)
    assert made.status_code == 201, made.text
    record = made.get_json()["id"]
    path = "/api/v1/records/bid/rules/price_all"
    missing = client.post(path, json={"values": {}}, **boss)
    assert missing.status_code == 422
    assert list(missing.get_json()["error"]["fields"]) == ["amount"]
    unknown = client.post(path, json={"values": {"amount": "7", "name": "x"}}, **boss)
    assert unknown.status_code == 422
    begun = client.post(path, json={"values": {"amount": "7"}}, **boss)
    assert begun.status_code == 202, begun.text
    bell = open_bell(served.instance.config)
    build_loop(served.instance, bell).drain()
    bell.close()
    found = client.get(f"/api/v1/records/bid/{record}", **boss).get_json()
    assert found["amount"] == "7.00"
    for other in ("nothing/rules/price_all", "bid/rules/win", "bid/rules/nothing"):
        assert client.post(f"/api/v1/records/{other}", json={}, **boss).status_code == 404
