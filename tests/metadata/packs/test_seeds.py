"""The tables of the seeds: every value fits its field, every link finds its record."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.field_types.check_digits import is_uscc
from cardwright_entities.field_types.registry import FieldTypes
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.definitions.entities import FieldDefinition
from cardwright_metadata.definitions.others import SeedDefinition
from cardwright_metadata.definitions.stages import processes_named

TODAY = date(2025, 11, 20)
CONTEXT = Context(principal=SYSTEM, now=datetime(2025, 11, 20, 4, tzinfo=UTC))
OFFSET = re.compile(r"@([+-][0-9]+)?( [0-9]{2}:[0-9]{2})?")


PACKS = Path(__file__).parents[3] / "metadata" / "cardwright_metadata" / "packs"

Row = Mapping[str, str]


@dataclass(frozen=True)
class SeedTable:
    """A seed with its rows, all of them as text by column."""

    definition: SeedDefinition
    rows: tuple[Row, ...]

    @property
    def entity(self) -> str:
        return self.definition.entity


@pytest.fixture(scope="module")
def seed_tables(bundled_catalog: Catalog) -> tuple[SeedTable, ...]:
    """All seeds in the order in which they run."""
    seeds = sorted(bundled_catalog.seeds.values(), key=lambda seed: seed.order)
    return tuple(SeedTable(seed, read_rows(seed)) for seed in seeds)


def read_rows(seed: SeedDefinition) -> tuple[Row, ...]:
    found = list((PACKS / seed.pack).rglob(Path(seed.csv).name))
    assert len(found) == 1, f"{seed.name}: {seed.csv}"
    with found[0].open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def resolve(value: str) -> str:
    """Return a value with an offset to the reference date as an ISO date."""
    match = OFFSET.fullmatch(value)
    if match is None:
        return value
    day = TODAY + timedelta(days=int(match[1] or 0))
    return day.isoformat() + (match[2] or "").replace(" ", "T")


def columns(table: SeedTable, catalog: Catalog) -> Iterator[tuple[str, FieldDefinition, list[str]]]:
    """Yield each column with its field and what follows the field's name in the header."""
    fields = catalog.entity(table.entity).fields
    for column in table.rows[0]:
        name, *rest = column.split(".")
        assert name in fields, f"{table.definition.name}: {column}"
        yield column, fields[name], rest


def link_of(
    field: FieldDefinition, rest: list[str], table: SeedTable, catalog: Catalog
) -> tuple[str, str]:
    """Return the entity and the field by which a column's values are found."""
    if len(rest) == 2:
        return rest[0], rest[1]
    targets = catalog.targets(table.entity, field.name)
    assert len(targets) == 1, f"{table.definition.name}: {field.name}"
    return targets[0], rest[-1]


def test_every_value_fits_its_field(
    seed_tables: tuple[SeedTable, ...], bundled_catalog: Catalog, field_types: FieldTypes
) -> None:
    for table in seed_tables:
        for column, field, rest in columns(table, bundled_catalog):
            if rest:
                continue
            assert not field_types.of(field).relation, f"{table.definition.name}: {column}"
            parse = field_types.of(field).parser(with_choices(field, bundled_catalog))
            for row in table.rows:
                value = resolve(row[column])
                assert (parse(value, CONTEXT) is None) == (value == ""), f"{column}: {value}"


def with_choices(field: FieldDefinition, catalog: Catalog) -> FieldDefinition:
    """Return the field with the choices of its picklist, as the model gives them to its type."""
    named = processes_named(field.options.get("stages"))
    if named:
        states = {name: each for one in named for name, each in catalog.stages[one].states.items()}
        return replace(field, options={**field.options, "choices": states})
    picklist = catalog.picklists.get(str(field.options.get("of", "")))
    if picklist is None:
        return field
    return replace(field, options={**field.options, "choices": picklist.choices})


def test_every_link_finds_its_record(
    seed_tables: tuple[SeedTable, ...], bundled_catalog: Catalog
) -> None:
    known: dict[tuple[str, str], Counter[str]] = {}
    for table in seed_tables:
        for column in table.rows[0]:
            found = known.setdefault((table.entity, column), Counter())
            found.update({row[column] for row in table.rows})
    for table in seed_tables:
        for column, field, rest in columns(table, bundled_catalog):
            if not rest or rest in (["street"], ["postcode"]):
                continue
            records = (
                keys_of(seed_tables, rest[0][1:])
                if rest[0].startswith("@")
                else known[link_of(field, rest, table, bundled_catalog)]
            )
            wanted = {part for row in table.rows for part in row[column].split(";") if part}
            assert {value for value in wanted if records[value] < 1} == set(), column


def keys_of(seed_tables: tuple[SeedTable, ...], seed: str) -> Counter[str]:
    """Return the keys under which a seed's records are found by other seeds."""
    table = next(each for each in seed_tables if each.definition.name == seed)
    return Counter(
        " | ".join(
            row[column]
            for name in table.definition.key
            for column in row
            if column.split(".")[0] == name
        )
        for row in table.rows
    )


def test_the_key_of_a_seed_tells_its_records_apart(seed_tables: tuple[SeedTable, ...]) -> None:
    for table in seed_tables:
        keys = [
            tuple(row[column] for column in row if column.split(".")[0] in table.definition.key)
            for row in table.rows
        ]
        assert all(any(key) for key in keys), table.definition.name
        assert len(keys) == len(set(keys)), table.definition.name


def test_required_fields_have_values(
    seed_tables: tuple[SeedTable, ...], bundled_catalog: Catalog
) -> None:
    # these add to records of an earlier seed
    completed = {
        "demo_department_managers",
        "demo_converted_leads",
        "demo_won_opportunities",
        "demo_closed_orders",
        "demo_submitted_quotes",
        "demo_submitted_orders",
        "demo_submitted_applications",
        "demo_submitted_claims",
    }
    for table in seed_tables:
        if table.definition.name in completed:
            continue
        by_field = {column.split(".")[0] for column in table.rows[0]}
        for field in bundled_catalog.entity(table.entity).fields.values():
            if field.required is True and field.default is None and not field.suggest:
                assert field.name in by_field, f"{table.definition.name}: {field.name}"


def test_credit_codes_pass_their_check(seed_tables: tuple[SeedTable, ...]) -> None:
    codes = [
        row["credit_code"] for table in seed_tables for row in table.rows if row.get("credit_code")
    ]
    assert len(codes) > 250
    assert [code for code in codes if not is_uscc(code)] == []
    assert len(codes) == len(set(codes))


def test_addresses_for_mail_and_web_belong_to_nobody(seed_tables: tuple[SeedTable, ...]) -> None:
    for table in seed_tables:
        for row in table.rows:
            for column in ("email", "website"):
                assert row.get(column, "").endswith((".example", ""))


def test_employments_of_a_person_at_a_company_do_not_overlap(
    seed_tables: tuple[SeedTable, ...],
) -> None:
    table = next(each for each in seed_tables if each.entity == "employment")
    spans: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in table.rows:
        company = row["company.customer.name"] or row["company.supplier.name"]
        span = (resolve(row["since"]), resolve(row["until"]) or "9999")
        spans.setdefault((row["head.mobile"], company), []).append(span)
    for found in spans.values():
        ordered = sorted(found)
        assert all(since <= until for since, until in ordered)
        assert all(a[1] < b[0] for a, b in zip(ordered, ordered[1:], strict=False))


def test_the_divisions_of_china_are_whole(seed_tables: tuple[SeedTable, ...]) -> None:
    rows = next(each for each in seed_tables if each.definition.name == "regions").rows
    levels = Counter(row["level"] for row in rows)
    assert (levels["province"], levels["city"]) == (34, 342)
    assert levels["district"] > 2_900
    seen: set[str] = {""}
    for row in rows:
        assert row["parent.code"] in seen
        seen.add(row["code"])
    assert next(r for r in rows if r["code"] == "320505")["full_name"] == "江苏省苏州市虎丘区"
