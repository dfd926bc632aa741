"""The invoices that the demo company's suppliers sent, month by month."""

from __future__ import annotations

from collections.abc import Sequence

from demo_company.words import Row, day_of

_BOUGHT = (
    ("轴承", 18600, "0.13"), ("磁钢", 24300, "0.13"), ("铝型材加工", 9800, "0.13"),
    ("运输服务", 3200, "0.09"), ("设备检测", 4500, "0.06"), ("包装材料", 2760, "0.13"),
)  # fmt: skip
_TAXES = (("VAT", "增值税"), ("ST-CA", "加利福尼亚州销售税"), ("CT-LA", "洛杉矶市县销售税"))
_TAX_CODES = (
    ("CN13", "增值税 13%", (("VAT", "0.13"),)),
    ("US-LA", "加州与洛杉矶销售税", (("ST-CA", "0.0725"), ("CT-LA", "0.025"))),
)
#: How the last of them stand; the others are deducted, of one the deduction was taken back.
_LAST = ("registered", "registered", "draft")


def input_tables(suppliers: Sequence[Row]) -> dict[str, list[Row]]:
    """Return the input invoices of a quarter with their lines."""
    stages = ("deducted",) * 6 + ("taken_back",) + ("deducted",) * 2 + _LAST
    heads, lines = [], []
    for number, stage in enumerate(stages):
        ago = 92 - number * 8
        code = f"2632{number * 70_313 + 4_200_117:012d}"
        heads.append(
            {
                "code": code,
                "supplier.name": suppliers[number % len(suppliers)]["name"],
                "issued_on": day_of(-ago),
                "kind": "special",
                "stage": stage,
                "deducted_on": day_of(5 - ago) if stage in ("deducted", "taken_back") else "",
                "taken_back_on": day_of(-2) if stage == "taken_back" else "",
                "taken_back_reason": "货物用于职工食堂" if stage == "taken_back" else "",
            }
        )
        for name, amount, rate in (_BOUGHT[number % 6], _BOUGHT[(number + 3) % 6]):
            worth = str(amount + number * 130)
            lines.append({"head.code": code, "name": name, "amount": worth, "tax_rate": rate})
    return {"input_invoices": heads, "input_invoice_lines": lines, **_tax_tables()}


def _tax_tables() -> dict[str, list[Row]]:
    """Return the taxes, and the codes by which lines bear several of them."""
    return {
        "taxes": [{"code": code, "name": name} for code, name in _TAXES],
        "tax_codes": [{"code": code, "name": name} for code, name, _ in _TAX_CODES],
        "tax_code_parts": [
            {"head.code": code, "tax.code": tax, "rate": rate}
            for code, _, parts in _TAX_CODES
            for tax, rate in parts
        ],
    }
