"""Pools and what follows an owner: what cannot be meant is refused where it stands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]

WORLD = """
kind: setting
name: days
type: integer
---
kind: entity
name: person
plays: {employee: {name: name}}
fields: {name: {type: text}}
---
kind: entity
name: tree
fields: {name: {type: text}, plot: {type: link, to: plot}}
---
kind: entity
name: club
fields: {name: {type: text}, meetings: {type: lines, of: meeting}}
---
kind: entity
name: meeting
owner: club
fields: {name: {type: text}, plot: {type: link, to: plot}}
---
kind: entity
name: plot
fields: {name: {type: text}, seen: {type: date}}
"""


def problem(write_pack: WritePack, types: TypeCatalogue, text: str) -> tuple[str, str]:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    # What a reason of a return says wrongly is wrong in the formula of its day as well.
    first = raised.value.problems[0]
    assert {each.code for each in raised.value.problems} == {first.code}
    return first.code, first.message


def plot(said: str) -> str:
    return f"{WORLD}{said}\n"


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("pool: {limit: $setting.dais}", "unknown_setting", "dais"),
        ("pool: {if: sown = true}", "unknown_field", "sown"),
        ("pool: {return: {old: {day: sen}}}", "unknown_field", "sen"),
        (
            "pool: {return: {old: {day: seen, label: '{$setting.dais} days'}}}",
            "unknown_setting",
            "dais",
        ),
        ("followed_by: {trees: {of: bush.plot}}", "unknown_entity", "bush"),
        ("followed_by: {trees: {of: tree.name}}", "unknown_link", "tree.name"),
        ("followed_by: {trees: {of: tree.plot, where: felled = true}}", "unknown_field", "felled"),
        ("followed_by: {clubs: {of: meeting.plot}}", "no_owner", "show: head"),
        ("followed_by: {trees: {of: tree.plot, show: head}}", "no_owner", "head"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    write_pack: WritePack, types: TypeCatalogue, said: str, code: str, words: str
) -> None:
    found, message = problem(write_pack, types, plot(said))
    assert found == code
    assert words in message


def test_the_fields_of_the_pool_are_not_an_authors(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    text = WORLD.replace("seen: {type: date}", "seen: {type: date}, claimed_by: {type: text}")
    code, message = problem(write_pack, types, f"{text}pool: {{}}\n")
    assert code == "name_taken"
    assert "claimed_by" in message


def test_lines_have_no_pool(write_pack: WritePack, types: TypeCatalogue) -> None:
    text = WORLD.replace("name: meeting\nowner: club", "name: meeting\nowner: club\npool: {}")
    assert problem(write_pack, types, text)[0] == "owner_of_lines"


def test_a_pool_brings_its_fields(write_pack: WritePack, types: TypeCatalogue) -> None:
    said = "pool: {limit: 5, protect: 7, return: {old: {day: seen + days($setting.days)}}}"
    catalog = build_catalog([write_pack(plot(f"{said}\nfollowed_by: {{trees: tree.plot}}"))], types)
    found = catalog.entity("plot")
    assert {"owned_since", "claimed_by", "released_at", "released_by"} < set(found.fields)
    assert found.fields["returns_on"].type == "formula"
    assert found.pool is not None
    assert found.pool.limit is not None
    assert found.pool.limit.text == "5"
    assert found.followers["trees"].entity == "tree"
    assert type(catalog).from_parts(catalog.to_parts()).entity("plot") == found
