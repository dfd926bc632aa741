"""What is noted stands in the log with the deed, once, and not at all when it is taken back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from installation import NOW
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from cardwright_entities.audit.kinds import CHANGE, KINDS, SIGN_IN_REFUSED, SIGNED_IN
from cardwright_entities.audit.noting import note, note_change_set, note_record
from cardwright_entities.contexts import SYSTEM, Context, Origin, Principal
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_anchor, cw_audit_seal
from cardwright_entities.store.doors import Store

ORIGIN = Origin(address="192.0.2.7", device="Firefox", request="ab12")
LI = Context(principal=Principal(7, "李雷"), now=NOW, origin=ORIGIN)


def rows(store: Store) -> list:
    with store.read(LI) as session:
        return session.rows(select(cw_audit).order_by(cw_audit.c.id))


def test_a_deed_says_who_from_where_and_what(store: Store) -> None:
    with store.write(LI) as session:
        note(session, SIGN_IN_REFUSED, target="x" * 500, detail={"reason": "password"})
    (row,) = rows(store)
    assert (row.area, row.kind, row.at) == ("signing", "sign_in_refused", NOW)
    assert (row.account, row.name, row.actor) == (7, "李雷", "user")
    assert (row.address, row.device, row.request) == ("192.0.2.7", "Firefox", "ab12")
    assert (row.target, row.detail) == ("x" * 200, {"reason": "password"})


def test_the_doer_may_be_another_than_who_writes(store: Store) -> None:
    with store.write(replace(LI, principal=SYSTEM, origin=Origin())) as session:
        note(session, SIGNED_IN, by=LI)
        note(session, SIGNED_IN)
    assert [(row.account, row.actor) for row in rows(store)] == [(7, "user"), (None, "system")]


@pytest.mark.parametrize(
    ("context", "actor"),
    [
        (replace(LI, rules=("chase",)), "rule"),
        (LI.beyond_rights(), "user"),
        (replace(LI, principal=replace(SYSTEM, name="root", login="root")), "operator"),
        (replace(LI, principal=replace(LI.principal, kind="token")), "token"),
    ],
)
def test_who_acted_is_told_apart(store: Store, context: Context, actor: str) -> None:
    with store.write(context) as session:
        note(session, SIGNED_IN)
    assert [row.actor for row in rows(store)] == [actor]


def test_a_transaction_pays_one_statement_and_one_that_fails_leaves_nothing(store: Store) -> None:
    with store.write(LI) as session:
        for _ in range(3):
            note(session, SIGNED_IN)
        assert session.statements == 0
    assert session.statements == 1

    def fail() -> None:
        with store.write(LI) as session:
            note(session, SIGNED_IN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(rows(store)) == 3


def test_what_a_savepoint_takes_back_is_not_noted(store: Store) -> None:
    with store.write(LI) as session:
        note_change_set(session, LI, 1, "bulk", "")
        note_record(session, 1, "a", 1, "update")

        def fail() -> None:
            with session.savepoint():
                note_record(session, 1, "a", 2, "update")
                note(session, SIGNED_IN)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        note_record(session, 1, "a", 1, "update")
    (row,) = rows(store)
    assert (row.kind, row.entity, row.record, row.records) == ("bulk", "a", 1, 1)


def test_a_change_set_is_called_by_what_it_did(store: Store) -> None:
    with store.write(LI) as session:
        for number, (kind, deed) in enumerate(
            [("save", "create"), ("save", "assign"), ("undo", "update"), ("odd", "kept")], 1
        ):
            note_change_set(session, LI, number, kind, "")
            note_record(session, number, "a", 5, deed)
        note_change_set(session, LI, 9, "odd", "")
    assert [row.kind for row in rows(store)] == ["create", "assign", "undo", "kept", CHANGE]
    assert {row.kind for row in rows(store)} <= set(KINDS)


def test_a_rule_that_changed_nothing_is_not_noted(store: Store) -> None:
    with store.write(LI) as session:
        for number in (1, 2):
            note_change_set(session, LI, number, "rule", "Chase")
        note_record(session, 2, "a", 5, "update")
    assert [(row.kind, row.change_set) for row in rows(store)] == [("rule", 2)]


def test_a_transaction_of_idle_rules_writes_nothing(store: Store) -> None:
    with store.write(LI) as session:
        note_change_set(session, LI, 1, "rule", "Chase")
    assert rows(store) == []


@pytest.mark.parametrize("table", [cw_audit, cw_audit_seal, cw_audit_anchor], ids=str)
def test_the_database_refuses_changes_and_removals(store: Store, table) -> None:
    with store.write(LI) as session:
        note(session, SIGNED_IN)
        seal = {"number": 1, "row": 99, "at": NOW, "hash": "h"}
        session.execute(insert(cw_audit_seal).values(seal))
        anchor = {"number": 0, "hash": "", "at": NOW, "before": NOW}
        session.execute(insert(cw_audit_anchor).values(anchor))
    column = "name" if table is cw_audit else "hash"
    for statement in (update(table).values({column: "?"}), delete(table)):
        with pytest.raises(DBAPIError, match="only grows"), store.write(LI) as session:
            session.execute(statement)
    if store.dialect == "postgresql":
        with pytest.raises(DBAPIError, match="only grows"), store.write(LI) as session:
            session.execute(text(f"TRUNCATE {table.name}"))
    assert len(rows(store)) == 1


def test_an_anchor_lets_go_of_what_it_covers_and_of_nothing_else(store: Store) -> None:
    with store.write(LI) as session:
        for _ in range(3):
            note(session, SIGNED_IN)
    ids = [row.id for row in rows(store)]
    with store.write(LI) as session:
        seals = [
            {"number": n, "row": row, "at": NOW, "hash": str(n)} for n, row in enumerate(ids, 1)
        ]
        session.execute(insert(cw_audit_seal), seals)
        anchor = {"number": 1, "hash": "1", "at": NOW, "before": NOW}
        session.execute(insert(cw_audit_anchor).values(anchor))
        session.execute(delete(cw_audit).where(cw_audit.c.id == ids[0]))
        session.execute(delete(cw_audit_seal).where(cw_audit_seal.c.number == 1))
    for gone in (cw_audit.c.id == ids[1], cw_audit.c.id == ids[2]):
        with pytest.raises(DBAPIError, match="only grows"), store.write(LI) as session:
            session.execute(delete(cw_audit).where(gone))
    assert [row.id for row in rows(store)] == ids[1:]
