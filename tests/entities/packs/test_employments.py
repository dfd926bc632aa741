"""A contact who moves: the old employment ends, a new one begins, both can be found."""

from __future__ import annotations

from datetime import date

import pytest

from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.queries.conditions import bound_condition
from cardwright_entities.queries.requests import PageRequest

BUNDLED = pytest.mark.parametrize("installation", ["bundled"], indirect=True)


def make(desk: Desk, entity: str, **values: object) -> int:
    return desk.records.create(entity, values).id


def employ(desk: Desk, name: str, company: int, department: int) -> int:
    job = {"company": customer(company), "department": department, "job_title": "总工程师"}
    employments = [{**job, "since": "2020-03-01"}]
    return make(desk, "contact", name=name, mobile="13806204471", employments=employments)


def customer(record: int) -> dict[str, object]:
    return {"entity": "customer", "id": record}


def contacts_of(desk: Desk, company: int, tab: str) -> list[int]:
    """Return the contacts on a tab of a customer's card."""
    card = desk.model.catalog.entity("customer").card
    related = next(each.related for each in card.tabs if each.name == tab)
    assert related is not None
    assert related.where is not None
    here = f"{related.field} = record('customer', {company})"
    where = desk.condition(related.entity, f"{here} and ({related.where.text})")
    page = desk.page(PageRequest(entity=related.entity, columns=("head",), where=where))
    return [int(str(row.values["head"])) for row in page.rows]


@BUNDLED
def test_a_new_company_ends_the_old_employment_and_begins_another(
    installation: Engine, context: Context
) -> None:
    with installation.write(context) as desk:
        old, new = make(desk, "customer", name="无锡华晟"), make(desk, "customer", name="苏州精科")
        workshop = make(desk, "customer_department", customer=old, name="设备部")
        contact = employ(desk, "赵立峰", old, workshop)
        desk.records.update("contact", contact, {"company": customer(new)}, 1)
        after = desk.record("contact", contact)
    rows = [row.values for row in after.lines["employments"]]
    assert [row["company"] for row in rows] == [
        RecordRef("customer", old),
        RecordRef("customer", new),
    ]
    assert [(row["since"], row["until"]) for row in rows] == [
        (date(2020, 3, 1), date(2025, 11, 19)),
        (date(2025, 11, 20), None),
    ]
    assert after.values["company"] == RecordRef("customer", new)


@BUNDLED
def test_the_department_does_not_move_along_to_another_company(
    installation: Engine, context: Context
) -> None:
    with installation.write(context) as desk:
        old, new = make(desk, "customer", name="无锡华晟"), make(desk, "customer", name="苏州精科")
        workshop = make(desk, "customer_department", customer=old, name="设备部")
        contact = employ(desk, "赵立峰", old, workshop)
        desk.records.update("contact", contact, {"company": customer(new)}, 1)
        after = desk.record("contact", contact)
    assert after.values["company_department"] is None
    assert after.values["job_title"] == "总工程师"


@BUNDLED
def test_a_contact_who_left_is_found_on_the_card_of_the_former_company(
    installation: Engine, context: Context
) -> None:
    with installation.write(context) as desk:
        old, new = make(desk, "customer", name="无锡华晟"), make(desk, "customer", name="苏州精科")
        workshop = make(desk, "customer_department", customer=old, name="设备部")
        contact = employ(desk, "赵立峰", old, workshop)
        assert contacts_of(desk, old, "people") == [contact]
        desk.records.update("contact", contact, {"company": customer(new)}, 1)
        assert contacts_of(desk, old, "people") == []
        assert contacts_of(desk, old, "former") == [contact]
        assert contacts_of(desk, new, "people") == [contact]


@BUNDLED
def test_where_a_contact_worked_on_a_day_is_found(installation: Engine, context: Context) -> None:
    with installation.write(context) as desk:
        old, new = make(desk, "customer", name="无锡华晟"), make(desk, "customer", name="苏州精科")
        workshop = make(desk, "customer_department", customer=old, name="设备部")
        contact = employ(desk, "赵立峰", old, workshop)
        desk.records.update("contact", contact, {"company": customer(new)}, 1)

        def found(question: str) -> list[int]:
            where = desk.condition("contact", question)
            return [row.id for row in desk.page(PageRequest(entity="contact", where=where)).rows]

        assert found(f"at(employments, '2025-11-19').company = record('customer', {old})")
        assert found(f"at(employments, '2025-11-20').company = record('customer', {new})")
        assert not found(f"at(employments, '2025-11-20').company = record('supplier', {new})")
        assert found(f"at(employments, today() - days(1)).company != company and id = {contact}")
        assert found("at(employments, '2025-11-19').company.name = '无锡华晟'")
        assert not found("at(employments, '2020-02-29').company is not empty")
        assert found("有效于（employments，‘2025-11-19’）.department.name = '设备部'")


@BUNDLED
def test_only_departments_of_the_company_are_offered(
    installation: Engine, context: Context
) -> None:
    with installation.write(context) as desk:
        ours, other = (
            make(desk, "customer", name="无锡华晟"),
            make(desk, "customer", name="苏州精科"),
        )
        workshop = make(desk, "customer_department", customer=ours, name="设备部")
        make(desk, "customer_department", customer=other, name="设备部")
        employment = desk.model.entity("employment")
        where = employment.fields["department"].definition.options["where"].tree

        def offered(company: object) -> list[int]:
            bound = bound_condition(
                desk.reading, "customer_department", where, employment, lambda _: company
            )
            return [
                row.id
                for row in desk.page(PageRequest(entity="customer_department", where=bound)).rows
            ]

        assert offered(RecordRef("customer", ours)) == [workshop]
        assert offered(RecordRef("supplier", ours)) == []
        assert offered(None) == []
