"""A company as the demo invents it: name, place, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pypinyin import lazy_pinyin

from demo_company.codes import credit_code, landline
from demo_company.words import Place, Row, Words


@dataclass(frozen=True)
class Company:
    """An invented company; ``short`` is the city with the brand."""

    name: str
    short: str
    place: Place
    region: str
    street: str
    postcode: str
    phone: str
    fax: str
    website: str
    email: str
    credit_code: str

    @property
    def domain(self) -> str:
        """Return the domain, under the top level that belongs to nobody."""
        return self.website.removeprefix("https://www.")


class Companies:
    """Invents companies, no name twice."""

    def __init__(self, random: Random, words: Words) -> None:
        self._random = random
        self._words = words
        self._taken: set[str] = set()

    def place(self, area: str = "") -> Place:
        """Choose a city, the industrial ones more often."""
        places = [each for each in self._words.places if area in ("", each.area)]
        return self._random.choices(places, weights=[each.weight for each in places])[0]

    def brand(self) -> str:
        """Make a name of two characters."""
        random = self._random
        first = random.choice(self._words.several("brands", "first"))
        second = random.choice(self._words.several("brands", "second"))
        return self.brand() if first == second else first + second

    def invent(self, trade: str, form: str, *, brand: str = "") -> Company:
        """Invent a company of a trade, such as 阀门."""
        place, used = self.place(), brand or self.brand()
        short = f"{place.city}{used}"
        if short in self._taken:
            return self.invent(trade, form, brand=brand)
        self._taken.add(short)
        return self.named(f"{short}{trade}{form}", short, place)

    def named(self, name: str, short: str, place: Place, register: str = "91") -> Company:
        """Give a name its address and numbers."""
        random = self._random
        region, _ = random.choice(place.districts)
        spelled = lazy_pinyin(short.removeprefix(place.city))
        brand = "".join(spelled if len(spelled) < 4 else [part[0] for part in spelled])
        domain = f"{brand}-{''.join(lazy_pinyin(place.city))}.example"
        return Company(
            name=name,
            short=short,
            place=place,
            region=region,
            street=self._street(),
            postcode=place.postcode[:4] + f"{random.randrange(0, 60):02d}",
            phone=landline(random, place.area_code, place.digits),
            fax=landline(random, place.area_code, place.digits),
            website=f"https://www.{domain}",
            email=f"office@{domain}",
            # Towns have nine digits; the register knows six.
            credit_code=credit_code(random, region[:6], register),
        )

    def _street(self) -> str:
        random = self._random
        road = random.choice(self._words.several("roads"))
        street = f"{road} {random.randrange(1, 1200)} 号"
        inside = random.choice(self._words.several("places_inside"))
        return f"{street} {inside}" if random.random() < 0.5 else street


def reach(company: Company) -> Row:
    """Return the columns of the trait by which a party is reached."""
    return {
        "phone": company.phone,
        "email": company.email,
        "website": company.website,
        "region.code": company.region,
        "address": company.street,
        "postcode": company.postcode,
    }


def address(field: str, region: str, street: str, postcode: str = "") -> Row:
    """Return the columns of an address field."""
    return {
        f"{field}.region.code": region,
        f"{field}.street": street,
        f"{field}.postcode": postcode,
    }
