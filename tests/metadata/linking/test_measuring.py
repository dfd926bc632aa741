"""Measures and reports that cannot be meant are refused where they stand, with the nearest name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from installation import PACKS

from cardwright_entities.field_types.builtin import BUILTIN_FIELD_TYPES
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_entities.model.checking import check_definitions
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.checking import check
from cardwright_metadata.problems import Problem

Check = Callable[[str], Problem]
TYPES = FieldTypes(BUILTIN_FIELD_TYPES)


def problems(folder: Path) -> tuple[Catalog | None, tuple[Problem, ...]]:
    return check(
        [folder],
        TYPES.catalogue(),
        lambda catalog: check_definitions(catalog, TYPES, lambda message: message.code),
    )


@pytest.fixture
def wrong(tmp_path: Path) -> Check:
    """Check the pack of figures with one definition more; return its one problem."""

    def run(text: str) -> Problem:
        (tmp_path / "pack.yaml").write_text((PACKS / "figures/pack.yaml").read_text("utf-8"))
        (tmp_path / "more.yaml").write_text(text, "utf-8")
        (found,) = problems(tmp_path)[1]
        assert found.place is not None
        assert Path(found.place.file).name == "more.yaml"
        return found

    return run


REPORT = "kind: report\nname: more\n"
LISTED = f"{REPORT}records: {{of: sale, "
SOLD = f"{REPORT}measures: [sold]\n"
MEASURE = "kind: measure\nname: more\nof: sale\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "nearest"),
    [
        (f"{REPORT}measures: {{a: soldd}}", "unknown_measure", 3, "sold"),
        (f"{REPORT}measures: {{sold: {{}}, a: sold / gols}}", "unknown_measure", 3, ""),
        (f"{REPORT}measures: {{sold: {{count: sale}}}}\nrows: [keper]",
         "unknown_dimension", 4, "keeper"),
        (f"{REPORT}measures: [goals, sold]\nrows: [keeper]", "unknown_dimension", 4, ""),
        (f"{SOLD}rows: [shop.aera]", "unknown_field", 4, "area"),
        ("kind: measure\nname: more\nof: trait:sold\ncount: true\n", "unknown_trait", 3, ""),
        (f"{LISTED}columns: [dey]}}", "unknown_field", 3, "day"),
        (f"{LISTED}columns: [items]}}", "several", 3, ""),
        (f"{LISTED}columns: [day], sort: [dya]}}", "unknown_field", 3, "day"),
        (f"{LISTED}columns: [day], where: margn > 1}}", "unknown_field", 3, "margin"),
        (f"{LISTED}columns: [day]}}\nmeasures: [sold]", "one_of_two", 4, ""),
        (f"{LISTED}columns: [day]}}\nrows: [shop]", "not_with_records", 4, ""),
        (f"{LISTED}columns: [day]}}\nask: [shp]", "unknown_dimension", 4, "shop"),
        (REPORT, "one_of_two", 2, ""),
        (f"{SOLD}rows: [time.decade]", "unknown_field", 4, ""),
        (f"{SOLD}columns: [shop.month]", "unknown_dimension", 4, ""),
        (f"{SOLD}where: tme in this_year()", "unknown_dimension", 4, "time"),
        (f"{SOLD}sort: -sould", "unknown_measure", 4, "sold"),
        (f"{SOLD}chart: {{type: bar, measures: [x]}}",
         "unknown_measure", 4, ""),
        (f"{SOLD}chart: funel", "unknown_chart", 4, "funnel"),
        (f"{REPORT}measures: {{a: {{sum: margin}}}}", "missing_key", 3, ""),
        (f"{REPORT}measures: {{a: {{count: sale, measure: sold}}}}", "one_figure", 3, ""),
        (f"{REPORT}measures: {{a: {{count: sail}}}}", "unknown_entity", 3, "sale"),
        (f"{REPORT}measures: {{a: {{measure: sold, shift: soon}}}}", "bad_spelling", 3, ""),
        (f"{REPORT}measures: [goals]\ncolumns: [time.day]", "too_fine", 4, ""),
        (f"{REPORT}measures: [goals, sold]\ncolumns: [time]", "cannot_meet", 4, ""),
        (f"{REPORT}measures: {{a: b + 1, b: a + 1}}", "circle", 3, ""),
        (f"{REPORT}measures: {{a: {{count: sale}}, b: {{count: shop}}}}\nrows: [name]",
         "unknown_dimension", 4, ""),
        (f"{SOLD}rows: [keeper, shop, shop.area]\ncolumns: [time, shop.level]",
         "too_many_dimensions", 4, ""),
        (f"{MEASURE}sum: keeper", "wrong_type", 4, ""),
        (f"{MEASURE}sum: margn", "unknown_field", 4, "margin"),
        (f"{MEASURE}count: true\nby: {{who: keper}}", "unknown_field", 5, "keeper"),
        (f"{MEASURE}count: true\nby: {{what: items}}", "several", 5, ""),
        (f"{MEASURE}count: true\nwhere: margin > 'x'", "bad_literal", 5, ""),
        (f"{MEASURE}count: true\nsum: margin", "one_function", 4, ""),
        ("kind: menu\nname: more\nitems: {a: {report: aimz}}", "unknown_report", 3, "aims"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_where_it_stands(
    wrong: Check, text: str, code: str, line: int, nearest: str
) -> None:
    found = wrong(text)
    assert found.place is not None
    assert (found.code, found.place.line) == (code, line), found
    assert not nearest or found.nearest == nearest


def test_a_series_needs_a_history(wrong: Check) -> None:
    fields = "{a: {type: text}, b: {type: mirror, path: a, history: series}}"
    assert wrong(f"kind: entity\nname: more\nfields: {fields}").code == "no_history"
    fields = "{a: {type: text, history: series}}"
    text = f"kind: entity\nname: more\nfeatures: {{history: false}}\nfields: {fields}"
    assert wrong(text).code == "no_history"


def test_a_catalog_with_reports_is_loaded_from_its_parts_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text((PACKS / "figures/pack.yaml").read_text("utf-8"))
    catalog, found = problems(tmp_path)
    assert not found
    assert catalog is not None
    loaded = Catalog.from_parts(catalog.to_parts())
    assert dict(loaded.reports) == dict(catalog.reports)
    assert dict(loaded.measures) == dict(catalog.measures)
    assert loaded.reports["aims"].figures[3].shift is not None
    assert loaded.entities["shop"].fields["score"].series
