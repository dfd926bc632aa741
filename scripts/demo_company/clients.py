"""The demo's customers: who they are, how they are sorted, who looks after them and when."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from demo_company.codes import bank_account
from demo_company.company import Companies, Company, reach
from demo_company.people import People
from demo_company.words import Row, Words

HOW_MANY = {"enterprises": 228, "groups": 6, "dealers": 30, "partners": 10, "competitors": 7}
AGENTS = ("agent_province", "agent_city", "agent_city", "agent_county", "agent_county")
TERMS = ("prepaid", "deposit", "net30", "net30", "net60", "net90", "retention")


@dataclass(frozen=True)
class Client:
    """An invented customer: its company, and what the tables of people need."""

    company: Company
    kind: str
    role: str
    role_kind: str
    industry: str
    status: str
    level: str
    age: int  #: days since it was entered
    parent: str = ""

    @property
    def is_company(self) -> bool:
        """Tell whether it earns money, and is no competitor."""
        return self.industry[0] not in "MPRS" and self.level != ""

    @property
    def is_enterprise(self) -> bool:
        """Tell whether it has workshops and a buying department."""
        return self.industry[0] in "CDG"


class Clients:
    """Invents the customers, the oldest first."""

    def __init__(self, random: Random, words: Words, companies: Companies) -> None:
        self._random = random
        self._words = words
        self._companies = companies

    def invent(self) -> list[Client]:
        """Invent all of them."""
        found = [self._enterprise() for _ in range(HOW_MANY["enterprises"])]
        found += [
            self._listed("dealers", self._random.choice(AGENTS), "intermediate")
            for _ in range(HOW_MANY["dealers"])
        ]
        found += [
            self._listed("partners", "partner", "intermediate") for _ in range(HOW_MANY["partners"])
        ]
        found += [
            self._listed("competitors", "competitor", "") for _ in range(HOW_MANY["competitors"])
        ]
        found += self._institutions()
        for _ in range(HOW_MANY["groups"]):
            found += self._group()
        # Head offices are older than their subsidiaries, so links find them.
        return sorted(found, key=lambda client: (-client.age, client.company.name))

    def _enterprise(self, company: Company | None = None, industry: str = "") -> Client:
        industry = industry or self._industry("industries")
        company = company or self._company("industries", industry)
        status = self._random.choices(("formal", "potential", "intended"), (48, 30, 22))[0]
        return Client(
            company,
            "direct",
            "consumer",
            "enterprise",
            industry,
            status,
            self._level(status),
            self._age(status),
        )

    def _listed(self, group: str, kind: str, role: str) -> Client:
        industry = self._industry(group)
        company = self._company(group, industry)
        detail = {"dealers": "agent", "partners": "integrator"}.get(group, "")
        status = (
            "intended"
            if kind == "competitor"
            else self._random.choice(("formal", "formal", "potential"))
        )
        level = "" if kind == "competitor" else self._level(status)
        return Client(company, kind, role, detail, industry, status, level, self._age(status))

    def _institutions(self) -> list[Client]:
        found: list[Client] = []
        for name, industry, detail in self._words.lists["institutions"]:
            for _ in range(3 if "{city}" in name else 1):
                place = self._companies.place()
                full = name.replace("{city}", place.city)
                if full in {client.company.name for client in found}:
                    continue
                register = {"association": "51", "media": "91"}.get(detail, "12")
                company = self._companies.named(full, full, place, register)
                role = "consumer" if detail == "institution" else "public"
                status = self._random.choice(("potential", "intended", "formal"))
                found.append(
                    Client(
                        company,
                        "direct",
                        role,
                        detail,
                        industry,
                        status,
                        self._random.choice(("B", "C", "C")),
                        self._age(status),
                    )
                )
        return found

    def _group(self) -> list[Client]:
        random = self._random
        brand, industry = self._companies.brand(), self._industry("industries")
        head = self._companies.invent("控股", "集团有限公司", brand=brand)
        age = random.randrange(900, 1500)
        found = [Client(head, "direct", "consumer", "enterprise", industry, "formal", "A", age)]
        for _ in range(random.randrange(2, 4)):
            company = self._company("industries", industry, brand=brand)
            found.append(
                Client(
                    company,
                    "direct",
                    "consumer",
                    "enterprise",
                    industry,
                    "formal",
                    random.choice("AAB"),
                    random.randrange(60, age),
                    head.name,
                )
            )
        return found

    def _industry(self, group: str) -> str:
        choices: dict[str, Any] = self._words.lists[group]
        weights = [choices[code][0] for code in choices]
        return self._random.choices(list(choices), weights)[0]

    def _company(self, group: str, industry: str, *, brand: str = "") -> Company:
        _, trades, forms = self._words.lists[group][industry]
        trade, form = self._random.choice(trades.split()), self._random.choice(forms.split())
        return self._companies.invent(trade, form, brand=brand)

    def _level(self, status: str) -> str:
        weights = {"formal": (22, 48, 30), "potential": (8, 42, 50), "intended": (3, 27, 70)}
        return self._random.choices("ABC", weights[status])[0]

    def _age(self, status: str) -> int:
        random = self._random
        if status != "formal" and random.random() < 0.22:
            return random.randrange(1, 28)
        return int(20 + 1480 * random.random() ** (1.4 if status == "formal" else 2.6))


class Portrait:
    """Fills a customer's row from what the client is."""

    def __init__(self, random: Random, words: Words, people: People) -> None:
        self._random = random
        self._words = words
        self._people = people
        self._sellers = [
            (row[0], str(row[9]).split()) for row in words.staff["employees"] if row[9]
        ]

    def row(self, client: Client) -> Row:
        """Return the columns of the customer."""
        company = client.company
        created = (
            f"@-{client.age} {self._random.randrange(8, 18):02d}:{self._random.randrange(60):02d}"
        )
        row = {
            "name": company.name,
            "short_name": company.short,
            "credit_code": company.credit_code if self._random.random() < 0.9 else "",
            "legal_representative": self._people.invent().name,
            "parent.name": client.parent,
            "founded_on": self._founded(),
            **self._sorting(client),
            **reach(company),
            **self._follow_up(client),
            **self._profile(client),
            **self._money(client),
            "created_at": created,
        }
        if client.kind == "competitor":
            row |= dict.fromkeys(("needs", "preferences", "bank", "bank_account"), "")
        return row

    def _founded(self) -> str:
        return f"{self._random.randrange(1988, 2021)}-{self._random.randrange(1, 13):02d}-01"

    def _sorting(self, client: Client) -> Row:
        random = self._random
        categories = {
            "A": ("strategic", "key"),
            "B": ("key", "ordinary", "project"),
            "C": ("ordinary", "retail"),
        }
        sizes = {"A": ("medium", "large"), "B": ("small", "medium"), "C": ("micro", "small")}
        sources = (
            "exhibition",
            "referral",
            "visit",
            "call",
            "website",
            "search",
            "social",
            "platform",
            "tender",
        )
        level = client.level
        return {
            "kind": client.kind,
            "role": client.role,
            "role_kind": client.role_kind,
            "status": client.status,
            "category": random.choice(categories[level]) if level else "",
            "level": level,
            "industry_section": client.industry[0],
            "industry": client.industry,
            "size": random.choice(sizes[level]) if level else "medium",
            "annual_income": str(random.choice(INCOMES[level])) if client.is_company else "",
            "source": random.choice(sources) if client.kind != "competitor" else "other",
        }

    def _follow_up(self, client: Client) -> Row:
        random = self._random
        owner = self._owner(client)
        quiet = {"formal": 24, "potential": 32, "intended": 48}[client.status]
        last = min(client.age - 1, int(random.expovariate(1 / quiet)))
        if client.status == "intended":
            # A month without contact and the first night would empty the list of prospects.
            last %= 30
        row = {f"owner.{kind}.code": "" for kind in ("employee", "team")}
        row |= {
            "account_manager.code": "",
            "last_contact_on": "",
            "next_contact_on": "",
            "next_contact_note": "",
        }
        if client.kind == "competitor":
            return row
        if random.random() < 0.94:
            row["last_contact_on"] = f"@-{last}" if last else "@"
        if owner:
            row[f"owner.{owner[0]}.code"] = owner[1]
            if owner[0] == "employee":
                row["account_manager.code"] = owner[1]
            if random.random() < 0.62:
                days = random.choices(
                    (-3, -1, 0, 1, 2, 3, 5, 7, 10, 14, 21, 30),
                    (4, 4, 8, 6, 6, 6, 8, 10, 8, 8, 6, 6),
                )[0]
                days = max(days, -last)
                row["next_contact_on"] = f"@{days:+d}" if days else "@"
                row["next_contact_note"] = random.choice(self._words.several("follow_up"))
        return row

    def _owner(self, client: Client) -> tuple[str, str] | None:
        random = self._random
        chance = random.random()
        if client.status != "formal" and chance < 0.16:
            return None
        if client.level == "A" and chance > 0.78:
            return "team", "T-EAST" if client.company.place.area == "east" else "T-ENERGY"
        area = client.company.place.area
        there = [code for code, areas in self._sellers if area in areas]
        leaders = [code for code, areas in self._sellers if "*" in areas]
        if client.level == "A" and random.random() < 0.45 or not there:
            return "employee", random.choice(leaders)
        return "employee", random.choice(there)

    def _profile(self, client: Client) -> Row:
        random, words = self._random, self._words
        asked = client.status != "intended"
        picked = random.random
        return {
            "interests": random.choice(words.several("interests"))
            if asked and picked() < 0.3
            else "",
            "needs": random.choice(words.several("needs")) if picked() < 0.55 else "",
            "preferences": random.choice(words.several("preferences"))
            if asked and picked() < 0.45
            else "",
            "communication": ";".join(
                sorted(random.sample(["phone", "wechat", "email", "visit"], 2))
            ),
            "contact_time": random.choice(("morning", "afternoon", "")),
            "marketing": ";".join(
                sorted(random.sample(["visit", "seminar", "trial", "exhibition"], 1))
            ),
            "investing": random.choice(("own", "own", "loan", "lease", "")),
            "club": random.choice(words.several("clubs"))
            if client.level == "A" and picked() < 0.4
            else "",
            "description": random.choice(words.several("remarks")) if picked() < 0.3 else "",
        }

    def _money(self, client: Client) -> Row:
        random = self._random
        company, formal = client.company, client.status == "formal"
        full = formal and random.random() < 0.86
        bank = (
            f"{random.choice(self._words.several('banks'))}{company.place.city}分行" if full else ""
        )
        limit = random.choice(LIMITS[client.level]) if formal and client.level else 0
        levels = {"A": ("AAA", "AA"), "B": ("AA", "A"), "C": ("A", "B", "C")}
        return {
            "invoice_kind": "special" if client.role_kind != "individual" else "ordinary",
            "invoice_title": company.name if full else "",
            "bank": bank,
            "bank_account": bank_account(random) if full else "",
            "invoice_address": f"{company.place.city}{company.street}" if full else "",
            "invoice_phone": company.phone if full else "",
            "credit_level": random.choice(levels[client.level]) if formal and client.level else "",
            "credit_limit": f"{limit}" if limit else "",
            "credit_days": str(random.choice((30, 30, 45, 60, 90))) if limit else "",
            "payment_terms": random.choice(TERMS) if formal else "",
        }


INCOMES: dict[str, tuple[int, ...]] = {
    "A": (180_000_000, 320_000_000, 560_000_000, 1_200_000_000),
    "B": (40_000_000, 75_000_000, 120_000_000),
    "C": (3_000_000, 8_000_000, 18_000_000),
}
LIMITS: dict[str, tuple[int, ...]] = {
    "A": (500_000, 800_000, 1_000_000, 1_500_000),
    "B": (100_000, 200_000, 300_000),
    "C": (0, 0, 30_000, 50_000),
}


def ship_to_rows(clients: list[Client], words: Words, people: People, random: Random) -> list[Row]:
    """Return the ship-to addresses: every formal customer has one, some have several."""
    rows: list[Row] = []
    for client in clients:
        if client.status != "formal":
            continue
        names: list[Any] = ["厂区仓库", "二厂仓库", "研发中心"]
        for number in range(random.choices((1, 2, 3), (70, 22, 8))[0]):
            receiver = people.invent()
            region, _ = random.choice(client.company.place.districts)
            here = number == 0
            rows.append(
                {
                    "head.name": client.company.name,
                    "name": names[number],
                    "receiver": receiver.name,
                    "phone": receiver.mobile,
                    "region.code": client.company.region if here else region,
                    "street": client.company.street
                    if here
                    else random.choice(words.several("roads")) + f" {random.randrange(1, 900)} 号",
                    "postcode": client.company.postcode,
                    "is_default": "true" if here else "false",
                    "note": random.choice(words.several("delivery_notes"))
                    if random.random() < 0.35
                    else "",
                }
            )
    return rows
