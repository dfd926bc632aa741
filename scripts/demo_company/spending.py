"""The expenses of the demo company: what was booked, asked for and claimed."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from demo_company.chains import Deal
from demo_company.words import Row, day_of

TYPES = (
    ("CL", "差旅费", ""), ("CL-JT", "交通费", "CL"), ("CL-ZS", "住宿费", "CL"),
    ("ZD", "业务招待费", ""), ("YP", "样品费", ""), ("YF", "运输费", ""), ("ZH", "展会费", ""),
)  # fmt: skip
_WHAT_FOR = ("寄送样本", "上门演示", "确认技术参数", "报价", "商务洽谈", "安排打样", "约见总工")
#: Purpose, stage of the application, stage of the claim made of it, days before the first day.
_ASKED = (
    ("赴现场确认技术参数", "approved", "paid", 40),
    ("华东工业自动化展", "approved", "approving", 30),
    ("客户总工来访接待", "approved", "", 21),
    ("新机型样机试用", "approving", "", 6),
    ("年度客户答谢会", "refused", "", 25),
    ("现场调试差旅", "draft", "", 2),
)
#: What was allowed to be spent, and by which of the expenses on orders it was.
_LIMIT, _SPENT_OF_LIMIT = "第三季度样品费用", (4, 11)
#: Expenses that were gathered into one claim.
_GATHERED, _REPORT = (14, 15, 17), "华东客户走访费用"
_PARTS = (("CL-JT", 1260, 1184), ("CL-ZS", 1480, 1480), ("ZD", 900, 760))


def _gathered(expenses: Sequence[Row]) -> list[Row]:
    """Return the lines of the claim into which some expenses were gathered."""
    return [
        {
            "head.purpose": _REPORT,
            "expense.remark": row["remark"],
            "spent_on": row["day"],
            "type.code": row["type.code"],
            "amount": row["amount"],
        }
        for row in (expenses[number] for number in _GATHERED)
    ]


def spending_tables(deals: Sequence[Deal], random: Random) -> dict[str, list[Row]]:
    """Return the expenses on some orders, the applications and the claims."""
    papers = [
        (purpose, asked, claimed, ago, deals[14 + index])
        for index, (purpose, asked, claimed, ago) in enumerate(_ASKED)
    ]
    claims = [paper for paper in papers if paper[2]]
    expenses = [_expense(number, deals[number], random) for number in range(18)]
    return {
        "expense_types": [
            {"code": code, "name": name, "parent.code": parent} for code, name, parent in TYPES
        ],
        "expenses": expenses,
        "expense_applications": [
            _paper(purpose, asked, ago, deal) for purpose, asked, _, ago, deal in papers
        ]
        + [_paper(_LIMIT, "approved", 110, deals[4]) | {"kind": "limit"}],
        "expense_application_lines": [
            {"head.purpose": purpose, "type.code": type_, "amount": str(amount)}
            for purpose, *_ in papers
            for type_, amount, _ in _PARTS
        ]
        + [{"head.purpose": _LIMIT, "type.code": "YP", "amount": "20000"}],
        "expense_claims": [
            {"application.purpose": purpose, **_paper(f"{purpose}报销", claimed, ago - 12, deal)}
            for purpose, _, claimed, ago, deal in claims
        ]
        + [_paper(_REPORT, "draft", 1, deals[_GATHERED[0]])],
        "submitted_applications": [
            {"purpose": purpose, "stage": "approving"}
            for purpose, asked, *_ in papers
            if asked == "approving"
        ],
        "submitted_claims": [
            {"purpose": f"{purpose}报销", "stage": "approving"}
            for purpose, _, claimed, *_ in claims
            if claimed == "approving"
        ],
        "expense_claim_lines": [
            {
                "head.purpose": f"{purpose}报销",
                "application_line.@demo_expense_application_lines": f"{purpose} | {type_}",
                "spent_on": day_of(6 - ago),
                "type.code": type_,
                "amount": str(spent),
            }
            for purpose, _, _, ago, _ in claims
            for type_, _, spent in _PARTS
        ]
        + _gathered(expenses),
    }


def _paper(purpose: str, stage: str, ago: int, deal: Deal) -> Row:
    return {
        "purpose": purpose,
        "day": day_of(-ago),
        "customer.name": deal.client["name"],
        "sales_order.customer_number": deal.code,
        "stage": "draft" if stage == "approving" else stage,
        "owner.employee.code": deal.owner,
    }


def _expense(number: int, deal: Deal, random: Random) -> Row:
    return {
        "remark": f"{deal.code} {_WHAT_FOR[number % len(_WHAT_FOR)]}",
        "about.sales_order.customer_number": deal.code,
        "type.code": TYPES[number % len(TYPES)][0],
        "application.purpose": _LIMIT if number in _SPENT_OF_LIMIT else "",
        "amount": str(random.randrange(6, 180) * 10),
        "day": deal.order["day"],
        "owner.employee.code": deal.owner,
    }
