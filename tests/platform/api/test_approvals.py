"""What waits for a program's user, told by the API and decided through its actions."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve


@pytest.fixture(params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "approvals")
    yield served
    served.instance.close()


def test_a_program_submits_sees_what_waits_and_decides(served: Served) -> None:
    worker, admin = Program(served, "worker", login="li"), Program(served, "admin", login="root")
    made = worker.post("/records/claim", {"name": "差旅", "amount": "50"})
    claim = f"/records/claim/{made.get_json()['id']}"
    assert worker.post(f"{claim}/actions/approval.submit", {}).status_code == 200
    assert worker.get("/approvals").get_json() == {"items": [], "more": False}
    (waiting,) = admin.get("/approvals").get_json()["items"]
    assert (waiting["title"], waiting["step"], waiting["by"]) == ("差旅", "manager", worker.account)

    # Without a reason nothing is refused.
    empty = admin.post(f"{claim}/actions/approval.reject", {})
    assert empty.status_code == 422
    refused = admin.post(f"{claim}/actions/approval.reject", {"values": {"comment": "No receipt"}})
    assert refused.get_json()["record"]["stage"] == "refused"
    late = admin.post(f"{claim}/actions/approval.approve", {})
    assert late.status_code == 409

    (found,) = worker.get(f"{claim}/approvals").get_json()["items"]
    assert (found["state"], found["comment"]) == ("rejected", "No receipt")
    assert [(each["step"], each["state"]) for each in found["tasks"]] == [("manager", "rejected")]


def test_approvals_of_a_record_that_may_not_be_read_are_not_there(served: Served) -> None:
    worker, blind = Program(served, "worker", login="zhou"), Program(served, "blind")
    made = worker.post("/records/claim", {"name": "差旅", "amount": "50"})
    claim = f"/records/claim/{made.get_json()['id']}"
    assert blind.get(f"{claim}/approvals").status_code == 404
    assert blind.post(f"{claim}/actions/approval.submit", {}).status_code == 404
