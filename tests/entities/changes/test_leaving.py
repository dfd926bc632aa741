"""What goes for good leaves nothing in the platform's tables but its archive."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import insert, select, text

from cardwright_entities.changes.comparing import compare_tables
from cardwright_entities.changes.planning import Purge, make_plan
from cardwright_entities.changes.reconciling import reconcile
from cardwright_entities.changes.waiting import StillWaiting
from cardwright_entities.errors import PlanError
from cardwright_entities.store.every_table import every_table

KEPT = """
kind: entity
name: firm
label: {zh: 公司, en: Firm}
fields:
  name: {type: text}
"""
CODED = f"{KEPT}  code: {{type: text, index: true}}\n"
BOTH = (
    CODED
    + """
---
kind: entity
name: visit
label: {zh: 拜访, en: Visit}
fields:
  name: {type: text, unique: true, sort: true}
  number: {type: serial, pattern: "V{n:4}"}
  firm: {type: link, to: firm}
  friends: {type: links, to: visit}
  hours: {type: lines, of: visit_hour}
  total: {type: rollup, of: hours, sum: hours}
search: [name]
---
kind: entity
name: visit_hour
owner: visit
fields:
  hours: {type: decimal, scale: 2}
---
kind: entity
name: visit_day
fields:
  visit: {type: link, to: visit}
"""
)


@pytest.fixture
def used(bench):
    """An installation in whose tables much belongs to visits, and something to a firm's code."""
    bench.apply(BOTH)
    firm, visit = bench.tables("firm"), bench.tables("visit")
    tables, now = every_table(), bench.context.now
    with bench.store.write(bench.context) as session:
        session.execute(insert(firm.table).values(name="A", code="x"))
        session.execute(insert(visit.table).values(name="V", firm=1))
        session.execute(insert(visit.links["friends"]).values(source=1, target=1))
        key, owner = visit.definition.id, firm.definition.id
        code = firm.definition.fields["code"].id
        name = firm.definition.fields["name"].id
        change_set = session.insert_row(tables["cw_change_set"], {"at": now, "kind": "save"})
        for entity, before in ((key, {"n": "v"}), (owner, {code: "w", name: "B"}), (owner, None)):
            row = {"change_set": change_set, "entity": entity, "record": 1, "version": 2}
            session.insert_row(tables["cw_change"], {**row, "op": "update", "before": before})
        number = visit.definition.fields["number"].id
        session.execute(insert(tables["cw_number"]).values(series=number, period="", last=1))
        for address in ("list/visit", "list/firm"):
            row = {"account": 1, "address": address, "value": {}, "changed_at": now}
            session.execute(insert(tables["cw_preference"]).values(row))
        told = {"account": 1, "at": now, "kind": "k", "message": ["m", {}], "entity": key}
        session.insert_row(tables["cw_notification"], told)
        ran = {"approval": "a", "entity": key, "record": 1, "state": "approved", "flow": {}}
        approval = session.insert_row(tables["cw_approval"], {**ran, "began_at": now})
        asked = {"approval": approval, "step": "s", "position": 1, "state": "agreed"}
        session.insert_row(tables["cw_approval_task"], asked)
        view = {"entity": key, "account": 1, "folder": "", "name": "V", "body": {}, "position": 1}
        view |= {"version": 1, "created_at": now, "changed_at": now, "changed_by": 1}
        shared = {"view": session.insert_row(tables["cw_view"], view), "role": "r"}
        session.execute(insert(tables["cw_view_share"]).values(**shared, holder_type="", holder=0))
    return bench


def leave(bench, definitions: str, *addresses: str, archive=None) -> list[dict]:
    """Let addresses go with one plan; return what was archived."""
    written: list[dict] = []
    plan = plan_of(bench, definitions, *addresses)
    sink = archive or (lambda name, lines: written.extend(lines))
    bench.apply_plan(plan, sink)
    return json.loads(json.dumps(written, default=str))


def plan_of(bench, definitions: str, *addresses: str):
    purge = Purge(addresses, "gone.jsonl.gz")
    wanted = bench.catalog(definitions)
    return make_plan(bench.store, bench.context, bench.types, wanted, purge=purge)


VISITS = ("entity/visit", "entity/visit_hour", "entity/visit_day")


def left(bench) -> dict[str, list]:
    """Return what is still there: tables and indexes by name, rows of the platform by table."""
    with bench.store.read(bench.context) as session:
        if session.dialect == "postgresql":
            query = "SELECT relname FROM pg_class "
            query += "WHERE relname LIKE '%visit%' AND relname NOT LIKE '%cw_%'"
        else:
            query = "SELECT name FROM sqlite_master "
            query += "WHERE tbl_name NOT LIKE 'cw_%' AND name || coalesce(sql, '') LIKE '%visit%'"
        found = {"named": session.rows(text(query))}
        for name, table in every_table().items():
            if name not in ("cw_catalog_part", "cw_commit", "cw_document", "cw_identity"):
                found[name] = session.rows(select(table))
    return found


def test_what_lives_goes_with_one_plan_and_leaves_only_its_archive(used) -> None:
    lines = leave(used, CODED, *VISITS)
    there = left(used)
    assert there["named"] == []
    held = ("cw_number", "cw_notification", "cw_approval", "cw_approval_task")
    for name in (*held, "cw_view", "cw_view_share"):
        assert there[name] == []
    assert [row.address for row in there["cw_preference"]] == ["list/firm"]
    assert len(there["cw_change"]) == 2
    assert compare_tables(used.store, used.context, used.types) == ()
    assert {each["archive"] for each in lines if "archive" in each} >= {"visit", "visit_hour"}
    (record,) = [each for each in lines if each.get("name") == "V"]
    assert record["firm"] == 1
    kept = {each["kept"] for each in lines if "kept" in each}
    assert kept == {"cw_change", "cw_approval"}


def test_a_field_that_lives_goes_with_its_history(used) -> None:
    visits = BOTH.partition("---")[2]
    lines = leave(used, f"{KEPT}---{visits}", "entity/firm#fields.code")
    assert [each for each in lines if "code" in each] == [{"id": 1, "code": "x"}]
    histories = [list((row.before or {}).values()) for row in left(used)["cw_change"]]
    assert sorted(histories) == [[], ["B"], ["v"]]
    assert compare_tables(used.store, used.context, used.types) == ()


def test_nothing_goes_before_it_is_archived(used) -> None:
    def full(name, lines):
        raise OSError("no space left")

    with pytest.raises(StillWaiting):
        leave(used, KEPT, *VISITS, "entity/firm#fields.code", archive=full)
    assert len(left(used)["cw_approval"]) == 1
    written: list[dict] = []
    assert reconcile(
        used.store,
        used.context,
        used.types,
        archive=lambda name, lines: written.extend(lines),
    )
    assert [each for each in written if each.get("name") == "V"]
    assert left(used)["named"] == []
    assert compare_tables(used.store, used.context, used.types) == ()


def test_what_others_point_to_does_not_go(used) -> None:
    with pytest.raises(PlanError) as caught:
        plan_of(used, KEPT, "entity/visit", "entity/visit_hour")
    assert caught.value.message.code == "still_pointed_at"


def test_a_plan_says_how_many_records_go(used) -> None:
    plan = plan_of(used, KEPT, *VISITS)
    assert plan.describe("zh")[1] == "将影响 1 条记录，数据先归档再删除。"
    assert plan.archives == ("gone.jsonl.gz",)
