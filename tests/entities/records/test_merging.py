"""Merging makes one record of several; undoing it brings back every record as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from installation import PACKS, Installation, build_installation
from sqlalchemy import select

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    CardwrightError,
    ConflictError,
    InputError,
    Message,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.blobs import Blob
from cardwright_entities.files.register import add_file
from cardwright_entities.files.uses import attach_file, files_of_record
from cardwright_entities.notifications import (
    Notice,
    count_unread,
    notify,
    read_notifications,
)
from cardwright_entities.records.loading import stored_columns, to_values
from cardwright_entities.records.merged import merged_into
from cardwright_entities.records.merging import Merge, merge
from cardwright_entities.records.saving import Saved
from cardwright_entities.records.undoing import undo

ENTITIES = ("firm", "place", "ware", "deal", "deal_row")
#: What a merge and its undo may leave behind.
STAMPS = frozenset({"version", "changed_at", "changed_by"})


@pytest.fixture
def doubles(store_url: str) -> Iterator[Installation]:
    installation = build_installation(store_url, PACKS / "doubles")
    yield installation
    installation.store.close()


def _merge(desk: Desk, master: int, *others: int, **choices: int) -> Saved:
    asked = Merge(entity="firm", master=master, others=others, choices=choices, confirmed={})
    return merge(desk.records, asked)


def _digest(desk: Desk) -> dict[str, Any]:
    """Return every record with its n:m links and trees, but for versions and stamps."""
    found: dict[str, Any] = {}
    for name in ENTITIES:
        entity = desk.model.entity(name)
        statement = select(*stored_columns(entity)).order_by(entity.table.c["id"])
        rows = [to_values(entity, row) for row in desk.session.rows(statement)]
        found[name] = [
            {key: value for key, value in row.items() if key not in STAMPS} for row in rows
        ]
        tables = [*entity.tables.links.values()]
        tables += [] if entity.tables.closure is None else [entity.tables.closure]
        for table in tables:
            found[table.name] = sorted(tuple(row) for row in desk.session.rows(select(table)))
        keys = select(*entity.tables.duplicate_columns.values(), entity.table.c["id"])
        found[name + " keys"] = sorted(
            (row[-1], *map(str, row[:-1])) for row in desk.session.rows(keys)
        )
    return found


def test_everything_that_pointed_to_the_others_points_to_the_one_that_stays(
    doubles: Installation,
) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        make = desk.records.create
        first = make("firm", {"name": "甲", "places": [{"street": "一路"}]}).id
        second = make("firm", {"name": "乙", "places": [{"street": "二路"}], "friend": first}).id
        child = make("firm", {"name": "丙", "parent": second, "friend": second}).id
        ware = make("ware", {"name": "笔", "makers": [first, second]}).id
        about = {"entity": "firm", "id": second}
        rows = [{"note": "x", "maker": second}]
        deal = make("deal", {"name": "单", "firm": second, "about": about, "rows": rows}).id
        before = _digest(desk)
        saved = _merge(desk, first, second, name=second)
        view = desk.record("firm", first)
        assert view.values["name"] == "乙"
        assert [row.values["street"] for row in view.lines["places"]] == ["一路", "二路"]
        assert view.values["orders"] == 2
        moved = desk.record("firm", child).values
        assert (moved["parent"], moved["friend"]) == (first, first)
        assert desk.record("ware", ware).values["makers"] == (first,)
        paper = desk.record("deal", deal)
        assert (paper.values["firm"], paper.values["about"]) == (first, RecordRef("firm", first))
        assert paper.lines["rows"][0].values["maker"] == first
        key = str(desk.model.entity("firm").definition.id)
        assert merged_into(desk.session, [(key, first), (key, second)]) == {(key, second): first}
        undone = undo(desk.records, saved.change_set)
        assert (undone.skipped, _digest(desk)) == ((), before)


def test_a_value_that_occurs_once_may_be_taken_over(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        first = desk.records.create("firm", {"name": "甲", "code": "A1"}).id
        second = desk.records.create("firm", {"name": "乙", "code": "B2"}).id
        before = _digest(desk)
        saved = _merge(desk, first, second, code=second)
        assert desk.record("firm", first).values["code"] == "B2"
        undo(desk.records, saved.change_set)
        assert _digest(desk) == before


def test_a_record_below_one_that_goes_takes_its_place(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        make = desk.records.create
        top = make("firm", {"name": "顶"}).id
        above = make("firm", {"name": "上", "parent": top}).id
        below = make("firm", {"name": "下", "parent": above}).id
        deeper = make("firm", {"name": "底", "parent": below}).id
        with pytest.raises(ConflictError) as caught:
            _merge(desk, deeper, above)
        assert caught.value.message.code == "merge_in_tree"
        _merge(desk, below, above)
        assert desk.record("firm", below).values["parent"] == top


def test_what_is_locked_follows_and_what_is_out_of_reach_stops_the_whole_merge(
    doubles: Installation,
) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        first = desk.records.create("firm", {"name": "甲"}).id
        second = desk.records.create("firm", {"name": "乙"}).id
        deal = desk.records.create("deal", {"name": "单", "firm": second, "done": True}).id
        before = _digest(desk)
    with (
        pytest.raises(ConflictError) as caught,
        doubles.engine.write(doubles.acting("clerk")) as desk,
    ):
        _merge(desk, first, second)
    assert caught.value.message.code == "merge_out_of_reach"
    with doubles.engine.read(doubles.acting("keeper")) as desk:
        assert _digest(desk) == before
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        saved = _merge(desk, first, second)
        assert desk.record("deal", deal).values["firm"] == first
        with pytest.raises(CardwrightError):
            desk.records.update("deal", deal, {"name": "x"}, None)
        assert saved.change_set is not None
        undo(desk.records, saved.change_set)
        assert _digest(desk) == before


def test_what_was_told_follows_to_who_stays_and_comes_back(doubles: Installation) -> None:
    def told() -> list[tuple[str, int | None]]:
        with doubles.engine.read(doubles.acting("keeper", account=2)) as desk:
            found = read_notifications(desk.session, desk.reading)
            assert count_unread(desk.session, desk.reading).count == len(found)
            return [(each.title, each.record) for each in found]

    with doubles.engine.write(doubles.acting("keeper")) as desk:
        one, two, three = (desk.records.create("firm", {"name": each}).id for each in "甲乙丙")
        key = desk.model.entity("firm").definition.id
        for record in (one, two):
            notice = Notice(kind="alert", message=Message("x"), entity=key, record=record)
            notify(desk.session, [2], notice)
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        first = _merge(desk, one, two)
    assert told() == [("甲", one), ("甲", one)]
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        second = _merge(desk, three, one)
    assert told() == [("丙", three), ("丙", three)]
    for each, left in ((second, [("甲", one)] * 2), (first, [("乙", two), ("甲", one)])):
        with doubles.engine.write(doubles.acting("keeper")) as desk:
            assert undo(desk.records, each.change_set or 0).skipped == ()
        assert told() == left


def test_files_of_the_panel_come_together_and_apart_again(doubles: Installation) -> None:
    def files(record: int) -> list[str]:
        with doubles.engine.read(doubles.acting("keeper")) as desk:
            return [each.name for each in files_of_record(desk.session, key, record)]

    with doubles.engine.write(doubles.acting("keeper")) as desk:
        one, two = (desk.records.create("firm", {"name": each}).id for each in "甲乙")
        key = str(desk.model.entity("firm").definition.id)
        for record, name in ((one, "a"), (two, "b")):
            file = add_file(desk.session, Blob(name * 64, 1, "text/plain"), name)
            attach_file(desk.session, key, record, file)
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        saved = _merge(desk, one, two)
    assert files(one) == ["b", "a"]
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        undo(desk.records, saved.change_set or 0)
    assert (files(one), files(two)) == (["a"], ["b"])


def test_who_may_edit_and_delete_but_not_merge_is_refused(doubles: Installation) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        first = desk.records.create("firm", {"name": "甲"}).id
        second = desk.records.create("firm", {"name": "乙"}).id
        worker = desk.records.create("worker", {"name": "丙"}).id
        other = desk.records.create("worker", {"name": "丁"}).id
        asked = Merge(entity="worker", master=worker, others=(other,), choices={}, confirmed={})
        with pytest.raises(ConflictError) as caught:
            merge(desk.records, asked)
        assert caught.value.message.code == "merge_of_players"
    with doubles.engine.write(doubles.acting("editor")) as desk, pytest.raises(AccessError):
        _merge(desk, first, second)


@pytest.mark.parametrize("bad", ["itself", "none", "field", "record"])
def test_a_merge_that_makes_no_sense_is_refused(doubles: Installation, bad: str) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        first = desk.records.create("firm", {"name": "甲"}).id
        second = desk.records.create("firm", {"name": "乙"}).id
        others = {"itself": (first,), "none": ()}.get(bad, (second,))
        choices = {"field": {"created_by": second}, "record": {"name": 99}}.get(bad, {})
        with pytest.raises(InputError):
            _merge(desk, first, *others, **choices)


_ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["friend", "parent", "likes", "makers", "deal", "about", "row", "place"]),
        st.integers(0, 4),
        st.integers(0, 4),
    ),
    max_size=14,
)


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@example(actions=[("friend", 3, 3)], master=1, others={3}, chosen=set())
@example(
    actions=[("friend", 2, 3), ("friend", 3, 2), ("parent", 2, 3)],
    master=1,
    others={2, 3},
    chosen=set(),
)
@given(
    actions=_ACTIONS,
    master=st.integers(0, 4),
    others=st.sets(st.integers(0, 4), min_size=1, max_size=3),
    chosen=st.sets(st.sampled_from(["name", "phone", "code", "likes", "city", "friend"])),
)
def test_a_merge_that_is_undone_leaves_every_record_as_it_was(
    doubles: Installation,
    actions: list[tuple[str, int, int]],
    master: int,
    others: set[int],
    chosen: set[str],
) -> None:
    with doubles.engine.write(doubles.acting("keeper")) as desk:
        firms = [_firm(desk, number) for number in range(5)]
        for kind, one, two in actions:
            _do(desk, kind, firms[one], firms[two])
        before = _digest(desk)
        gone = [firms[each] for each in sorted(others - {master})]
        if gone:
            choices = dict.fromkeys(chosen, gone[0])
            try:
                with desk.session.savepoint():
                    saved = _merge(desk, firms[master], *gone, **choices)
            except ConflictError as error:
                refused = error.message.code
                assert refused == "merge_in_tree"  # noqa: PT017 - a refusal is one good outcome
            else:
                left = {each["id"] for each in _digest(desk)["firm"] if not each["deleted_at"]}
                assert left.isdisjoint(gone)
                undone = undo(desk.records, saved.change_set)
                assert undone.skipped == ()
        assert _digest(desk) == before
        for each in firms:  # the next example begins with none of them
            desk.records.update("firm", each, {"code": None}, None)


def _firm(desk: Desk, number: int) -> int:
    values = {"name": f"单位{number}", "phone": f"0512-6288000{number}", "code": f"C{number}"}
    places = [{"street": f"{number}号"}] * (number % 3)
    return desk.records.create("firm", {**values, "city": "苏州", "places": places}).id


def _do(desk: Desk, kind: str, one: int, two: int) -> None:
    records = desk.records
    try:
        with desk.session.savepoint():
            match kind:
                case "friend" | "parent":
                    records.update("firm", one, {kind: two}, None)
                case "likes":
                    ware = records.create("ware", {"name": "货"}).id
                    records.update("firm", one, {"likes": [ware]}, None)
                case "makers":
                    records.create("ware", {"name": "货", "makers": sorted({one, two})})
                case "about":
                    about = {"entity": "firm", "id": two}
                    records.create("deal", {"name": "单", "firm": one, "about": about})
                case "row" | "deal":
                    rows = [{"maker": one}, {"maker": two}]
                    records.create("deal", {"name": "单", "firm": two, "rows": rows})
                case "place":
                    places = desk.record("firm", one).lines["places"]
                    rows = [{"place": row.id} for row in places]
                    records.create("deal", {"name": "单", "firm": two, "rows": rows})
    except CardwrightError:
        return  # a tree that would bite its tail
