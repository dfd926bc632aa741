"""Somebody of a customer signs in: a principal like any other, by the contact that is his."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from installation import PACKS, Installation, build_installation

from cardwright_entities.access.policy import RolePolicy
from cardwright_entities.accounts.acting import principal_of
from cardwright_entities.contexts import Principal
from cardwright_entities.engine import Desk
from cardwright_entities.errors import AccessError, InputError, NotFoundError
from cardwright_entities.queries.requests import PageRequest


@pytest.fixture
def installation(store_url: str) -> Iterator[Installation]:
    """Two firms with a deal each; somebody of the first one may sign in."""
    built = build_installation(store_url, PACKS / "workshop")
    with built.engine.write(built.system()) as desk:
        for number in (1, 2):
            desk.records.create("firm", {"name": f"Firm {number}"})
            desk.records.create("deal", {"firm": number})
            desk.records.create("login", {"name": f"P{number}", "login": f"p{number}"})
        desk.records.create("patron", {"name": "Pat", "account": 1, "firm": 1})
    yield built
    built.store.close()


def principal(installation: Installation, account: int) -> Principal:
    """Return who an account is now, with the role of the portal."""
    with installation.engine.read(installation.system()) as desk:
        found, _ = principal_of(desk.session, desk.model, account)
    return replace(found, roles=frozenset({"portal"}))


def seen(installation: Installation, who: Principal, entity: str) -> list[int]:
    """Return the ids of what somebody reads of an entity."""
    context = replace(installation.system(), principal=who)
    with installation.engine.read(context) as desk:
        return sorted(row.id for row in desk.page(PageRequest(entity=entity)).rows)


def written(installation: Installation, **values: object) -> None:
    with installation.engine.write(installation.system()) as desk:
        desk.records.update("patron", 1, values, None)


def test_a_contact_reads_what_his_own_customer_has(installation: Installation) -> None:
    pat = principal(installation, 1)
    assert (pat.contact, pat.employee) == (1, None)
    assert (seen(installation, pat, "firm"), seen(installation, pat, "deal")) == ([1], [1])
    with installation.engine.write(replace(installation.system(), principal=pat)) as desk:
        with pytest.raises(NotFoundError):
            desk.record("deal", 2)
        desk.records.create("deal", {"firm": 1, "due": "2026-05-05"})
    with pytest.raises((AccessError, InputError)):
        _create(installation, pat, {"firm": 2, "due": "2026-05-05"})
    assert seen(installation, pat, "deal") == [1, 3]


def _create(installation: Installation, who: Principal, values: dict[str, object]) -> None:
    with installation.engine.write(replace(installation.system(), principal=who)) as desk:
        desk.records.create("deal", values)


def test_who_is_nobody_of_a_customer_reads_nothing(installation: Installation) -> None:
    stranger = principal(installation, 2)
    assert stranger.contact is None
    assert (seen(installation, stranger, "firm"), seen(installation, stranger, "deal")) == ([], [])
    written(installation, firm=None)
    pat = principal(installation, 1)
    assert (seen(installation, pat, "firm"), seen(installation, pat, "deal")) == ([], [])


def test_what_a_contact_reads_follows_his_card_at_once(installation: Installation) -> None:
    written(installation, firm=2)
    assert seen(installation, principal(installation, 1), "deal") == [2]
    written(installation, account=2)
    assert principal(installation, 1).contact is None
    assert seen(installation, principal(installation, 2), "deal") == [2]
    with installation.engine.write(installation.system()) as desk:
        desk.records.delete("patron", 1)
    assert principal(installation, 2).contact is None


def test_of_two_contacts_with_one_account_it_is_neither(installation: Installation) -> None:
    with installation.engine.write(installation.system()) as desk:
        desk.records.create("patron", {"name": "Other", "account": 1, "firm": 2})
    pat = principal(installation, 1)
    assert pat.contact is None
    assert seen(installation, pat, "deal") == []


def test_whoever_works_here_is_no_contact(installation: Installation) -> None:
    with installation.engine.write(installation.system()) as desk:
        hired = desk.records.create("worker", {"name": "Pat", "account": 1}).id
    pat = principal(installation, 1)
    assert (pat.employee, pat.contact) == (hired, None)
    assert seen(installation, pat, "deal") == []


def test_who_a_contact_is_says_only_who_manages_users(installation: Installation) -> None:
    with installation.engine.read(installation.system()) as desk:
        policy, chief = RolePolicy(desk.model.catalog), Principal(9, "", frozenset({"chief"}))
    fields = policy.fields(chief, "patron", "write")
    assert "firm" in fields
    assert "account" not in fields


def test_a_query_may_speak_of_the_contact(installation: Installation) -> None:
    def found(desk: Desk, text: str) -> list[int]:
        where = desk.condition("firm", text=text)
        return [row.id for row in desk.page(PageRequest(entity="firm", where=where)).rows]

    pat = replace(principal(installation, 1), roles=frozenset({"chief"}))
    with installation.engine.read(replace(installation.system(), principal=pat)) as desk:
        assert found(desk, "$self = $contact.firm") == [1]
        assert found(desk, "name = $contact.name") == []
        assert found(desk, "$contact.name = 'Pat'") != []
