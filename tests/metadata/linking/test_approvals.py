"""Approvals that cannot be meant are refused where they stand, with the nearest name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]
Refused = Callable[[str], list[Problem]]
STATES = "{from: draft, pending: checking, approved: fine, rejected: draft}"
STEPS = "{one: {by: boss}}"
PACK = """
kind: entity
name: worker
fields:
  name: {type: text}
  grade: {type: integer}
plays: employee
---
kind: entity
name: claim
fields:
  name: {type: text}
  amount: {type: decimal}
  who: {type: employee}
  stage: {type: stage, stages: way}
---
kind: stages
name: way
states: {draft: {}, checking: {locked: true}, fine: {}, loose: {}, past: {}, shut: {frozen: true}}
moves:
  leave: {from: loose, to: past}
  %s
---
kind: role
name: boss
---
"""


def approval(
    *more: str, states: str = STATES, steps: str = STEPS, of: str = "claim", moves: str = ""
) -> str:
    lines = ["kind: approval", "name: check", f"of: {of}", f"states: {states}", f"steps: {steps}"]
    return PACK % moves + "\n".join([*lines, *more]) + "\n"


def built(write_pack: WritePack, types: TypeCatalogue, text: str) -> Catalog:
    return build_catalog([write_pack(text)], types)


@pytest.mark.parametrize(
    ("steps", "code", "found", "nearest"),
    [
        ("{one: {by: bos}}", "unknown_role", "bos", "boss"),
        ("{one: {by: {fields: [whoo]}}}", "unknown_field", "whoo", "who"),
        ("{one: {by: {fields: amount}}}", "not_a_person", "amount", ""),
        ("{one: {by: {superior_of: whom}}}", "unknown_field", "whom", "who"),
        ("{one: {by: {role: boss, superior_of: who}}}", "one_of", "role, superior_of", ""),
        ("{one: {by: {role: boss, until: grade > 1}}}", "goes_with", "role", ""),
        ("{one: {by: {superiors_of: who, until: gade > 1}}}", "unknown_field", "gade", "grade"),
        ("{one: {by: boss, if: amuont > 1}}", "unknown_field", "amuont", "amount"),
        ("{one: {by: boss, mode: some}}", "unknown_word", "some", ""),
        ("{one: {by: boss, missing: {team: whoo}}}", "unknown_field", "whoo", "who"),
        ("{one: {by: {user: wang, fields: who}}}", "one_of", "fields, user", ""),
        ("{one: {by: {user: wang, within: who}}}", "goes_with", "user", ""),
        ("{one: {mode: all}}", "missing_key", "", ""),
        ("{}", "missing_key", "", ""),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(
    refused: Refused, steps: str, code: str, found: str, nearest: str
) -> None:
    problem = refused(approval(steps=steps))[0]
    assert (problem.code, problem.nearest) == (code, nearest)
    assert found in problem.found


@pytest.mark.parametrize(
    ("states", "code", "found"),
    [
        ("{from: drft, pending: checking, approved: fine}", "unknown_state", "drft"),
        ("{from: draft, pending: chekcing, approved: fine}", "unknown_state", "chekcing"),
        ("{from: draft, pending: checking, approved: nice}", "unknown_state", "nice"),
        ("{from: draft, pending: loose, approved: fine}", "pending_not_locked", "loose"),
        ("{from: checking, pending: checking, approved: fine}", "same_state", "checking"),
        ("{from: draft, pending: checking, approved: past}", "move_past_approval", "past"),
    ],
)
def test_states_that_do_not_fit_the_process_are_refused(
    refused: Refused, states: str, code: str, found: str
) -> None:
    problem = refused(approval(states=states))[0]
    assert (problem.code, problem.found) == (code, found)


@pytest.mark.parametrize(
    "move", ["{from: checking, to: past}", "{from: any, to: past}", "{from: draft, to: checking}"]
)
def test_no_move_goes_past_an_approval(refused: Refused, move: str) -> None:
    problem = refused(approval(moves=f"over: {move}"))[0]
    assert (problem.code, problem.found) == ("move_past_approval", "checking")


def test_a_move_leads_back_from_where_only_approved_records_are(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    moves = "shut: {from: fine, to: shut}\n  open: {from: shut, to: fine}"
    catalog = built(write_pack, types, approval(moves=moves))
    assert catalog.approvals["check"].behind == {"shut"}


@pytest.mark.parametrize(
    "moves",
    [
        "shut: {from: [fine, draft], to: shut}\n  open: {from: shut, to: fine}",
        "shut: {from: any, to: shut}\n  open: {from: shut, to: fine}",
        "shut: {from: fine, to: past}\n  open: {from: past, to: fine}",
        "shut: {from: fine, to: shut}\n  open: {from: [shut, draft], to: fine}",
    ],
)
def test_no_move_leads_back_from_where_others_are_or_what_may_have_changed(
    refused: Refused, moves: str
) -> None:
    assert refused(approval(moves=moves))[0].code == "move_past_approval"


@pytest.mark.parametrize(
    ("more", "code", "found"),
    [
        ("stage: stag", "unknown_field", "stag"),
        ("unapprove: bos", "unknown_role", "bos"),
        ("copy_to: bos", "unknown_role", "bos"),
        ("allow: [dance]", "unknown_word", "dance"),
        ("late: {after: 3 moons, do: remind}", "bad_spelling", "3 moons"),
        ("if: amuont > 1", "unknown_field", "amuont"),
    ],
)
def test_other_keys_are_checked_too(refused: Refused, more: str, code: str, found: str) -> None:
    problem = refused(approval(more))[0]
    assert (problem.code, problem.found) == (code, found)


def test_an_entity_without_a_stage_or_that_is_not_there_has_no_approval(refused: Refused) -> None:
    assert refused(approval(of="worker"))[0].code == "stage_missing"
    unknown = refused(approval(of="claims"))[0]
    assert (unknown.code, unknown.found, unknown.nearest) == ("unknown_entity", "claims", "claim")


def test_an_entity_has_one_approval_only(refused: Refused) -> None:
    text = approval() + "---\n" + approval().rpartition("---\n")[2].replace("check\n", "again\n", 1)
    assert refused(text)[0].code == "second_approval"


def test_an_approval_in_short_is_read_in_full(write_pack: WritePack, types: TypeCatalogue) -> None:
    text = approval(
        "unapprove: boss",
        "late: {after: 24 work_hours, do: remind, then: {after: 2 hours, do: pass}}",
    )
    found = built(write_pack, types, text).approvals["check"]
    assert (found.stage, found.unapprove, found.origins) == ("stage", "boss", ("draft",))
    assert [(each.hours, each.working, each.do) for each in found.late] == [
        (24, True, "remind"),
        (2, False, "pass"),
    ]
    assert found.steps["one"].by.names == ("boss",)


def test_nobody_is_asked_whom_a_retired_field_names(refused: Refused) -> None:
    text = approval(steps="{one: {by: {fields: [who]}}}")
    retired = text.replace("who: {type: employee}", "who: {type: employee, retired: true}")
    problem = refused(retired)[0]
    assert (problem.code, problem.found) == ("unknown_field", "who")
