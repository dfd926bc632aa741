"""A folder becomes a pack that can be installed without the folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack, load_pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

Write = Callable[..., Pack]


def test_a_pack_holds_its_sources_and_the_tables_of_its_seeds(write_pack: Write) -> None:
    seed = "kind: seed\nname: s\nentity: thing\nkey: [code]\ncsv: rows.csv\n"
    pack = write_pack(seed, rows__csv="code\nA\n", other__csv="x\n")
    assert pack.files == {"rows.csv": "code\nA\n"}
    assert set(pack.sources) == {"pack.yaml", "definitions.yaml"}
    assert pack.definition.name == "trial"


@pytest.mark.parametrize("path", ["missing.csv", "../rows.csv", "/etc/passwd"])
def test_a_seed_reads_no_file_outside_its_pack(write_pack: Write, path: str) -> None:
    pack = write_pack(f"kind: seed\nname: s\nentity: thing\nkey: [code]\ncsv: {path}\n")
    (problem,) = pack.problems
    assert (problem.code, problem.found) == ("no_file", path)


def test_files_in_folders_belong_to_the_pack_but_other_packs_do_not(tmp_path: Path) -> None:
    files = {
        "pack.yaml": "kind: pack\nname: outer\n",
        "deep/er/a.yaml": "kind: picklist\nname: a\n",
        "inner/pack.yaml": "kind: pack\nname: inner\n",
        "inner/b.yaml": "kind: picklist\nname: b\n",
        ".hidden/c.yaml": "kind: picklist\nname: c\n",
    }
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    assert [each.name for each in load_pack(tmp_path).documents] == ["outer", "a"]


def test_a_folder_without_pack_yaml_is_a_problem(tmp_path: Path) -> None:
    (problem,) = load_pack(tmp_path).problems
    assert problem.code == "no_pack"


def test_a_syntax_error_stops_its_file_and_no_other(
    write_pack: Write, types: TypeCatalogue
) -> None:
    pack = write_pack(
        "kind: picklist\nname: first\n---\nkind: [\n",
        other__yaml="kind: entity\nname: thing\nfields:\n  a: {type: txet}\n",
    )
    with pytest.raises(MetadataError) as raised:
        build_catalog([pack], types)
    assert [each.code for each in raised.value.problems] == ["yaml_syntax", "unknown_field_type"]
    assert [each.name for each in pack.documents] == ["trial", "first", "thing"]


def test_cards_lists_and_queries_may_stand_in_files_of_their_own(
    write_pack: Write, types: TypeCatalogue
) -> None:
    text = """\
kind: entity
name: thing
fields: {name: {type: text}, code: {type: text}}
---
kind: query
name: coded
entity: thing
label: {zh: 有编码, en: With code}
where: "code is not empty"
---
kind: list
entity: thing
columns: [code, name]
---
kind: card
entity: thing
tabs: {one: {sections: {all: {fields: [code]}}}}
"""
    thing = build_catalog([write_pack(text)], types).entity("thing")
    assert [each.path for each in thing.list.columns] == ["code", "name"]
    assert dict(thing.queries["coded"].label.words) == {"zh": "有编码", "en": "With code"}
    assert thing.card.tabs[0].name == "one"


def test_plain_labels_are_in_the_language_of_the_pack(
    write_pack: Write, types: TypeCatalogue
) -> None:
    pack = write_pack(
        "kind: entity\nname: thing\nlabel: Thing\nfields: {name: {type: text, label: Name}}\n",
        pack="kind: pack\nname: trial\nwords: en\n",
    )
    thing = build_catalog([pack], types).entity("thing")
    assert dict(thing.label.words) == {"en": "Thing"}
    assert dict(thing.fields["name"].label.words) == {"en": "Name"}


def test_pack_stands_in_pack_yaml_only(write_pack: Write) -> None:
    pack = write_pack("kind: pack\nname: another\n")
    assert [each.code for each in pack.problems] == ["stray_pack"]


def test_a_nameless_definition_is_a_problem(write_pack: Write) -> None:
    pack = write_pack("kind: entity\nlabel: x\n---\nkind: setting\ntype: text\n")
    assert [each.code for each in pack.problems] == ["missing_key", "missing_key"]
