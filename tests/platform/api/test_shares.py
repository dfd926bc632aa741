"""Single records are shared over the API, and seen by those with whom they are shared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.expressions.values import RecordRef


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = "" if request.param == "sqlite" else str(request.getfixturevalue("postgresql_module_url"))
    served = serve(url, tmp_path_factory.mktemp("served"), PACKS / "workshop")
    yield served
    served.instance.close()


class Worker(Program):
    """A program of a worker: his number is what records are shared with."""

    def __init__(self, served: Served, *roles: str) -> None:
        super().__init__(served, *roles)
        self.served = served
        with served.instance.store.write(served.instance.system_context()) as session:
            set_roles(session, self.account, roles)
        with served.instance.engine.write(served.instance.system_context()) as desk:
            row = {"name": "工人", "account": self.account}
            self.number = desk.records.create("worker", row).id

    def firm(self) -> int:
        """Make a firm of the worker's own."""
        with self.served.instance.engine.write(self.served.instance.system_context()) as desk:
            owner = RecordRef("worker", self.number)
            return desk.records.create("firm", {"name": "甲", "owner": owner}).id

    def sees(self, firm: int) -> bool:
        """Tell whether the card, the list and the count have a firm."""
        card = self.get(f"/records/firm/{firm}").status_code == 200
        listed = self.get(f"/records/firm?where=id={firm}&count=exact").get_json()
        assert len(listed["items"]) == (1 if card else 0)
        return card


@pytest.fixture(scope="module")
def seller(served: Served) -> Worker:
    return Worker(served, "seller")


@pytest.fixture(scope="module")
def friend(served: Served) -> Worker:
    return Worker(served, "seller")


def test_a_record_is_shared_changed_and_taken_back(seller: Worker, friend: Worker) -> None:
    firm = seller.firm()
    shares = f"/records/firm/{firm}/shares"
    assert not friend.sees(firm)
    holder = {"entity": "worker", "id": friend.number}
    answer = seller.post(shares, {"with": [holder], "until": "2099-01-01T00:00:00Z"})
    assert answer.status_code == 200, answer.text
    (told,) = answer.get_json()["items"]
    assert (told["with"], told["level"], told["by"]) == (holder, "read", seller.account)
    assert told["until"].startswith("2099-01-01")
    assert friend.sees(firm)
    assert friend.get(shares).get_json()["items"] == [told]
    found = friend.get(f"/records/firm?where=id={firm} and $self in $shared").get_json()
    assert [each["id"] for each in found["items"]] == [firm]
    changed = seller.post(shares, {"with": [holder], "level": "edit"}).get_json()["items"]
    assert [(each["level"], each["until"]) for each in changed] == [("edit", None)]
    version = friend.get(f"/records/firm/{firm}").get_json()["version"]
    assert (
        friend.patch(f"/records/firm/{firm}", {"founded": "2020-02-02"}, version).status_code == 200
    )
    url = f"/api/v1{shares}/{changed[0]['id']}"
    assert friend.client.delete(url, headers=friend.headers).status_code == 403
    ended = seller.client.delete(url, headers=seller.headers)
    assert ended.status_code == 200, ended.text
    assert ended.get_json()["items"] == []
    assert not friend.sees(firm)
    undone = seller.post(f"/change-sets/{ended.get_json()['$change_set']}/undo", {})
    assert undone.get_json()["undone"] == 1
    assert friend.sees(firm)


def test_what_is_wrong_with_a_share_is_told_at_its_place(seller: Worker, friend: Worker) -> None:
    shares = f"/records/firm/{seller.firm()}/shares"
    for body, place in (
        ({}, "with"),
        ({"with": []}, "with"),
        ({"with": [{"entity": "worker"}]}, "with.0"),
        ({"with": [{"entity": "worker", "id": 9999}]}, "with"),
        ({"with": [{"entity": "firm", "id": 1}]}, "with"),
        ({"with": [{"role": "nobody"}]}, "with"),
        ({"with": [{"role": "seller"}], "level": "own"}, "level"),
        ({"with": [{"role": "seller"}], "until": "yesterday"}, "until"),
        ({"with": [{"role": "seller"}], "until": "2001-01-01T00:00:00Z"}, "until"),
    ):
        answer = seller.post(shares, body)
        assert answer.status_code == 422, answer.text
        assert list(answer.get_json()["error"]["fields"]) == [place]
    assert friend.get(shares).status_code == 404
    assert friend.post(shares, {"with": [{"role": "seller"}]}).status_code == 404
    assert seller.get("/records/area/1/shares").status_code == 404


def test_several_records_are_shared_by_the_action(seller: Worker, friend: Worker) -> None:
    firms = [seller.firm(), seller.firm()]
    values = {"share_employees": [friend.number], "share_level": "read"}
    answer = seller.post("/records/firm/actions/share", {"ids": firms, "values": values})
    assert answer.get_json()["done"] == 2, answer.text
    assert all(friend.sees(each) for each in firms)
    told = friend.get("/notifications").get_json()["items"]
    assert [each["kind"] for each in told[:2]] == ["shared", "shared"]
