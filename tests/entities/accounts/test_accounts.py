from __future__ import annotations

from collections.abc import Callable

import pytest

from cardwright_entities.accounts import accounts
from cardwright_entities.accounts.accounts import Account, NewAccount, create_account
from cardwright_entities.contexts import Context
from cardwright_entities.errors import InputError, NotFoundError
from cardwright_entities.store.doors import Store

At = Callable[..., Context]


def test_an_account_is_found_in_any_spelling_of_its_login(
    store: Store, at: At, account: Account
) -> None:
    wide = account.login.upper().replace(".", "．")
    with store.read(at()) as session:
        assert accounts.find_account(session, f" {wide} ") == account


def test_a_login_is_taken_once(store: Store, at: At, account: Account) -> None:
    with store.write(at()) as session, pytest.raises(InputError) as refused:
        create_account(session, NewAccount(login=account.login.upper(), name="Somebody else"))
    assert refused.value.fields["login"][0].code == "already_used"
    with store.read(at()) as session:
        assert accounts.read_account(session, account.id).name == "王建国"


@pytest.mark.parametrize("login", ["", "a", "with blank", "a\x00b", "<b>", "x" * 65, "a\r\nb"])
def test_a_login_that_could_do_harm_is_refused(store: Store, at: At, login: str) -> None:
    with store.write(at()) as session, pytest.raises(InputError) as refused:
        create_account(session, NewAccount(login=login, name="x"))
    assert refused.value.fields["login"][0].code == "bad_login"


def test_an_account_takes_the_id_of_its_users_record(store: Store, at: At) -> None:
    with store.write(at()) as session:
        created = create_account(session, NewAccount(login="of.record", name="x", id=90210))
    assert created.id == 90210


def test_an_existing_id_is_never_taken_over(store: Store, at: At, account: Account) -> None:
    thief = NewAccount(login="thief.of.ids", name="x", roles=["admin"], id=account.id)
    with store.write(at()) as session, pytest.raises(InputError):
        create_account(session, thief)
    with store.read(at()) as session:
        assert accounts.read_account(session, account.id) == account


def test_roles_and_tastes_are_replaced(store: Store, at: At, account: Account) -> None:
    with store.write(at()) as session:
        accounts.set_roles(session, account.id, ["reader", "admin", "reader"])
        accounts.set_tastes(session, account.id, language="en", zone=None, theme="contrast")
    with store.read(at()) as session:
        changed = accounts.read_account(session, account.id)
    assert changed.roles == {"reader", "admin"}
    assert (changed.language, changed.zone, changed.theme) == ("en", None, "contrast")


def test_an_unknown_account_is_not_found(store: Store, at: At) -> None:
    with store.write(at()) as session, pytest.raises(NotFoundError):
        accounts.set_disabled(session, 10**12, disabled=True)


def test_a_hash_is_not_shown_where_accounts_are_printed(
    store: Store, at: At, account: Account
) -> None:
    with store.write(at()) as session:
        accounts.set_password_hash(session, account.id, "$argon2id$planted")
        assert "planted" not in repr(accounts.read_account(session, account.id))
