"""A look-up compares a link to any entity with records of one, also where it is empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from installation import Installation, build_installation

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
  name: {type: text, label: 名称}
---
kind: entity
name: deal
label: 单
fields:
  name: {type: text, label: 名称}
  firm: {type: link, to: firm, label: 公司}
---
kind: entity
name: visit
label: 拜访
fields:
  about: {type: link_any, to: [deal, firm], label: 关于}
  firm:
    type: link
    to: firm
    label: 公司
    suggest:
      itself: {label: 本身, find: firm, where: "$record.about = record('firm', id)"}
      deal:   {label: 单, find: firm, where: "deal.firm any ($record.about = record('deal', id))"}
  others:
    type: integer
    label: 其他
    suggest: "if(exists(deal, record('deal', id) != $record.about), 1, 0)"
  stops:  {type: lines, of: visit_stop, label: 站}
---
kind: entity
name: visit_stop
owner: visit
label: 站
fields:
  about: {type: link_any, to: [deal, firm], label: 关于}
  deal:  {type: link, to: deal, label: 单, suggest: {find: deal, where: "firm = $record.about"}}
"""


@pytest.fixture(scope="module")
def trial(
    store_module_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """Two firms, of which the second has a deal."""
    folder = tmp_path_factory.mktemp("trial")
    (folder / "pack.yaml").write_text(TEXT, "utf-8")
    installation = build_installation(store_module_url, folder)
    with installation.engine.write(installation.system()) as desk:
        for name in ("甲", "乙"):
            desk.records.create("firm", {"name": name})
        desk.records.create("deal", {"name": "改造", "firm": 2})
    yield installation
    installation.store.close()


@pytest.mark.parametrize(
    ("about", "firm", "others"),
    [
        ({"entity": "firm", "id": 1}, 1, 1),
        ({"entity": "deal", "id": 1}, 2, 0),
        (None, None, 1),
    ],
)
def test_a_record_asks_with_the_link_that_it_has(
    trial: Installation, about: Mapping[str, object] | None, firm: int | None, others: int
) -> None:
    with trial.engine.write(trial.system()) as desk:
        made = desk.records.create("visit", {"about": about}).id
        values = desk.record("visit", made).values
    assert (values["firm"], values["others"]) == (firm, others)


def test_lines_ask_each_with_their_own(trial: Installation) -> None:
    asked: list[dict[str, object]] = [
        {"about": {"entity": "firm", "id": 2}},
        {"about": {"entity": "deal", "id": 1}},
        {"about": {"entity": "firm", "id": 1}},
        {},
        {},
    ]
    with trial.engine.write(trial.system()) as desk:
        made = desk.records.create("visit", {"stops": asked}).id
        found = [each.values["deal"] for each in desk.record("visit", made).lines["stops"]]
    assert found == [1, None, None, None, None]
