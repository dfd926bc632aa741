"""Single records are shared for a time or for good, and whatever was done to shares is undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.selections import perform_on_all
from cardwright_entities.notifications import read_notifications
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.history import open_change_set
from cardwright_entities.records.merging import Merge, merge
from cardwright_entities.records.sharing import Wanted, end_share, read_shares, share
from cardwright_entities.records.undoing import undo

#: Who is who: numbers of workers, each with the account of the same number.
SELLER, FRIEND, STRANGER, FOREMAN = 1, 2, 3, 4


@pytest.fixture
def shop(store_url: str) -> Iterator[Installation]:
    """Four workers, two units below each other, and three firms of the seller."""
    installation = build_installation(store_url, PACKS / "workshop")
    with installation.engine.write(installation.system()) as desk:
        create = desk.records.create
        site = create("site", {"code": "S1", "name": "厂"}).id
        upper = create("unit", {"name": "上", "site": site}).id
        lower = create("unit", {"name": "下", "above": upper, "site": site}).id
        units = {SELLER: None, FRIEND: lower, STRANGER: None, FOREMAN: upper}
        for number, unit in units.items():
            account = create("login", {"name": f"W{number}", "login": f"w{number}"}).id
            create("worker", {"name": f"工人{number}", "account": account, "unit": unit})
        create("gang", {"name": "小组", "hands": [FRIEND]})
        for name in ("甲", "乙", "丙"):
            create("firm", {"name": name, "owner": RecordRef("worker", SELLER)})
    yield installation
    installation.store.close()


def _as(shop: Installation, worker: int, *roles: str, at: datetime = NOW) -> Context:
    system = shop.system()
    with shop.engine.read(system) as desk:
        principal, _ = principal_of(desk.session, desk.model, worker)
    principal = replace(principal, roles=frozenset(roles or ("seller",)))
    return replace(system, principal=principal, now=at)


def _lend(
    shop: Installation, firm: int, wanted: Wanted, worker: int = SELLER, role: str = "seller"
) -> int:
    with shop.engine.write(_as(shop, worker, role)) as desk:
        change_set = open_change_set(desk.session, desk.context, "share")
        share(desk.records, "firm", firm, wanted, change_set)
    return change_set


def _seen(shop: Installation, context: Context, where: str = "id > 0") -> set[int]:
    with shop.engine.read(context) as desk:
        condition = desk.condition("firm", where)
        found = desk.page(PageRequest(entity="firm", where=condition, count="exact"))
        assert found.count is not None
        assert found.count.value == len(found.rows)
        return {row.id for row in found.rows}


def _workers(*numbers: int, level: str = "read", until: datetime | None = None) -> Wanted:
    records = tuple(RecordRef("worker", each) for each in numbers)
    return Wanted(records=records, level=level, until=until)


def test_a_share_gives_its_record_until_its_moment_and_no_longer(shop: Installation) -> None:
    until = NOW + timedelta(hours=1)
    _lend(shop, 2, _workers(FRIEND, until=until))
    assert _seen(shop, _as(shop, FRIEND)) == {2}
    assert _seen(shop, _as(shop, STRANGER)) == set()
    assert _seen(shop, _as(shop, FRIEND, at=until - timedelta(seconds=1))) == {2}
    assert _seen(shop, _as(shop, FRIEND, at=until)) == set()


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(records=(RecordRef("gang", 1),)),
        Wanted(records=(RecordRef("unit", 1),)),
        Wanted(records=(RecordRef("unit", 2),)),
        Wanted(roles=("seller",)),
    ],
)
def test_teams_departments_with_those_below_and_roles_are_shared_with(
    shop: Installation, wanted: Wanted
) -> None:
    _lend(shop, 3, wanted)
    assert _seen(shop, _as(shop, FRIEND)) == {3}
    others = set() if not wanted.roles else {3}
    assert _seen(shop, _as(shop, STRANGER)) == others
    # Nobody is shared with beyond his roles: the foreman is above, and the unit is his too.
    upper = RecordRef("unit", 1) in wanted.records
    assert _seen(shop, _as(shop, FOREMAN)) == ({3} if upper or wanted.roles else set())


def test_who_may_read_what_was_shared_may_not_change_it_and_who_may_edit_may(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND))
    _lend(shop, 2, _workers(FRIEND, level="edit"))
    with shop.engine.write(_as(shop, FRIEND)) as desk:
        desk.records.update("firm", 2, {"founded": "2020-02-02"}, None)
        with pytest.raises(AccessError):
            desk.records.update("firm", 1, {"founded": "2020-02-02"}, None)
        for given_away in ({"owner": None}, {"owner": RecordRef("worker", FRIEND)}):
            with pytest.raises((AccessError, InputError)):
                desk.records.update("firm", 2, given_away, None)


def test_nobody_shares_what_is_not_his_more_than_he_may_or_with_whom_he_does_not_see(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND, level="edit"))
    with pytest.raises(AccessError):
        _lend(shop, 1, _workers(STRANGER), worker=FRIEND)
    with pytest.raises(NotFoundError):
        _lend(shop, 2, _workers(STRANGER), worker=FRIEND)
    for wrong in (_workers(99), _workers(FRIEND, until=NOW), Wanted(), Wanted(roles=("nobody",))):
        with pytest.raises(InputError):
            _lend(shop, 1, wrong)
    with pytest.raises(AccessError):
        _lend(shop, 1, _workers(STRANGER, level="own"))


def test_shares_are_found_by_conditions(shop: Installation) -> None:
    _lend(shop, 2, _workers(FRIEND))
    with shop.engine.write(shop.system()) as desk:
        desk.records.create("firm", {"name": "丁", "mother": 2, "owner": RecordRef("worker", 2)})
    context = _as(shop, FRIEND)
    assert _seen(shop, context, "$self in $shared") == {2}
    assert _seen(shop, context, "$self not in $shared") == {4}
    assert _seen(shop, context, "mother in $shared") == {4}
    assert _seen(shop, context, "mother in $shared.firm or $self in $shared_to_edit") == {4}
    with shop.engine.read(context) as desk:
        query = desk.model.catalog.entity("firm").queries["shared_with_me"]
        assert query.where is not None
        assert desk.typed("firm", query.where) is not None


def _shares(desk: Desk, firm: int) -> set[tuple[object, str, datetime | None]]:
    return {
        (each.role or each.holder, each.level, each.until)
        for each in read_shares(desk.records, "firm", firm)
    }


def test_sharing_again_replaces_the_share_and_undoing_brings_it_back(shop: Installation) -> None:
    _lend(shop, 1, _workers(FRIEND))
    second = _lend(shop, 1, _workers(FRIEND, STRANGER, level="edit"))
    friend, stranger = RecordRef("worker", FRIEND), RecordRef("worker", STRANGER)
    with shop.engine.write(_as(shop, SELLER)) as desk:
        assert _shares(desk, 1) == {(friend, "edit", None), (stranger, "edit", None)}
        assert undo(desk.records, second).undone == 1
        assert _shares(desk, 1) == {(friend, "read", None)}
    assert _seen(shop, _as(shop, STRANGER)) == set()


def test_what_was_shared_differently_since_is_not_undone(shop: Installation) -> None:
    first = _lend(shop, 1, _workers(FRIEND))
    _lend(shop, 1, _workers(FRIEND, level="edit"))
    with shop.engine.write(_as(shop, SELLER)) as desk:
        undone = undo(desk.records, first)
        assert (undone.undone, undone.skipped) == (0, (("firm", 1),))
        assert _shares(desk, 1) == {(RecordRef("worker", FRIEND), "edit", None)}


def test_a_share_that_was_ended_gives_nothing_and_comes_back_by_an_undo(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND))
    with shop.engine.write(_as(shop, SELLER)) as desk:
        (known,) = read_shares(desk.records, "firm", 1)
        change_set = open_change_set(desk.session, desk.context, "share")
        end_share(desk.records, "firm", 1, known.id, change_set)
    assert _seen(shop, _as(shop, FRIEND)) == set()
    with shop.engine.write(_as(shop, SELLER)) as desk:
        undo(desk.records, change_set)
    assert _seen(shop, _as(shop, FRIEND)) == {1}


def test_a_selection_is_shared_at_once_told_to_those_it_reaches_and_undone_at_once(
    shop: Installation,
) -> None:
    values = {"share_employees": [FRIEND], "share_level": "read"}
    with shop.engine.write(_as(shop, SELLER)) as desk:
        change_set = open_change_set(desk.session, desk.context, "share")
        done = perform_on_all(
            desk.actions, "firm", [1, 2, 99], "share", Asking(values=values), change_set
        )
    assert [each.refusal is None for each in done] == [True, True, False]
    assert _seen(shop, _as(shop, FRIEND)) == {1, 2}
    with shop.engine.read(_as(shop, FRIEND)) as desk:
        told = read_notifications(desk.session, desk.reading)
    assert [(each.kind, each.record) for each in told] == [("shared", 2), ("shared", 1)]
    with shop.engine.write(_as(shop, SELLER)) as desk:
        assert undo(desk.records, change_set).undone == 2
    assert _seen(shop, _as(shop, FRIEND)) == set()


def test_a_merge_moves_shares_the_wider_one_stays_and_its_undo_moves_them_back(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND))
    _lend(shop, 2, _workers(FRIEND, STRANGER, level="edit"))
    asked = Merge(entity="firm", master=1, others=(2,), choices={}, confirmed={})
    with shop.engine.write(shop.system()) as desk:
        saved = merge(desk.records, asked)
    friend, stranger = RecordRef("worker", FRIEND), RecordRef("worker", STRANGER)
    with shop.engine.write(shop.system()) as desk:
        assert _shares(desk, 1) == {(friend, "edit", None), (stranger, "edit", None)}
        undo(desk.records, saved.change_set)
        assert _shares(desk, 1) == {(friend, "read", None)}
        assert _shares(desk, 2) == {(friend, "edit", None), (stranger, "edit", None)}


def test_who_may_only_read_takes_back_nothing_of_a_merge_not_its_shares_either(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND))
    _lend(shop, 2, _workers(FRIEND, STRANGER, level="edit"))
    asked = Merge(entity="firm", master=1, others=(2,), choices={}, confirmed={})
    with shop.engine.write(shop.system()) as desk:
        saved = merge(desk.records, asked)
    reader = _as(shop, STRANGER, "guest")
    with pytest.raises(AccessError), shop.engine.write(reader) as desk:
        undo(desk.records, saved.change_set)
    friend, stranger = RecordRef("worker", FRIEND), RecordRef("worker", STRANGER)
    with shop.engine.write(shop.system()) as desk:
        assert _shares(desk, 1) == {(friend, "edit", None), (stranger, "edit", None)}
        undo(desk.records, saved.change_set)
        assert _shares(desk, 1) == {(friend, "read", None)}


def test_a_record_in_the_bin_is_nobodys_and_keeps_its_shares(shop: Installation) -> None:
    _lend(shop, 1, _workers(FRIEND))
    with shop.engine.write(shop.system()) as desk:
        desk.records.delete("firm", 1)
    assert _seen(shop, _as(shop, FRIEND)) == set()
    with shop.engine.write(shop.system()) as desk:
        desk.records.restore("firm", 1)
    assert _seen(shop, _as(shop, FRIEND)) == {1}


def test_who_is_nobody_any_more_has_nothing_of_what_was_shared_with_him(
    shop: Installation,
) -> None:
    _lend(shop, 1, _workers(FRIEND))
    with shop.engine.write(shop.system()) as desk:
        desk.records.delete("worker", FRIEND)
    assert _seen(shop, _as(shop, FRIEND)) == set()
