"""The word lists and places beside this module, read once by whoever makes the demo."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent

#: One row of a seed: column to value.
Row = dict[str, str]


@dataclass(frozen=True)
class Place:
    """A city with what phones and addresses need; ``districts`` are codes with their names."""

    code: str
    city: str
    area_code: str
    digits: int
    postcode: str
    weight: int
    area: str
    districts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Words:
    """Everything that names are made from."""

    lists: Mapping[str, Any]
    staff: Mapping[str, Any]
    catalogue: Mapping[str, Any]
    places: tuple[Place, ...]

    def several(self, *path: str) -> Sequence[str]:
        """Return a list of words, written with blanks between or as a list."""
        found: Any = self.lists
        for name in path:
            found = found[name]
        return found.split() if isinstance(found, str) else [str(word) for word in found]


def load_words(regions: Path) -> Words:
    """Read the word lists, and the districts of each city from the regions' seed."""
    rows = _read(regions)
    return Words(
        lists=read_yaml("words.yaml"),
        staff=read_yaml("staff.yaml"),
        catalogue=read_yaml("catalogue.yaml"),
        places=tuple(_place(row, rows) for row in _read(HERE / "places.csv")),
    )


def _place(row: Row, regions: list[Row]) -> Place:
    # Of 北京市 and its like every district counts, whatever stands between.
    start = row["code"].rstrip("0") if row["code"].endswith("0000") else row["code"][:4]
    below = [each for each in regions if each["code"].startswith(start)]
    districts = [each for each in below if each["level"] in ("district", "town")]
    return Place(
        code=row["code"],
        city=row["city"],
        area_code=row["area_code"],
        digits=int(row["digits"]),
        postcode=row["postcode"],
        weight=int(row["weight"]),
        area=below[0]["area"],
        districts=tuple((each["code"], each["name"]) for each in districts),
    )


def _read(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_yaml(name: str) -> Any:
    """Read a YAML file beside this module."""
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def day_of(offset: int) -> str:
    """Return a day as a seed writes it: so many days after the first day."""
    return f"@{offset:+d}" if offset else "@"
