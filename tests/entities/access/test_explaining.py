"""What is explained of a record is what holds of it, and tells nobody what he may not read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from access_world.rights import READERS, SCOPED
from access_world.stage import Stage
from sqlalchemy import select

from cardwright_entities.access.levels import LEVEL_NAMES, READ
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.queries.explaining import ACTIONS, Tried, Verdict
from cardwright_entities.queries.names import rows_condition

KINDS = ("area", "firm", "person", "thing", "deal", "job", "deal_item")


def _everything(stage: Stage) -> Iterator[tuple[str, int]]:
    for entity in KINDS:
        for record, row in stage.world[entity].items():
            if not row.get("deleted"):
                yield entity, record


def _allowed(desk: Desk, entity: str, action: str) -> set[int]:
    table = desk.model.entity(entity).table
    condition = rows_condition(desk.reading, desk.model.entity(entity), table, action)
    return {row[0] for row in desk.session.rows(select(table.c["id"]).where(condition))}


def _adds_up(verdict: Verdict, *, told_all: bool) -> bool:
    """Tell whether the claims give what the whole says, as far as they are told."""
    told = [each.holds for each in verdict.tried]
    if told_all:
        return verdict.granted == any(told) and None not in told
    if not verdict.granted:
        return not any(told) and None not in told
    return True in told or told.count(None) > 1


@pytest.mark.parametrize("reader", READERS)
def test_explained_is_what_holds_for_every_reader_record_and_action(
    stage: Stage, reader: str
) -> None:
    principal = stage.context(reader).principal
    with stage.desk(reader) as desk:
        held = {
            (entity, action): _allowed(desk, entity, action)
            for entity in KINDS
            for action in ACTIONS
        }
        looked_at = 0
        for entity, record in _everything(stage):
            own = desk.explained(entity, record)
            for verdict in own.verdicts:
                expected = record in held[entity, verdict.action]
                assert verdict.holds == expected, (entity, record, verdict)
                assert _adds_up(verdict, told_all=False), (entity, record, verdict)
                looked_at += 1
    assert looked_at > len(ACTIONS) * 50
    with stage.installation.engine.read(stage.installation.system()) as desk:
        for entity, record in [*_everything(stage)][::6]:
            found = desk.explained(entity, record, principal)
            assert desk.allowed_to(principal, entity, record) == {
                each.action for each in found.verdicts if each.holds
            }
            for verdict in found.verdicts:
                assert verdict.holds == (record in held[entity, verdict.action])
                assert _adds_up(verdict, told_all=True), (entity, record, verdict)


@pytest.mark.parametrize("reader", SCOPED)
def test_explained_levels_of_fields_are_those_by_which_they_are_read(
    stage: Stage, reader: str
) -> None:
    principal = stage.context(reader).principal
    with stage.installation.engine.read(stage.installation.system()) as desk:
        policy = desk.policy
        for entity in KINDS:
            for found in desk.explained(entity, 1, principal).fields:
                name = found.field.name
                best = max((each.level for each in found.claims if each.reads), default=0)
                readable = name in policy.fields(principal, entity, "read")
                assert (best >= READ) == readable, (entity, found)
                if found.level == "write":
                    written = max((each.level for each in found.claims if each.writes), default=0)
                    assert LEVEL_NAMES[written] == "write"


def test_a_condition_on_what_the_asker_may_not_read_is_not_tried_for_him(stage: Stage) -> None:
    # by_number may not read the price of things.
    foreman = stage.context("foreman").principal
    with stage.desk("by_number") as desk:
        priced = _conditions(desk, foreman, "thing")
        assert all(each.condition is None and not each.may_know for each in priced)
    with stage.desk("everything") as desk:
        assert any(each.condition is not None for each in _conditions(desk, foreman, "thing"))


def _conditions(desk: Desk, principal: Principal, entity: str) -> list[Tried]:
    found: list[Tried] = []
    for record in range(1, 15):
        for verdict in desk.explained(entity, record, principal).verdicts:
            found += [each for each in verdict.tried if each.claim.condition is not None]
    return found


def test_nothing_is_explained_of_a_record_that_is_not_there(stage: Stage) -> None:
    with stage.desk("everything") as desk:
        assert desk.explained("firm", 999_999).verdicts == ()
