"""Tags and favourites are one's own, follow what is merged, and show nothing unreadable."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.marks.keeping import read_marks, sweep_marks
from cardwright_entities.marks.reaching import FOLDER, TAG, Marked
from cardwright_entities.marks.visits import MOST_VISITS, last_visits, note_visit
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.evaluating import Evaluator, RecordValues
from cardwright_entities.records.marking import (
    LONGEST_NAME,
    count_marked,
    delete_mark,
    first_folder,
    mark_record,
    mark_records,
    marks_of,
    rename,
    set_marks,
    unmark_records,
)
from cardwright_entities.records.merging import Merge, merge
from cardwright_entities.records.purging import purge
from cardwright_entities.records.undoing import undo
from cardwright_metadata.expressions.parsing import parse

MINE, OTHERS = 1, 2


@pytest.fixture
def shop(store_url: str) -> Iterator[Installation]:
    """Two workers; two firms of the first, one of the second, one of nobody."""
    installation = build_installation(store_url, PACKS / "workshop")
    with installation.engine.write(installation.system()) as desk:
        create = desk.records.create
        for number in (MINE, OTHERS):
            account = create("login", {"name": f"W{number}", "login": f"w{number}"}).id
            create("worker", {"name": f"工人{number}", "account": account})
        owners = (MINE, MINE, OTHERS, None)
        for name, owner in zip("甲乙丙丁", owners, strict=True):
            ref = None if owner is None else RecordRef("worker", owner)
            create("firm", {"name": name, "owner": ref})
        create("thing", {"code": "T1", "name": "螺丝"})
    yield installation
    installation.store.close()


def _as(shop: Installation, worker: int = MINE) -> Context:
    system = shop.system()
    with shop.engine.read(system) as desk:
        principal, _ = principal_of(desk.session, desk.model, worker)
    return replace(system, principal=replace(principal, roles=frozenset({"seller"})), now=NOW)


def _mark(shop: Installation, kind: str, name: str, *firms: int, worker: int = MINE) -> int:
    with shop.engine.write(_as(shop, worker)) as desk:
        return mark_records(desk.records, "firm", firms, kind, [name])[0]


def _found(shop: Installation, where: str, worker: int = MINE, entity: str = "firm") -> set[int]:
    with shop.engine.read(_as(shop, worker)) as desk:
        condition = desk.condition(entity, where)
        found = desk.page(PageRequest(entity=entity, where=condition, count="exact"))
        assert found.count is not None
        assert found.count.value == len(found.rows)
        return {row.id for row in found.rows}


def _names(desk: Desk, firm: int, kind: str = TAG) -> list[str]:
    return [each.name for each in marks_of(desk.records, "firm", firm).of(firm, kind)]


def test_marked_records_are_found_by_conditions_whatever_case_and_width(shop: Installation) -> None:
    _mark(shop, TAG, "VIP", 1, 4)
    _mark(shop, FOLDER, "it's", 2)
    with shop.engine.write(shop.system()) as desk:
        owner = RecordRef("worker", MINE)
        desk.records.create("firm", {"name": "子", "mother": 1, "owner": owner})
    for where, wanted in (
        ("$self in $tagged('vip')", {1, 4}),
        ("$self in $tagged('ＶＩＰ')", {1, 4}),
        ("$self not in $tagged('VIP')", {2, 5}),
        ("$self in $tagged", {1, 4}),
        ("$self in $tagged('other')", set()),
        ("$self in $favourites('it''s')", {2}),
        ("$self in ($tagged('VIP'), $favourites)", {1, 2, 4}),
        ("$self 属于 标签('VIP') 或 $self 属于 收藏夹", {1, 2, 4}),
        ("mother in $tagged('VIP')", {5}),
        ("mother in $tagged.firm('VIP') and $self not in $favourites", {5}),
    ):
        assert _found(shop, where) == wanted, where
    assert _found(shop, "$self in $tagged.thing('VIP')", entity="thing") == set()


def test_a_condition_says_of_one_record_what_it_says_of_many(shop: Installation) -> None:
    _mark(shop, TAG, "VIP", 1)
    with shop.engine.read(_as(shop)) as desk:
        evaluator = Evaluator.of(desk.reading, desk.records.loader)
        entity = desk.model.entity("firm")
        condition = parse("$self in $tagged('VIP')")
        rows = desk.records.loader.records(entity, [1, 2])
        held = [
            evaluator.holds(condition, RecordValues(evaluator, entity, rows[each]))
            for each in (1, 2)
        ]
    assert held == [True, False]


def test_marks_are_seen_by_nobody_else_and_not_by_who_looks_as_somebody(
    shop: Installation,
) -> None:
    _mark(shop, TAG, "VIP", 4)
    _mark(shop, TAG, "VIP", 3, worker=OTHERS)
    assert _found(shop, "$self in $tagged('VIP')") == {4}
    assert _found(shop, "$self in $tagged", OTHERS) == {3}
    looking = _as(shop)
    looking = replace(looking, principal=replace(looking.principal, viewer=OTHERS))
    for context in (_as(shop, OTHERS), looking, shop.system()):
        with shop.engine.read(context) as desk:
            assert _names(desk, 4) == []
    with shop.engine.read(looking) as desk:
        assert read_marks(desk.session) == []
        assert (
            desk.page(
                PageRequest(entity="firm", where=desk.condition("firm", "$self in $tagged"))
            ).rows
            == ()
        )


def test_what_is_no_longer_readable_is_neither_found_nor_counted(shop: Installation) -> None:
    _mark(shop, TAG, "VIP", 1, 2, 4)
    with shop.engine.write(shop.system()) as desk:
        desk.records.update("firm", 4, {"owner": RecordRef("worker", OTHERS)}, None)
        desk.records.delete("firm", 2)
    assert _found(shop, "$self in $tagged('VIP')") == {1}
    with shop.engine.write(_as(shop)) as desk:
        (counts,) = count_marked(desk.session, desk.reading, read_marks(desk.session)).values()
        assert counts == {"firm": 1}
        for unreadable in (2, 4, 99):
            with pytest.raises(NotFoundError):
                set_marks(desk.records, "firm", unreadable, TAG, ["VIP"])
    with shop.engine.write(_as(shop)) as desk:
        assert mark_records(desk.records, "firm", [1, 2, 3, 4, 99], TAG, ["neu"])[1] == 1
    assert _found(shop, "$self in $tagged('neu')") == {1}


def test_what_was_marked_in_one_go_is_undone_in_one_go_and_the_rest_stays(
    shop: Installation,
) -> None:
    _mark(shop, TAG, "VIP", 1)
    change_set = _mark(shop, TAG, "VIP", 1, 2, 4)
    with shop.engine.write(_as(shop)) as desk:
        assert undo(desk.records, change_set).undone == 2
    assert _found(shop, "$self in $tagged('VIP')") == {1}
    with shop.engine.write(_as(shop)) as desk:
        marks = read_marks(desk.session, TAG)
        taken, count = unmark_records(desk.records, "firm", [1, 2], marks)
        assert count == 1
    assert _found(shop, "$self in $tagged('VIP')") == set()
    with shop.engine.write(_as(shop, OTHERS)) as desk, pytest.raises(NotFoundError):
        undo(desk.records, taken)
    with shop.engine.write(_as(shop)) as desk:
        assert undo(desk.records, taken).undone == 1
    assert _found(shop, "$self in $tagged('VIP')") == {1}


def test_a_folder_is_renamed_deleted_and_brought_back_with_its_records(shop: Installation) -> None:
    _mark(shop, FOLDER, "本周", 1, 4)
    _mark(shop, FOLDER, "下周", 2)
    with shop.engine.write(_as(shop)) as desk:
        first = next(each for each in read_marks(desk.session, FOLDER) if each.name == "本周")
        assert rename(desk.records, first.id, "  必访  客户 ").name == "必访 客户"
        with pytest.raises(InputError):
            rename(desk.records, first.id, "下周")
        for wrong in ("", "   ", "长" * (LONGEST_NAME + 1), "a\0b"):
            with pytest.raises(InputError):
                rename(desk.records, first.id, wrong)
    assert _found(shop, "$self in $favourites('必访 客户')") == {1, 4}
    with shop.engine.write(_as(shop, OTHERS)) as desk:
        for deed in (
            lambda: rename(desk.records, first.id, "x"),
            lambda: delete_mark(desk.records, first.id),
        ):
            with pytest.raises(NotFoundError):
                deed()
    with shop.engine.write(_as(shop)) as desk:
        change_set = delete_mark(desk.records, first.id)
    assert _found(shop, "$self in $favourites") == {2}
    with shop.engine.write(_as(shop)) as desk:
        undo(desk.records, change_set)
    assert _found(shop, "$self in $favourites('必访 客户')") == {1, 4}


def test_one_click_means_the_oldest_folder(shop: Installation) -> None:
    with shop.engine.write(_as(shop)) as desk:
        mark_record(desk.records, "firm", 1, FOLDER, first_folder(desk.records, "收藏夹"))
        mark_records(desk.records, "firm", [2], FOLDER, ["A"])
        mark_record(desk.records, "firm", 4, FOLDER, first_folder(desk.records, "Favourites"))
        assert [each.name for each in read_marks(desk.session)] == ["A", "收藏夹"]
    assert _found(shop, "$self in $favourites('收藏夹')") == {1, 4}


def test_a_record_bears_just_the_marks_that_are_set(shop: Installation) -> None:
    with shop.engine.write(_as(shop)) as desk:
        set_marks(desk.records, "firm", 1, TAG, ["b", "a"])
        assert _names(desk, 1) == ["a", "b"]
        set_marks(desk.records, "firm", 1, TAG, ["B", "c", "c"])
        assert _names(desk, 1) == ["b", "c"]
        set_marks(desk.records, "firm", 1, TAG, [])
        assert _names(desk, 1) == []


def test_a_merge_moves_everybodys_marks_and_its_undo_moves_them_back(shop: Installation) -> None:
    _mark(shop, TAG, "VIP", 1, 2)
    _mark(shop, FOLDER, "A", 2)
    _mark(shop, TAG, "his", 4, worker=OTHERS)
    asked = Merge(entity="firm", master=1, others=(2, 4), choices={}, confirmed={})
    with shop.engine.write(shop.system()) as desk:
        saved = merge(desk.records, asked)
    assert _found(shop, "$self in $tagged('VIP') and $self in $favourites('A')") == {1}
    with shop.engine.write(shop.system()) as desk:
        desk.records.update("firm", 1, {"owner": RecordRef("worker", OTHERS)}, None)
    assert _found(shop, "$self in $tagged", OTHERS) == {1}
    with shop.engine.write(shop.system()) as desk:
        desk.records.update("firm", 1, {"owner": RecordRef("worker", MINE)}, None)
        undo(desk.records, saved.change_set)
    assert _found(shop, "$self in $tagged('VIP')") == {1, 2}
    assert _found(shop, "$self in $favourites('A')") == {2}
    assert _found(shop, "$self in $tagged('his')", OTHERS) == {4}


def test_records_that_go_for_good_take_their_marks_along(shop: Installation) -> None:
    _mark(shop, TAG, "VIP", 1, 2)
    with shop.engine.write(_as(shop)) as desk:
        note_visit(desk.session, desk.model.entity("firm").key, 2)
    with shop.engine.write(shop.system()) as desk:
        desk.records.delete("firm", 2)
        purge(desk.records, {"firm": [2]})
    with shop.engine.write(_as(shop)) as desk:
        assert last_visits(desk.session, 10) == []
        (mark,) = read_marks(desk.session, TAG)
        assert unmark_records(desk.records, "firm", [2], [mark])[1] == 0
        assert unmark_records(desk.records, "firm", [1], [mark])[1] == 1


def test_what_ended_long_ago_is_forgotten(shop: Installation) -> None:
    _mark(shop, FOLDER, "A", 1)
    change_set = _mark(shop, TAG, "VIP", 1)
    with shop.engine.write(_as(shop)) as desk:
        undo(desk.records, change_set)
        delete_mark(desk.records, read_marks(desk.session, FOLDER)[0].id)
        assert sweep_marks(desk.session, NOW) == 0
        assert sweep_marks(desk.session, NOW + timedelta(days=1)) == 2
        assert [each.name for each in read_marks(desk.session)] == ["VIP"]


def test_whoever_has_no_account_marks_nothing(shop: Installation) -> None:
    with shop.engine.write(shop.system()) as desk:
        with pytest.raises(AccessError):
            set_marks(desk.records, "firm", 1, TAG, ["VIP"])
        with pytest.raises(AccessError):
            mark_records(desk.records, "firm", [1], TAG, ["VIP"])
        note_visit(desk.session, "firm", 1)
        assert last_visits(desk.session, 10) == []


def test_of_the_cards_that_were_opened_the_last_are_kept(shop: Installation) -> None:
    context = _as(shop)
    for number in range(MOST_VISITS + 5):
        at = replace(context, now=NOW + timedelta(minutes=2 * number))
        with shop.engine.write(at) as desk:
            note_visit(desk.session, "firm", number % (MOST_VISITS + 3))
    with shop.engine.read(context) as desk:
        found = [record for _, record in last_visits(desk.session, 1000)]
    assert found == [1, 0, *range(MOST_VISITS + 2, 4, -1)]
    with shop.engine.read(_as(shop, OTHERS)) as desk:
        assert last_visits(desk.session, 10) == []


def test_what_a_mark_asks_is_written_as_it_is_read() -> None:
    for marked in (Marked(TAG, "firm", "it's (1)"), Marked(FOLDER, "firm", ""), Marked(TAG)):
        condition = parse(marked.write()).tree
        assert parse(marked.write()) is not None
        assert condition.items[0].mark == marked.name  # type: ignore[union-attr]  # a membership
