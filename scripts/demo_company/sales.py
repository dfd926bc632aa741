"""The sales chain of the demo company: from leads to receipts, with dates around the first day."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from demo_company.abroad import Abroad
from demo_company.activities import Activities
from demo_company.campaigns import campaign_tables
from demo_company.chains import NEEDS, Chains, Deal
from demo_company.counter import counter_tables
from demo_company.execution import Execution
from demo_company.knowledge import knowledge_tables
from demo_company.spending import spending_tables
from demo_company.steps import step_tables
from demo_company.words import Row, day_of

#: Its own source of chance: the customers stay as they are when a lead is added.
SEED = 20_251_120

_STAGES = ("dig", "track", "confirm", "sign", "collect", "repeat", "lost")
_SOURCES = ("exhibition", "website", "call", "referral", "search", "tender")
_STEPS = ("寄送样本", "上门演示", "确认技术参数", "报价", "商务洽谈", "安排打样", "约见总工")
_STANDINGS = ("equal", "behind")
_RIVALS = (
    ("凌远伺服", "SERVO", "high", "华东、华南", "交期短，渠道密", "总线型产品少"),
    ("德川传动", "GEAR", "medium", "华东", "减速机精度高", "价格高，服务点少"),
    ("北辰自控", "SERVO", "medium", "华北、东北", "价格低", "现场服务弱"),
    ("海屿机电", "GEAR", "low", "华南", "本地库存", "没有自主控制器"),
)
_HEARD = (
    (
        "@-20", "凌远伺服明年一季度上市总线型新品", "exhibition", "凌远伺服",
        "工博会上展出样机，称 EtherCAT 周期 125 微秒。", "我方同档产品要提前三个月发布。", "likely",
    ),
    (
        "@-12", "德川减速机对老客户降价 6%", "customer", "德川传动",
        "两家客户收到新价目表，执行到年底。", "重点客户先做服务承诺，不跟价。", "sure",
    ),
    (
        "@-9", "北辰自控在沈阳设服务点", "agent", "北辰自控", "代理商说已招三名工程师。",
        "", "likely",
    ),
    (
        "@-5", "电池装备行业下半年招标计划", "media", "凌远伺服;德川传动",
        "行业协会公布扩产名单。", "", "sure",
    ),
    (
        "@-2", "海屿机电库存紧张", "customer", "海屿机电", "客户反映交期由两周变为六周。",
        "可主动联系其在做的项目。", "rumour",
    ),
)  # fmt: skip
_KINDS = (("SERVO", "伺服与控制"), ("GEAR", "减速与传动"))
_ATTRIBUTES = (
    ("SERVO", "bus", "总线支持", "text"), ("SERVO", "power_kw", "最大功率（kW）", "decimal"),
    ("GEAR", "backlash", "回程间隙（弧分）", "decimal"),
    ("GEAR", "own_plant", "自有工厂", "boolean"),
)  # fmt: skip


class Sales:
    """Invents documents of customers who are there already."""

    def __init__(self, customers: list[Row], products: list[Row], activities: Activities) -> None:
        self._random = Random(SEED)
        self._activities = activities
        formal = [row for row in customers if row["status"] == "formal"]
        self._clients = [row for row in formal if row.get("owner.employee.code")]
        self._goods = [row for row in products if row["kind"] in ("sale", "bought")]
        self._prices = {row["code"]: Decimal(str(row["sales_price"])) for row in self._goods}

    def tables(self) -> dict[str, list[Row]]:
        """Return every table by the name of its file."""
        leads = [self._lead(number) for number in range(20)]
        chances = [self._opportunity(number) for number in range(25)]
        items = self._items("head.name", [row["name"] for row in chances])
        quotes = [self._quote(number) for number in range(14)]
        quote_lines = self._items("head.remark", [row["remark"] for row in quotes])
        deals = self._deals()
        before, after = Chains(), Execution(self._prices)
        for deal in deals:
            before.trace(deal)
            after.carry_out(deal)
        items += before.opportunity_items
        rivals = [row for chance in chances for row in _rivals_of(chance)]
        chances = [self._expected(row, items) for row in chances + before.opportunities]
        tables = {
            "cash_accounts": _accounts(),
            "competitor_kinds": [{"code": code, "name": name} for code, name in _KINDS],
            "competitor_attributes": [
                dict(zip(("head.code", "code", "name", "type"), row, strict=True))
                for row in _ATTRIBUTES
            ],
            "competitors": _rivals(),
            "intelligence": _intelligence(),
            "leads": leads + before.leads,
            "lead_customers": before.lead_customers,
            "opportunities": chances,
            "submitted_quotes": [_submitted(quotes[1], "remark"), _submitted(quotes[8], "remark")],
            "submitted_orders": [
                _submitted(deals[26].order, "customer_number"),
                _submitted(deals[27].order, "customer_number"),
            ],
            "converted_leads": before.converted_leads,
            "opportunity_items": items,
            "opportunity_rivals": rivals,
            "quotes": quotes + before.quotes,
            "quote_lines": quote_lines + before.quote_lines,
            "won_opportunities": before.won_opportunities,
            "contracts": before.contracts,
            "contract_lines": before.contract_lines,
            "orders": [deal.order for deal in deals],
            "order_lines": [line for deal in deals for line in deal.lines],
            "order_deliveries": after.planned,
            "delivery_notices": after.notices,
            "delivery_notice_lines": after.notice_lines,
            "receipts": after.receipts,
            "receipt_lines": after.receipt_lines,
            "set_offs": after.set_offs,
            "invoices": after.invoices,
            "closed_orders": after.closed_orders,
            **knowledge_tables(chances),
            **step_tables([row for row in chances if "（PO-" not in row["name"]]),
            **counter_tables(deals, self._goods),
            **spending_tables(deals, self._random),
            "sales_activities": self._activities.of_sales(leads + before.leads, chances, deals),
        }
        tables |= campaign_tables(tables["leads"], tables["expenses"], tables["sales_activities"])
        for name, rows in Abroad(self._prices).invent().items():
            tables[name] = [*tables.get(name, []), *rows]
        return tables

    def _lead(self, number: int) -> Row:
        random = self._random
        city, trade = random.choice(("苏州", "常州", "合肥", "东莞")), random.choice(NEEDS)
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
            "next_on": day_of(random.randrange(-4, 12)),
            "stage": "new" if number % 3 else "following",
            "owner.employee.code": owner,
            "created_at": f"{day_of(-random.randrange(1, 45))} 09:{number + 10}",
        }

    def _opportunity(self, number: int) -> Row:
        random = self._random
        client = random.choice(self._clients)
        stage = _STAGES[number % len(_STAGES)]
        over = stage in ("collect", "repeat", "lost")
        return {
            "name": f"{client['short_name']}{NEEDS[number % len(NEEDS)]}{number + 1}",
            "customer.name": client["name"],
            "source": random.choice(_SOURCES),
            "stage": stage,
            "expected_on": day_of(random.randrange(-40, -5) if over else random.randrange(-6, 80)),
            "next_step": "" if over else random.choice(_STEPS),
            "next_on": "" if over else day_of(random.randrange(-3, 14)),
            "rival": random.choice(_RIVALS)[0] if number % 2 else "",
            "lost_reason": "price" if stage == "lost" else "",
            "lost_to.name": random.choice(_RIVALS)[0] if stage == "lost" else "",
            "owner.employee.code": client["owner.employee.code"],
            "created_at": f"{day_of(-random.randrange(20, 120))} 10:{number + 10}",
        }

    def _items(self, link: str, heads: list[str]) -> list[Row]:
        rows: list[Row] = []
        for head in heads:
            for product in self._random.sample(self._goods, self._random.randrange(1, 4)):
                quantity = str(self._random.choice((2, 4, 5, 10, 20)))
                rows.append({link: head, "product.code": product["code"], "quantity": quantity})
        return rows

    def _expected(self, chance: Row, items: list[Row]) -> Row:
        """Give an opportunity the amount of its products, in thousands."""
        own = [row for row in items if row["head.name"] == chance["name"]]
        worth = sum(self._prices[row["product.code"]] * int(row["quantity"]) for row in own)
        amount = max(1000, round(worth / 1000) * 1000)
        return {**chance, "expected_amount": str(amount)}

    def _quote(self, number: int) -> Row:
        client, ago = self._random.choice(self._clients), self._random.randrange(2, 27)
        stages = ("draft", "draft", "approved", "sent", "sent", "accepted", "refused")
        return {
            "remark": f"客户询价 XJ-{number + 1:04d}",
            "day": day_of(-ago),
            "customer.name": client["name"],
            "terms": "含税含运费，预付 30%，发货前付清",
            "stage": stages[number % len(stages)],
            "salesperson.code": client["owner.employee.code"],
            "owner.employee.code": client["owner.employee.code"],
        }

    def _deals(self) -> list[Deal]:
        clients = [self._random.choice(self._clients) for _ in range(30)]
        orders = [self._order(number, client) for number, client in enumerate(clients)]
        lines = self._items("head.customer_number", [row["customer_number"] for row in orders])
        for line in lines:
            line["price"] = str(self._prices[line["product.code"]])
        return [
            Deal(
                number,
                95 - number * 3,
                order,
                clients[number],
                tuple(
                    line
                    for line in lines
                    if line["head.customer_number"] == order["customer_number"]
                ),
            )
            for number, order in enumerate(orders)
        ]

    def _order(self, number: int, client: Row) -> Row:
        ago, owner = 95 - number * 3, client["owner.employee.code"]
        return {
            "customer_number": f"PO-{number + 1:04d}",
            "day": day_of(-ago),
            "customer.name": client["name"],
            "due_on": day_of(30 - ago),
            "sales_mode": "agency" if client["kind"].startswith("agent") else "direct",
            "salesperson.code": owner,
            "owner.employee.code": owner,
            "stage": "draft" if number > 25 else "approved",
        }


def _submitted(row: Row, key: str) -> Row:
    return {key: row[key], "stage": "approving"}


def _intelligence() -> list[Row]:
    columns = ("day", "name", "source", "competitors.name", "content", "analysis", "reliability")
    rows = [dict(zip(columns, row, strict=True)) for row in _HEARD]
    owners = ("E012", "E004", "E007", "E003", "E009")
    return [
        row | {"rating": rating, "owner.employee.code": owner}
        for row, rating, owner in zip(rows, ("4", "5", "3", "", "2"), owners, strict=True)
    ]


def _rivals_of(chance: Row) -> list[Row]:
    """Return who competes for an opportunity: whom it was lost to, and the one it names."""
    won, other = chance["lost_to.name"], chance.pop("rival")
    found = {name: name == won for name in (won, other) if name}
    return [
        {
            "head.name": chance["name"],
            "competitor.name": name,
            "standing": "ahead" if is_winner else _STANDINGS[len(chance["name"]) % 2],
            "strengths": "报价低、货期短" if is_winner else "在当地有服务网点",
            "weaknesses": "" if is_winner else "大功率型号不全",
            "result": "won" if is_winner else "out" if won else "competing",
        }
        for name, is_winner in found.items()
    ]


def _rivals() -> list[Row]:
    columns = ("name", "kind.code", "threat", "regions", "strengths", "weaknesses")
    return [dict(zip(columns, row, strict=True)) for row in _RIVALS]


def _accounts() -> list[Row]:
    rows = (
        ("ICBC", "工商银行基本户", "bank", ""),
        ("CMB", "招商银行", "bank", ""),
        ("CASH", "现金", "cash", ""),
        ("BOC-USD", "中国银行美元户", "bank", "USD"),
        ("BOC-EUR", "中国银行欧元户", "bank", "EUR"),
    )
    columns = ("code", "name", "kind", "currency.code")
    return [dict(zip(columns, row, strict=True)) for row in rows]
