"""What the demo company sold over the counter: stored value, slips, one return."""

from __future__ import annotations

from collections.abc import Sequence

from demo_company.chains import Deal
from demo_company.words import Row, day_of

#: The deal whose customer it is, what was topped up, what of which product was bought.
_SLIPS = ((15, 3000, "CB-M5", 6), (17, 2000, "CB-E3", 4), (3, 0, "CB-M10", 2))


def counter_tables(deals: Sequence[Deal], products: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the papers of some customers who settle at once."""
    prices = {row["code"]: row["sales_price"] for row in products}
    tables: dict[str, list[Row]] = {
        name: [] for name in ("value_slips", "slips", "slip_lines", "returns", "return_lines")
    }
    for number, (index, stored, product, quantity) in enumerate(_SLIPS):
        deal, mark = deals[index], f"门市自提 {number + 1}"
        price = round(float(prices[product]) * 1.13, 2)
        total = round(price * quantity, 2)
        by_value = min(total, stored)
        common = {"customer.name": deal.client["name"], "owner.employee.code": deal.owner}
        if stored:
            tables["value_slips"].append(
                {
                    "remark": f"预存货款 {number + 1}",
                    "day": day_of(-30 + number),
                    **common,
                    "kind": "top_up",
                    "amount": str(stored),
                    "account.code": "ICBC",
                    "stage": "done",
                }
            )
        tables["slips"].append(
            {
                "remark": mark,
                "day": day_of(-12 + number),
                **common,
                "by_value": f"{by_value:.2f}",
                "by_cash": f"{total - by_value:.2f}",
                "stage": "settled",
            }
        )
        tables["slip_lines"].append(
            {
                "head.remark": mark,
                "product.code": product,
                "quantity": str(quantity),
                "price": f"{price:.2f}",
            }
        )
        if number:
            continue
        tables["returns"].append(
            {
                "reason": "规格买错，未拆封",
                "day": day_of(-8),
                "slip.remark": mark,
                **common,
                "to_value": f"{price:.2f}",
                "to_cash": "0",
                "stage": "done",
            }
        )
        tables["return_lines"].append(
            {
                "head.reason": "规格买错，未拆封",
                "slip_line.@demo_slip_lines": f"{mark} | {product}",
                "product.code": product,
                "quantity": "1",
            }
        )
    return tables
