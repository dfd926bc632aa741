"""Persons, invented: names that fit their sex, numbers, and an address for mail."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from pypinyin import lazy_pinyin

from demo_company.codes import digits, mobile
from demo_company.words import Words


@dataclass(frozen=True)
class Person:
    """An invented person."""

    name: str
    sex: str
    mobile: str
    wechat: str
    qq: str
    birthday: str

    def email(self, domain: str) -> str:
        """Return an address at the company's domain."""
        return f"{spelled(self.name)}@{domain}"


class People:
    """Invents persons, no mobile number twice."""

    def __init__(self, random: Random, words: Words) -> None:
        self._random = random
        self._words = words
        self._mobiles: set[str] = set()

    def invent(self) -> Person:
        """Invent a person between 24 and 60 years old."""
        random = self._random
        sex = "male" if random.random() < 0.62 else "female"
        surname = random.choice(self._words.several("surnames"))
        name = surname + random.choice(self._words.several("given", sex))
        number = self.mobile()
        born = f"{random.randrange(1968, 2001)}-{random.randrange(1, 13):02d}"
        return Person(
            name=name,
            sex=sex,
            mobile=number,
            wechat=number if random.random() < 0.5 else "",
            qq=digits(random, 9).replace("0", "7") if random.random() < 0.2 else "",
            birthday=f"{born}-{random.randrange(1, 29):02d}" if random.random() < 0.4 else "",
        )

    def mobile(self) -> str:
        """Return a number that nobody else in the demo has."""
        number = mobile(self._random)
        if number in self._mobiles:
            return self.mobile()
        self._mobiles.add(number)
        return number


def spelled(name: str) -> str:
    """Return a name in pinyin, as in an address for mail."""
    return "".join(lazy_pinyin(name))
