"""Make the demo company's CSV seeds: the same files at every run.

    python scripts/make_demo.py [TARGET]

Without a TARGET they go to the folders ``demo`` of the packs crm and sales; else those of sales
go to TARGET/sales.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from random import Random

from demo_company.activities import Activities
from demo_company.clients import Clients, Portrait, ship_to_rows
from demo_company.company import Companies
from demo_company.inputs import input_tables
from demo_company.own import goods_tables, staff_tables
from demo_company.people import People
from demo_company.relations import Relations
from demo_company.sales import Sales
from demo_company.words import Row, load_words

PACKS = Path(__file__).parents[1] / "metadata" / "cardwright_metadata" / "packs"
SEED = 20_240_318


def demo_tables() -> dict[str, list[Row]]:
    """Return every table of the demo by the name of its file."""
    random = Random(SEED)
    words = load_words(PACKS / "base" / "seed" / "regions.csv")
    people, companies = People(random, words), Companies(random, words)
    tables = staff_tables(words, people, random) | goods_tables(words, companies, random)
    clients = Clients(random, words, companies).invent()
    portrait = Portrait(random, words, people)
    customers = [portrait.row(client) for client in clients]
    relations = Relations(random, words, people)
    relations.fill(clients, tables["suppliers"])
    return tables | {
        "customers": customers,
        "customer_addresses": ship_to_rows(clients, words, people, random),
        "customer_departments": relations.departments,
        "contacts": _with_owners(relations.contacts, customers),
        "employments": relations.employments,
    }


def _with_owners(contacts: list[Row], customers: list[Row]) -> list[Row]:
    """Give a contact the owner and the age of the customer it was found with."""
    found = {row["name"]: row for row in customers}
    taken = ("owner.employee.code", "owner.team.code", "created_at")
    rows = []
    for contact in contacts:
        company = found.get(contact.pop("owner"), {})
        rows.append(contact | {column: company.get(column, "") for column in taken})
    return rows


def write_tables(tables: dict[str, list[Row]], target: Path) -> None:
    """Write one CSV a table."""
    target.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (target / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            columns = list(dict.fromkeys(column for row in rows for column in row))
            writer = csv.DictWriter(stream, columns, lineterminator="\n", restval="")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    made = demo_tables()
    done = Activities(made)
    made["activities"] = done.of_customers()
    write_tables(made, chosen or PACKS / "crm" / "demo")
    sold = Sales(made["customers"], made["products"], done).tables()
    sold |= input_tables(made["suppliers"])
    write_tables(sold, chosen / "sales" if chosen else PACKS / "sales" / "demo")
