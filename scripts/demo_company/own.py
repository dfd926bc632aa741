"""恒拓自动化 itself: organisations, departments, employees, users, teams; what it sells."""

from __future__ import annotations

from random import Random
from typing import Any

from demo_company.company import Companies, address, reach
from demo_company.people import People, spelled
from demo_company.words import Row, Words

DOMAIN = "hengtuo.example"


def staff_tables(words: Words, people: People, random: Random) -> dict[str, list[Row]]:
    """Return the tables of who works where, by the names of their files."""
    staff = words.staff
    employees = [_employee(row, words, people, random) for row in staff["employees"]]
    return {
        "organisations": [_organisation(row) for row in staff["organisations"]],
        "departments": [_department(row) for row in staff["departments"]],
        "users": [_user(row) for row in staff["users"]],
        "user_groups": [_user_group(row) for row in staff["user_groups"]],
        "employees": employees,
        "department_managers": [
            {"code": row[0], "manager.code": row[5]} for row in staff["departments"] if row[5]
        ],
        "teams": [
            {"code": code, "name": name, "leader.code": leader, "members.code": members}
            for code, name, leader, members in staff["teams"]
        ],
    }


def _organisation(row: dict[str, str]) -> Row:
    columns = {"code": row["code"], "name": row["name"], "parent.code": row["parent"]}
    columns |= {"kind": row["kind"], "phone": row["phone"]}
    return columns | address("address", row["region"], row["street"])


def _department(row: list[str]) -> Row:
    titles = ("code", "name", "organisation.code", "parent.code", "nature")
    return dict(zip(titles, row, strict=False))


def _user(row: list[str]) -> Row:
    login, name, roles = row
    return {"login": login, "name": name, "email": f"{login}@{DOMAIN}", "roles": roles}


def _user_group(row: list[str]) -> Row:
    return dict(zip(("code", "name", "members.login", "roles", "description"), row, strict=True))


def _employee(row: list[Any], words: Words, people: People, random: Random) -> Row:
    code, name, sex, department, title, superior, login, born, hired, _ = row
    organisations = {each[0]: each[2] for each in words.staff["departments"]}
    return {
        "code": code,
        "name": name,
        "sex": sex,
        "birthday": f"{born}-{random.randrange(1, 13):02d}-{random.randrange(1, 29):02d}",
        "organisation.code": organisations[department],
        "department.code": department,
        "job_title": title,
        "category": "probation" if hired < 180 else "regular",
        "superior.code": superior,
        "account.login": login,
        "mobile": people.mobile(),
        "extension": str(8000 + int(code[1:])),
        "email": f"{spelled(name)}@{DOMAIN}",
        "hired_on": f"@-{hired}",
    }


def goods_tables(words: Words, companies: Companies, random: Random) -> dict[str, list[Row]]:
    """Return suppliers, categories, products, gifts, price lists, prices and rates."""
    suppliers = _suppliers(words, companies, random)
    products = _products(words, [row["name"] for row in suppliers], random)
    return {
        "suppliers": suppliers,
        "product_categories": [
            {"code": code, "name": name, "parent.code": parent}
            for code, name, parent in words.catalogue["categories"]
        ],
        "products": products,
        "product_gifts": [
            {"head.code": code, "product.code": gift, "quantity": str(quantity)}
            for code, gift, quantity in words.catalogue["gifts"]
        ],
        "price_lists": [
            {"code": code, "name": name, "level": level, "currency.code": currency}
            for code, name, level, currency, _ in words.catalogue["lists"]
        ],
        "prices": _prices(words, products),
        "currency_rates": _rates(words),
    }


def _suppliers(words: Words, companies: Companies, random: Random) -> list[Row]:
    rows = []
    for number, trade in enumerate(words.several("supplier_words")):
        company = companies.invent(trade, "有限公司")
        kind = random.choice(("maker", "maker", "trader", "outsourcing"))
        row = {"name": company.name, "kind": kind, "credit_code": company.credit_code}
        row |= reach(company) | {"payment_terms": ("net30", "net60", "prepaid")[number % 3]}
        rows.append(row)
    return rows


def _products(words: Words, suppliers: list[str], random: Random) -> list[Row]:
    rows = []
    for series in words.catalogue["series"]:
        for variant in series["variants"]:
            rows.append(_product(series, variant, suppliers, random))
    for code, name, unit, price, measure, times in words.catalogue["services"]:
        row = dict.fromkeys(rows[0], "")
        row |= {"code": code, "name": name, "kind": "service", "category.code": "SR"}
        row |= {"unit.code": unit, "sales_price": str(price), "tax_rate": "0.06"}
        row |= {"measure": measure, "times": str(times), "published": "true"}
        rows.append(row)
    return rows


def _product(series: dict[str, Any], variant: str, suppliers: list[str], random: Random) -> Row:
    label, spec, price, cost = (part.strip() for part in variant.split("|"))
    suffix = label.split(" ")[0]
    target = (
        random.choice((20, 50, 100, 200)) if float(price or 0) < 3000 else random.choice((4, 8))
    )
    warning = target // 4
    short = random.random() < 0.16
    on_hand = random.randrange(0, warning) if short else random.randrange(warning, target + 30)
    name = series["name"].replace("{v}", label)
    model = series["code"].replace("{v}", suffix)
    source = series.get("supplier")
    return {
        "code": model.upper(),
        "name": name,
        "kind": series["kind"],
        "model": model,
        "spec": spec,
        "category.code": series["category"],
        "unit.code": series["unit"],
        "sales_price": "" if price == "0" else price,
        "purchase_price": cost,
        "tax_rate": "0.13",
        "supplier.name": "" if source is None else suppliers[source],
        "on_hand": str(on_hand),
        "should_be": str(target),
        "warning": str(warning),
        "measure": "",
        "times": "",
        "published": "true" if series["kind"] == "sale" else "false",
    }


def _prices(words: Words, products: list[Row]) -> list[Row]:
    rows = []
    for code, _, _, currency, share in words.catalogue["lists"]:
        for product in products:
            if not product["sales_price"] or product["kind"] == "service" and code == "USD":
                continue
            price = float(product["sales_price"]) * float(share)
            price = price / 7.1 if currency == "USD" else price
            rows += _price_steps(code, product, price)
    return rows


def _price_steps(code: str, product: Row, price: float) -> list[Row]:
    """Return last year's price, today's, and today's for larger quantities."""
    steps = [("1", price * 1.03, "@-730", "@-366"), ("1", price, "@-365", "")]
    if product["kind"] != "service":
        steps.append(("100", price * 0.95, "@-365", ""))
    return [
        {
            "head.code": code,
            "product.code": product["code"],
            "min_quantity": least,
            "price": f"{round(amount):d}" if amount >= 100 else f"{amount:.2f}",
            "since": since,
            "until": until,
        }
        for least, amount, since, until in steps
    ]


def _rates(words: Words) -> list[Row]:
    rows = []
    for currency, steps in words.catalogue["rates"].items():
        ends = [f"@{day - 1}" for day, _ in steps[1:]] + [""]
        for (day, rate), end in zip(steps, ends, strict=True):
            rows.append({"head.code": currency, "since": f"@{day}", "until": end, "rate": rate})
    return rows
