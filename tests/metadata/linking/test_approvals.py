"""Approvals that cannot be meant are refused where they stand, with the nearest name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_metadata.catalog import Catalog, build_catalog
from cardwright_metadata.loading import Pack
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue

WritePack = Callable[..., Pack]
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
states: {draft: {}, checking: {locked: true}, fine: {}, loose: {}, past: {}}
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


def wrong(write_pack: WritePack, types: TypeCatalogue, text: str) -> tuple[str, str, str]:
    with pytest.raises(MetadataError) as raised:
        build_catalog([write_pack(text)], types)
    problem: Problem = raised.value.problems[0]
    assert problem.place is not None
    return problem.code, problem.found, problem.nearest


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
        ("{one: {mode: all}}", "missing_key", "", ""),
        ("{}", "missing_key", "", ""),
    ],
)
def test_a_step_that_cannot_be_meant_is_refused(
    write_pack: WritePack, types: TypeCatalogue, steps: str, code: str, found: str, nearest: str
) -> None:
    told = wrong(write_pack, types, approval(steps=steps))
    assert told[0] == code
    assert found in told[1]
    assert told[2] == nearest


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
    write_pack: WritePack, types: TypeCatalogue, states: str, code: str, found: str
) -> None:
    assert wrong(write_pack, types, approval(states=states))[:2] == (code, found)


@pytest.mark.parametrize(
    "move", ["{from: checking, to: past}", "{from: any, to: past}", "{from: draft, to: checking}"]
)
def test_no_move_goes_past_an_approval(
    write_pack: WritePack, types: TypeCatalogue, move: str
) -> None:
    told = wrong(write_pack, types, approval(moves=f"over: {move}"))
    assert told[:2] == ("move_past_approval", "checking")


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
def test_other_keys_are_checked_too(
    write_pack: WritePack, types: TypeCatalogue, more: str, code: str, found: str
) -> None:
    told = wrong(write_pack, types, approval(more))
    assert told[1] == found
    assert told[0] == code


def test_an_entity_without_a_stage_or_that_is_not_there_has_no_approval(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    assert wrong(write_pack, types, approval(of="worker"))[0] == "stage_missing"
    assert wrong(write_pack, types, approval(of="claims")) == ("unknown_entity", "claims", "claim")


def test_an_entity_has_one_approval_only(write_pack: WritePack, types: TypeCatalogue) -> None:
    text = approval() + "---\n" + approval().rpartition("---\n")[2].replace("check\n", "again\n", 1)
    assert wrong(write_pack, types, text)[0] == "second_approval"


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


def test_nobody_is_asked_whom_a_retired_field_names(
    write_pack: WritePack, types: TypeCatalogue
) -> None:
    text = approval(steps="{one: {by: {fields: [who]}}}")
    retired = text.replace("who: {type: employee}", "who: {type: employee, retired: true}")
    assert wrong(write_pack, types, retired)[:2] == ("unknown_field", "who")
