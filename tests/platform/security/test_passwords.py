from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from cardwright_entities.errors import InputError
from cardwright_platform.security.passwords import Passwords

PASSWORDS = Passwords()


def refusal(password: str, login: str = "li.na") -> str:
    with pytest.raises(InputError) as refused:
        PASSWORDS.check_new(password, login=login)
    return refused.value.fields["password"][0].code


def test_a_password_is_known_again_and_another_is_not() -> None:
    stored = PASSWORDS.hash("three old lanterns")
    assert PASSWORDS.is_right(stored, "three old lanterns")
    assert not PASSWORDS.is_right(stored, "three old lantern")
    assert "lanterns" not in stored


def test_a_hash_costs_whoever_steals_it_memory_and_time() -> None:
    assert PASSWORDS.hash("three old lanterns").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_nobody_has_no_password() -> None:
    assert not PASSWORDS.is_right(None, "nobody has this password")
    assert not PASSWORDS.is_right("", "")
    assert not PASSWORDS.is_right("not a hash", "x")


def test_full_width_keys_type_the_same_password() -> None:
    assert PASSWORDS.is_right(PASSWORDS.hash("ｔｈｒｅｅ ｏｌｄ １２"), "three old 12")


def test_a_hash_of_older_days_is_to_be_made_again() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8 * 1024, parallelism=1).hash("x")
    assert PASSWORDS.is_outdated(weak)
    assert not PASSWORDS.is_outdated(PASSWORDS.hash("x"))


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_short"),
        ("x" * 201, "password_long"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("abcabcabcabcabc", "password_common"),
        ("123456789012", "password_common"),
        ("987654321098", "password_common"),
        ("qwertyuiopas", "password_common"),
        ("PasswordPassword", "password_common"),
        ("password2026!!", "password_common"),
        ("2026-03-02 12.00", "password_common"),
        ("hello li.na again", "password_contains_login"),
    ],
)
def test_a_password_that_can_be_guessed_is_refused(password: str, code: str) -> None:
    assert refusal(password) == code


@pytest.mark.parametrize(
    "password",
    ["three old lanterns", "桂林山水甲天下阳朔山水甲桂林", "kT9#vLq2!mZx", "no rules of signs"],
)
def test_a_long_password_needs_no_signs(password: str) -> None:
    PASSWORDS.check_new(password, login="li.na")


def test_many_who_sign_in_at_once_all_get_their_answer() -> None:
    stored = PASSWORDS.hash("three old lanterns")
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(lambda _: PASSWORDS.is_right(stored, "three old lanterns"), range(8))
        )
    assert answers == [True] * 8
