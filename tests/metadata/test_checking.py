"""``check`` reports everything at once, for people and for machines."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardwright_metadata.checking import check, problems_to_json, write_problems
from cardwright_metadata.pack_folders import bundled_packs
from cardwright_metadata.type_catalogue import TypeCatalogue

PACKS = Path(__file__).parents[1] / "packs"


def test_twenty_mistakes_are_twenty_problems_at_the_right_places(types: TypeCatalogue) -> None:
    folder = PACKS / "twenty_mistakes"
    catalog, problems = check([folder], types)
    found = []
    for each in problems:
        assert each.place is not None
        place = f"{Path(each.place.file).name}:{each.place.line}:{each.place.column}"
        found.append(f"{place} {each.code} {each.path} {each.nearest}".rstrip())
    assert catalog is None
    assert len(found) == 20
    assert found == (folder / "expected.txt").read_text("utf-8").splitlines()


def test_a_good_pack_gives_a_catalog(types: TypeCatalogue) -> None:
    catalog, problems = check([PACKS / "first_light"], types)
    assert problems == ()
    assert catalog is not None
    assert list(catalog.entities) == ["book", "loan", "loan_book"]


def test_people_read_problems_by_file_with_the_nearest_word(types: TypeCatalogue) -> None:
    _, problems = check([PACKS / "twenty_mistakes"], types)
    text = write_problems(problems)
    assert "customer.yaml\n  3:1      lable: There is no key 'lable' here.\n" in text
    assert "Did you mean 'label'?" in text
    assert text.endswith("20 problems found.")
    assert write_problems([]) == "No problems found."


def test_machines_read_problems_as_json(types: TypeCatalogue) -> None:
    _, problems = check([PACKS / "twenty_mistakes"], types)
    first = problems_to_json(problems)[0]
    assert first["line"] == 3
    assert first["column"] == 1
    assert first["code"] == "unknown_key"
    assert first["found"] == "lable"
    assert first["nearest"] == "label"
    assert str(first["file"]).endswith("twenty_mistakes/customer.yaml")


def test_a_file_of_a_pack_stands_for_its_pack(types: TypeCatalogue) -> None:
    _, problems = check([PACKS / "twenty_mistakes" / "order.yaml"], types)
    assert len(problems) == 20


def test_a_folder_of_packs_stands_for_all_of_them(types: TypeCatalogue, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        text = f"kind: pack\nname: {name}\n---\nkind: picklist\nname: {name}_list\n"
        (tmp_path / name / "pack.yaml").write_text(text, encoding="utf-8")
    catalog, problems = check([tmp_path], types)
    assert problems == ()
    assert catalog is not None
    assert list(catalog.packs) == ["one", "two"]


@pytest.mark.parametrize(("name", "code"), [("nowhere", "no_file"), (".", "no_pack")])
def test_a_path_without_a_pack_is_a_problem(
    types: TypeCatalogue, tmp_path: Path, name: str, code: str
) -> None:
    catalog, (problem,) = check([tmp_path / name], types)
    assert catalog is None
    assert problem.code == code


def test_the_bundled_packs_are_found_by_name() -> None:
    assert {"base", "crm"} <= set(bundled_packs())
