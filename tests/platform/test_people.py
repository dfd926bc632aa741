from __future__ import annotations

from dataclasses import replace

import pytest
from serving import PASSWORD, Served

from cardwright_entities.accounts.accounts import read_account
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_platform.people import add_user, change_roles, first_admin


def change(served: Served, record: int, **values: object) -> None:
    def write(desk: Desk) -> None:
        desk.records.update("mate", record, values, None)

    served.instance.engine.run_write(served.instance.system_context(), write)


def test_new_roles_hold_from_the_next_request(served: Served) -> None:
    account = served.add("promoted", "reader")
    browser = served.browser()
    browser.sign_in("promoted", PASSWORD)
    assert browser.get("/new/sailor").status_code in (403, 404)
    change(served, account.id, may=["editor"])
    assert browser.get("/new/sailor").status_code == 200


@pytest.mark.parametrize("how", ["switched off", "deleted"])
def test_who_leaves_is_out_and_history_still_names_him(served: Served, how: str) -> None:
    account = served.add(f"leaver.{how[:3]}", "reader")
    browser = served.browser()
    browser.sign_in(account.login, PASSWORD)
    assert browser.get("/list/sailor").status_code == 200
    if how == "deleted":
        context = served.instance.system_context()
        served.instance.engine.run_write(
            context, lambda desk: desk.records.delete("mate", account.id)
        )
    else:
        change(served, account.id, aboard=False)
    assert browser.get("/list/sailor").status_code == 303
    with served.instance.store.read(served.instance.system_context()) as session:
        kept = read_account(session, account.id)
    assert kept.disabled_at == served.clock.now
    assert kept.name == account.name


def test_a_restored_user_signs_in_again_with_his_password(served: Served) -> None:
    account = served.add("returns", "reader")
    context = served.instance.system_context()
    run_write = served.instance.engine.run_write
    run_write(context, lambda desk: desk.records.delete("mate", account.id))
    assert served.browser().sign_in("returns", PASSWORD).status_code == 422
    run_write(context, lambda desk: desk.records.restore("mate", account.id))
    assert served.browser().sign_in("returns", PASSWORD).status_code == 303


def test_a_language_chosen_on_ones_own_page_outlives_other_changes(served: Served) -> None:
    account = served.add("polyglot", "reader")
    browser = served.browser()
    browser.sign_in("polyglot", PASSWORD)
    browser.get("/account")
    assert browser.post("/preferences", {"language": "zh"}).status_code == 303
    change(served, account.id, called="Poly Glott")
    assert language_of(served, account.id) == "zh"
    change(served, account.id, speaks="en")
    assert language_of(served, account.id) == "en"


def language_of(served: Served, account: int) -> str | None:
    with served.instance.store.read(served.instance.system_context()) as session:
        return read_account(session, account).language


@pytest.mark.parametrize("login", ["has blank", "", "<b>"])
def test_a_login_that_cannot_be_one_is_refused_at_its_field(served: Served, login: str) -> None:
    with pytest.raises(InputError) as refused:
        add_user(served.instance, login=login, name="x")
    assert set(refused.value.fields) == {"sign"}


def test_a_role_that_the_catalog_lacks_is_refused(served: Served) -> None:
    with pytest.raises(InputError) as refused:
        add_user(served.instance, login="emperor", roles=["emperor"])
    assert refused.value.fields["roles"][0].code == "unknown_role"


def test_roles_given_and_taken_away_count_from_the_next_request(served: Served) -> None:
    browser = served.signed_in("climber", "reader")
    assert browser.get("/new/watch").status_code == 403
    assert change_roles(served.instance, "climber", add=["editor"]).roles == {"editor", "reader"}
    assert browser.get("/new/watch").status_code == 200
    change_roles(served.instance, "climber", remove=["editor"])
    assert browser.get("/new/watch").status_code == 403


def test_the_first_administrator_is_the_oldest_that_may_sign_in(fresh: Served) -> None:
    fresh.add("reader.only", "reader")
    first, second = fresh.add("first", "admin"), fresh.add("second", "admin")
    assert first_admin(fresh.instance) == replace(
        first,
        password_hash=first_admin(fresh.instance).password_hash,
        password_changed_at=fresh.clock.now,
    )
    change(fresh, first.id, aboard=False)
    assert first_admin(fresh.instance).id == second.id
