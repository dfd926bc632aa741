"""The sales chain of the demo company: from leads to receipts, with dates around the first day."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from demo_company.words import Row

#: Its own source of chance: the customers stay as they are when a lead is added.
SEED = 20_251_120

_STAGES = ("dig", "track", "confirm", "sign", "collect", "repeat", "lost")
_SOURCES = ("exhibition", "website", "call", "referral", "search", "tender")
_STEPS = ("寄送样本", "上门演示", "确认技术参数", "报价", "商务洽谈", "安排打样", "约见总工")
_NEEDS = ("产线改造", "包装线伺服升级", "仓储输送线", "机器人关节减速机", "测试台架", "控制柜改造")
_RIVALS = (
    ("凌远伺服", "high", "华东、华南", "交期短，渠道密", "总线型产品少"),
    ("德川传动", "medium", "华东", "减速机精度高", "价格高，服务点少"),
    ("北辰自控", "medium", "华北、东北", "价格低", "现场服务弱"),
    ("海屿机电", "low", "华南", "本地库存", "没有自主控制器"),
)
_TYPES = (
    ("CL", "差旅费", ""), ("CL-JT", "交通费", "CL"), ("CL-ZS", "住宿费", "CL"),
    ("ZD", "业务招待费", ""), ("YP", "样品费", ""), ("YF", "运输费", ""), ("ZH", "展会费", ""),
)  # fmt: skip


class Sales:
    """Invents documents of customers who are there already."""

    def __init__(self, customers: list[Row], products: list[Row]) -> None:
        self._random = Random(SEED)
        formal = [row for row in customers if row["status"] == "formal"]
        self._clients = [row for row in formal if row.get("owner.employee.code")]
        self._goods = [row for row in products if row["kind"] in ("sale", "bought")]
        self._prices = {row["code"]: Decimal(str(row["sales_price"])) for row in self._goods}

    def tables(self) -> dict[str, list[Row]]:
        """Return every table by the name of its file."""
        tables = {
            "cash_accounts": _accounts(),
            "expense_types": [
                {"code": code, "name": name, "parent.code": parent} for code, name, parent in _TYPES
            ],
            "competitors": [
                dict(
                    zip(("name", "threat", "regions", "strengths", "weaknesses"), row, strict=True)
                )
                for row in _RIVALS
            ],
            "leads": [self._lead(number) for number in range(20)],
            "opportunities": [self._opportunity(number) for number in range(25)],
        }
        tables["opportunity_items"] = self._items(
            "head.name", [row["name"] for row in tables["opportunities"]]
        )
        return tables | self._quotes() | self._orders()

    def _lead(self, number: int) -> Row:
        random = self._random
        city, trade = random.choice(("苏州", "常州", "合肥", "东莞")), random.choice(_NEEDS)
        owner = random.choice(self._clients)["owner.employee.code"] if number % 5 else ""
        brand = "凯锐远恒拓达"[number % 6] + "盛泰科峰"[number % 4]
        return {
            "name": f"{city}{brand}智能装备{number + 1}部",
            "person": random.choice(("周先生", "李工", "陈女士", "王经理")),
            "mobile": f"1381200{number + 1000}",
            "source": random.choice(_SOURCES),
            "needs": trade,
            "expected_amount": str(random.randrange(2, 60) * 5000),
            "next_step": random.choice(_STEPS),
            "next_on": _day(random.randrange(-4, 12)),
            "stage": "new" if number % 3 else "following",
            "owner.employee.code": owner,
            "created_at": f"{_day(-random.randrange(1, 45))} 09:{number + 10}",
        }

    def _opportunity(self, number: int) -> Row:
        random = self._random
        client = random.choice(self._clients)
        stage = _STAGES[number % len(_STAGES)]
        over = stage in ("collect", "repeat", "lost")
        return {
            "name": f"{client['short_name']}{_NEEDS[number % len(_NEEDS)]}{number + 1}",
            "customer.name": client["name"],
            "source": random.choice(_SOURCES),
            "stage": stage,
            "expected_on": _day(random.randrange(-40, -5) if over else random.randrange(-6, 80)),
            "next_step": "" if over else random.choice(_STEPS),
            "next_on": "" if over else _day(random.randrange(-3, 14)),
            "competitors.name": random.choice(_RIVALS)[0] if number % 2 else "",
            "lost_reason": "price" if stage == "lost" else "",
            "lost_to.name": random.choice(_RIVALS)[0] if stage == "lost" else "",
            "owner.employee.code": client["owner.employee.code"],
            "created_at": f"{_day(-random.randrange(20, 120))} 10:{number + 10}",
        }

    def _items(self, link: str, heads: list[str]) -> list[Row]:
        rows: list[Row] = []
        for head in heads:
            for product in self._random.sample(self._goods, self._random.randrange(1, 4)):
                quantity = str(self._random.choice((2, 4, 5, 10, 20)))
                rows.append({link: head, "product.code": product["code"], "quantity": quantity})
        return rows

    def _quotes(self) -> dict[str, list[Row]]:
        random = self._random
        stages = ("draft", "approving", "approved", "sent", "sent", "accepted", "refused")
        quotes = []
        for number in range(14):
            client, ago = random.choice(self._clients), random.randrange(2, 27)
            quotes.append(
                {
                    "remark": f"演示报价 {number + 1}",
                    "day": _day(-ago),
                    "customer.name": client["name"],
                    "terms": "含税含运费，预付 30%，发货前付清",
                    "stage": stages[number % len(stages)],
                    "salesperson.code": client["owner.employee.code"],
                    "owner.employee.code": client["owner.employee.code"],
                }
            )
        return {
            "quotes": quotes,
            "quote_lines": self._items("head.remark", [row["remark"] for row in quotes]),
        }

    def _orders(self) -> dict[str, list[Row]]:
        random = self._random
        orders, receipts, paid, invoices = [], [], [], []
        for number in range(30):
            client, ago = random.choice(self._clients), 95 - number * 3
            code = f"PO-{number + 1:04d}"
            owner = client["owner.employee.code"]
            orders.append(
                {
                    "customer_number": code,
                    "day": _day(-ago),
                    "customer.name": client["name"],
                    "due_on": _day(30 - ago),
                    "sales_mode": "agency" if client["kind"].startswith("agent") else "direct",
                    "salesperson.code": owner,
                    "owner.employee.code": owner,
                    "stage": "draft" if number > 27 else "approving" if number > 25 else "approved",
                }
            )
        lines = self._items("head.customer_number", [row["customer_number"] for row in orders])
        for line in lines:
            line["price"] = str(self._prices[line["product.code"]])
            line["required_on"] = ""
        for number, order in enumerate(orders[:20]):
            code, owner = order["customer_number"], order["owner.employee.code"]
            total = _total(lines, code, self._prices)
            share = total if number % 3 else (total / 2).quantize(Decimal("0.01"))
            mark = f"YH{number + 1:06d}"
            receipts.append(
                {
                    "reference": mark,
                    "day": _day(min(0, 25 - (95 - number * 3))),
                    "customer.name": order["customer.name"],
                    "account.code": "ICBC",
                    "amount": str(share),
                    "stage": "confirmed" if number < 17 else "draft",
                    "owner.employee.code": owner,
                }
            )
            paid.append(
                {"head.reference": mark, "sales_order.customer_number": code, "amount": str(share)}
            )
            if number % 2:
                invoices.append(
                    {
                        "code": f"2532{number:08d}",
                        "day": order["day"],
                        "issued_on": order["day"],
                        "sales_order.customer_number": code,
                        "customer.name": order["customer.name"],
                        "amount": str(total),
                        "stage": "issued",
                        "owner.employee.code": owner,
                    }
                )
        return {
            "orders": orders,
            "order_lines": lines,
            "receipts": receipts,
            "receipt_lines": paid,
            "invoices": invoices,
            "expenses": [self._expense(number, orders[number]) for number in range(18)],
        }

    def _expense(self, number: int, order: Row) -> Row:
        return {
            "remark": f"{order['customer_number']} {_STEPS[number % len(_STEPS)]}",
            "about.sales_order.customer_number": order["customer_number"],
            "type.code": _TYPES[number % len(_TYPES)][0],
            "amount": str(self._random.randrange(6, 180) * 10),
            "day": order["day"],
            "owner.employee.code": order["owner.employee.code"],
        }


def _day(offset: int) -> str:
    return f"@{offset:+d}" if offset else "@"


def _total(lines: list[Row], code: str, prices: dict[str, Decimal]) -> Decimal:
    """Return what an order comes to, as its lines compute it."""
    total = Decimal(0)
    for line in lines:
        if line["head.customer_number"] == code:
            taxed = prices[line["product.code"]] * Decimal("1.13")
            total += (taxed * int(line["quantity"])).quantize(Decimal("0.01"))
    return total


def _accounts() -> list[Row]:
    rows = (
        ("ICBC", "工商银行基本户", "bank"),
        ("CMB", "招商银行", "bank"),
        ("CASH", "现金", "cash"),
    )
    return [dict(zip(("code", "name", "kind"), row, strict=True)) for row in rows]
