"""The demo company: the script makes the committed files, and they look like a company."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "metadata" / "cardwright_metadata" / "packs" / "crm" / "demo"
SALES = DEMO.parents[1] / "sales" / "demo"


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_script_makes_the_files_that_are_here(tmp_path: Path) -> None:
    script = ROOT / "scripts" / "make_demo.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for folder, here in ((tmp_path, DEMO), (tmp_path / "sales", SALES)):
        made = {file.name: file.read_bytes() for file in folder.glob("*.csv")}
        assert made == {file.name: file.read_bytes() for file in here.glob("*.csv")}


def test_there_are_about_three_hundred_customers_all_over_china() -> None:
    customers = rows("customers")
    assert 280 <= len(customers) <= 330
    provinces = Counter(customer["region.code"][:2] for customer in customers)
    assert len(provinces) >= 25
    assert len({customer["name"] for customer in customers}) == len(customers)


def test_every_kind_of_customer_is_there() -> None:
    customers = rows("customers")
    assert {row["status"] for row in customers} == {"formal", "potential", "intended"}
    assert {row["level"] for row in customers} == {"A", "B", "C", ""}
    assert {"direct", "partner", "competitor", "agent_province"} <= {
        row["kind"] for row in customers
    }
    assert {"consumer", "intermediate", "public"} <= {row["role"] for row in customers}
    assert any(row["parent.name"] for row in customers)


def test_each_screen_has_something_to_show() -> None:
    customers, employments = rows("customers"), rows("employments")
    pool = [row for row in customers if not row["owner.employee.code"] + row["owner.team.code"]]
    due = [row for row in customers if row["next_contact_on"][:2] in ("@", "@-")]
    staffed = {row["company.customer.name"] for row in employments if not row["until"]}
    assert len(pool) > 15
    assert len(due) > 15
    assert len({row["owner.employee.code"] for row in customers}) > 8
    assert any(row["owner.team.code"] for row in customers)
    assert 5 < len([row for row in customers if row["name"] not in staffed]) < 60
    assert len([row for row in employments if row["until"]]) > 25
    assert any(int(row["on_hand"] or 0) < int(row["warning"] or 0) for row in rows("products"))


def test_activities_agree_with_when_a_customer_was_and_is_to_be_spoken_to() -> None:
    customers = {row["name"]: row for row in rows("customers")}
    activities = rows("activities")
    assert {row["kind"] for row in activities} == {
        "todo", "call", "visit", "meeting", "email", "chat",
    }  # fmt: skip
    last: dict[str, int] = {}
    for row in activities:
        client = customers[row["customer.name"]]
        assert row["owner.employee.code"] == client["owner.employee.code"]
        if row["state"] == "planned":
            said = (client["next_contact_on"], client["next_contact_note"])
            assert (row["day"], row["subject"]) == said
        else:
            ago = -int(row["day"][1:] or 0)
            last[row["customer.name"]] = min(ago, last.get(row["customer.name"], ago))
    assert len(last) > 50
    for name, ago in last.items():
        assert customers[name]["last_contact_on"] == (f"@-{ago}" if ago else "@")


def test_users_of_every_role_can_sign_in() -> None:
    users = rows("users")
    placed = {"manager", "sales", "service", "office", "market", "purchase"}
    assert {row["login"] for row in users} == {"admin", *placed}
    assert {row["roles"] for row in users} == {"admin", "manager", "sales", "service", "editor"}
    assert not any("password" in column for column in users[0])
