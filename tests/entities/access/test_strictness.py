"""Conditions of rights deny what rests on an empty value, whichever way they are turned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.contexts import Principal
from cardwright_entities.errors import AccessError, NotFoundError
from cardwright_entities.queries.requests import PageRequest
from cardwright_metadata.catalog import Catalog
from cardwright_metadata.expressions.json_filters import from_json
from cardwright_metadata.expressions.parsing import parse
from cardwright_metadata.expressions.tree import Node

#: Name: level, staff, mother, owner or not.
FIRMS = {
    "a": ("a", 10, None, True),
    "b": ("b", None, "a", True),
    "c": ("c", 3, "b", False),
    "none": (None, 7, "c", False),
    "bare": (None, None, "none", False),
}


@dataclass
class RuledPolicy(RolePolicy):
    """Chiefs who see firms under a condition; it is set by each test."""

    catalog: Catalog
    rules: dict[str, Node | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(self.catalog)

    def rows(self, principal: Principal, entity: str, action: str) -> Node | bool:
        """Return the condition that stands for an action, or what the role grants."""
        if entity == "firm" and not principal.is_system and action in self.rules:
            return self.rules[action]
        return super().rows(principal, entity, action)


@pytest.fixture(scope="module")
def firms(store_module_url: str) -> Iterator[Installation]:
    """Five firms with fewer and fewer values, and somebody whom nobody is below."""
    built = build_installation(store_module_url, PACKS / "workshop", policy_of=RuledPolicy)
    with built.engine.write(built.system()) as desk:
        boss = desk.records.create("worker", {"name": "班长"}).id
        area = desk.records.create("area", {"code": "S", "name": "苏州"}).id
        ids: dict[str, int] = {}
        for name, (level, staff, mother, owned) in FIRMS.items():
            row = {
                "name": name, "level": level, "staff": staff, "mother": ids.get(mother or ""),
                "owner": {"entity": "worker", "id": boss} if owned else None,
                "area": area if owned else None,
            }  # fmt: skip
            ids[name] = desk.records.create("firm", row).id
        jobs = [{"firm": ids["a"], "post": "x"}, {"firm": ids["b"]}]
        desk.records.create("person", {"name": "人", "jobs": jobs})
    yield built
    built.store.close()


def _seen(firms: Installation, rule: Node | bool, employee: int | None = None) -> set[str]:
    with firms.engine.read(firms.acting("chief", employee=employee)) as desk:
        assert isinstance(desk.policy, RuledPolicy)
        desk.policy.rules = {"read": rule}
        page = desk.page(PageRequest(entity="firm", columns=("name",)))
    return {str(row.values["name"]) for row in page.rows}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("level != 'c'", {"a", "b"}),
        ("not (level = 'c')", {"a", "b"}),
        ("level not in ('c')", {"a", "b"}),
        ("not (level in ('c', 'b'))", {"a"}),
        ("not (level starts 'c')", {"a", "b"}),
        ("level is empty", {"none", "bare"}),
        ("not (level is empty)", {"a", "b", "c"}),
        ("level = null", {"none", "bare"}),
        ("level != null", {"a", "b", "c"}),
        ("level = 'a' or staff > 5", {"a", "none"}),
        ("not (level = 'c' and staff < 5)", {"a", "b", "none"}),
        ("not (staff between 5 and 8)", {"a", "c"}),
        ("not (staff * 2 > 15)", {"c", "none"}),
        ("mother.level != 'c'", {"b", "c"}),
        ("not (mother.staff > 5)", {"none"}),
        ("job any (post = 'x')", {"a"}),
        ("job none (post = 'x')", {"c", "none", "bare"}),
        ("not (job any (post = 'x'))", {"c", "none", "bare"}),
        ("job all (post = 'x')", {"a", "c", "none", "bare"}),
        ("not (job all (post = 'x'))", set()),
        ("mother.job none (post = 'x')", {"none", "bare"}),
        ("count(job) = 0", {"c", "none", "bare"}),
        ("coalesce(level, 'z') != 'c'", {"a", "b", "none", "bare"}),
        ("area under '苏州'", {"a", "b"}),
        ("area under 'nowhere'", set()),
        ("not (area under 'nowhere')", {"a", "b"}),
    ],
)
def test_an_empty_value_gives_no_right(firms: Installation, rule: str, expected: set[str]) -> None:
    assert _seen(firms, parse(rule).tree) == expected


@pytest.mark.parametrize(
    "rule",
    [
        "owner = $me",
        "owner != $me",
        "not (owner = $me)",
        "owner in $my_subordinates",
        "owner not in $my_subordinates",
        "not (owner in $my_subordinates)",
        "department = $my_department",
        "not (department = $my_department)",
        "mother.owner != $me",
    ],
)
def test_who_is_nobody_is_let_in_by_no_rule_about_himself(firms: Installation, rule: str) -> None:
    assert _seen(firms, parse(rule).tree) == set()


def test_who_is_somebody_is_told_from_others(firms: Installation) -> None:
    assert _seen(firms, parse("owner = $me").tree, employee=1) == {"a", "b"}
    assert _seen(firms, parse("owner != $me").tree, employee=1) == set()
    assert _seen(firms, parse("owner != $me").tree, employee=2) == {"a", "b"}
    assert _seen(firms, parse("owner not in $my_subordinates").tree, employee=1) == {"a", "b"}


def test_a_list_of_nothing_holds_nobody(firms: Installation) -> None:
    nothing = {"field": "level", "op": "in", "value": []}
    assert _seen(firms, from_json(nothing)) == set()
    assert _seen(firms, from_json({"any": []})) == set()
    assert _seen(firms, from_json({"not": nothing})) == {"a", "b", "c"}


def test_no_right_to_read_is_no_right_to_anything(firms: Installation) -> None:
    with firms.engine.write(firms.acting("chief")) as desk:
        assert isinstance(desk.policy, RuledPolicy)
        seen = parse("name = 'a'").tree
        desk.policy.rules = {"read": seen, "edit": True, "delete": True, "export": True}
        hidden = [number for number, name in enumerate(FIRMS, 1) if name != "a"]
        for record in hidden:
            with pytest.raises(NotFoundError):
                desk.records.update("firm", record, {"staff": 1}, None)
            with pytest.raises(NotFoundError):
                desk.records.delete("firm", record)
        exported = desk.page(PageRequest(entity="firm", action="export"))
        assert [row.id for row in exported.rows] == [1]


def test_nobody_edits_a_record_out_of_his_own_sight(firms: Installation) -> None:
    with firms.engine.write(firms.acting("chief")) as desk:
        assert isinstance(desk.policy, RuledPolicy)
        desk.policy.rules = {"read": parse("staff > 5").tree, "edit": True}
        with pytest.raises(AccessError):
            desk.records.update("firm", 1, {"staff": 2}, None)
