"""Customers abroad of the demo company, with papers in dollars and euros."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from demo_company.words import Row, day_of

_CENT = Decimal("0.01")
#: What a unit of each currency is reckoned at when prices are made: a little above its rate.
_RECKONED = {"USD": Decimal("6.8"), "EUR": Decimal("7.6")}
_ACCOUNTS = {"USD": "BOC-USD", "EUR": "BOC-EUR"}
_TERMS = "FOB 上海，出口零税率；30% T/T 预付，见提单副本付清"

#: Name, short name, phone, mailbox, address, owner, days since it was entered, credit limit.
_CUSTOMERS = (
    ("Pacific Motion Systems, Inc.", "Pacific Motion", "+1 408 555 0142", "pacificmotion",
     "2150 Ringwood Avenue, San Jose, CA 95131, USA", "E004", 410, "600000"),
    ("Rheintal Automation GmbH", "Rheintal", "+49 711 555 0187", "rheintal",
     "Neckartalstraße 44, 70376 Stuttgart, Germany", "E007", 365, "800000"),
    ("Lion City Robotics Pte. Ltd.", "Lion City", "+65 6555 0119", "lioncity",
     "61 Kaki Bukit Avenue 1, Singapore 417943", "E009", 240, "500000"),
)  # fmt: skip


@dataclass(frozen=True)
class _Sale:
    """An order: its code, the customer, the currency, how old it is, and what was sold."""

    code: str
    customer: int
    currency: str
    ago: int
    goods: tuple[tuple[str, int], ...]
    quoted: bool = True

    @property
    def base(self) -> Row:
        """Return what every paper of it says."""
        name, *_, owner, _, _ = _CUSTOMERS[self.customer]
        return {
            "customer.name": name,
            "currency.code": self.currency,
            "owner.employee.code": owner,
        }


_SALES = (
    _Sale("EX-0001", 0, "USD", 78, (("SM060B-750", 24), ("DR-A3-EH", 24), ("PE-D30", 55))),
    _Sale("EX-0002", 1, "EUR", 52, (("RV-40E", 6), ("RV-20E", 9))),
    _Sale("EX-0003", 2, "USD", 36, (("MC-16", 4), ("HT-10", 7))),
    _Sale("EX-0004", 2, "USD", 13, (("RIO-DI16", 30), ("RIO-DO16", 30)), quoted=False),
)
#: Quotes that nobody has ordered yet, and where they are.
_QUOTES = (
    (_Sale("EX-0011", 1, "EUR", 9, (("PF-90-20", 40), ("RV-80E", 3))), "sent"),
    (_Sale("EX-0012", 0, "USD", 4, (("SM060-1500", 16), ("DR-A3-E", 16))), "draft"),
)
#: Receipts: mark, order, days ago, the share of the order, bank charges, what came on top, stage.
_RECEIPTS = (
    ("TT-US-0611", "EX-0001", 75, "0.3", "15", "", "confirmed"),
    ("TT-US-0702", "EX-0001", 44, "0.37", "15", "", "confirmed"),
    ("TT-US-0788", "EX-0001", 18, "", "18", "", "confirmed"),
    ("TT-DE-0654", "EX-0002", 47, "0.5", "12.5", "", "confirmed"),
    ("TT-SG-0691", "EX-0003", 33, "", "20", "500", "confirmed"),
    ("TT-SG-0803", "EX-0004", 1, "0.5", "", "", "draft"),
)
#: What came on top and the order it was used for, in two parts.
_SET_OFFS = (("TT-SG-0691", "EX-0004", 9, "333.33"), ("TT-SG-0691", "EX-0004", 6, "166.67"))


@dataclass
class Abroad:
    """The tables of the papers with customers abroad, by name."""

    prices: Mapping[str, Decimal]
    tables: dict[str, list[Row]] = field(default_factory=dict)

    def invent(self) -> dict[str, list[Row]]:
        """Return rows for the tables of the sales chain, and the customers."""
        self.tables["export_customers"] = [self._customer(row) for row in _CUSTOMERS]
        for sale, stage in _QUOTES:
            self._quote(sale, stage)
        for sale in _SALES:
            if sale.quoted:
                self._quote(sale, "accepted")
            self._order(sale)
        self._deliver(_SALES[0], "delivered")
        self._deliver(_SALES[1], "shipped")
        self._receive()
        return self.tables

    def _add(self, table: str, row: Row) -> None:
        self.tables.setdefault(table, []).append(row)

    def _customer(self, row: tuple[str, str, str, str, str, str, int, str]) -> Row:
        name, short, phone, mailbox, address, owner, age, limit = row
        return {
            "name": name,
            "short_name": short,
            "kind": "direct",
            "role": "consumer",
            "role_kind": "enterprise",
            "status": "formal",
            "level": "A",
            "source": "exhibition",
            "phone": phone,
            "email": f"purchasing@{mailbox}.example",
            "website": f"https://www.{mailbox}.example",
            "address": address,
            "invoice_kind": "ordinary",
            "payment_terms": "deposit",
            "credit_days": "45",
            "credit_limit": limit,
            "last_contact_on": day_of(-age % 13 - 14),
            "owner.employee.code": owner,
            "created_at": f"{day_of(-age)} 09:30",
        }

    def _price(self, sale: _Sale, product: str) -> Decimal:
        return (self.prices[product] / _RECKONED[sale.currency]).quantize(_CENT)

    def _total(self, sale: _Sale) -> Decimal:
        return sum((self._price(sale, name) * many for name, many in sale.goods), Decimal(0))

    def _lines(self, sale: _Sale) -> list[Row]:
        return [
            {
                "product.code": product,
                "quantity": str(quantity),
                "price": str(self._price(sale, product)),
                "tax_rate": "0",
            }
            for product, quantity in sale.goods
        ]

    def _quote(self, sale: _Sale, stage: str) -> None:
        ago = sale.ago + (10 if stage == "accepted" else 0)
        owner = sale.base["owner.employee.code"]
        said = {"day": day_of(-ago), "terms": _TERMS, "stage": stage, "salesperson.code": owner}
        self._add("quotes", {"remark": _asked(sale), **said, **sale.base})
        for line in self._lines(sale):
            self._add("quote_lines", {"head.remark": _asked(sale), **line})

    def _order(self, sale: _Sale) -> None:
        self._add(
            "orders",
            {
                "customer_number": sale.code,
                "day": day_of(-sale.ago),
                "due_on": day_of(45 - sale.ago),
                "sales_mode": "direct",
                "salesperson.code": sale.base["owner.employee.code"],
                "stage": "approved",
                "quote.remark": _asked(sale) if sale.quoted else "",
                **sale.base,
            },
        )
        for line in self._lines(sale):
            source = f"{_asked(sale)} | {line['product.code']}" if sale.quoted else ""
            origin = {"quote_line.@demo_quote_lines": source}
            self._add("order_lines", {"head.customer_number": sale.code, **line, **origin})

    def _deliver(self, sale: _Sale, stage: str) -> None:
        batch = f"{sale.code} 第 1 批"
        self._add(
            "delivery_notices",
            {
                "remark": batch,
                "day": day_of(21 - sale.ago),
                "stage": stage,
                "basis": "produced",
                "carrier": "中远海运",
                "tracking_number": f"COSU62{sale.ago}4410",
                "shipped_on": day_of(24 - sale.ago),
                "delivered_on": day_of(49 - sale.ago) if stage == "delivered" else "",
                **sale.base,
            },
        )
        for product, quantity in sale.goods:
            self._add(
                "delivery_notice_lines",
                {
                    "head.remark": batch,
                    "order_line.@demo_order_lines": f"{sale.code} | {product}",
                    "sales_order.customer_number": sale.code,
                    "product.code": product,
                    "quantity": str(quantity),
                },
            )

    def _receive(self) -> None:
        sales = {sale.code: sale for sale in _SALES}
        left = {code: self._total(sale) for code, sale in sales.items()}
        for mark, code, ago, share, charge, more, stage in _RECEIPTS:
            sale = sales[code]
            amount = (self._total(sale) * Decimal(share)).quantize(_CENT) if share else left[code]
            left[code] -= amount
            self._add(
                "receipts",
                {
                    "reference": mark,
                    "day": day_of(-ago),
                    "account.code": _ACCOUNTS[sale.currency],
                    "amount": str(amount + Decimal(more or 0)),
                    "bank_charge": charge,
                    "stage": stage,
                    **sale.base,
                },
            )
            line = {"head.reference": mark, "sales_order.customer_number": code}
            self._add("receipt_lines", {**line, "amount": str(amount)})
        for mark, code, ago, part in _SET_OFFS:
            self._add(
                "set_offs",
                {
                    "remark": f"{mark} 的预收款冲抵 {code}（{part}）",
                    "day": day_of(-ago),
                    "receipt.reference": mark,
                    "sales_order.customer_number": code,
                    "amount": part,
                    **sales[code].base,
                },
            )
        for number, code in enumerate(("EX-0001", "EX-0003")):
            sale = sales[code]
            issued = day_of(24 - sale.ago)
            row = {"code": f"2532990000{number + 11:02d}", "day": issued, "issued_on": issued}
            amount = {"amount": str(self._total(sale)), "kind": "ordinary", "stage": "issued"}
            self._add(
                "invoices", {**row, **amount, "sales_order.customer_number": code, **sale.base}
            )
        self._add("revaluations", {"sales_order.customer_number": "EX-0002", "day": day_of(-2)})
        self._add("closed_orders", {"customer_number": "EX-0001", "stage": "closed"})


def _asked(sale: _Sale) -> str:
    return f"RFQ {sale.code}"
