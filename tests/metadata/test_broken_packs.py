"""However a pack is broken, what comes back is a list of problems with places."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import PACK_FILE, Pack, read_pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

SOURCE = Path(__file__).parents[1] / "packs" / "first_light"
VALUES = ["null", "[]", "{}", "12", "true", "'x y'", "[a, [b]]", "{a: {b: c}}", "'('", '""', "name"]


def broken(text: str, dice: random.Random) -> str:
    """Return the text with a few of its lines or values replaced, moved or left out."""
    lines = text.splitlines()
    for _ in range(dice.randint(1, 4)):
        index = dice.randrange(len(lines))
        line = lines[index]
        match dice.randrange(6):
            case 0:
                del lines[index]
            case 1:
                lines.insert(index, lines[dice.randrange(len(lines))])
            case 2 if ":" in line:
                lines[index] = f"{line.split(':')[0]}: {dice.choice(VALUES)}"
            case 3:
                lines[index] = line.replace("name", "nmae").replace("type", "typ")
            case 4 if line:
                cut = dice.randrange(len(line))
                lines[index] = line[:cut] + line[cut + 1 :]
            case _:
                lines[index] = "  " + line
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("seed", range(150))
def test_a_broken_pack_gives_problems_and_never_another_error(
    types: TypeCatalogue, seed: int
) -> None:
    dice = random.Random(seed)
    text = (SOURCE / "library.yaml").read_text("utf-8")
    sources = {
        PACK_FILE: (SOURCE / PACK_FILE).read_bytes(),
        "library.yaml": broken(text, dice).encode(),
    }
    pack = read_pack(sources, {"books.csv": SOURCE / "books.csv"})
    catalog, problems = build([pack], types)
    assert [each for each in problems if each.place is None or not each.message] == []
    assert problems or catalog is not None
    assert catalog is None or all(catalog.entity(name) for name in catalog.entities)


def build(packs: list[Pack], types: TypeCatalogue) -> tuple[Catalog | None, tuple[Problem, ...]]:
    try:
        return build_catalog(packs, types), ()
    except MetadataError as error:
        return None, error.problems
