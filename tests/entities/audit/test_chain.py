"""Whatever is done to the log behind the product's back, a check of it names the row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from installation import NOW
from sqlalchemy import insert, select

from cardwright_entities.audit.chain import Broken, Seal, Verified, seal_rows
from cardwright_entities.audit.kinds import SIGNED_IN
from cardwright_entities.audit.noting import note, note_change_set
from cardwright_entities.audit.retention import shorten
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.errors import InputError
from cardwright_entities.records.noted import verify_log
from cardwright_entities.store.audit_tables import cw_audit, cw_audit_seal
from cardwright_entities.store.doors import Store
from cardwright_entities.store.platform_tables import cw_change_set

CONTEXT = Context(principal=SYSTEM, now=NOW)


def do(store: Store, many: int = 1, at: datetime = NOW) -> None:
    """Note some deeds, each in a transaction of its own."""
    for number in range(many):
        with store.write(replace(CONTEXT, now=at)) as session:
            note(session, SIGNED_IN, target=f"{at:%d}-{number}", detail={"b": 1, "a": [number]})


def seal(store: Store, at: datetime = NOW) -> int:
    with store.write(replace(CONTEXT, now=at)) as session:
        return seal_rows(session)


def check(store: Store, expected: Seal | None = None, at: datetime = NOW) -> Verified:
    with store.read(replace(CONTEXT, now=at)) as session:
        return verify_log(session, expected)


def ids(store: Store) -> list[int]:
    with store.read(CONTEXT) as session:
        return [row.id for row in session.rows(select(cw_audit.c.id).order_by(cw_audit.c.id))]


LATER = NOW + timedelta(hours=3)


@pytest.fixture
def sealed(store: Store) -> Store:
    """Five rows, sealed, and three hours later five more."""
    do(store, 5)
    seal(store)
    do(store, 5, LATER)
    seal(store, LATER)
    return store


def test_rows_are_sealed_once_in_their_order(store: Store) -> None:
    do(store, 3)
    assert (check(store).rows, check(store).sealed) == (3, 0)
    assert [seal(store), seal(store)] == [3, 0]
    do(store)
    assert seal(store) == 1
    found = check(store)
    assert (found.rows, found.sealed, found.head.number, found.broken) == (4, 4, 4, None)
    with store.read(CONTEXT) as session:
        order = select(cw_audit_seal.c.row).order_by(cw_audit_seal.c.number)
        assert [row.row for row in session.rows(order)] == ids(store)


def test_an_empty_log_is_whole(store: Store) -> None:
    assert check(store) == Verified(rows=0, sealed=0, head=Seal(number=0, hash=""), removed=0)


COLUMNS = "at, area, kind, name, actor, target"


@pytest.mark.parametrize(
    ("deed", "place", "why"),
    [
        ("UPDATE cw_audit SET name = 'nobody' WHERE id = {3}", 3, "changed"),
        ("UPDATE cw_audit SET at = (SELECT at FROM cw_audit WHERE id = {9}) WHERE id = {2}",
         2, "changed"),
        ("UPDATE cw_audit SET account = 1 WHERE id = {10}", 10, "changed"),
        ("UPDATE cw_audit SET detail = NULL WHERE id = {1}", 1, "changed"),
        ("DELETE FROM cw_audit WHERE id = {4}", 4, "missing"),
        ("DELETE FROM cw_audit_seal WHERE number = 4", 5, "unsealed"),
        ("UPDATE cw_audit_seal SET hash = 'x' WHERE number = 6", 6, "changed"),
        ("INSERT INTO cw_audit_anchor (number, hash, at, before)"
         " SELECT 5, hash, at, at FROM cw_audit_seal WHERE number = 5;"
         "DELETE FROM cw_audit WHERE id <= {5}; DELETE FROM cw_audit_seal WHERE number <= 5",
         5, "anchor"),
    ],
    ids=["who", "when", "account", "detail", "gone", "unchained", "hash", "false anchor"],
)  # fmt: skip
def test_what_is_done_by_hand_is_named(sealed: Store, tamper, deed: str, place: int, why) -> None:
    rows = [0, *ids(sealed)]
    tamper(*deed.format(*rows).split(";"))
    found = check(sealed, at=LATER)
    assert found.broken == Broken(row=rows[place], why=why)


def test_two_rows_that_changed_places_are_named(sealed: Store, tamper) -> None:
    rows = ids(sealed)
    swap = "UPDATE cw_audit SET id = {} WHERE id = {}"
    if sealed.dialect == "postgresql":
        tamper("ALTER TABLE cw_audit ALTER id DROP IDENTITY")
    tamper(*(swap.format(*pair) for pair in ((-1, rows[2]), (rows[2], rows[6]), (rows[6], -1))))
    assert check(sealed, at=LATER).broken == Broken(row=rows[2], why="changed")


def test_seals_that_changed_places_are_named(sealed: Store, tamper) -> None:
    rows = ids(sealed)
    move = 'UPDATE cw_audit_seal SET "row" = {} WHERE number = {}'
    tamper(*(move.format(*pair) for pair in ((-1, 3), (rows[2], 4), (rows[3], 3))))
    assert check(sealed, at=LATER).broken == Broken(row=rows[3], why="changed")


def test_a_row_put_among_old_ones_is_never_sealed_and_named(store: Store, tamper) -> None:
    do(store, 4)
    gone = ids(store)[1]
    tamper(f"DELETE FROM cw_audit WHERE id = {gone}")
    seal(store)
    assert check(store).broken is None  # a number that was never given to anybody
    copied = f"SELECT {gone}, {COLUMNS} FROM cw_audit WHERE id = {gone + 1}"
    tamper(
        f"INSERT INTO cw_audit (id, {COLUMNS})"
        + (" OVERRIDING SYSTEM VALUE " if store.dialect == "postgresql" else " ")
        + copied
    )
    assert seal(store, LATER) == 0
    assert check(store, at=LATER).broken == Broken(row=gone, why="inserted")


def test_a_slow_transaction_is_sealed_after_quicker_ones(store: Store) -> None:
    if store.dialect == "sqlite":
        return  # one writes at a time
    with store.write(CONTEXT) as slow:
        note(slow, SIGNED_IN, target="slow")
        slow.store_gathered()
        do(store, 2)
        assert seal(store) == 2
    assert seal(store) == 1
    assert (check(store).sealed, check(store).broken) == (3, None)
    with store.read(CONTEXT) as session:
        order = select(cw_audit_seal.c.row).order_by(cw_audit_seal.c.number)
        assert [row.row for row in session.rows(order)] != ids(store)


def test_a_change_set_nobody_noted_and_one_made_up_are_named(store: Store, tamper) -> None:
    numbers = []
    for _ in range(3):
        with store.write(CONTEXT) as session:
            row = {"at": NOW, "principal": None, "kind": "save", "label": None}
            numbers.append(session.insert_row(cw_change_set, row))
            note_change_set(session, CONTEXT, numbers[-1], "save", "")
    assert check(store).broken is None
    tamper(f"DELETE FROM cw_audit WHERE change_set = {numbers[1]}")
    assert check(store).broken == Broken(row=numbers[1], why="not_noted")
    tamper(f"DELETE FROM cw_change_set WHERE id >= {numbers[1]}")
    assert check(store).broken == Broken(row=numbers[2], why="no_change_set")


def test_a_chain_forged_as_a_whole_is_known_by_a_seal_kept_elsewhere(sealed: Store, tamper) -> None:
    kept = check(sealed, at=LATER).head
    assert check(sealed, kept, at=LATER).broken is None
    tamper("UPDATE cw_audit SET name = 'nobody'", "DELETE FROM cw_audit_seal")
    assert seal(sealed, LATER) == 10
    assert check(sealed, at=LATER).broken is None
    assert check(sealed, kept, at=LATER).broken == Broken(row=ids(sealed)[-1], why="expected")
    tamper("DELETE FROM cw_audit_seal WHERE number = 10")
    assert check(sealed, kept, at=LATER).broken == Broken(row=0, why="expected")


def test_retention_leaves_what_can_be_verified(sealed: Store) -> None:
    with sealed.write(replace(CONTEXT, now=LATER)) as session:
        assert shorten(session, LATER) == 5
    assert len(ids(sealed)) == 6  # five, and that it was shortened
    assert seal(sealed, LATER) == 1
    found = check(sealed, at=LATER)
    assert (found.rows, found.sealed, found.removed, found.broken) == (6, 6, 5, None)
    with sealed.write(replace(CONTEXT, now=LATER)) as session:
        assert shorten(session, LATER) == 0
    with pytest.raises(InputError):
        check(sealed, Seal(number=3, hash=""))


def test_a_log_shortened_to_nothing_goes_on(sealed: Store) -> None:
    with sealed.write(replace(CONTEXT, now=LATER)) as session:
        assert shorten(session, LATER + timedelta(days=1)) == 10
    do(sealed, 2, LATER)
    assert seal(sealed, LATER) == 3
    found = check(sealed, at=LATER)
    assert (found.rows, found.head.number, found.removed, found.broken) == (3, 13, 10, None)


def test_retention_does_not_go_past_a_row_that_is_missing(sealed: Store, tamper) -> None:
    rows = ids(sealed)
    tamper(f"DELETE FROM cw_audit WHERE id = {rows[2]}")
    with sealed.write(replace(CONTEXT, now=LATER)) as session:
        assert shorten(session, LATER) == 2
    assert check(sealed, at=LATER).broken == Broken(row=rows[2], why="missing")


def test_change_sets_older_than_the_log_are_not_missed(store: Store) -> None:
    with store.write(CONTEXT) as session:
        session.execute(insert(cw_change_set).values(at=NOW, kind="save"))
    do(store)
    assert check(store).broken is None
