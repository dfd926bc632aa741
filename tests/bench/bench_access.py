"""``python tests/bench/bench_access.py``: what it costs that everybody sees his part only.

A group of companies with 3,350 people shares the customers: a salesperson has 500, another one the
pool besides, a manager those of 40 people, a director those of 3,000, an administrator all. The
same requests are answered by the product and by SQL that somebody wrote for just these roles;
statements of a page are counted, and the plan of the list is shown.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import orjson
import psycopg
from bench import ours
from bench.asking import Line, Request
from bench.cases import COLUMNS
from bench.loading import RULED, build, fill_postgresql
from bench.run import SETTINGS, environment_of, serving
from flask import Flask
from installation import Installation
from services.postgresql import PostgresqlServer
from sqlalchemy import event

from cardwright_entities.accounts.tokens import create_token
from cardwright_entities.engine import Desk
from cardwright_entities.records.saving import Saved

_STAFF, _OTHERS, _A_DEPARTMENT = 3_000, 350, 40
_OWN = 500
#: One customer of so many belongs to nobody.
_POOL = 50
_FIRST = "select min(id) from e_customer where owner = %s"
_LIST = f"/api/v1/records/customer?fields={COLUMNS}&sort=-changed_at&limit=50&count=capped"
_GROUP = orjson.dumps(
    {"group_by": ["region"], "measures": {"n": {"count": True}, "sum": {"sum": "revenue"}}}
)
_WORKS = ("list 50 × 20, capped count", "read one", "group by region, count and sum")
#: Requests before any is measured: a connection prepares a statement when it comes for the sixth
#: time, and the two servers have eight connections each.
_WARM = {_WORKS[0]: 60, _WORKS[1]: 60, _WORKS[2]: 3}


@dataclass(frozen=True)
class Person:
    """Somebody who asks, and how either side knows him."""

    who: str
    role: str
    token: str
    employee: int | None
    record: int  #: a customer that he sees

    @property
    def pass_by_hand(self) -> str:
        """What he shows to the side by hand."""
        return f"{self.role}:{self.employee or ''}"

    def asked(self, work: str, *, by_hand: bool) -> Request:
        """Return the request of a work."""
        if work == _WORKS[0]:
            return Request("GET", "/customers" if by_hand else _LIST)
        if work == _WORKS[1]:
            path = "/customers" if by_hand else "/api/v1/records/customer"
            return Request("GET", f"{path}/{self.record}")
        if by_hand:
            return Request("GET", "/groups")
        return Request("POST", "/api/v1/records/customer/aggregate", _GROUP)


def main() -> None:
    """Load, ask and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    server = PostgresqlServer(SETTINGS)
    try:
        with tempfile.TemporaryDirectory(prefix="cardwright-bench-") as folder:
            _run(server.url(server.create_database()), Path(folder), options)
    finally:
        server.stop()


def _run(url: str, folder: Path, options: argparse.Namespace) -> None:
    plain_url = url.replace("+psycopg", "")
    installation = build(url, RULED)
    fill_postgresql(url, plain_url, options.records)
    people, told = _people(installation, plain_url)
    installation.store.close()
    environment = environment_of(url, folder)
    print(f"\nPostgreSQL, {options.records:,} customers, {date.today().isoformat()}\n")
    with serving("bench.ours", environment) as port, serving("bench.by_hand_access", told) as other:
        for work in _WORKS:
            _print_work(work, people, (other, port), options.rounds)
    _print_pages(people, environment, plain_url)


class _Company:
    """Makes the companies and their people, and says who has which customers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        top = self._make("organisation", name="集团")
        east = self._make("organisation", name="华东公司", parent=top)
        west = self._make("organisation", name="西南公司", parent=top)
        branches = [
            self._make("organisation", name=f"华东分公司 {n}", parent=east) for n in range(3)
        ]
        office = self._make("department", name="总部", organisation=east)
        self.director = self._hire("总监", office)
        self.managers: list[int] = []
        self.sellers: list[int] = []
        for number in range((_STAFF + _OTHERS) // _A_DEPARTMENT):
            inside = number < _STAFF // _A_DEPARTMENT
            where = branches[number % 3] if inside else west
            department = self._make("department", name=f"销售 {number} 部", organisation=where)
            superior = self.director if inside else None
            manager = self._hire(f"经理 {number}", department, superior)
            self.managers.append(manager)
            sellers = [
                {"name": f"销售 {number}-{n}", "department": department, "superior": manager}
                for n in range(_A_DEPARTMENT - 1)
            ]
            made = desk.records.create_many("employee", sellers)
            self.sellers += [each.id for each in made if isinstance(each, Saved)]

    def account(self, employee: int | None, role: str) -> int:
        """Let somebody sign in; return his account."""
        account = self._make("user", name=role, login=role, roles=[role])
        if employee is not None:
            self._desk.records.update("employee", employee, {"account": account}, None)
        return account

    def _hire(self, name: str, department: int, superior: int | None = None) -> int:
        return self._make("employee", name=name, department=department, superior=superior)

    def _make(self, entity: str, **values: object) -> int:
        return self._desk.records.create(entity, values).id


def _people(installation: Installation, plain_url: str) -> tuple[list[Person], dict[str, str]]:
    """Return who asks, and what the side by hand has to be told."""
    with installation.engine.write(installation.system()) as desk:
        company = _Company(desk)
        sellers, manager = company.sellers[:2], company.managers[0]
        asking = (
            (f"salesperson, {_OWN} customers", "seller", sellers[1]),
            (f"salesperson, {_OWN} customers and the pool", "sales", sellers[0]),
            (f"manager of {_A_DEPARTMENT - 1}", "manager", manager),
            (f"director of {_STAFF:,}", "director", company.director),
            ("administrator", "admin", None),
        )
        tokens = [
            create_token(desk.session, company.account(employee, role), role)
            for _, role, employee in asking
        ]
        types = {name: desk.model.catalog.entity(name).id for name in ("employee", "team")}
        links = desk.model.entity("team").tables.links["members"].name
    others = [each for each in (*company.managers, *company.sellers) if each not in sellers]
    with psycopg.connect(plain_url, autocommit=True) as connection:
        _give_away(connection, types["employee"], sellers, others)
        seen = {
            employee: (connection.execute(_FIRST, [employee]).fetchone() or (1,))[0]
            for employee in sellers
        }
    people = [
        Person(who, role, token, employee, seen.get(employee or 0, seen[sellers[0]]))
        for (who, role, employee), token in zip(asking, tokens, strict=True)
    ]
    told = {
        "BY_HAND_URL": plain_url,
        "BY_HAND_LINKS": links,
        "BY_HAND_TYPES": orjson.dumps(types).decode(),
    }
    return people, told


def _give_away(
    connection: psycopg.Connection[Any], kind: str, sellers: list[int], others: list[int]
) -> None:
    """Give a part to two salespeople, one of fifty to nobody, the rest to all others in turn."""
    connection.execute(
        """
        with given as (
          select id, row_number() over (order by id) as number from e_customer
        ), owners as (
          select id, case when number %% %(pool)s = 0 then null
            when number %% (select count(*) / %(own)s from e_customer) in (1, 2)
              then (%(sellers)s::bigint[])[number %% (select count(*) / %(own)s from e_customer)]
            else (%(others)s::bigint[])[number %% %(many)s + 1] end as owner from given
        )
        update e_customer set owner = e.id, owner_type = case when e.id is null then null
          else %(kind)s end, department = e.department, organisation = d.organisation
        from owners left join e_employee e on e.id = owners.owner
          left join e_department d on d.id = e.department
        where owners.id = e_customer.id
        """,
        {"pool": _POOL, "own": _OWN, "sellers": sellers, "others": others, "many": len(others),
         "kind": kind},
    )  # fmt: skip
    connection.execute("vacuum full analyze e_customer")
    # A server does so by itself before long; a full one leaves undone that indexes may tell alone.
    connection.execute("vacuum e_customer")


def _print_work(work: str, people: list[Person], ports: tuple[int, int], rounds: int) -> None:
    print(f"| {work} | by hand, ms | ours, ms (p95) | ratio | to the administrator's |")
    print("|---|---|---|---|---|")
    lines = {
        each.role: (Line(ports[0], each.pass_by_hand), Line(ports[1], each.token))
        for each in people
    }
    found: dict[str, tuple[list[float], list[float]]] = {each.role: ([], []) for each in people}
    for each in people:
        sides = zip(lines[each.role], (True, False), strict=True)
        said = [line.ask(each.asked(work, by_hand=by_hand))[1] for line, by_hand in sides]
        _compare(f"{work} of {each.role}", *said)
    for side, by_hand in ((0, True), (1, False)):
        # One after the other in turns: nobody is measured while the machine was quieter.
        for turn in range(-_WARM[work], rounds):
            for each in people:
                time, _ = lines[each.role][side].ask(each.asked(work, by_hand=by_hand))
                if turn >= 0:
                    found[each.role][side].append(time)
    base = statistics.median(found["admin"][1])
    for each in people:
        hand, own = (statistics.median(some) for some in found[each.role])
        high = sorted(found[each.role][1])[int(rounds * 0.95) - 1]
        print(
            f"| {each.who} | {hand:.2f} | {own:.2f} ({high:.1f}) | {own / hand:.2f} "
            f"| {own / base:.2f} |",
            flush=True,
        )
    print()


def _compare(work: str, by_hand: bytes, ours: bytes) -> None:
    """Refuse to measure two sides that do not say the same."""
    mine, theirs = orjson.loads(by_hand), orjson.loads(ours)
    if work.startswith(_WORKS[0]):
        same = [each["id"] for each in mine["items"]] == [each["id"] for each in theirs["items"]]
    elif work.startswith(_WORKS[1]):
        same = mine["id"] == theirs["id"]
    else:
        same = sorted(each[1] for each in mine) == sorted(each["n"] for each in theirs["groups"])
    if not same:
        raise RuntimeError(f"{work}: {_told(mine)} is not {_told(theirs)}")


def _told(answer: Any) -> list[Any]:  # noqa: ANN401 - JSON
    items = answer if isinstance(answer, list) else answer.get("items", [answer])
    return [each.get("id", each) for each in items]


def _print_pages(people: list[Person], environment: dict[str, str], plain_url: str) -> None:
    """Count the statements of each page by role, and show how PostgreSQL finds the list."""
    os.environ.update(environment)
    app = ours.create_app()
    print(f"| statements | {' | '.join(_WORKS)} |\n|---|---|---|---|")
    plans = []
    for each in people:
        counted = []
        for work in _WORKS:
            asked = each.asked(work, by_hand=False)
            heard = _statements(app, asked, each.token)
            counted.append(str(len(heard)))
            if work == _WORKS[0]:
                plans.append((each.who, _indexes(plain_url, heard)))
        print(f"| {each.who} | {' | '.join(counted)} |")
    print("\n| list | indexes of its plan |\n|---|---|")
    for who, used in plans:
        print(f"| {who} | {used} |")


def _statements(app: Flask, asked: Request, token: str) -> list[tuple[str, Any]]:
    """Return what a request asks of the database."""
    heard: list[tuple[str, Any]] = []
    engine = app.extensions["cardwright"].instance.store.engine

    def hear(*told: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        heard.append((told[2], told[3]))

    client = app.test_client()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    client.open(asked.path, method=asked.method, data=asked.body, headers=headers)
    event.listen(engine, "before_cursor_execute", hear)
    answer = client.open(asked.path, method=asked.method, data=asked.body, headers=headers)
    event.remove(engine, "before_cursor_execute", hear)
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return heard


def _indexes(plain_url: str, heard: list[tuple[str, Any]]) -> str:
    (statement, values), *_ = [each for each in heard if "ORDER BY" in each[0]]
    with psycopg.connect(plain_url) as connection:
        plan = "\n".join(
            str(row[0]) for row in connection.execute(f"explain {statement}", values).fetchall()
        )
    if os.environ.get("CARDWRIGHT_PLANS"):
        print(statement, values, plan, sep="\n")
    used = re.findall(
        r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on) (\w+)", plan
    )
    scanned = re.findall(r"Seq Scan on (\w+)", plan)
    return ", ".join([*dict.fromkeys(used), *(f"all of {each}" for each in scanned)])


if __name__ == "__main__":
    main()
