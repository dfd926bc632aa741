"""Lists whose statements are kept for readers of a kind show each of them what is his."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from access_world.peopling import WORKERS
from access_world.probing import HEADS, compare
from access_world.schema import FIELDS, INPUTS, TITLES
from access_world.stage import Stage

from cardwright_entities.model.model import Model
from cardwright_entities.queries import pages, plain_pages
from cardwright_entities.queries.plain_pages import PlainPage
from cardwright_entities.queries.stand_ins import speaks_of_reader
from cardwright_metadata.expressions.parsing import parse_condition

ROLES = ("seller", "branch", "floater", "foreman", "teller", "province")
#: The same roles again and again, by different people, some of them in no unit or gang.
PEOPLE: Mapping[str, tuple[tuple[str, ...], int | None]] = {
    f"{'+'.join(roles)} of {worker}": (roles, worker)
    for roles in (*((each,) for each in ROLES), ("floater", "branch"))
    for worker in range(1, WORKERS + 1, 3)
}
_COMPUTED = ("lines ", "links ", "mirror ")


@pytest.mark.parametrize("few", [plain_pages.FEW, 3, 0])
def test_what_was_kept_for_one_shows_the_next_what_is_his(
    stage: Stage, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``few``: so that the same records are found beforehand, or met on the way through a list."""
    for module in (plain_pages, pages):
        monkeypatch.setattr(module, "FEW", few)
    peopled = replace(stage, scoped=PEOPLE)
    model = _forget(peopled)
    seen: set[int] = set()
    for reader in PEOPLE:
        oracle = peopled.oracle(reader)
        for entity in HEADS:
            seen |= {each for each in stage.world[entity] if oracle.visible(entity, each)}
            for sort in ("-created_at", TITLES[entity]):
                columns = [
                    name
                    for name, kind in FIELDS[entity].items()
                    if oracle.readable(entity, name)
                    and (entity, name) not in INPUTS
                    and not kind.startswith(_COMPUTED)
                ]
                asked = {
                    "kind": "list", "entity": entity, "deleted": False, "columns": columns,
                    "sort": [sort], "totals": {},
                }  # fmt: skip
                assert [*compare(peopled, reader, oracle, asked)] == []
    assert seen
    kept = [
        page
        for entity in HEADS
        for page in model.entity(entity).kept_statements.values()
        if isinstance(page, PlainPage)
    ]
    assert kept
    assert len(kept) < len(PEOPLE) * len(HEADS)
    if stage.installation.store.dialect == "postgresql":
        assert [each for each in kept if each.counted is not None]


def _forget(stage: Stage) -> Model:
    with stage.installation.engine.read(stage.installation.system()) as desk:
        for entity in HEADS:
            desk.model.entity(entity).kept_statements.clear()
        return desk.model


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        ("owner = $me", True),
        ("owner in $my_subordinates or owner in $my_teams or owner is empty", True),
        ("department = $my_department and level in ('a', 'b')", True),
        ("organisation in $my_organisations and staff = 7", True),
        ("partner = true or area is not empty", True),
        # Judged as the statement is made, by numbers that are not the reader's.
        ("$user = 5", False),
        ("owner = $me or $me = 7", False),
        ("level = 'a' and $my_department != 3", False),
        # The clock, and what is compared by it.
        ("founded < today()", False),
        ("seen_at > '2026-03-01'", False),
        ("founded = '2026-03-01'", False),
        # What other records say, or a calculation.
        ("area.name = '南'", False),
        ("double = 4", False),
        ("deal any (stage = 'won')", False),
        ("not (level = 'a')", False),
        ("name starts 'a'", False),
    ],
)
def test_only_rights_that_compare_own_values_with_the_reader_are_kept(
    stage: Stage, rule: str, kept: bool
) -> None:
    with stage.desk("seller") as desk:
        judged = desk.reading.strict("firm", parse_condition(rule).tree)
        assert speaks_of_reader(judged, desk.model.entity("firm")) is kept
