"""Formulas kept in records: checked when saved, evaluated with the rights of who acts."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.records.calculating import calculate, rank
from cardwright_entities.records.evaluating import RecordValues
from cardwright_metadata.expressions.tree import Path


@pytest.fixture(scope="module")
def company(store_module_url: str) -> Iterator[Installation]:
    installation = build_installation(store_module_url, PACKS / "wages")
    yield installation
    installation.store.close()


def _calculated(desk: Desk, items: list[dict[str, object]], slip: dict[str, object]) -> object:
    scheme = desk.records.create("scheme", {"name": "甲", "items": items}).id
    number = desk.records.create("slip", {"scheme": scheme, **slip}).id
    evaluator = desk.records.evaluator
    values = evaluator.loader.record(desk.model.entity("slip"), number) or {}
    over = RecordValues(evaluator, desk.model.entity("slip"), values)
    rows = over.related(Path(("scheme", "items")))
    found = calculate(evaluator, over, rows, "formula")
    return {each.name: each.value for each in found}


def test_items_are_calculated_in_the_order_of_what_they_name(company: Installation) -> None:
    items: list[dict[str, object]] = [
        {"code": "net", "formula": "gross - tax"},
        {"code": "tax", "formula": "round([gross] * 0.1, 2)"},
        {"code": "gross", "formula": "base + [岗位]"},
        {"code": "岗位", "formula": "[Base pay] / days"},
    ]
    with company.engine.write(company.acting("chief")) as desk:
        assert _calculated(desk, items, {"base": 1000, "days": 10}) == {
            "net": Decimal(990),
            "tax": Decimal(110),
            "gross": Decimal(1100),
            "岗位": Decimal(100),
        }
        # Divided by zero is empty, and so is what follows from it.
        found = _calculated(desk, items, {"base": 1000, "days": 0})
        assert found == {"net": None, "tax": None, "gross": None, "岗位": None}


@pytest.mark.parametrize(
    ("formulas", "code", "at"),
    [
        ({"a": "a + 1"}, "formula_circle", None),
        ({"a": "b", "b": "base + a"}, "formula_circle", None),
        ({"a": "base +"}, "bad_formula", "7"),
        ({"a": "base + bsae"}, "bad_formula", "8"),
        ({"a": "base > 1"}, "bad_formula", "1"),
        ({"a": "'x'"}, "bad_formula", "1"),
        ({"a": "[无此项目] + 1"}, "bad_formula", "1"),
        ({"a": "__import__('os')"}, "bad_formula", None),
        ({"a": "(" * 200 + "1" + ")" * 200}, "bad_formula", None),
    ],
)
def test_what_is_wrong_is_said_at_its_character_when_it_is_saved(
    company: Installation, formulas: dict[str, str], code: str, at: str | None
) -> None:
    items = [{"code": name, "formula": text} for name, text in formulas.items()]
    with (
        company.engine.write(company.acting("chief")) as desk,
        pytest.raises(InputError) as caught,
    ):
        desk.records.create("scheme", {"name": "乙", "items": items})
    (message, *_) = caught.value.fields["items.0.formula"]
    assert message.code == code
    assert at is None or str(dict(message.params)["at"]) == at


def test_a_formula_names_no_more_than_its_author_may_read(company: Installation) -> None:
    items = [{"code": "x", "formula": "secret"}]
    with company.engine.write(company.acting("chief")) as desk:
        scheme = desk.records.create("scheme", {"name": "丙", "items": items}).id
        slip = desk.records.create("slip", {"scheme": scheme, "secret": 5}).id
        assert slip
    with company.engine.write(company.acting("clerk")) as desk, pytest.raises(InputError):
        desk.records.create("scheme", {"name": "丁", "items": items})


def test_evaluate_reads_a_formula_over_a_record_with_rights(company: Installation) -> None:
    with company.engine.write(company.acting("chief")) as desk:
        open_, closed = (
            desk.records.create("firm", {"name": name, "staff": 40, "debt": 10}).id
            for name in ("甲", "密")
        )
        items = [
            {"weight": "0.5", "input": "[人数] * 2"},
            {"weight": "0.5", "input": "if(debt > 5, 0, 100)"},
        ]
        model = desk.records.create("model", {"firm": open_, "items": items}).id
        assert desk.record("model", model).values["score"] == 40
    with company.engine.write(company.acting("clerk")) as desk:
        model = desk.records.create("model", {"items": items}).id
        assert desk.record("model", model).values["score"] in (None, 0)
        assert closed


def test_days_and_bands_are_read(company: Installation) -> None:
    bands = [{"to": 100, "score": 1}, {"from": 100, "to": 200, "score": 2}, {"from": 200}]
    with company.engine.write(company.acting("chief")) as desk:
        values = {"from": "2026-03-02", "until": "2026-03-15", "bands": bands, "amount": 100}
        record = desk.records.create("model", values).id
        found = desk.record("model", record).values
        assert (found["worked"], found["graded"]) == (10, 2)


def test_a_check_may_ask_whether_another_exists(company: Installation) -> None:
    with company.engine.write(company.acting("chief")) as desk:
        firm = desk.records.create("firm", {"name": "独"}).id
        desk.records.update("firm", firm, {"staff": 3}, None)
        with pytest.raises(InputError) as caught:
            desk.records.create("firm", {"name": "独"})
        assert list(caught.value.fields) == ["name"]


def test_ranks_are_shares_from_the_top() -> None:
    cuts = {"gold": Decimal("0.1"), "silver": Decimal("0.5"), "iron": Decimal(1)}
    scores = [(number, Decimal(number)) for number in range(1, 11)]
    found = rank([*scores, (11, None)], cuts)
    assert [found.get(number) for number in (10, 9, 6, 5, 1, 11)] == [
        "gold", "silver", "silver", "iron", "iron", None,
    ]  # fmt: skip
    assert rank([(1, Decimal(5)), (2, Decimal(5))], cuts) == {1: "gold", 2: "gold"}
    assert rank([], cuts) == {}


INPUTS = [
    {"code": "hours", "name": "工时", "type": "decimal", "required": True},
    {"code": "since", "type": "date"},
    {"code": "nights", "type": "boolean"},
    {"code": "note"},
]


def test_attributes_are_read_by_their_definitions(company: Installation) -> None:
    with company.engine.write(company.acting("chief")) as desk:
        items = [{"code": "pay", "formula": "inputs.hours * base"}]
        scheme = desk.records.create("scheme", {"items": items, "inputs": INPUTS}).id
        given = {"hours": "12.5000", "since": "2026-03-01", "nights": True, "note": "夜"}
        slip = desk.records.create("slip", {"scheme": scheme, "base": 2, "inputs": given}).id
        kept = desk.record("slip", slip).values["inputs"]
        assert kept == given
        evaluator = desk.records.evaluator
        values = evaluator.loader.record(desk.model.entity("slip"), slip) or {}
        over = RecordValues(evaluator, desk.model.entity("slip"), values)
        found = calculate(evaluator, over, over.related(Path(("scheme", "items"))), "formula")
        assert [each.value for each in found] == [25]


@pytest.mark.parametrize(
    ("given", "place", "code"),
    [
        ({"hours": 1, "horus": 2}, "inputs", "unknown_attribute"),
        ({"hours": "viele"}, "inputs.hours", "not_a_number"),
        ({"since": "2026-03-01"}, "inputs.hours", "required"),
        ({"hours": 1, "since": "soon"}, "inputs.since", "not_a_date"),
    ],
)
def test_attributes_that_no_line_defines_are_refused(
    company: Installation, given: dict[str, object], place: str, code: str
) -> None:
    with company.engine.write(company.acting("chief")) as desk:
        scheme = desk.records.create("scheme", {"inputs": INPUTS}).id
        with pytest.raises(InputError) as caught:
            desk.records.create("slip", {"scheme": scheme, "inputs": given})
        assert caught.value.fields[place][0].code == code
