"""The people at the demo's customers: departments, contacts, and where they worked before."""

from __future__ import annotations

from random import Random

from demo_company.clients import Client
from demo_company.people import People, Person
from demo_company.words import Row, Words


class Relations:
    """Fills the tables of departments, contacts and employments."""

    def __init__(self, random: Random, words: Words, people: People) -> None:
        self._random = random
        self._words = words
        self._people = people
        self.departments: list[Row] = []
        self.contacts: list[Row] = []
        self.employments: list[Row] = []
        self._codes: dict[tuple[str, str], str] = {}

    def fill(self, clients: list[Client], suppliers: list[Row]) -> None:
        """Invent the people of all customers and suppliers."""
        staffed = [client for client in clients if self._random.random() < 0.94]
        for client in staffed:
            self._fill_one(client, staffed)
        for supplier in suppliers:
            person = self._people.invent()
            self._add(person, {"role": ""}, supplier["website"].removeprefix("https://www."))
            row = _employment(person, "supplier", supplier["name"], "销售经理", "sales")
            self.employments.append(row | {"since": f"@-{self._random.randrange(200, 2000)}"})

    def _fill_one(self, client: Client, others: list[Client]) -> None:
        random = self._random
        if client.is_enterprise and client.level in ("A", "B") and client.status == "formal":
            self._add_departments(client)
        several = {"A": (2, 3, 4, 5), "B": (1, 2, 3), "C": (1, 1, 2), "": (1,)}[client.level]
        for _ in range(random.choice(several)):
            self._add_contact(client, others)

    def _add_departments(self, client: Client) -> None:
        name = client.company.name
        planned = self._words.lists["departments"]["enterprise"]
        for department, parent in planned:
            if client.level == "B" and self._random.random() < 0.45:
                continue
            if parent and (name, parent) not in self._codes:
                parent = ""
            code = f"BM{len(self._codes) + 1:04d}"
            self._codes[name, department] = code
            upper = self._codes.get((name, parent), "")
            self.departments.append(
                {"code": code, "customer.name": name, "name": department, "parent.code": upper}
            )

    def _add_contact(self, client: Client, others: list[Client]) -> None:
        random = self._random
        kinds = self._words.lists["jobs"]
        weights = (14, 20, 26, 20, 8, 10, 4, 6)
        kind = random.choices(list(kinds), weights)[0] if client.is_enterprise else "executive"
        title, role, department = random.choice(kinds[kind])
        person = self._people.invent()
        company = client.company
        began = client.age + random.randrange(20, 2400)
        since = began
        if random.random() < 0.09 and len(others) > 1:
            since = self._add_former(person, random.choice(others), client, began)
        row = {
            "role": role,
            "phone": company.phone if random.random() < 0.6 else "",
            "extension": str(random.randrange(800, 900)) if random.random() < 0.3 else "",
            "owner": client.company.name,
        }
        self._add(person, row, company.domain)
        employment = _employment(person, "customer", company.name, title, kind)
        employment["department.code"] = self._codes.get((company.name, department), "")
        employment["since"] = f"@-{since}"
        if random.random() < 0.02:
            employment["until"] = f"@-{random.randrange(1, min(since, 90))}"
        self.employments.append(employment)

    def _add_former(self, person: Person, other: Client, now: Client, began: int) -> int:
        """Add an employment elsewhere that ended; return the days since the present one began."""
        if other.company.name == now.company.name:
            return began
        moved = self._random.randrange(15, 400)
        title, _, _ = self._random.choice(self._words.lists["jobs"]["purchasing"])
        row = _employment(person, "customer", other.company.name, title, "purchasing")
        row |= {"since": f"@-{began + 400}", "until": f"@-{moved + self._random.randrange(1, 60)}"}
        self.employments.append(row)
        return moved

    def _add(self, person: Person, row: Row, domain: str) -> None:
        random = self._random
        self.contacts.append(
            {
                "name": person.name,
                "sex": person.sex,
                "birthday": person.birthday,
                "mobile": person.mobile,
                "phone": row.get("phone", ""),
                "extension": row.get("extension", ""),
                "email": person.email(domain) if random.random() < 0.7 else "",
                "wechat": person.wechat,
                "qq": person.qq,
                "role": row["role"],
                "hobbies": random.choice(self._words.several("interests"))
                if random.random() < 0.2
                else "",
                "last_contact_on": f"@-{int(random.expovariate(1 / 45))}".replace("@-0", "@")
                if random.random() < 0.6
                else "",
                "owner": row.get("owner", ""),
            }
        )


def _employment(person: Person, entity: str, company: str, title: str, kind: str) -> Row:
    return {
        "head.mobile": person.mobile,
        "company.customer.name": company if entity == "customer" else "",
        "company.supplier.name": company if entity == "supplier" else "",
        "department.code": "",
        "job_title": title,
        "job_kind": kind,
        "since": "",
        "until": "",
    }
