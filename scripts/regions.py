"""Tree of China's divisions as JSON -> regions.csv, the seed of the base pack.

    python scripts/regions.py pca-code.json metadata/cardwright_metadata/packs/base/seed/regions.csv

The JSON is the file ``dist/pca-code.json`` of modood/Administrative-divisions-of-China. It cuts the
trailing zeros of official codes (``11``, ``1101``); the standard GB/T 2260 writes six digits.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

#: Provinces whose divisions the file leaves out.
WITHOUT_DIVISIONS = {"71": "台湾省", "81": "香港特别行政区", "82": "澳门特别行政区"}

#: Levels that only group, so that nobody writes them in an address.
UNWRITTEN = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}

AREAS = {
    "north": "11 12 13 14 15",
    "northeast": "21 22 23",
    "east": "31 32 33 34 35 36 37",
    "central": "41 42 43",
    "south": "44 45 46",
    "southwest": "50 51 52 53 54",
    "northwest": "61 62 63 64 65",
    "overseas": "71 81 82",
}
LEVELS = ("province", "city", "district")


@dataclass(frozen=True)
class Region:
    """One row of the seed; the field names are its columns."""

    code: str
    name: str
    parent: str
    level: str
    area: str
    full_name: str


def regions(provinces: list[dict[str, Any]]) -> Iterator[Region]:
    """Yield every division, parents before children, in the order of the codes."""
    areas = {code: area for area, codes in AREAS.items() for code in codes.split()}
    missing = [{"code": code, "name": name} for code, name in WITHOUT_DIVISIONS.items()]
    for province in sorted([*provinces, *missing], key=lambda node: str(node["code"])):
        yield from _branch(province, "", areas[province["code"]], "", 0)


def _branch(
    node: dict[str, Any], parent: str, area: str, above: str, depth: int
) -> Iterator[Region]:
    code = str(node["code"]).ljust(6, "0")
    # Four cities have no districts: their streets and towns carry nine digits.
    level = "town" if len(code) > 6 else LEVELS[depth]
    full_name = above if node["name"] in UNWRITTEN else above + node["name"]
    yield Region(code, node["name"], parent, level, area, full_name)
    for child in node.get("children", []):
        yield from _branch(child, code, area, full_name, depth + 1)


def write_seed(rows: Iterator[Region], target: Path) -> None:
    """Write the seed's CSV; ``parent.code`` says that the link is found by the parent's code."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        titles = [field.name for field in fields(Region)]
        writer.writerow(["parent.code" if title == "parent" else title for title in titles])
        writer.writerows(astuple(row) for row in rows)


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:3])
    write_seed(regions(json.loads(source.read_text(encoding="utf-8"))), target)
