"""A customer that nobody contacts: announced to owner and superior, then back in the pool."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Context
from cardwright_entities.engine import Desk, Engine
from cardwright_entities.errors import NotFoundError
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.owners.returning import return_of
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.notifications import read_notifications
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.records.history import read_history
from cardwright_entities.rule_jobs import SWEEP, rule_kinds

#: What the two rules tell.
RISK, BACK = "rule.customer_at_risk", "rule.customer_returns"
ZONE = ZoneInfo("Asia/Shanghai")
BUNDLED = pytest.mark.parametrize("installation", ["bundled"], indirect=True)
#: Protected for 7 days, quiet after 30, announced 5 days before: the settings of the pack.
TAKEN, ANNOUNCED, RETURNED = "2026-03-02 10:00", "2026-03-28 09:00", "2026-04-01 01:10"


@dataclass
class House:
    """A department in which 林晓晴 sells, 陈思远 sells beside her, and 周敏 stands above both."""

    engine: Engine
    system: Context
    accounts: Mapping[str, int]
    employees: Mapping[str, int]

    def at(self, moment: str) -> None:
        """Set the clock."""
        self.system = replace(
            self.system, now=datetime.fromisoformat(moment).replace(tzinfo=ZONE), zone=ZONE
        )

    def acting(self, name: str) -> Context:
        """Return somebody who signs in now, with the rights that he has then."""
        with self.engine.read(self.system) as desk:
            principal, _ = principal_of(desk.session, desk.model, self.accounts[name])
        return replace(self.system, principal=principal, language="en")

    def night(self) -> None:
        """Let the worker look at what the clock brings."""
        with self.engine.store.write(self.system) as session:
            Jobs().enqueue(session, SWEEP, {})
        kinds = JobKinds(rule_kinds(self.engine.desk))
        worker = Worker(
            self.engine.store, kinds, lambda asker: self.system, lambda: self.system.now, "night"
        )
        runner = JobRunner(worker)
        while runner.run_next():
            pass

    def told(self, name: str) -> list[str]:
        """Return what somebody finds among his notifications."""
        with self.engine.read(self.acting(name)) as desk:
            found = read_notifications(desk.session, desk.reading)
            return [each.message.code for each in found]

    def at_risk(self, name: str) -> list[int]:
        """Return what somebody sees in the list of customers that are about to return."""
        with self.engine.read(self.acting(name)) as desk:
            query = desk.model.entity("customer").definition.queries["at_risk"]
            where = desk.typed("customer", query.where)
            return [row.id for row in desk.page(PageRequest(entity="customer", where=where)).rows]


def build_house(engine: Engine, context: Context) -> House:
    accounts: dict[str, int] = {}
    employees: dict[str, int] = {}

    def fill(desk: Desk) -> None:
        make = desk.records.create
        firm = make("organisation", {"code": "HT", "name": "恒拓"}).id
        section = make("department", {"code": "XS", "name": "销售部", "organisation": firm}).id
        for code, (name, role, above) in enumerate(
            (("周敏", "manager", ""), ("林晓晴", "sales", "周敏"), ("陈思远", "sales", "周敏"))
        ):
            login = {"login": f"user{code}", "name": name, "roles": [role]}
            accounts[name] = make("user", login).id
            row = {"code": f"S{code}", "name": name, "department": section}
            row |= {"account": accounts[name], "superior": employees.get(above)}
            employees[name] = make("employee", row).id

    engine.run_write(context, fill)
    house = House(engine, replace(context, zone=ZONE), accounts, employees)
    house.at(TAKEN)
    return house


def claimed(house: House) -> int:
    """Let 林晓晴 claim a customer out of the pool and make it an intended one."""

    def make(desk: Desk) -> int:
        return desk.records.create(
            "customer", {"name": "常州远恒", "phone": "0519-66060806", "owner": None}
        ).id

    record = house.engine.run_write(house.system, make)

    def claim(desk: Desk) -> None:
        desk.actions.perform("customer", record, "owner.claim", Asking())
        desk.records.update("customer", record, {"status": "intended"}, None)

    house.engine.run_write(house.acting("林晓晴"), claim)
    return record


@BUNDLED
def test_a_quiet_customer_is_announced_and_goes_back_at_night(
    installation: Engine, context: Context
) -> None:
    house = build_house(installation, context)
    record = claimed(house)
    house.night()
    assert house.at_risk("林晓晴") == []
    assert RISK not in house.told("林晓晴")

    house.at(ANNOUNCED)
    house.night()
    assert house.at_risk("林晓晴") == house.at_risk("周敏") == [record]
    for name in ("林晓晴", "周敏"):
        assert house.told(name).count(RISK) == 1
    assert house.told("陈思远") == []
    with house.engine.read(house.acting("林晓晴")) as desk:
        card = desk.record("customer", record)
        entity = desk.model.entity("customer")
        why = return_of(desk.records, entity, record, card.values)
    assert why is not None
    assert why.day == date(2026, 4, 1)
    assert why.reason.in_language("en") == "no contact for 30 days"

    house.at(RETURNED)
    house.night()
    with house.engine.read(house.acting("陈思远")) as desk:
        card = desk.record("customer", record)
        assert card.values["owner"] is None
        (newest, *_) = read_history(desk.session, desk.reading, entity, record)
    assert (newest.kind, newest.label) == ("rule", "久未联系，退回公海")
    assert house.told("林晓晴").count(BACK) == 1
    assert house.at_risk("周敏") == []


@BUNDLED
def test_a_contact_keeps_the_customer(installation: Engine, context: Context) -> None:
    house = build_house(installation, context)
    record = claimed(house)
    house.at(ANNOUNCED)

    def contacted(desk: Desk) -> None:
        desk.records.update("customer", record, {"last_contact_on": "2026-03-28"}, None)

    house.engine.run_write(house.acting("林晓晴"), contacted)
    house.at(RETURNED)
    house.night()
    with house.engine.read(house.acting("林晓晴")) as desk:
        assert desk.record("customer", record).values["owner"] is not None
    with house.engine.read(house.acting("陈思远")) as desk, pytest.raises(NotFoundError):
        desk.record("customer", record)
