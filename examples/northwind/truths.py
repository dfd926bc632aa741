"""Compare what Northwind exports with what its files say: 830 orders, 91 customers, two sums."""

from __future__ import annotations

import csv
import sys
from decimal import Decimal
from pathlib import Path

from openpyxl import load_workbook

folder = Path(sys.argv[1])


def workbook(name: str) -> list[list[object]]:
    """Read the rows of an exported workbook below its titles."""
    sheet = load_workbook(folder / name, read_only=True).worksheets[0]
    return [list(row) for row in sheet.iter_rows(min_row=2, values_only=True)]


def table(name: str) -> list[list[str]]:
    """Read the rows of an exported CSV file below its titles."""
    with (folder / name).open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))[1:]


def total(rows: list[list[object]], column: int) -> Decimal:
    """Add up a column exactly."""
    return sum((Decimal(str(row[column])) for row in rows), Decimal(0))


orders, lines = workbook("orders.xlsx"), workbook("lines.xlsx")
employees = {row[0]: row[1] for row in table("employees.csv")}
truths = {
    "orders": (len(orders), 830),
    "lines": (len(lines), 2155),
    "customers": (len(table("customers.csv")), 91),
    "customers without an order": (len(table("without-orders.csv")), 2),
    "sum of exact amounts": (total(lines, 1), Decimal("1265793.0395")),
    "sum of amounts in cents": (total(lines, 2), Decimal("1265793.29")),
    "the same over the orders": (total(orders, 1), Decimal("1265793.29")),
    "employee 1 reports to": (employees["1"], "Andrew Fuller"),
}
for name, (found, expected) in truths.items():
    print(f"{'ok   ' if found == expected else 'WRONG'} {name}: {found}")
if any(found != expected for found, expected in truths.values()):
    sys.exit(1)
