"""What came before the orders of the demo company: leads, opportunities, quotes, contracts.

It is made backwards from the orders, so that the papers of one deal agree with each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from demo_company.words import Row, day_of

#: Orders that began as a lead, the first ones.
_LEADS = 4
#: What customers want to build.
NEEDS = ("产线改造", "包装线伺服升级", "仓储输送线", "机器人关节减速机", "测试台架", "控制柜改造")
_PEOPLE = ("沈工", "许经理", "方女士", "唐先生")
_TERMS = "合同签订后预付 30%，发货前付清；质保 12 个月，终身维护。"


@dataclass(frozen=True)
class Deal:
    """An order with what is needed to invent its past; ``ago`` are days before the first day."""

    number: int
    ago: int
    order: Row
    client: Row
    lines: tuple[Row, ...]

    @property
    def code(self) -> str:
        """Return the customer's number of the order."""
        return self.order["customer_number"]

    @property
    def owner(self) -> str:
        """Return the code of the salesperson."""
        return self.order["owner.employee.code"]


@dataclass
class Chains:
    """The papers before some orders, by table; the orders are told where they came from."""

    leads: list[Row] = field(default_factory=list)
    lead_customers: list[Row] = field(default_factory=list)
    converted_leads: list[Row] = field(default_factory=list)
    opportunities: list[Row] = field(default_factory=list)
    opportunity_items: list[Row] = field(default_factory=list)
    won_opportunities: list[Row] = field(default_factory=list)
    quotes: list[Row] = field(default_factory=list)
    quote_lines: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    contract_lines: list[Row] = field(default_factory=list)

    def trace(self, deal: Deal) -> None:
        """Invent the past of an approved order; two of three have one."""
        if deal.order["stage"] != "approved" or deal.number % 3 == 2:
            return
        chance = self._opportunity(deal) if deal.number % 2 == 0 or deal.number < _LEADS else ""
        mark = self._quote(deal, chance)
        deal.order["quote.remark"] = mark
        deal.order["opportunity.name"] = chance
        if deal.number % 3 == 1:
            self._contract(deal, mark, chance)
            return
        for line in deal.lines:
            line["quote_line.@demo_quote_lines"] = f"{mark} | {line['product.code']}"

    def _opportunity(self, deal: Deal) -> str:
        name = f"{deal.client['short_name']}{NEEDS[deal.number % len(NEEDS)]}（{deal.code}）"
        lead = self._lead(deal) if len(self.leads) < _LEADS else ""
        self.opportunities.append(
            {
                "name": name,
                "customer.name": deal.client["name"],
                "lead.name": lead,
                "source": "exhibition" if lead else "referral",
                "stage": "sign",
                "expected_on": day_of(-deal.ago),
                "owner.employee.code": deal.owner,
                "created_at": f"{day_of(-deal.ago - 40)} 14:{deal.number + 10}",
            }
        )
        won = "repeat" if deal.number % 3 else "collect"
        self.won_opportunities.append(
            {"name": name, "stage": won, "closed_on": day_of(-deal.ago)},
        )
        self.opportunity_items += [
            {
                "head.name": name,
                "product.code": line["product.code"],
                "quantity": line["quantity"],
            }
            for line in deal.lines
        ]
        return name

    def _lead(self, deal: Deal) -> str:
        name = deal.client["name"]
        self.leads.append(
            {
                "name": name,
                "person": _PEOPLE[len(self.leads)],
                "mobile": f"1381200{deal.number + 1900}",
                "source": "exhibition",
                "needs": NEEDS[deal.number % len(NEEDS)],
                "stage": "following",
                "owner.employee.code": deal.owner,
                "created_at": f"{day_of(-deal.ago - 60)} 10:{deal.number + 10}",
            }
        )
        self.lead_customers.append({"name": name, "lead.name": name})
        self.converted_leads.append({"name": name, "stage": "converted"})
        return name

    def _quote(self, deal: Deal, chance: str) -> str:
        mark = f"客户询价 XJ-{deal.number + 101:04d}"
        self.quotes.append(
            {
                "remark": mark,
                "day": day_of(-deal.ago - 12),
                "customer.name": deal.client["name"],
                "opportunity.name": chance,
                "terms": "含税含运费，预付 30%，发货前付清",
                "stage": "accepted",
                "salesperson.code": deal.owner,
                "owner.employee.code": deal.owner,
            }
        )
        for line in deal.lines:
            source = f"{chance} | {line['product.code']}" if chance else ""
            self.quote_lines.append(
                {
                    "head.remark": mark,
                    "opportunity_item.@demo_opportunity_items": source,
                    **_priced(line, _contracted(deal, line)),
                }
            )
        return mark

    def _contract(self, deal: Deal, mark: str, chance: str) -> None:
        name = f"{deal.client['short_name']}设备采购合同（{deal.code}）"
        self.contracts.append(
            {
                "name": name,
                "day": day_of(-deal.ago - 6),
                "customer.name": deal.client["name"],
                "quote.remark": mark,
                "opportunity.name": chance,
                "stage": "signed",
                "signed_on": day_of(-deal.ago - 4),
                "signatory.code": deal.owner,
                "customer_signatory": _PEOPLE[deal.number % len(_PEOPLE)],
                "since": day_of(-deal.ago - 4),
                "until": day_of(361 - deal.ago),
                "terms": _TERMS,
                "salesperson.code": deal.owner,
                "owner.employee.code": deal.owner,
            }
        )
        deal.order["contract.name"] = name
        for line in deal.lines:
            product = line["product.code"]
            self.contract_lines.append(
                {
                    "head.name": name,
                    "quote_line.@demo_quote_lines": f"{mark} | {product}",
                    **_priced(line, _contracted(deal, line)),
                }
            )
            line["contract_line.@demo_contract_lines"] = f"{name} | {product}"


def _contracted(deal: Deal, line: Row) -> int:
    """Return how much was agreed: of some contracts half is still to be ordered."""
    return int(line["quantity"]) * (2 if deal.number % 6 == 1 else 1)


def _priced(line: Row, quantity: int) -> Row:
    return {
        "product.code": line["product.code"],
        "quantity": str(quantity),
        "price": line["price"],
    }
