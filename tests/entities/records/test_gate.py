"""The write gate: all messages at once, nothing half-stored, versions, numbers, lines, bin."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from installation import Installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import (
    AccessError,
    ConflictError,
    InputError,
    NotFoundError,
)
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_entities.records.history import read_history
from cardwright_entities.records.undoing import undo


def _firm(desk: Desk, name: str = "苏州精科传动设备有限公司", **values: object) -> Saved:
    return desk.records.create("firm", {"name": name, **values})


def test_a_record_gets_its_number_defaults_and_mnemonic(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        saved = _firm(desk, credit="1,200.50", staff="120")
        values = desk.record("firm", saved.id).values
    assert values["code"] == "F2026-0001"
    assert values["level"] == "b"
    assert values["short"] == "SZJKCDSBYXGS"
    assert values["credit"] == Decimal("1200.50")
    assert values["double"] == 240
    assert values["version"] == 1


def test_an_emptied_mnemonic_is_made_anew(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        saved = _firm(desk, short="MINE")
        desk.records.update("firm", saved.id, {"name": "苏州精科"}, 1)
        assert desk.record("firm", saved.id).values["short"] == "MINE"
        desk.records.update("firm", saved.id, {"short": ""}, 2)
        values = desk.record("firm", saved.id).values
    assert values["short"] == "SZJK"


def test_all_messages_of_head_and_lines_come_at_once(workshop: Installation) -> None:
    raw = {"due": "someday", "items": [{"quantity": "many"}, {"thing": 99, "quantity": 1}]}
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(InputError) as caught:
        desk.records.create("deal", raw)
    found = {name: messages[0].code for name, messages in caught.value.fields.items()}
    assert found["firm"] == "required"
    assert found["due"] == "not_a_date"
    assert found["items.0.thing"] == "required"
    assert found["items.0.quantity"] == "not_a_number"
    assert found["items.1.thing"] == "unknown_record"


def test_unknown_and_system_keys_are_refused(workshop: Installation) -> None:
    context = workshop.acting("chief")
    with workshop.engine.write(context) as desk, pytest.raises(InputError) as caught:
        desk.records.create("firm", {"name": "A", "id": 7, "version": 3, "colour": "red"})
    codes = {name: messages[0].code for name, messages in caught.value.fields.items()}
    assert codes == {"id": "not_writable", "version": "not_writable", "colour": "unknown_field"}


def test_lines_are_saved_with_their_head_and_summed(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
        thing = desk.records.create("thing", {"code": "T1", "name": "减速机", "price": "99.90"})
        lines = [{"thing": thing.id, "quantity": 3}, {"thing": thing.id, "price": "10"}]
        deal = desk.records.create("deal", {"firm": firm.id, "items": lines})
        first = desk.record("deal", deal.id)
    assert first.values["total"] == Decimal("309.70")
    assert [row.values["amount"] for row in first.lines["items"]] == [
        Decimal("299.70"),
        Decimal("10.00"),
    ]


def test_lines_that_are_not_sent_stay_unless_all_are_replaced(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
        thing = desk.records.create("thing", {"code": "T1", "name": "轴承", "price": "5"})
        lines = [{"thing": thing.id, "quantity": n} for n in (1, 2, 3)]
        deal = desk.records.create("deal", {"firm": firm.id, "items": lines})
        rows = desk.record("deal", deal.id).lines["items"]
        change = {"items": [{"id": rows[1].id, "quantity": 20}]}
        desk.records.update("deal", deal.id, change, 1)
        merged = desk.record("deal", deal.id)
        replaced = SaveOptions(replace_lines=True)
        desk.records.update("deal", deal.id, change, 2, replaced)
        only = desk.record("deal", deal.id)
    assert [row.values["quantity"] for row in merged.lines["items"]] == [1, 20, 3]
    assert merged.values["total"] == Decimal("120.00")
    assert [row.values["quantity"] for row in only.lines["items"]] == [20]
    assert only.values["total"] == Decimal("100.00")


def test_a_stale_version_is_a_conflict_with_both_values(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk, staff=10)
        desk.records.update("firm", firm.id, {"staff": 11}, 1)
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(ConflictError) as caught:
        desk.records.update("firm", firm.id, {"staff": 12}, 1)
    assert caught.value.details["fields"] == {"staff": {"mine": 12, "theirs": 11, "base": 10}}


def test_a_stale_version_merges_while_others_changed_other_fields(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk, staff=10)
        desk.records.update("firm", firm.id, {"staff": 11}, 1)
        desk.records.update("firm", firm.id, {"level": "a"}, 1, SaveOptions(merge=True))
        values = desk.record("firm", firm.id).values
    assert (values["staff"], values["level"], values["version"]) == (11, "a", 3)


def test_a_used_value_is_refused_at_its_field(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        desk.records.create("thing", {"code": "AB1", "name": "A"})
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(InputError) as caught:
        desk.records.create("thing", {"code": "ab1", "name": "B"})
    assert [each.code for each in caught.value.fields["code"]] == ["already_used"]


def test_a_check_fails_in_its_place_and_another_asks_for_a_reason(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        with pytest.raises(InputError) as caught:
            _firm(desk, founded="2030-01-01", credit="2000000")
        assert [each.code for each in caught.value.fields["founded"]] == ["check_failed"]
        assert list(caught.value.confirm) == ["big_credit"]
        raw = {"name": "大客户", "credit": "2000000"}
        options = SaveOptions(confirmed={"big_credit": "董事会批准"})
        assert desk.records.create("firm", raw, options).id


def test_deleting_goes_to_the_bin_with_lines_and_comes_back(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
        thing = desk.records.create("thing", {"code": "T1", "name": "轴承", "price": "5"})
        deal = desk.records.create("deal", {"firm": firm.id, "items": [{"thing": thing.id}]})
        desk.records.delete("deal", deal.id)
        with pytest.raises(NotFoundError):
            desk.record("deal", deal.id)
        desk.records.restore("deal", deal.id)
        again = desk.record("deal", deal.id)
    assert len(again.lines["items"]) == 1
    assert again.values["version"] == 3


def test_a_record_in_use_is_not_deleted(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
        desk.records.create("deal", {"firm": firm.id})
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(ConflictError) as caught:
        desk.records.delete("firm", firm.id)
    assert caught.value.message.code == "still_in_use"


def test_history_shows_who_changed_what_and_undo_takes_it_back(workshop: Installation) -> None:
    with workshop.engine.write(workshop.acting("chief")) as desk:
        firm = _firm(desk, staff=10)
        changed = desk.records.update("firm", firm.id, {"staff": 20, "level": "c"}, 1)
        entries = read_history(desk.session, desk.reading, desk.model.entity("firm"), firm.id)
        assert entries[0].before == {"staff": 10, "level": "b"}
        assert entries[0].principal == 1
        result = undo(desk.records, changed.change_set)
        values = desk.record("firm", firm.id).values
    assert (result.undone, result.skipped) == (1, ())
    assert (values["staff"], values["level"]) == (10, "b")


def test_undo_leaves_alone_what_changed_since(workshop: Installation) -> None:
    with workshop.engine.write(workshop.acting("chief")) as desk:
        firm = _firm(desk, staff=10)
        changed = desk.records.update("firm", firm.id, {"staff": 20}, 1)
        desk.records.update("firm", firm.id, {"staff": 30}, 2)
        result = undo(desk.records, changed.change_set)
        values = desk.record("firm", firm.id).values
    assert result.skipped == (("firm", firm.id),)
    assert values["staff"] == 30


def test_undoing_a_creation_moves_the_record_to_the_bin(workshop: Installation) -> None:
    with workshop.engine.write(workshop.acting("chief")) as desk:
        firm = _firm(desk)
        thing = desk.records.create("thing", {"code": "T1", "name": "轴承", "price": "5"})
        deal = desk.records.create("deal", {"firm": firm.id, "items": [{"thing": thing.id}]})
        assert undo(desk.records, deal.change_set).skipped == ()
        with pytest.raises(NotFoundError):
            desk.record("deal", deal.id)


def test_nobody_writes_without_the_right(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk, staff=1)
    guest = workshop.acting("guest")
    with workshop.engine.write(guest) as desk, pytest.raises(AccessError):
        desk.records.update("firm", firm.id, {"staff": 2}, 1)
    stranger = workshop.acting()
    with workshop.engine.write(stranger) as desk, pytest.raises(NotFoundError):
        desk.records.update("firm", firm.id, {"staff": 2}, 1)
    clerk = workshop.acting("clerk")
    with workshop.engine.write(clerk) as desk, pytest.raises(InputError) as caught:
        desk.records.update("firm", firm.id, {"credit": "5", "code": "X"}, 1)
    codes = {name: messages[0].code for name, messages in caught.value.fields.items()}
    assert codes == {"credit": "unknown_field", "code": "not_writable"}


def test_a_parent_that_is_below_the_record_is_refused(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        top = desk.records.create("area", {"code": "A", "name": "上"})
        low = desk.records.create("area", {"code": "B", "name": "下", "above": top.id})
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(InputError) as caught:
        desk.records.update("area", top.id, {"above": low.id}, 1)
    assert [each.code for each in caught.value.fields["above"]] == ["cycle"]


def test_editing_a_mirror_closes_the_old_record_and_opens_a_new_one(
    workshop: Installation,
) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        old, new = _firm(desk, "旧公司"), _firm(desk, "新公司")
        job = {"firm": old.id, "post": "采购", "since": "2020-01-01"}
        person = desk.records.create("person", {"name": "赵立峰", "jobs": [job]})
        assert desk.record("person", person.id).values["company"] == old.id
        desk.records.update("person", person.id, {"company": new.id}, 1)
        found = desk.record("person", person.id)
    rows = [row.values for row in found.lines["jobs"]]
    assert found.values["company"] == new.id
    assert found.values["post"] == "采购"
    assert [(row["firm"], row["since"], row["until"]) for row in rows] == [
        (old.id, date(2020, 1, 1), date(2026, 11, 17)),
        (new.id, date(2026, 11, 18), None),
    ]


def test_a_mirror_given_to_a_new_record_opens_its_first_line(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk, "新公司")
        person = desk.records.create("person", {"name": "钱新来", "company": firm.id, "jobs": []})
        found = desk.record("person", person.id)
    assert found.values["company"] == firm.id
    assert [row.values["since"] for row in found.lines["jobs"]] == [date(2026, 11, 18)]


def test_a_mirror_over_lines_that_one_may_not_write_is_refused_in_words(
    workshop: Installation,
) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk, "新公司").id
        person = desk.records.create("person", {"name": "孙只看"}).id
    welcomer = workshop.acting("welcomer")
    for work in (
        lambda desk: desk.records.create("person", {"name": "周", "company": firm}),
        lambda desk: desk.records.update("person", person, {"company": firm}, 1),
    ):
        with pytest.raises(InputError) as caught, workshop.engine.write(welcomer) as desk:
            work(desk)
        assert [each.code for each in caught.value.fields["jobs"]] == ["not_writable"]


def test_a_mirror_sent_back_as_it_was_leaves_the_lines_to_their_grid(
    workshop: Installation,
) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        old, new = _firm(desk, "旧公司"), _firm(desk, "新公司")
        job = {"firm": old.id, "post": "采购", "since": "2020-01-01"}
        person = desk.records.create("person", {"name": "赵立峰", "company": None, "jobs": [job]})
        (row,) = desk.record("person", person.id).lines["jobs"]
        line = {"id": row.id, "firm": new.id, "since": "2020-01-01"}
        desk.records.update("person", person.id, {"company": old.id, "jobs": [line]}, 1)
        found = desk.record("person", person.id)
    assert found.values["company"] == new.id
    assert [each.values["firm"] for each in found.lines["jobs"]] == [new.id]


def test_overlapping_periods_are_refused(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
    jobs = [
        {"firm": firm.id, "since": "2020-01-01", "until": "2022-01-01"},
        {"firm": firm.id, "since": "2021-06-01"},
    ]
    with workshop.engine.write(workshop.system()) as desk, pytest.raises(InputError) as caught:
        desk.records.create("person", {"name": "赵", "jobs": jobs})
    assert {each.code for m in caught.value.fields.values() for each in m} == {"period_overlaps"}


def test_links_between_many_and_to_any_are_kept(workshop: Installation) -> None:
    with workshop.engine.write(workshop.system()) as desk:
        firm = _firm(desk)
        things = [
            desk.records.create("thing", {"code": f"T{n}", "name": f"件{n}"}).id for n in range(3)
        ]
        about = {"entity": "thing", "id": things[0]}
        raw = {"firm": firm.id, "extras": things[:2], "about": about}
        deal = desk.records.create("deal", raw)
        desk.records.update("deal", deal.id, {"extras": [things[2], things[0]]}, 1)
        values = desk.record("deal", deal.id).values
    assert values["extras"] == (things[0], things[2])
    assert values["about"] == RecordRef("thing", things[0])


def test_numbers_are_unique_under_concurrency(workshop: Installation) -> None:
    def create(index: int) -> str:
        def work(desk: Desk) -> str:
            saved = _firm(desk, f"公司{index}")
            return str(desk.record("firm", saved.id, fields=["code"]).values["code"])

        return workshop.engine.run_write(workshop.system(), work)

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(create, range(40)))
    assert sorted(codes) == [f"F2026-{n:04d}" for n in range(1, 41)]


def test_many_records_are_created_in_one_set(workshop: Installation) -> None:
    raws = [{"name": f"公司 {n}", "staff": n} for n in range(50)]
    raws[7] = {"staff": "x"}
    with workshop.engine.write(workshop.system()) as desk:
        results = desk.records.create_many("firm", raws, atomic=False)
    assert isinstance(results[7], InputError)
    good = [each for each in results if isinstance(each, Saved)]
    assert len(good) == 49
    assert len({each.change_set for each in good}) == 1
