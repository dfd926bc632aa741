"""What followed the orders of the demo company: deliveries, receipts, advances, invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from demo_company.chains import Deal
from demo_company.words import Row, day_of

#: Of the orders, how many are paid, and how many of these receipts have come already.
_PAID, _CONFIRMED = 20, 17
#: Money that came on top, and the later order of the same customer for which it was used.
_ADVANCES = {"PO-0006": "PO-0026", "PO-0010": "PO-0025"}
_ADVANCE = Decimal(5000)
_CARRIERS = (("顺丰速运", "SF"), ("德邦物流", "DPK"), ("跨越速运", "KY"), ("京东物流", "JDL"))
#: Where the goods of every fourth order are; the last are only announced.
#: From this order on, what goes out in two parts is planned for two days.
_PLANNED = 14
_COURSE = ("delivered", "shipped", "delivered", "released")


@dataclass
class Execution:
    """The papers after some orders, by table."""

    prices: Mapping[str, Decimal]
    receipts: list[Row] = field(default_factory=list)
    receipt_lines: list[Row] = field(default_factory=list)
    set_offs: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    planned: list[Row] = field(default_factory=list)
    notices: list[Row] = field(default_factory=list)
    notice_lines: list[Row] = field(default_factory=list)
    closed_orders: list[Row] = field(default_factory=list)

    def carry_out(self, deal: Deal) -> None:
        """Deliver, invoice and pay an order as far as it has come."""
        if deal.order["stage"] != "approved":
            return
        total = self._total(deal.lines)
        if deal.number < _PAID:
            self._receive(deal, total)
            if deal.number % 2:
                self._invoice(deal, total)
        if deal.number % 4 != 3 or deal.number >= _PAID - 1:
            self._deliver(deal)
        if deal.number < _CONFIRMED and deal.number % 3 and deal.number % 4 < 2:
            self.closed_orders.append({"customer_number": deal.code, "stage": "closed"})

    def _total(self, lines: Sequence[Row]) -> Decimal:
        """Return what an order comes to, as its lines compute it."""
        total = Decimal(0)
        for line in lines:
            taxed = self.prices[line["product.code"]] * Decimal("1.13")
            total += (taxed * int(line["quantity"])).quantize(Decimal("0.01"))
        return total

    def _receive(self, deal: Deal, total: Decimal) -> None:
        share = total if deal.number % 3 else (total / 2).quantize(Decimal("0.01"))
        mark, later = f"YH{deal.number + 1:06d}", _ADVANCES.get(deal.code)
        self.receipts.append(
            {
                "reference": mark,
                "day": day_of(min(0, 25 - deal.ago)),
                "customer.name": deal.client["name"],
                "account.code": "ICBC",
                "amount": str(share + _ADVANCE if later else share),
                "stage": "confirmed" if deal.number < _CONFIRMED else "draft",
                "owner.employee.code": deal.owner,
            }
        )
        self.receipt_lines.append(
            {
                "head.reference": mark,
                "sales_order.customer_number": deal.code,
                "amount": str(share),
            }
        )
        if later:
            self.set_offs.append(
                {
                    "remark": f"{mark} 的预收款冲抵 {later}",
                    "day": day_of(-15),
                    "customer.name": deal.client["name"],
                    "receipt.reference": mark,
                    "sales_order.customer_number": later,
                    "amount": str(_ADVANCE - 1800),
                    "owner.employee.code": deal.owner,
                }
            )

    def _invoice(self, deal: Deal, total: Decimal) -> None:
        self.invoices.append(
            {
                "code": f"2532{deal.number:08d}",
                "day": deal.order["day"],
                "issued_on": deal.order["day"],
                "sales_order.customer_number": deal.code,
                "customer.name": deal.client["name"],
                "amount": str(total),
                "stage": "issued",
                "owner.employee.code": deal.owner,
            }
        )

    def _deliver(self, deal: Deal) -> None:
        stage = _COURSE[deal.number % 4]
        if deal.number == _PAID - 1:
            stage = "draft"
        sent, arrived = stage in ("shipped", "delivered"), stage == "delivered"
        carrier, letters = _CARRIERS[deal.number % len(_CARRIERS)]
        batch = f"{deal.code} 第 1 批"
        self.notices.append(
            {
                "remark": batch,
                "day": day_of(7 - deal.ago),
                "customer.name": deal.client["name"],
                "stage": stage,
                "basis": "paid" if deal.number % 3 else "stock",
                "carrier": carrier if sent else "",
                "tracking_number": f"{letters}14{deal.number * 79190021:010d}" if sent else "",
                "shipped_on": day_of(8 - deal.ago) if sent else "",
                "delivered_on": day_of(11 - deal.ago) if arrived else "",
                "owner.employee.code": deal.owner,
            }
        )
        for line in deal.lines:
            quantity = int(line["quantity"])
            in_parts = deal.number % 4 == 2
            if in_parts and deal.number >= _PLANNED:
                self._plan(deal, line, quantity)
            self.notice_lines.append(
                {
                    "head.remark": batch,
                    "order_line.@demo_order_lines": f"{deal.code} | {line['product.code']}",
                    "sales_order.customer_number": deal.code,
                    "product.code": line["product.code"],
                    "quantity": str(quantity // 2 if in_parts else quantity),
                }
            )

    def _plan(self, deal: Deal, line: Row, quantity: int) -> None:
        for days, part in ((7, quantity // 2), (37, quantity - quantity // 2)):
            self.planned.append(
                {
                    "head.customer_number": deal.code,
                    "order_line.@demo_order_lines": f"{deal.code} | {line['product.code']}",
                    "day": day_of(days - deal.ago),
                    "quantity": str(part),
                }
            )
