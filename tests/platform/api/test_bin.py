"""The recycle bin for programs: found by those who may, restored together, purged with a reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from serving import PACKS, Program, Served, serve
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.store.audit_tables import cw_audit


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, store_module_url: str) -> Iterator[Served]:
    served = serve(store_module_url, tmp_path_factory.mktemp("office"), PACKS / "papers")
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def archivist(office: Served) -> Program:
    return Program(office, "archivist")


def deleted(office: Served, entity: str = "paper", **values: object) -> int:
    def work(desk: Desk) -> int:
        saved = desk.records.create(entity, values)
        desk.records.delete(entity, saved.id)
        return saved.id

    return office.instance.engine.run_write(office.instance.system_context(), work)


def place(record: int, entity: str = "paper") -> dict[str, object]:
    return {"entity": entity, "id": record}


def found(program: Program, query: str = "") -> list[int]:
    answer = program.get(f"/bin?entity=paper{query}")
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.get_json()["items"]]


def test_what_was_deleted_is_listed_page_by_page(office: Served, archivist: Program) -> None:
    records = [deleted(office, name=f"Leaflet {number}") for number in range(3)]
    first = archivist.get("/bin?limit=2&search=leaflet").get_json()
    rest = archivist.get("/bin?limit=2&search=leaflet&cursor=" + first["next"].replace("+", "%2B"))
    listed = [*first["items"], *rest.get_json()["items"]]
    assert sorted(each["id"] for each in listed) == records
    assert {each["title"] for each in listed} == {f"Leaflet {number}" for number in range(3)}
    assert rest.get_json()["next"] is None
    assert archivist.get("/bin?limit=201").status_code == 400
    for cursor in ("nonsense", "2026-01-01|paper|1", "0001-01-01T00:00:00%2B10:00|paper|1"):
        assert archivist.get(f"/bin?cursor={cursor}").status_code == 400
    assert archivist.get("/bin?entity=nothing").status_code == 404


def test_nobody_finds_what_he_may_not_read(office: Served) -> None:
    shut, shown = deleted(office, name="Shut"), deleted(office, name="Open", code="OPEN")
    sweeper, writer = Program(office, "sweeper"), Program(office, "writer")
    assert found(sweeper) == [shown]
    assert {shut, shown} <= set(found(writer))
    assert sweeper.get("/bin?entity=folder").status_code == 404
    body = {"records": [place(shut)], "reason": "tidying"}
    assert sweeper.post("/bin/purge", body).status_code == 404
    assert writer.post("/bin/purge", body).status_code == 403
    both = {"records": [place(shut), place(999_999)]}
    left = sweeper.post("/bin/restore", both).get_json()["left"]
    assert [each["error"]["code"] for each in left] == ["not_allowed", "not_allowed"]
    assert shut in found(writer)


def test_records_come_back_together_and_what_stood_in_the_way_is_told(
    office: Served, archivist: Program
) -> None:
    def work(desk: Desk) -> tuple[int, int]:
        shelf = desk.records.create("folder", {"name": "Shelf"}).id
        paper = desk.records.create("paper", {"name": "Deed", "folder": shelf}).id
        desk.records.delete("paper", paper)
        desk.records.delete("folder", shelf)
        return shelf, paper

    shelf, paper = office.instance.engine.run_write(office.instance.system_context(), work)
    alone = archivist.post("/bin/restore", {"records": [place(paper)]}).get_json()
    assert (alone["$change_set"], alone["restored"]) == (None, [])
    (left,) = alone["left"]
    assert left["error"]["message"]
    both = {"records": [place(paper), place(shelf, "folder"), place(999_999)]}
    answer = archivist.post("/bin/restore", both).get_json()
    assert answer["restored"] == [place(paper), place(shelf, "folder")]
    assert [each["id"] for each in answer["left"]] == [999_999]
    undone = archivist.post(f"/change-sets/{answer['$change_set']}/undo", {})
    assert undone.status_code == 200
    assert paper in found(archivist)


def test_a_purge_wants_a_reason_and_the_log_keeps_it(office: Served, archivist: Program) -> None:
    record = deleted(office, name="Draft", parts=[{"name": "a"}, {"name": "b"}])
    refused = archivist.post("/bin/purge", {"records": [place(record)]})
    assert refused.status_code == 422
    assert list(refused.get_json()["error"]["fields"]) == ["reason"]
    assert record in found(archivist)
    body = {"records": [place(record)], "reason": "asked for by the customer"}
    gone = archivist.post("/bin/purge", body)
    assert gone.get_json() == {"purged": [place(record)], "lines": 2, "left": []}
    assert record not in found(archivist)
    assert archivist.post("/bin/purge", body).status_code == 404
    with office.instance.store.read(office.instance.system_context()) as session:
        rows = session.rows(select(cw_audit).where(cw_audit.c.kind == "purged"))
    assert rows[-1].detail == {"reason": "asked for by the customer"}


def test_what_something_points_at_stays_and_holders_are_told(
    office: Served, archivist: Program
) -> None:
    def work(desk: Desk) -> tuple[int, int]:
        shelf = desk.records.create("folder", {"name": "Rack"}).id
        holder = desk.records.create("paper", {"name": "List", "about": place(shelf, "folder")}).id
        desk.records.delete("folder", shelf)
        return shelf, holder

    shelf, holder = office.instance.engine.run_write(office.instance.system_context(), work)
    body = {"records": [place(shelf, "folder")], "reason": "tidying"}
    (left,) = archivist.post("/bin/purge", body).get_json()["left"]
    assert left["held_by"] == [place(holder)]
    assert left["error"]["message"]


@pytest.mark.parametrize(
    "records",
    [[], [{"entity": "paper"}], [{"id": 1}], [{"entity": "paper", "id": 0}], "paper", [7], None],
)
def test_what_names_no_records_is_refused(archivist: Program, records: object) -> None:
    for path, more in (("/bin/restore", {}), ("/bin/purge", {"reason": "x"})):
        answer = archivist.post(path, {"records": records} | more)
        assert answer.status_code == 422, answer.text
