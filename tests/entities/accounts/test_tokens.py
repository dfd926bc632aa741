from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from cardwright_entities.accounts import accounts, tokens
from cardwright_entities.accounts.accounts import Account
from cardwright_entities.accounts.opening import Openings
from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, NotFoundError
from cardwright_entities.store.doors import Store

At = Callable[..., Context]
Find = Callable[[Context, str], tuple[tokens.Token, Account] | None]


def make(store: Store, context: Context, account: Account, **options: object) -> str:
    lifetime = options.get("lifetime")
    assert lifetime is None or isinstance(lifetime, timedelta)
    with store.write(context) as session:
        return tokens.create_token(session, account.id, "nightly", lifetime=lifetime)


@pytest.fixture
def find(store: Store, openings: Openings) -> Find:
    def look(context: Context, secret: str) -> tuple[tokens.Token, Account] | None:
        with store.read(context) as session:
            opened = openings.read(session, token=secret)
        return (
            None
            if opened.token is None or opened.account is None
            else (opened.token, opened.account)
        )

    return look


def test_a_token_finds_its_account(store: Store, at: At, account: Account, find: Find) -> None:
    secret = make(store, at(), account)
    assert secret.startswith("cw_")
    found = find(at(days=400), secret)
    assert found is not None
    assert found[1] == account
    assert found[0].scopes == {"read", "write"}


def test_a_token_ends_when_it_was_said_to(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = make(store, at(), account, lifetime=timedelta(days=30))
    assert find(at(days=29), secret) is not None
    assert find(at(days=30), secret) is None


def test_a_revoked_token_opens_nothing(store: Store, at: At, account: Account, find: Find) -> None:
    secret = make(store, at(), account)
    found = find(at(), secret)
    assert found is not None
    with store.write(at()) as session:
        tokens.revoke_token(session, account.id, found[0].id)
    assert find(at(), secret) is None
    with store.read(at()) as session:
        assert tokens.list_tokens(session, account.id) == ()


def test_somebody_elses_token_is_not_found(
    store: Store, at: At, account: Account, find: Find
) -> None:
    found = find(at(), make(store, at(), account))
    assert found is not None
    with store.write(at()) as session, pytest.raises(NotFoundError):
        tokens.revoke_token(session, account.id + 1, found[0].id)


def test_a_token_of_a_disabled_account_opens_nothing(
    store: Store, at: At, account: Account, find: Find
) -> None:
    secret = make(store, at(), account)
    with store.write(at()) as session:
        accounts.set_disabled(session, account.id, disabled=True)
    assert find(at(), secret) is None


def test_what_is_no_token_of_ours_opens_nothing(at: At, find: Find) -> None:
    for invented in ("cw_", "cw_x", "x", "'", "卡" * 500):
        assert find(at(), invented) is None


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "everything"]])
def test_an_unknown_scope_is_refused(
    store: Store, at: At, account: Account, scopes: list[str]
) -> None:
    with store.write(at()) as session, pytest.raises(InputError):
        tokens.create_token(session, account.id, "x", scopes=scopes)
