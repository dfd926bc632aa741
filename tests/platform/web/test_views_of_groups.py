"""Views that are shared with user groups reach whoever is in them, as long as he is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import PACKS, Served, serve

from cardwright_entities.accounts.accounts import find_account


@pytest.fixture
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    served = serve("", folder, Path("base"), PACKS / "shelves")
    yield served
    served.instance.close()


def test_a_view_reaches_the_members_of_a_group(shop: Served) -> None:
    boss, member = shop.signed_in("ann", "boss"), shop.signed_in("bob", "keeper")
    context = shop.instance.system_context()
    with shop.instance.engine.write(context) as desk:
        bob = find_account(desk.session, "bob").id
        values = {"code": "night", "name": "Night shift", "members": [bob]}
        group = desk.records.create("user_group", values)
    form = boss.get("/list/book/views/new").text
    assert f'value="group:{group.id}"' in form
    assert "Night shift" in form
    kept = boss.post(
        "/list/book/views/new",
        {"name": "At night", "where": "price > 5", "with": ["", f"group:{group.id}"]},
    )
    view = re.search(r"query=(\d+)", kept.headers["Location"])
    assert view is not None
    assert "At night" in member.get("/list/book").text
    assert "At night" in member.get("/search?q=night").text
    told = member.get("/views").text
    assert "At night" in told
    assert "Ann" in told
    with shop.instance.engine.write(context) as desk:
        desk.records.update("user_group", group.id, {"members": []}, None)
    assert "At night" not in member.get("/list/book").text
    with shop.instance.engine.write(context) as desk:
        desk.records.update("user_group", group.id, {"members": [bob]}, None)
        desk.records.delete("user_group", group.id, None)
    assert "At night" not in member.get("/list/book").text
