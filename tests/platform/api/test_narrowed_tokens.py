"""A token only narrows: whatever its scope, it reads and writes no more than who it belongs to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from access_world.sight import read_roles

from cardwright_entities.accounts.tokens import SCOPES, create_token

if TYPE_CHECKING:
    from conftest import Caller, Site

ROLES = ("chief", "clerk", "guest", "admin", "", *sorted(read_roles()))
READING = ("read",)


@pytest.fixture
def planted(site: Site) -> dict[str, int]:
    """Records whose ids the addresses of the description are filled with."""
    chief = site.caller("chief")
    area = chief.create("area", code="N", name="North")
    firm = chief.create("firm", name="Acme", area=area["id"], credit="500", level="a")
    thing = chief.create("thing", code="T1", name="Thing", price="2.50")
    deal = chief.create("deal", firm=firm["id"], items=[{"thing": thing["id"], "quantity": "2"}])
    return {"area": area["id"], "firm": firm["id"], "thing": thing["id"], "deal": deal["id"]}


def readable(caller: Caller, planted: dict[str, int]) -> Iterator[str]:
    """Give every address that the description lets somebody read, with a record in it."""
    document: dict[str, Any] = caller.get("/openapi.json").get_json()
    for path, told in sorted(document["paths"].items()):
        entity = path.split("/")[2] if path.startswith(("/records/", "/history/")) else ""
        filled = path.replace("{record}", str(planted.get(entity, 1)))
        if "get" in told and "{" not in filled:
            yield filled


def told(caller: Caller, path: str) -> tuple[int, object]:
    """Return status and content of an answer, without the number that is another each time."""
    answer = caller.get(path)
    content = answer.get_json(silent=True) if answer.is_json else answer.data
    if isinstance(content, dict) and "error" in content:
        content["error"].pop("request_id")
    return answer.status_code, content


def token_of(site: Site, whole: Caller, scopes: Sequence[str]) -> Caller:
    """Return another program of the same person."""
    with site.instance.store.write(site.instance.system_context()) as session:
        return replace(whole, token=create_token(session, whole.account, "more", scopes=scopes))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("site", ["sqlite"], indirect=True)
def test_a_token_reads_what_its_owner_reads_and_writes_no_more(
    site: Site, planted: dict[str, int], role: str
) -> None:
    whole = site.caller(*([role] if role else []))
    narrowed = token_of(site, whole, READING)
    paths = [*readable(whole, planted)]
    assert [*readable(narrowed, planted)] == paths
    for path in paths:
        assert told(narrowed, path) == told(whole, path), path
    # What one role may not read, its token does not read either: the chief's addresses.
    for path in readable(site.caller("chief"), planted):
        assert told(narrowed, path)[0] == told(whole, path)[0], path
    before = site.digest()
    for entity, record in planted.items():
        address = f"/records/{entity}/{record}"
        for answer in (
            narrowed.post(f"/records/{entity}", {"name": "X"}),
            narrowed.patch(address, {"name": "X"}, version=1),
            narrowed.delete(address),
        ):
            assert answer.status_code == 403, answer.text
    assert site.digest() == before


@pytest.mark.parametrize("scopes", [READING, SCOPES], ids=" ".join)
def test_what_is_taken_from_the_owner_is_taken_from_his_tokens_at_once(
    site: Site, planted: dict[str, int], scopes: tuple[str, ...]
) -> None:
    whole = site.caller("chief")
    token = token_of(site, whole, scopes)
    path = f"/records/firm/{planted['firm']}"
    assert token.get(path).get_json()["credit"] == "500.00"
    site.set_roles(whole, "clerk")
    assert "credit" not in token.get(path).get_json()
    site.set_roles(whole)
    assert token.get(path).status_code == 404
    assert token.get("/catalog").get_json()["entities"] == []
