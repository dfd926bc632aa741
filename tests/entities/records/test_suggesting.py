"""Suggested values are filled and refilled until somebody sets another, within his rights."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.records.drafts import Draft
from cardwright_entities.records.history import read_history
from cardwright_entities.records.previewing import look_ahead
from cardwright_entities.records.suggesting import Suggesting


@pytest.fixture(scope="module")
def shop(store_module_url: str) -> Iterator[Installation]:
    """A shop with two customers, two products, two price lists."""
    installation = build_installation(store_module_url, PACKS / "prices")
    with installation.engine.write(installation.system()) as desk:
        create = desk.records.create
        for name, level in (("甲", "a"), ("乙", "b")):
            create("customer", {"name": name, "level": level})
        for name, price in (("轴", 10), ("轮", 20)):
            values = {"name": name, "unit": "件", "price": price, "tax_rate": "0.13", "cost": 7}
            create("product", values)
        for name, level, first in (("省价", "a", 9), ("内部", "b", 5)):
            lines = [
                {"item": 1, "price": first, "since": "2026-01-01"},
                {"item": 1, "price": first - 1, "min_quantity": 100},
            ]
            create("price_list", {"name": name, "level": level, "prices": lines})
        create("person", {"name": "王", "company": 1})
        create("person", {"name": "密", "company": 2})
    yield installation
    installation.store.close()


def _line(desk: Desk, record: int, index: int = 0) -> dict[str, object]:
    return dict(desk.record("sale", record).lines["items"][index].values)


def _sale(desk: Desk, items: list[dict[str, object]], customer: int = 1, **more: object) -> int:
    values = {"customer": customer, "ordered_on": "2026-03-01", "items": items, **more}
    return desk.records.create("sale", values).id


def test_sources_are_tried_in_their_order(shop: Installation) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        record = _sale(desk, [{"item": 1, "quantity": 1}, {"item": 1, "quantity": 200}])
        assert _line(desk, record)["price"] == 9
        assert _line(desk, record)["unit"] == "件"
        assert _line(desk, record, 1)["price"] == 8
        sale = desk.record("sale", record).values
        assert (sale["price_list"], sale["person"]) == (1, 1)
        # Now there is a last price.
        again = _sale(desk, [{"item": 1, "quantity": 1, "price": 6}], ordered_on="2026-04-01")
        assert _line(desk, again)["price"] == 6
        third = _sale(desk, [{"item": 1, "quantity": 1}, {"item": 2}], ordered_on="2026-05-01")
        assert _line(desk, third)["price"] == 6
        assert _line(desk, third, 1)["price"] == 20
        desk.session.execute(desk.model.entity("sale_item").table.delete())


def test_a_suggestion_follows_until_somebody_sets_another(shop: Installation) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        record = _sale(desk, [{"item": 1, "quantity": 1}])
        line = _line(desk, record)["id"]

        def change(values: dict[str, object]) -> dict[str, object]:
            desk.records.update("sale", record, {"items": [{"id": line, **values}]}, None)
            return _line(desk, record)

        assert change({"item": 2})["price"] == 20
        set_ = change({"price": 18})
        assert (set_["price"], set_["set_by_hand"]) == (18, ["price"])
        assert change({"item": 1})["price"] == 18
        # The suggestion is taken back.
        back = change({"suggested": ["price"]})
        assert (back["price"], back["set_by_hand"]) == (9, None)
        # What its head says changes it, too, though nobody sent the lines.
        desk.records.update("sale", record, {"customer": 2}, None)
        assert desk.record("sale", record).values["price_list"] == 2
        assert _line(desk, record)["price"] == 5
        # Emptied by hand it stays empty.
        assert change({"price": None})["price"] is None
        assert change({"item": 2})["price"] is None


def test_what_was_set_by_hand_names_no_field_that_the_reader_does_not_have(
    shop: Installation,
) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        record = _sale(desk, [{"item": 1, "quantity": 1, "price": 33}])
        assert "price" in str(_line(desk, record)["set_by_hand"])
        change = desk.record("sale", record).lines["items"][0].id
        desk.records.update("sale", record, {"items": [{"id": change, "unit": "箱"}]}, None)
    with shop.engine.read(shop.acting("packer")) as desk:
        line = _line(desk, record)
        assert (line["unit"], line["quantity"]) == ("箱", 1)
        assert "set_by_hand" not in line
        told = read_history(desk.session, desk.reading, desk.model.entity("sale"), record)
        assert all("set_by_hand" not in each.before for each in told)
    with shop.engine.read(shop.acting("seller")) as desk:
        by_hand = _line(desk, record)["set_by_hand"]
        assert isinstance(by_hand, Collection)
        assert set(by_hand) == {"price", "unit"}


def test_equations_keep_what_was_set_last(shop: Installation) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        record = _sale(desk, [{"item": 1, "quantity": 3, "price_taxed": 100}])
        line = _line(desk, record)
        assert (line["price"], line["amount"]) == (Decimal("88.4956"), 300)
        number = line["id"]

        def change(values: dict[str, object]) -> tuple[object, ...]:
            desk.records.update("sale", record, {"items": [{"id": number, **values}]}, None)
            found = _line(desk, record)
            return found["price"], found["price_taxed"], found["amount"], found["set_by_hand"]

        taxed = ["price_taxed"]
        assert change({"quantity": 2}) == (Decimal("88.4956"), 100, 200, taxed)
        # The price with tax was set by hand: another product does not change it.
        assert change({"item": 2}) == (Decimal("88.4956"), 100, 200, taxed)
        assert change({"price": 50}) == (50, Decimal("56.5"), 113, ["price"])
        assert change({"amount": 226}) == (100, 113, 226, ["amount"])
        assert change({"quantity": 4}) == (50, Decimal("56.5"), 226, ["amount"])


def test_values_that_contradict_each_other_are_refused_by_name(shop: Installation) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        items = [{"item": 1, "quantity": 1, "price": 10, "price_taxed": 12}]
        with pytest.raises(InputError) as caught:
            _sale(desk, items)
        assert set(caught.value.fields) == {"items.0.price", "items.0.price_taxed"}
        # What fits may be given twice.
        record = _sale(desk, [{"item": 1, "quantity": 1, "price": 10, "price_taxed": "11.3"}])
        assert _line(desk, record)["amount"] == Decimal("11.3")


def test_nothing_is_suggested_that_its_reader_may_not_read(shop: Installation) -> None:
    with shop.engine.write(shop.acting("seller")) as desk:
        record = _sale(desk, [{"item": 1, "quantity": 1}, {"item": 2, "quantity": 1}], customer=2)
    with shop.engine.write(shop.acting("chief")) as desk:
        sale = desk.record("sale", record).values
        assert (sale["price_list"], sale["person"]) == (None, None)
        assert _line(desk, record)["price"] is None
        assert _line(desk, record)["unit"] == "件"
        chief = _sale(desk, [{"item": 2, "quantity": 1}], customer=2)
        assert desk.record("sale", chief).values["price_list"] == 2


def test_every_source_is_offered_with_its_label(shop: Installation) -> None:
    def offered(role: str) -> list[tuple[str, object]]:
        with shop.engine.write(shop.acting(role)) as desk:
            records = desk.records
            record = _sale(desk, [{"item": 1, "quantity": 1, "price": 3}])
            values = records.loader.lines(desk.model.entity("sale"), "items", [record])[0]
            line = desk.model.entity("sale_item")
            head = Draft(desk.model.entity("sale"), dict(desk.record("sale", record).values), {})
            draft = Draft(line, dict(values), dict(values), head=head)
            price = line.fields["price"]
            found = Suggesting(records.evaluator).offers(draft, price)
            return [(each.source, each.value) for each in found]

    assert offered("chief")[1:] == [("list", 9), ("base", 10), ("cost", 7)]
    assert [source for source, _ in offered("seller")] == ["last", "list"]


AMOUNTS = st.decimals("0.01", "9999", places=2)
TYPED = st.fixed_dictionaries(
    {"quantity": st.decimals("1", "500", places=1)},
    optional={"tax_rate": st.sampled_from(["0", "0.06", "0.13"])},
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TYPED, st.sampled_from(["price", "price_taxed", "amount"]), AMOUNTS)
def test_equations_are_stored_as_told_and_saving_again_changes_nothing(
    shop: Installation, typed: dict[str, object], name: str, value: Decimal
) -> None:
    with shop.engine.write(shop.acting("chief")) as desk:
        raw = {"customer": 1, "ordered_on": "2026-03-01", "items": [{"item": 2, **typed}]}
        raw["items"][0][name] = value  # type: ignore[index]  # its lines
        told = {
            place.removeprefix("items.0."): given
            for place, _, given in look_ahead(desk.records, "sale", None, raw).filled
        }
        record = desk.records.create("sale", raw).id
        line = _line(desk, record)
        bound = ("price", "price_taxed", "amount")
        assert line[name] == value
        assert {each: line[each] for each in bound if each != name} == {
            each: told[each] for each in bound if each != name
        }
        again = {each: line[each] for each in (*bound, "id", "quantity", "tax_rate", "item")}
        desk.records.update("sale", record, {"items": [again]}, None)
        assert _line(desk, record) == line
        # Sent to another record all together they fit each other, too.
        copied = {each: line[each] for each in (*bound, "quantity", "tax_rate", "item")}
        desk.records.create("sale", {**raw, "items": [copied]})


@pytest.mark.parametrize("role", ["chief", "seller"])
def test_many_lines_ask_together_what_each_would_ask_alone(shop: Installation, role: str) -> None:
    statements = []
    with shop.engine.write(shop.acting("chief")) as desk:
        sold = _sale(desk, [{"item": 1, "quantity": 3, "price": 4}], ordered_on="2026-03-02")
    items: list[dict[str, object]] = [
        {"item": (1, 2, None)[n % 3], "quantity": (1, "99.5", 100, None)[n % 4]} for n in range(60)
    ]
    with shop.engine.read(shop.acting(role)) as desk:
        alone = [_told(desk, 1, [each]) for each in items]
        assert {each["items.0.price"] for each in alone} >= {4}
    for number in (12, 60):
        for customer in (1, 2):
            with shop.engine.read(shop.acting(role)) as desk:
                before = desk.session.statements
                together = _told(desk, customer, items[:number])
                statements.append(desk.session.statements - before)
            if customer == 1:
                for index, each in enumerate(alone[:number]):
                    for place, value in each.items():
                        if place.startswith("items.0."):
                            assert together[place.replace(".0.", f".{index}.")] == value, place
    assert statements[:2] == statements[2:]
    with shop.engine.write(shop.acting("chief")) as desk:
        desk.records.delete("sale", sold)


def _told(desk: Desk, customer: int, items: list[dict[str, object]]) -> dict[str, object]:
    raw = {"customer": customer, "ordered_on": "2026-03-01", "items": items}
    filled = look_ahead(desk.records, "sale", None, raw).filled
    return {place: value for place, _, value in filled}
