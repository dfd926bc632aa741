"""What the demo company's people did and are about to do for customers, leads and deals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from demo_company.chains import Deal
from demo_company.words import Row, day_of, read_yaml

#: Its own source of chance: customers and sales stay as they are when a text is added.
SEED = 20_251_201

_TIMES = ("09:00", "09:30", "10:00", "10:30", "13:30", "14:00", "15:00", "16:00")
_LENGTHS = {"call": "15", "visit": "90", "meeting": "60"}
#: How much each has to do with the customer: most have one or two activities, some five.
_MANY = (1, 1, 2, 2, 3, 5)
#: Who goes along to meetings and visits of customers in the east: the service engineer.
_ENGINEER = "E014"


class Activities:
    """Invents activities that agree with the last and the next contact of each customer."""

    def __init__(self, tables: Mapping[str, Sequence[Row]]) -> None:
        self._texts = read_yaml("activities.yaml")
        self._random = Random(SEED)
        self._customers = tables["customers"]
        self._people = _people(tables)

    def of_customers(self) -> list[Row]:
        """Return what was done for customers and what is planned, the last contact the newest."""
        served = [row for row in self._customers if row["owner.employee.code"]]
        chosen = [row for row in served if row["status"] == "formal"][::2]
        return [row for client in chosen for row in self._of_customer(client)]

    def of_sales(
        self, leads: Sequence[Row], chances: Sequence[Row], deals: Sequence[Deal]
    ) -> list[Row]:
        """Return what was done for leads, running opportunities and orders."""
        followed = [row for row in leads if row["stage"] == "following"]
        held = [row for row in followed if row["owner.employee.code"]]
        running = [row for row in chances if row.get("next_on")]
        return [
            *(row for number, lead in enumerate(held) for row in self._of_lead(number, lead)),
            *(row for number, one in enumerate(running) for row in self._of_chance(number, one)),
            *(self._of_order(number, deal) for number, deal in enumerate(deals[4:20])),
        ]

    def _of_customer(self, client: Row) -> list[Row]:
        random = self._random
        last = _ago(client["last_contact_on"])
        rows = []
        if last is not None:
            ago = last
            for text in random.sample(self._texts["done"], random.choice(_MANY)):
                rows.append(self._written(text, ago, client))
                ago += random.randrange(6, 40)
        if note := client["next_contact_note"]:
            rows.append(
                self._planned(note, client["next_contact_on"], client["owner.employee.code"])
                | {
                    "priority": "high" if client["level"] == "A" else "normal",
                    "customer.name": client["name"],
                    "contact.mobile": self._person_of(client),
                }
            )
        return rows

    def _written(self, text: Sequence[str], ago: int, client: Row) -> Row:
        """Return a note of what was done; a mail that came in has no result."""
        kind, direction, subject, content, result = text
        return self._done((kind, subject, result), ago, client["owner.employee.code"]) | {
            "direction": direction,
            "content": content,
            "reached": self._random.choice(("fully", "fully", "partly", "")) if result else "",
            "customer.name": client["name"],
            "contact.mobile": self._person_of(client),
        }

    def _of_lead(self, number: int, lead: Row) -> list[Row]:
        """Return the first contacts of a lead; that of a converted one names the customer too."""
        owner = lead["owner.employee.code"]
        since = _ago(lead["created_at"].split()[0]) or 1
        about = {"lead.name": lead["name"]}
        if lead["name"] in self._people:
            about["customer.name"] = lead["name"]
        texts = self._texts["leads"]
        rows = []
        for step in range(2):
            kind, direction, subject, content, result, following = texts[
                (2 * number + step) % len(texts)
            ]
            rows.append(
                self._done((kind, subject, result), max(1, since - 1 - 4 * step), owner)
                | {"direction": direction, "content": content, "next_step": following}
                | about
            )
        if lead.get("next_on"):
            rows.append(self._planned(lead["next_step"], lead["next_on"], owner) | about)
        return rows

    def _of_chance(self, number: int, chance: Row) -> list[Row]:
        owner = chance["owner.employee.code"]
        about = {
            "about.opportunity.name": chance["name"],
            "customer.name": chance["customer.name"],
        }
        texts = self._texts["opportunities"]
        rows = [
            self._done(texts[(number + step) % len(texts)], 4 + 9 * step + number % 5, owner)
            | about
            for step in range(1 + number % 2)
        ]
        return [*rows, self._planned(chance["next_step"], chance["next_on"], owner) | about]

    def _of_order(self, number: int, deal: Deal) -> Row:
        text = self._texts["orders"][number % len(self._texts["orders"])]
        return self._done(text, max(1, deal.ago - 5 - number % 4), deal.owner) | {
            "about.sales_order.customer_number": deal.code,
            "customer.name": deal.client["name"],
        }

    def _planned(self, subject: str, day: str, owner: str) -> Row:
        kind, time = self._texts["planned"][subject]
        return {
            "kind": kind,
            "subject": subject,
            "day": day,
            "at": time,
            "length": _LENGTHS.get(kind, ""),
            "priority": "normal",
            "state": "planned",
            "participants.code": _company(kind, owner),
            "owner.employee.code": owner,
        }

    def _done(self, text: Sequence[str], ago: int, owner: str) -> Row:
        kind, subject, result = text
        return {
            "kind": kind,
            "subject": subject,
            "day": day_of(-ago),
            "at": self._random.choice(_TIMES) if kind in _LENGTHS else "",
            "length": _LENGTHS.get(kind, ""),
            "priority": "normal",
            "state": "done",
            "done_on": day_of(-ago),
            "done_by.code": owner,
            "result": result,
            "reached": "fully" if result else "",
            "owner.employee.code": owner,
            "created_at": f"{day_of(-ago)} 17:40" if ago else "",
        }

    def _person_of(self, client: Row) -> str:
        found = self._people.get(client["name"], ())
        return self._random.choice(found) if found else ""


def _company(kind: str, owner: str) -> str:
    """Return who goes along."""
    return _ENGINEER if kind in ("visit", "meeting") and owner in ("E003", "E004", "E006") else ""


def _people(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[str]]:
    """Return who works at each customer today, by mobile number."""
    people: dict[str, list[str]] = {}
    for row in tables["employments"]:
        if not row["until"]:
            people.setdefault(row["company.customer.name"], []).append(row["head.mobile"])
    return people


def _ago(day: str) -> int | None:
    """Return how many days ago a day of a seed was, None where there is none."""
    return -int(day[1:] or 0) if day else None
