"""What a link offers binds every save: others than those are refused, what stood there stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from installation import Installation, build_installation

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError

TEXT = """\
kind: pack
name: trial
label: 试
language: 1
---
kind: entity
name: firm
label: 公司
fields:
  name:   {type: text, label: 名称}
  in_use: {type: boolean, default: true, label: 启用}
  secret: {type: integer, default: 1, label: 密}
---
kind: entity
name: person
label: 人
fields:
  name: {type: text, label: 名称}
  firm: {type: link, to: firm, label: 公司}
---
kind: entity
name: deal
label: 单
fields:
  firm:    {type: link, to: firm, where: in_use = true, label: 公司}
  contact: {type: link, to: person, where: firm = $record.firm, label: 联系人}
  guests:  {type: links, to: person, where: firm.in_use = true, label: 客人}
  about:   {type: link_any, to: [person, firm], where: name != '停', label: 关于}
  guarded: {type: link, to: firm, where: secret > 0, label: 密}
  lines:   {type: lines, of: deal_line, label: 明细}
---
kind: entity
name: deal_line
owner: deal
label: 明细
fields:
  person: {type: link, to: person, where: firm = $head.firm, label: 人}
---
kind: role
name: seller
label: {zh: 销售, en: Seller}
grants:
  "*": {actions: [read, create, edit, delete]}
  firm: {actions: [read, edit], fields: {secret: hidden}}
"""


@pytest.fixture(scope="module")
def firms(
    store_module_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Two firms, each with a person of the same number, and a third firm that is closed."""
    folder = tmp_path_factory.mktemp("firms")
    (folder / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_module_url, folder)
    with installation.engine.write(installation.system()) as desk:
        for name in ("甲", "乙"):
            desk.records.create("firm", {"name": name})
        desk.records.create("firm", {"name": "停", "in_use": False, "secret": 0})
        for firm in (1, 2, 3):
            desk.records.create("person", {"name": "停" if firm == 3 else "人", "firm": firm})
    yield installation
    installation.store.close()


def refused(desk: Desk, values: Mapping[str, object], record: int = 0) -> dict[str, str]:
    """Return the codes of a save's messages by field, nothing if it was taken."""
    try:
        if record:
            desk.records.update("deal", record, values, None)
        else:
            desk.records.create("deal", values)
    except InputError as error:
        return {name: messages[0].code for name, messages in error.fields.items()}
    return {}


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"firm": 1, "contact": 1, "guests": [1, 2]}, set()),
        ({"firm": 3}, {"firm"}),
        ({"firm": 1, "contact": 2}, {"contact"}),
        ({"contact": 1}, {"contact"}),
        ({"guests": [1, 3]}, {"guests"}),
        ({"about": {"entity": "firm", "id": 3}}, {"about"}),
        ({"about": {"entity": "person", "id": 2}}, set()),
        ({"firm": 1, "lines": [{"person": 1}, {"person": 2}, {"person": 1}]}, {"lines.1.person"}),
        ({"guarded": 1}, set()),
        ({"guarded": 3}, {"guarded"}),
    ],
)
def test_only_what_a_link_offers_is_taken(
    firms: Installation, values: Mapping[str, object], wrong: set[str]
) -> None:
    with firms.engine.write(firms.acting("seller")) as desk:
        assert refused(desk, values) == dict.fromkeys(wrong, "record_not_offered")


def test_what_stood_there_before_is_left_alone(firms: Installation) -> None:
    with firms.engine.write(firms.acting("seller")) as desk:
        values = {"firm": 2, "guests": [2], "contact": 2, "lines": [{"person": 2}]}
        deal = desk.records.create("deal", values).id
        desk.records.update("firm", 2, {"in_use": False}, None)
        assert not refused(desk, {"firm": 2, "guests": [2, 1]}, deal)
        assert not refused(desk, {"firm": 1}, deal)
        assert refused(desk, {"firm": 2, "guests": [2, 3]}, deal).keys() == {"firm", "guests"}
        desk.records.update("firm", 2, {"in_use": True}, None)


def test_what_is_not_there_is_told_once(firms: Installation) -> None:
    with firms.engine.write(firms.acting("seller")) as desk:
        assert refused(desk, {"firm": 99}) == {"firm": "unknown_record"}


def test_the_engine_itself_is_not_asked(firms: Installation) -> None:
    with firms.engine.write(firms.acting("seller")) as desk:
        assert desk.records.beyond_rights().create("deal", {"firm": 3}).id


def test_lines_that_ask_the_same_cost_one_statement(firms: Installation) -> None:
    with firms.engine.write(firms.acting("seller")) as desk:
        counted = []
        for count in (2, 60):
            before = desk.session.statements
            assert not refused(desk, {"firm": 1, "lines": [{"person": 1}] * count})
            counted.append(desk.session.statements - before)
        assert counted[0] == counted[1]
