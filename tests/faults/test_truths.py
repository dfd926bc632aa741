"""The audit after a kill finds what a kill could leave: each kind of damage, done by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from faults.truths import untruths_at
from odd_input.ground import Ground, bring_file, ground_on, send_json
from sqlalchemy import text

from cardwright_entities.files.blobs import Blobs

#: What is done to a sound installation, and a word of what must be said of it.
DAMAGES = {
    "update e_deal set total = total + 1": "is not the sum",
    "update e_deal_item set amount = amount + 100": "is not",
    "delete from e_deal_item where id = 2": "deal_item 2: history without a record",
    "update e_deal_item set position = 1": "two lines at",
    "delete from cw_change where record = 1 and version = 2": "another history",
    "update e_firm set version = version + 1 where id = 1": "another history",
    "update e_deal set deleted_at = '2026-01-01 00:00:00.000000'": "outlives its head",
    "delete from t_area where depth = 1": "closure is off",
    "insert into t_area (ancestor, descendant, depth) values (2, 1, 1)": "closure is off",
    "update cw_number set last = 0": "were counted",
    "update cw_file set size = 1": "has not its content",
    "update cw_job set state = 'running'": "is running",
}


class TakenBackError(Exception):
    """Ends a transaction without a trace."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground_on("", tmp_path_factory.mktemp("sound")) as ground:
        chief = ground.chief
        send_json(chief, "POST", "/records/area", {"code": "S", "name": "South", "above": 1})
        lines = {"items": [{"thing": 1, "quantity": "1"}]}
        status, answer = send_json(chief, "PATCH", "/records/deal/1", lines, If_Match='"1"')
        assert status == 200, answer
        bring_file(chief)
        assert found_after(ground, "update cw_job set state = 'done'") == []
        yield ground


def found_after(ground: Ground, *statements: str) -> list[str]:
    """Do something to the tables; return what is found then, and take it back."""
    instance = ground.served.instance
    found: list[str] = []
    with suppress(TakenBackError), instance.engine.write(instance.system_context()) as desk:
        for statement in statements:
            desk.session.execute(text(statement))
        found += untruths_at(desk, Blobs(instance.config.files_folder))
        raise TakenBackError
    return found


@pytest.mark.parametrize("statement", DAMAGES)
def test_damage_is_found(sound: Ground, statement: str) -> None:
    found = found_after(sound, "update cw_job set state = 'done'", statement)
    assert any(DAMAGES[statement] in each for each in found), found
