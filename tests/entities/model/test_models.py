"""The models of a process: few, built as far as they are used, without what was retired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installation import Installation, build_installation
from sqlalchemy import delete

from cardwright_entities.errors import InputError, UnavailableError
from cardwright_entities.field_types.base import FieldType
from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.model import KEPT_MODELS, Model, Models
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.store.platform_tables import cw_catalog_part
from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.loading import load_pack

PACK = "kind: pack\nname: trial\nlabel: 试\nlanguage: 1\n"
SHELF = "kind: entity\nname: shelf\nlabel: 架\nfields: {name: {type: text}}\n"
BOOK = """\
kind: entity
name: book
label: 书
title: name
list: {columns: [name, code], sort: [code]}
fields:
  name:  {type: text, required: true}
  code:  {type: code, unique: true}
  shelf: {type: link, to: shelf}
unique: {twice: {fields: [name, code]}}
plays: {employee: {name: name, code: code}}
"""

Write = Callable[..., Path]


class CountingTypes(FieldTypes):
    """Field types that count how often each field was asked about."""

    def __init__(self) -> None:
        super().__init__(BUILTIN_FIELD_TYPES)
        self.asked: Counter[str] = Counter()

    def of(self, field: FieldDefinition) -> FieldType:
        self.asked[field.name] += 1
        return super().of(field)


@pytest.fixture
def write_pack(tmp_path: Path) -> Write:
    """Write the pack anew with some documents."""

    def write(*documents: str) -> Path:
        (tmp_path / "pack.yaml").write_text("---\n".join([PACK, *documents]), "utf-8")
        return tmp_path

    return write


@pytest.fixture
def library(store_url: str, write_pack: Write) -> Iterator[Installation]:
    """Books on shelves."""
    installation = build_installation(store_url, write_pack(SHELF, BOOK))
    yield installation
    installation.store.close()


def current(library: Installation, models: Models) -> Model:
    with library.store.read(library.system()) as session:
        return models.current(session)


def test_no_more_than_three_models_are_kept(library: Installation, write_pack: Write) -> None:
    models = Models(library.types)
    commits = [current(library, models).commit]
    for label in ("甲", "乙", "丙"):
        library.install(write_pack(SHELF, BOOK.replace("label: 书", f"label: {label}")))
        commits.append(current(library, models).commit)
    assert len(set(commits)) == 4
    kept = [number for number in commits if models.kept(number)]
    assert kept == commits[-KEPT_MODELS:]
    assert current(library, models) is models.newest()


def test_only_parts_that_are_new_are_loaded(library: Installation, write_pack: Write) -> None:
    models = Models(library.types)
    before = current(library, models)
    shelf = before.entity("shelf")
    unchanged = shelf.definition.hash
    library.install(write_pack(SHELF, BOOK.replace("required: true", "help: 书名")))
    with library.store.write(library.system()) as session:
        # Whoever reads the part of the shelf again does not find it.
        session.execute(delete(cw_catalog_part).where(cw_catalog_part.c.hash == unchanged))
    after = current(library, models)
    assert after.catalog.entity("book").fields["name"].help.in_language("zh") == "书名"
    assert after.entity("shelf").tables is shelf.tables
    with pytest.raises(UnavailableError):
        current(library, Models(library.types))


def test_an_entity_is_built_when_it_is_first_asked_for(
    library: Installation, write_pack: Write
) -> None:
    note = "kind: entity\nname: note\nlabel: 记\nfields: {remark: {type: text}}\n"
    library.install(write_pack(SHELF, BOOK, note))
    types = CountingTypes()
    model = current(library, Models(types))
    assert not types.asked
    shelf = model.entity("shelf")
    assert types.asked["name"]
    assert not types.asked["remark"]
    types.asked.clear()
    assert model.entity("shelf") is shelf
    assert not types.asked


def test_what_was_retired_is_nowhere_and_comes_back_with_its_values(
    library: Installation, write_pack: Write
) -> None:
    engine, context = library.engine, library.system()
    with engine.write(context) as desk:
        shelf = desk.records.create("shelf", {"name": "A"}).id
        book = desk.records.create("book", {"name": "x", "code": "B1", "shelf": shelf}).id
        assert desk.model.links_to(desk.model.entity("shelf"))
    without_code = BOOK.replace("  code:  {type: code, unique: true}\n", "")
    for used in ("list: {columns: [name, code], sort: [code]}\n", ", code: code"):
        without_code = without_code.replace(used, "")
    without_code = without_code.replace("unique: {twice: {fields: [name, code]}}\n", "")
    library.install(write_pack(SHELF, without_code))
    with engine.read(context) as desk:
        assert "code" not in desk.model.entity("book").definition.fields
        assert "code" not in desk.record("book", book).values
    library.install(write_pack(SHELF))
    with engine.read(context) as desk:
        catalog = desk.model.catalog
        assert list(catalog.entities) == ["shelf"]
        assert [item.entity for item in catalog.menus["all"].items] == ["shelf"]
        assert catalog.player("employee") is None
        assert desk.model.links_to(desk.model.entity("shelf")) == []
    library.install(write_pack(SHELF, BOOK))
    with engine.read(context) as desk:
        assert desk.record("book", book).values["code"] == "B1"
        assert desk.model.links_to(desk.model.entity("shelf"))


def test_layouts_pass_over_a_field_that_a_later_pack_retires(
    store_url: str, write_pack: Write, tmp_path_factory: pytest.TempPathFactory
) -> None:
    later = tmp_path_factory.mktemp("later")
    text = "kind: pack\nname: later\nlabel: 后\nlanguage: 1\nrequires: [trial]\n---\n"
    text += "kind: entity\nextend: book\nfields: {code: {retired: true}}\n"
    (later / "pack.yaml").write_text(text, "utf-8")
    library = build_installation(store_url, write_pack(SHELF, BOOK), later)
    with library.engine.write(library.system()) as desk:
        desk.records.create("book", {"name": "x"})
        with pytest.raises(InputError) as raised:
            desk.records.create("book", {"shelf": 99})
        assert set(raised.value.fields) == {"name", "shelf"}
        assert desk.model.catalog.part("employee", "code") is None
        assert desk.model.catalog.part("employee", "name") == "name"
    library.store.close()


def test_an_entity_with_three_fields_and_nothing_else_can_be_used(
    store_url: str, write_pack: Write
) -> None:
    tool = """\
kind: entity
name: tool
label: 工具
fields:
  name:   {type: text, required: true}
  weight: {type: decimal}
  bought: {type: date}
"""
    installation = build_installation(store_url, write_pack(tool))
    with installation.engine.write(installation.system()) as desk:
        definition = desk.model.entity("tool").definition
        desk.records.create("tool", {"name": "锤子", "weight": "1.5", "bought": "2026-01-02"})
        columns = tuple(column.path for column in definition.list.columns)
        page = desk.page(
            PageRequest(entity="tool", columns=columns, sort=definition.list.sort, search="锤子")
        )
    installation.store.close()
    assert definition.title == "name"
    assert columns == ("name", "weight", "bought", "created_at")
    assert [row.values["name"] for row in page.rows] == ["锤子"]
    first, *others = definition.card.tabs
    assert [section.auto for section in first.sections] == [True]
    assert {tab.panel for tab in others} >= {"history", "files"}


def test_the_rows_of_lines_stand_on_the_card_that_nobody_wrote(write_pack: Write) -> None:
    order = """\
kind: entity
name: order
label: 单
fields: {number: {type: text}, rows: {type: lines, of: order_row}}
---
kind: entity
name: order_row
owner: order
label: 行
fields: {name: {type: text}, count: {type: integer}}
"""
    catalog = build_catalog([load_pack(write_pack(order))], FieldTypes(BUILTIN_FIELD_TYPES))
    (section,) = (
        each for each in catalog.entity("order").card.tabs[0].sections if each.grid == "rows"
    )
    assert section.grid_columns == ("name", "count")
