"""Processes that cannot be meant are refused where they stand, with the nearest name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]
Refused = Callable[[str], list[Problem]]
ENTITY = """
kind: entity
name: bid
fields:
  name: {type: text}
  amount: {type: decimal}
  level: {type: picklist, values: [high, low]}
  stage: {type: stage, stages: way}
---
kind: role
name: boss
---
"""


BY_KIND = """
kind: entity
name: firm
fields:
  name: {type: text}
  kind: {type: picklist, values: [old, new]}
  size: {type: integer}
---
kind: entity
name: bid
fields:
  firm: {type: link, to: firm}
  stage: {type: stage, stages: STAGES}
---
kind: stages
name: long
states: {draft: Draft, sent: Sent, won: {label: Won, frozen: true}}
moves: {go: {from: draft, to: sent}}
---
kind: stages
name: short
states: [sent, lost]
moves: {stop: {from: sent, to: lost, if: "firm.size > 1"}}
"""


def process(states: str, moves: str = "{}") -> str:
    return f"{ENTITY}kind: stages\nname: way\nstates: {states}\nmoves:\n  {moves}\n"


@pytest.mark.parametrize(
    ("moves", "code", "found", "nearest"),
    [
        ("go: {from: draft, to: sennt}", "unknown_state", "sennt", "sent"),
        ("go: {from: drafft, to: sent}", "unknown_state", "drafft", "draft"),
        ("go: {from: [draft, nowhere], to: sent}", "unknown_state", "nowhere", ""),
        ("go: {from: sent, to: sent}", "move_to_itself", "sent", ""),
        ("go: {to: sent}", "missing_key", "", ""),
        ("go: {from: [], to: sent}", "out_of_range", "", ""),
        ("go: {from: draft, to: sent, who: bos}", "unknown_role", "bos", "boss"),
        ("go: {from: draft, to: sent, ask: [amuont]}", "unknown_field", "amuont", "amount"),
        ("go: {from: draft, to: sent, set: {amuont: 1}}", "unknown_field", "amuont", "amount"),
        ("go: {from: draft, to: sent, if: amuont > 1}", "unknown_field", "amuont", "amount"),
        ("go: {from: draft, to: sent, tone: loud}", "unknown_word", "loud", ""),
        ("go: {from: draft, to: sent, waits_for: {firm: stage}}", "unknown_document", "firm", ""),
    ],
)
def test_a_move_that_cannot_be_meant_is_refused(
    refused: Refused, moves: str, code: str, found: str, nearest: str
) -> None:
    (problem,) = refused(process("[draft, sent]", moves))
    assert problem.code == code
    assert (problem.found if found else "") == found
    assert problem.nearest == nearest


def test_records_begin_in_one_state_only(refused: Refused) -> None:
    states = "{draft: {initial: true}, sent: {initial: true}}"
    assert [each.code for each in refused(process(states))] == ["two_initials"]
    retired = "{draft: {initial: true, retired: true}, sent: {}}"
    assert [each.code for each in refused(process(retired))] == ["retired_initial"]


def test_a_state_is_not_called_any(refused: Refused) -> None:
    assert [each.found for each in refused(process("{any: {}, sent: {}}"))] == ["any"]


def test_a_field_names_a_process_that_is_there(refused: Refused) -> None:
    text = process("[draft]").replace("stages: way}", "stages: weay}")
    (problem,) = refused(text)
    assert (problem.code, problem.nearest) == ("unknown_process", "way")


def test_the_moment_of_a_stage_is_no_field_of_the_author(refused: Refused) -> None:
    text = process("[draft]").replace("  name:", "  stage_since: {type: date}\n  name:")
    assert [each.code for each in refused(text)] == ["reserved_field"]


def test_short_forms_mean_the_same_as_long_ones(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    moves = "go: {from: draft, to: sent, who: boss, ask: [amount], set: {level: high, amount: 2}}"
    catalog = build_catalog([write_pack(process("[draft, sent]", moves))], types)
    found = catalog.stages["way"]
    move = found.moves["go"]
    assert (found.initial, list(found.states)) == ("draft", ["draft", "sent"])
    assert (move.origins, move.roles, move.asks) == (("draft",), {"boss"}, {"amount": False})
    assert {name: each.text for name, each in move.sets.items()} == {
        "level": "'high'",
        "amount": "2",
    }
    field = catalog.entity("bid").fields["stage"]
    assert field.default is not None
    assert field.default.text == "'draft'"
    assert catalog.entity("bid").fields["stage_since"].system
    assert Catalog.from_parts(catalog.to_parts()) == catalog


@pytest.mark.parametrize(
    ("stages", "code", "found", "nearest"),
    [
        ("{by: firm.kind, of: {old: shrt}, else: long}", "unknown_process", "shrt", "short"),
        ("{by: firm.kind, of: {old: short}, else: lon}", "unknown_process", "lon", "long"),
        ("{by: firm.kid, of: {old: short}, else: long}", "unknown_field", "kid", "kind"),
        ("{by: firm.size, of: {a: short}, else: long}", "not_a_choice", "firm.size", ""),
        ("{by: firm, of: {old: short}, else: long}", "not_a_choice", "firm", ""),
        ("{by: firm.kind, of: {odl: short}, else: long}", "unknown_choice", "odl", "old"),
        ("{by: firm.kind, of: {old: short}}", "missing_key", "", ""),
    ],
)
def test_a_choice_of_processes_that_cannot_be_meant_is_refused(
    refused: Refused, stages: str, code: str, found: str, nearest: str
) -> None:
    (problem,) = refused(BY_KIND.replace("STAGES", stages))
    assert (problem.code, problem.found, problem.nearest) == (code, found, nearest)


def test_records_begin_where_the_chosen_process_begins(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    text = BY_KIND.replace("STAGES", "{by: firm.kind, of: {old: short}, else: long}")
    entity = build_catalog([write_pack(text)], types).entity("bid")
    default = entity.fields["stage"].default
    assert default is not None
    assert default.text == "if(firm.kind = 'old', 'sent', 'draft')"
    # One of the processes freezes records, so all of them keep what they show.
    assert "frozen_at" in entity.fields
