"""An installation of tests/packs/approvals with people who submit and approve, and their clock."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from installation import NOW, PACKS, Installation, build_installation

from cardwright_entities.approval_jobs import SWEEP, approval_kinds
from cardwright_entities.contexts import Context, Principal
from cardwright_entities.flows.actions import Asking
from cardwright_entities.flows.approvals.progress import progress_of
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.queue import Jobs
from cardwright_entities.jobs.running import JobRunner, Worker
from cardwright_entities.notifications import read_notifications

#: Who there is: name -> roles, boss, grade. Everybody is in the section that 王 manages.
PEOPLE = {
    "总": (["boss", "worker"], None, 9),
    "王": (["boss", "worker"], "总", 8),
    "李": (["worker"], "王", 5),
    "钱": (["money", "worker"], "总", 5),
    "孙": (["money", "worker"], "总", 5),
    "周": (["worker"], "王", 3),
    "吴": (["clerk"], "王", 3),
    "盲": (["blind"], "王", 3),
    "管": (["admin"], None, 1),
}


@dataclass
class Office:
    """An installation with people who submit and approve, and the clock that they read."""

    installation: Installation
    now: datetime = NOW
    employees: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)

    def system(self) -> Context:
        return replace(self.installation.system(), now=self.now)

    def acting(self, name: str) -> Context:
        roles = frozenset(PEOPLE[name][0])
        principal = Principal(self.accounts[name], name, roles, self.employees[name])
        return replace(self.system(), principal=principal)

    def fill(self) -> None:
        with self.installation.engine.write(self.system()) as desk:
            firm = desk.records.create("firm", {"name": "本部"}).id
            section = desk.records.create("section", {"name": "一部"}).id
            for index, (name, (roles, boss, grade)) in enumerate(PEOPLE.items()):
                login = {"name": name, "login": f"user{index}", "roles": roles}
                account = desk.records.create("login", login).id
                worker = {
                    "name": name,
                    "account": account,
                    "boss": self.employees.get(boss or ""),
                    "section": section,
                    "firm": firm,
                    "grade": grade,
                }
                self.employees[name] = desk.records.create("worker", worker).id
                self.accounts[name] = account
            manager = {"head_of": self.employees["王"]}
            desk.records.update("section", section, manager, None)

    def claim(self, who: str = "李", amount: str = "50", **more: object) -> int:
        values = {"name": "差旅", "who": self.employees[who], "amount": amount, **more}
        with self.installation.engine.write(self.acting(who)) as desk:
            return desk.records.create("claim", values).id

    def act(self, name: str, record: int, action: str, **values: object) -> None:
        with self.installation.engine.write(self.acting(name)) as desk:
            asking = Asking(values=values)
            desk.actions.perform("claim", record, f"approval.{action}", asking)

    def submitted(self, who: str = "李", amount: str = "50", **more: object) -> int:
        record = self.claim(who, amount, **more)
        self.act(who, record, "submit")
        return record

    def offered(self, name: str, record: int) -> list[str]:
        with self.installation.engine.read(self.acting(name)) as desk:
            found = [each.name for each in desk.actions.offered("claim", record)]
        return [each.removeprefix("approval.") for each in found if each.startswith("approval.")]

    def stage(self, record: int) -> Any:
        with self.installation.engine.read(self.system()) as desk:
            return desk.record("claim", record).values["stage"]

    def asked(self, record: int) -> str:
        """Return who is asked now, by name."""
        names = {account: name for name, account in self.accounts.items()}
        with self.installation.engine.read(self.system()) as desk:
            (last, *_) = progress_of(desk, "claim", record)
        return "".join(names[each.account or 0] for each in last.tasks if each.state == "open")

    def tasks(self, record: int) -> list[tuple[str, str, str]]:
        names: dict[int | None, str] = {each: name for name, each in self.accounts.items()}
        with self.installation.engine.read(self.system()) as desk:
            (last, *_) = progress_of(desk, "claim", record)
        return [(each.step, names.get(each.account, "?"), each.state) for each in last.tasks]

    def sweep(self, hours: int) -> None:
        """Let some hours go by, and the worker look at what waits."""
        self.now += timedelta(hours=hours)
        store = self.installation.store
        with store.write(self.system()) as session:
            Jobs().enqueue(session, SWEEP, {})
        kinds = JobKinds(approval_kinds(self.installation.engine.desk))
        worker = Worker(store, kinds, lambda asker: self.system(), lambda: self.now, "test")
        runner = JobRunner(worker)
        while runner.run_next():
            pass

    def told(self, name: str) -> list[str]:
        with self.installation.engine.read(self.acting(name)) as desk:
            found = read_notifications(desk.session, desk.reading)
        return [each.message.code for each in found]


def build_office(url: str) -> Office:
    """Return an office in which everybody is there; the caller closes its store."""
    office = Office(build_installation(url, PACKS / "approvals"))
    office.fill()
    return office
