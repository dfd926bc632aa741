from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cardwright = Callable[..., Any]


def rows(place: Path, statement: str) -> list[Any]:
    with sqlite3.connect(place / "var" / "cardwright.sqlite") as database:
        found = list(database.execute(statement))
    database.close()
    return found


def test_a_user_is_a_record_and_an_account_with_one_id(cardwright: Cardwright, place: Path) -> None:
    told = cardwright("user", "add", "Li.Na", "--name", "李娜", "--role", "editor", "--json")
    assert told.code == 0
    assert told.json()["link"].startswith("http://127.0.0.1:8000/link/")
    ids = rows(place, "select id, login, name, roles from cw_account")
    records = rows(place, "select id, sign, called from e_mate")
    assert ids == [(told.json()["id"], "li.na", "李娜", '["editor"]')]
    assert [record[0] for record in records] == [told.json()["id"]]


def test_nobody_has_a_password_until_somebody_sets_one(
    cardwright: Cardwright, cardwright_at_a_terminal: Cardwright, place: Path
) -> None:
    assert cardwright("user", "add", "li.na", "--role", "reader").code == 0
    assert rows(place, "select password_hash from cw_account") == [(None,)]
    short = cardwright("user", "password", "li.na", "--password", "short")
    assert short.code == 1
    assert "At least 12 characters." in short.err
    done = cardwright_at_a_terminal("user", "password", "li.na", typed="three old lanterns\n" * 2)
    assert done.code == 0, done.err
    assert rows(place, "select password_hash from cw_account")[0][0].startswith("$argon2id$")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("user", "add", "li na"), "letters"),
        (("user", "add", "li.na", "--role", "emperor"), "emperor"),
        (("user", "link", "nobody"), "no such account"),
        (("token", "create", "nobody"), "no such account"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(
    cardwright: Cardwright, arguments: tuple[str, ...], word: str
) -> None:
    told = cardwright(*arguments)
    assert told.code == 1
    assert word in told.err
    assert "Traceback" not in told.err


def test_a_login_is_taken_once(cardwright: Cardwright, place: Path) -> None:
    assert cardwright("user", "add", "li.na", "--role", "reader").code == 0
    assert cardwright("user", "add", "LI.NA", "--role", "admin").code == 1
    assert rows(place, "select login, roles from cw_account") == [("li.na", '["reader"]')]


def test_a_user_is_disabled_and_enabled(cardwright: Cardwright) -> None:
    cardwright("user", "add", "li.na", "--role", "reader")
    assert cardwright("user", "disable", "li.na").code == 0
    assert cardwright("user", "list", "--json").json()[0]["active"] == "no"
    assert cardwright("user", "disable", "li.na", "--undo").code == 0
    assert cardwright("user", "list", "--json").json()[0]["active"] == "yes"


def test_roles_are_given_and_taken_away(cardwright: Cardwright, place: Path) -> None:
    cardwright("user", "add", "li.na", "--role", "reader")
    told = cardwright("user", "roles", "LI.NA", "--add", "editor", "--remove", "reader")
    assert (told.code, told.out) == (0, "Roles of li.na: editor\n")
    assert rows(place, "select roles from cw_account") == [('["editor"]',)]
    assert cardwright("user", "roles", "li.na", "--json").json()["roles"] == ["editor"]
    wrong = cardwright("user", "roles", "li.na", "--add", "edtor")
    assert (wrong.code, "Did you mean editor?" in wrong.err) == (1, True)
    assert cardwright("user", "roles", "li.na", "--remove", "raeder").code == 1
    none = cardwright("user", "roles", "li.na", "--remove", "editor")
    assert (none.code, none.out) == (0, "li.na has no roles.\n")


def test_a_token_is_shown_once_and_only_its_hash_is_kept(
    cardwright: Cardwright, place: Path
) -> None:
    cardwright("user", "add", "li.na", "--role", "reader")
    told = cardwright("token", "create", "li.na", "--name", "nightly", "--days", "30")
    assert told.code == 0
    token = told.out.strip()
    assert token.startswith("cw_")
    stored = rows(place, "select name, hash, scopes, expires_at from cw_token")
    assert stored[0][0] == "nightly"
    assert token not in str(stored)
    assert stored[0][3] is not None


def test_who_a_user_is_elsewhere_is_listed_and_forgotten(
    cardwright: Cardwright, place: Path
) -> None:
    assert cardwright("user", "add", "li.na", "--role", "reader").code == 0
    with sqlite3.connect(place / "var" / "cardwright.sqlite") as database:
        database.executemany(
            "insert into cw_account_identity (provider, subject, account, label, created_at)"
            " select ?, ?, id, ?, '2026-03-02 12:00:00.000000' from cw_account",
            [
                ("harbour", "s-1", "li@harbour"),
                ("harbour", "s-2", "na@harbour"),
                ("dock", "s", "l"),
            ],
        )
    database.close()
    told = cardwright("user", "identities", "li.na", "--json").json()["identities"]
    assert sorted(each["label"] for each in told) == ["l", "li@harbour", "na@harbour"]
    less = cardwright("user", "identities", "li.na", "--unlink", "harbour", "--subject", "s-1")
    assert less.code == 0
    assert "li@harbour" not in less.out
    assert "na@harbour" in less.out
    cardwright("user", "identities", "li.na", "--unlink", "harbour")
    kept = cardwright("user", "identities", "li.na", "--json").json()["identities"]
    assert [each["provider"] for each in kept] == ["dock"]
    assert cardwright("user", "identities", "nobody").code == 1
