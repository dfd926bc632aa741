"""Signing in by two steps: a code of an app after the password, or one that was kept on paper."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import struct
from collections.abc import Iterator
from itertools import count

import pytest
from serving import PASSWORD, Browser, Served
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import find_account
from cardwright_entities.store.account_tables import cw_backup_code, cw_second_step
from cardwright_platform.security.sealing import KeySealing
from cardwright_platform.signing_in import create_link

PLACE = "/account/second-step"


class Phone:
    """An authenticator app, as RFC 6238 describes it; it shares no line with what it tries."""

    def __init__(self, served: Served, letters: str) -> None:
        self._served, self.letters = served, letters.replace(" ", "")

    def code(self, *, later: int = 0) -> str:
        counter = (int(self._served.clock().timestamp()) + later) // 30
        made = hmac.digest(base64.b32decode(self.letters), struct.pack(">Q", counter), hashlib.sha1)
        start = made[-1] & 15
        number = struct.unpack(">I", made[start : start + 4])[0] & 0x7FFFFFFF
        return f"{number % 1_000_000:06d}"


class Person:
    """Somebody who has set up his second step, and what he has for it."""

    def __init__(self, served: Served, login: str) -> None:
        self.served, self.login = served, login
        self.own = served.signed_in(login, "editor")
        self.own.get(PLACE)
        assert self.own.post(PLACE, {"old": PASSWORD}).location == PLACE
        letters = re.search(r'cw-letters">([A-Z2-7 ]+)<', self.own.get(PLACE).text)
        assert letters is not None
        self.phone = Phone(served, letters[1])
        page = self.own.post(f"{PLACE}/confirm", {"code": self.phone.code()})
        self.codes = re.findall(r"<code>(\w{5}-\w{5})</code>", page.text)
        served.clock.forward(minutes=11)

    def at_the_door(self) -> tuple[Browser, str]:
        """Return a browser in which the password was right, and what its page goes on with."""
        browser = self.served.browser()
        return browser, hidden(browser, browser.sign_in(self.login, PASSWORD))


def hidden(browser: Browser, page: TestResponse) -> str:
    found = re.search(r'name="step" value="([^"]+)"', page.text)
    assert page.status_code == 200, page.text
    assert found is not None
    browser.token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    return found[1]


def is_in(browser: Browser) -> bool:
    return browser.get("/sign-in").status_code == 303


@pytest.fixture(scope="module")
def logins() -> Iterator[str]:
    return (f"person{number}" for number in count())


@pytest.fixture
def person(served: Served, logins: Iterator[str]) -> Person:
    return Person(served, next(logins))


def test_a_code_is_asked_after_the_password_and_opens_the_door(person: Person) -> None:
    browser, step = person.at_the_door()
    assert not is_in(browser)
    fields = {"step": step, "code": person.phone.code(), "return_url": "/list/sailor"}
    answer = browser.post("/sign-in/step", fields)
    assert (answer.status_code, answer.location) == (303, "/list/sailor")
    assert is_in(browser)


def test_no_code_is_taken_twice(person: Person) -> None:
    code = person.phone.code()
    first, step = person.at_the_door()
    assert first.post("/sign-in/step", {"step": step, "code": code}).status_code == 303
    second, step = person.at_the_door()
    assert second.post("/sign-in/step", {"step": step, "code": code}).status_code == 422
    assert not is_in(second)


def test_a_wrong_code_is_said_and_the_right_one_still_opens(person: Person) -> None:
    browser, step = person.at_the_door()
    for wrong in ("", "000000", "abcde-fghij", person.phone.code(later=3_600), "x" * 5_000):
        answer = browser.post("/sign-in/step", {"step": step, "code": wrong})
        assert answer.status_code == 422
        assert "The code is not right" in answer.text
    spaced = " ".join(person.phone.code())
    assert browser.post("/sign-in/step", {"step": step, "code": spaced}).status_code == 303


def test_full_width_digits_are_digits(person: Person) -> None:
    browser, step = person.at_the_door()
    wide = person.phone.code().translate({ord(str(each)): chr(0xFF10 + each) for each in range(10)})
    assert browser.post("/sign-in/step", {"step": step, "code": wide}).status_code == 303


def test_a_code_on_paper_opens_once(person: Person) -> None:
    assert len(set(person.codes)) == 10
    for expected in (303, 422):
        browser, step = person.at_the_door()
        fields = {"step": step, "code": person.codes[3].upper()}
        assert browser.post("/sign-in/step", fields).status_code == expected
    assert "9 backup codes are left" in person.own.get(PLACE).text


def test_new_codes_make_the_old_ones_worthless(person: Person) -> None:
    assert person.own.post(f"{PLACE}/codes", {"old": "wrong"}).status_code == 422
    page = person.own.post(f"{PLACE}/codes", {"old": PASSWORD})
    renewed = re.findall(r"<code>(\w{5}-\w{5})</code>", page.text)
    assert not set(renewed) & set(person.codes)
    browser, step = person.at_the_door()
    old, new = ({"step": step, "code": each[0]} for each in (person.codes, renewed))
    assert browser.post("/sign-in/step", old).status_code == 422
    assert browser.post("/sign-in/step", new).status_code == 303


def test_the_step_is_over_after_ten_minutes(person: Person) -> None:
    browser, step = person.at_the_door()
    person.served.clock.forward(minutes=11)
    answer = browser.post("/sign-in/step", {"step": step, "code": person.phone.code()})
    assert answer.status_code == 422
    assert "That took too long" in answer.text
    assert not is_in(browser)


def test_what_the_page_goes_on_with_is_no_link(person: Person) -> None:
    browser, step = person.at_the_door()
    assert browser.get(f"/link/{step}").status_code == 404
    assert browser.post(f"/link/{step}").status_code == 404
    assert not is_in(browser)


def test_a_link_asks_for_the_second_step_too(person: Person) -> None:
    instance = person.served.instance
    with instance.store.read(instance.system_context()) as session:
        account = find_account(session, person.login)
    browser = person.served.browser()
    path = create_link(instance, account, "sign_in").removeprefix(instance.config.address)
    browser.get(path)
    step = hidden(browser, browser.post(path))
    assert not is_in(browser)
    fields = {"step": step, "code": person.phone.code()}
    assert browser.post("/sign-in/step", fields).status_code == 303


def test_tries_are_counted_for_everybody_who_tries(person: Person) -> None:
    answers = []
    for _ in range(3):
        browser, step = person.at_the_door()
        for _ in range(5):
            fields = {"step": step, "code": "000000"}
            answers.append(browser.post("/sign-in/step", fields).status_code)
    assert answers[:9] == [422] * 9
    assert answers[-1] == 429
    browser, step = person.at_the_door()
    right = {"step": step, "code": person.phone.code()}
    assert browser.post("/sign-in/step", right).status_code == 429


def test_it_is_turned_off_with_the_password_only(person: Person) -> None:
    assert person.own.post(f"{PLACE}/off", {"old": "wrong"}).status_code == 422
    assert "backup codes are left" in person.own.get(PLACE).text
    assert person.own.post(f"{PLACE}/off", {"old": PASSWORD}).status_code == 303
    assert person.served.browser().sign_in(person.login, PASSWORD).status_code == 303


def test_a_step_in_use_is_not_replaced_by_a_new_proposal(person: Person) -> None:
    assert person.own.post(PLACE, {"old": PASSWORD}).status_code == 303
    browser, step = person.at_the_door()
    fields = {"step": step, "code": person.phone.code()}
    assert browser.post("/sign-in/step", fields).status_code == 303
    assert person.own.post(f"{PLACE}/confirm", {"code": person.phone.code()}).status_code == 404


def test_a_proposal_alone_asks_nobody(served: Served) -> None:
    own = served.signed_in("only.proposed", "editor")
    own.get(PLACE)
    assert own.post(PLACE, {"old": "wrong"}).status_code == 422
    own.post(PLACE, {"old": PASSWORD})
    assert own.post(f"{PLACE}/confirm", {"code": "000000"}).status_code == 422
    assert served.browser().sign_in("only.proposed", PASSWORD).status_code == 303


def test_the_secret_is_sealed_and_codes_are_hashed_with_the_key(person: Person) -> None:
    instance = person.served.instance
    with instance.store.read(instance.system_context()) as session:
        stored = [*session.rows(cw_second_step.select()), *session.rows(cw_backup_code.select())]
    held = " ".join(str(value) for row in stored for value in row)
    assert person.phone.letters not in held
    assert all(code.replace("-", "") not in held for code in person.codes)
    assert all(
        hashlib.sha256(code.replace("-", "").encode()).hexdigest() not in held
        for code in person.codes
    )


def test_a_proposal_that_the_key_does_not_open_is_drawn_again(served: Served) -> None:
    own = served.signed_in("other.key", "editor")
    own.post(PLACE, {"old": PASSWORD})
    instance = served.instance
    elsewhere = KeySealing(os.urandom(32)).seal("A" * 32, "second_step/1")
    instance.store.run_write(
        instance.system_context(),
        lambda session: session.execute(cw_second_step.update().values(secret=elsewhere)),
    )
    page = own.get(PLACE)
    assert page.status_code == 200
    assert "cw-letters" not in page.text
    own.post(PLACE, {"old": PASSWORD})
    assert "cw-letters" in own.get(PLACE).text


def test_strangers_are_sent_away(served: Served) -> None:
    browser = served.browser()
    browser.get("/sign-in")
    for path in (PLACE, f"{PLACE}/confirm", f"{PLACE}/codes", f"{PLACE}/off"):
        assert browser.post(path, {"old": "x"}).status_code in (303, 401, 403)
    assert browser.get(PLACE).status_code == 303


def test_a_step_that_nobody_confirms_ends_after_a_while(
    served: Served, logins: Iterator[str]
) -> None:
    login = next(logins)
    own = served.signed_in(login, "editor")
    own.get(PLACE)
    own.post(PLACE, {"old": PASSWORD})
    letters = re.search(r'cw-letters">([A-Z2-7 ]+)<', own.get(PLACE).text)
    assert letters is not None
    phone = Phone(served, letters[1])
    served.clock.forward(minutes=16)
    assert "cw-letters" not in own.get(PLACE).text
    assert own.post(f"{PLACE}/confirm", {"code": phone.code()}).status_code == 404
    assert served.browser().sign_in(login, PASSWORD).status_code == 303
    # A new one is drawn in its place.
    own.get(PLACE)
    own.post(PLACE, {"old": PASSWORD})
    again = re.search(r'cw-letters">([A-Z2-7 ]+)<', own.get(PLACE).text)
    assert again is not None
    assert again[1] != letters[1]
    code = Phone(served, again[1]).code()
    assert own.post(f"{PLACE}/confirm", {"code": code}).status_code == 200
