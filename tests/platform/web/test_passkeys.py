"""Passkeys: made on one's own page, they open the door; and every lie that opens nothing."""

from __future__ import annotations

import base64
import copy
import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from authenticator import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from serving import PASSWORD, Browser, Program, Served, serve
from werkzeug.test import TestResponse

from cardwright_entities.accounts.accounts import find_account, set_disabled
from cardwright_entities.accounts.passkeys import list_passkeys
from cardwright_entities.audit.reading import Narrowing, list_deeds

OWN, ASK, ENTER = "/account/passkeys", "/sign-in/passkey/ask", "/sign-in/passkey"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgresql_module_url")
    folder: Path = tmp_path_factory.mktemp("keys")
    served = serve(url, folder, base_url="http://localhost")
    yield served
    served.instance.close()


@pytest.fixture(scope="module")
def logins() -> Iterator[str]:
    return (f"holder{number}" for number in count())


@pytest.fixture
def login(served: Served, logins: Iterator[str]) -> str:
    served.clock.forward(minutes=11)
    return next(logins)


@pytest.fixture
def key(served: Served, login: str) -> Authenticator:
    """The key of somebody who has added it."""
    return added(served.signed_in(login, "editor"))


def begin(browser: Browser) -> dict[str, Any]:
    browser.get(OWN)
    answer = browser.post(f"{OWN}/begin", {"old": PASSWORD})
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = json.loads(answer.text)
    return options


def added(browser: Browser, key: Authenticator | None = None) -> Authenticator:
    key = key or Authenticator()
    answer = browser.post(OWN, {"credential": key.make(begin(browser)), "name": "phone"})
    assert answer.status_code == 303, answer.text
    return key


def asked(browser: Browser, **fields: str) -> dict[str, Any]:
    if not fields:
        browser.get("/sign-in")
    answer = browser.post(ASK, fields)
    assert answer.status_code == 200, answer.text
    options: dict[str, Any] = json.loads(answer.text)
    return options


def enter(browser: Browser, credential: str, **fields: str) -> TestResponse:
    return browser.post(ENTER, {"credential": credential, **fields})


def is_in(browser: Browser) -> bool:
    return browser.get("/account").status_code == 200


def kinds(served: Served, login: str) -> list[str]:
    with served.instance.store.read(served.instance.system_context()) as session:
        account = find_account(session, login).id
        found = list_deeds(session, Narrowing(area="accounts"), limit=50)
    return [each.kind for each in reversed(found) if each.detail.get("account") == account]


def test_a_passkey_opens_the_door_without_a_password(
    served: Served, login: str, key: Authenticator
) -> None:
    browser = served.browser()
    answer = enter(browser, key.sign(asked(browser)), return_url="/search")
    assert (answer.status_code, answer.location) == (303, "/search")
    assert is_in(browser)
    page = browser.get(OWN).text
    assert "phone" in page
    assert "never" not in page
    assert kinds(served, login)[-1] == "passkey_added"


def test_several_are_kept_and_one_that_is_removed_opens_nothing(
    served: Served, login: str, key: Authenticator
) -> None:
    browser = served.browser()
    browser.sign_in(login, PASSWORD)
    second = added(browser)
    options = begin(browser)
    assert len(options["excludeCredentials"]) == 2
    again = browser.post(OWN, {"credential": second.make(options), "name": "twice"})
    assert again.status_code == 422
    assert 'value="twice"' in again.text  # nothing typed is lost
    assert "known already" in again.text
    first = re.findall(rf"{OWN}/(\d+)/remove", browser.get(OWN).text)[0]
    other = served.signed_in(f"{login}.other", "editor")
    other.get(OWN)
    assert other.post(f"{OWN}/{first}/remove").status_code == 404
    assert browser.post(f"{OWN}/{first}/remove").status_code == 303
    stranger = served.browser()
    assert enter(stranger, key.sign(asked(stranger))).status_code == 422
    assert enter(stranger, second.sign(asked(stranger))).status_code == 303
    assert kinds(served, login)[-1] == "passkey_removed"


def test_it_takes_the_second_step_and_only_that_of_its_owner(
    served: Served, login: str, key: Authenticator
) -> None:
    codes = two_steps(served, login)
    key.verifies = False  # the password was the other step
    other = added(served.signed_in(f"{login}.other", "editor"))
    browser = served.browser()
    step = at_the_step(browser, login)
    assert enter(browser, other.sign(asked(browser, step=step)), step=step).status_code == 422
    assert not is_in(browser)
    options = asked(browser, step=step)
    assert [each["id"] for each in options["allowCredentials"]] != []
    assert enter(browser, key.sign(options), step=step).status_code == 303
    assert is_in(browser)
    # A code that was kept on paper goes on working.
    paper = served.browser()
    step = at_the_step(paper, login)
    answer = paper.post("/sign-in/step", {"step": step, "code": codes[0]})
    assert answer.status_code == 303
    # Without a password it is no proof of a person.
    alone = served.browser()
    assert enter(alone, key.sign(asked(alone))).status_code == 422


def two_steps(served: Served, login: str) -> list[str]:
    own = served.browser()
    own.sign_in(login, PASSWORD)
    own.get("/account/second-step")
    own.post("/account/second-step", {"old": PASSWORD})
    page = own.get("/account/second-step").text
    letters = re.search(r'cw-letters">([A-Z2-7 ]+)<', page)
    assert letters is not None
    plain = letters[1].replace(" ", "")
    padded = plain + "=" * (-len(plain) % 8)
    totp = TOTP(base64.b32decode(padded), 6, SHA1(), 30)
    code = totp.generate(int(served.clock().timestamp())).decode()
    done = own.post("/account/second-step/confirm", {"code": code})
    return re.findall(r"<code>(\w{5}-\w{5})</code>", done.text)


def at_the_step(browser: Browser, login: str) -> str:
    page = browser.sign_in(login, PASSWORD)
    found = re.search(r'name="step" value="([^"]+)"', page.text)
    assert found is not None
    assert 'data-cw="passkey"' in page.text
    browser.token = re.findall(r'name="csrf_token" value="([^"]+)"', page.text)[0]
    return found[1]


def _elsewhere(key: Authenticator) -> None:
    key.origin = "http://localhost.example.com"


def _another_port(key: Authenticator) -> None:
    key.origin = "http://localhost:81"


def _another_host(key: Authenticator) -> None:
    key.host = "example.com"


def _another_key(key: Authenticator) -> None:
    key.key = ec.generate_private_key(ec.SECP256R1())


def _unknown(key: Authenticator) -> None:
    key.id = b"nobody knows this"


def _somebody_else(key: Authenticator) -> None:
    key.handle = "AAAA"


def _without_a_person(key: Authenticator) -> None:
    key.verifies = False


LIES = (
    _elsewhere,
    _another_port,
    _another_host,
    _another_key,
    _unknown,
    _somebody_else,
    _without_a_person,
)


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_of_a_device_lets_anybody_in(
    served: Served, key: Authenticator, lie: Callable[[Authenticator], None]
) -> None:
    lie(key)
    browser = served.browser()
    answer = enter(browser, key.sign(asked(browser)))
    assert answer.status_code == 422
    assert "does not open anything here" in answer.text
    assert not is_in(browser)


def test_a_challenge_is_good_once_soon_and_in_its_browser(
    served: Served, key: Authenticator
) -> None:
    browser = served.browser()
    signed = key.sign(asked(browser))
    thief = served.browser()
    thief.get("/sign-in")
    assert enter(thief, signed).status_code == 422
    assert enter(browser, signed).status_code == 303
    again = served.browser()
    asked(again)
    assert enter(again, signed).status_code == 422
    late = key.sign(asked(again))
    served.clock.forward(minutes=6)
    assert enter(again, late).status_code == 422
    invented = key.sign({"challenge": "AAAAAAAAAAAAAAAAAAAAAA"})
    assert enter(again, invented).status_code == 422
    assert not is_in(again)


def test_a_counter_that_goes_back_is_a_copy(served: Served, key: Authenticator) -> None:
    copied = copy.copy(key)
    browser = served.browser()
    key.count = 7
    assert enter(browser, key.sign(asked(browser))).status_code == 303
    stranger = served.browser()
    assert enter(stranger, copied.sign(asked(stranger))).status_code == 422
    copied.count = 7  # the same number twice is no better
    assert enter(stranger, copied.sign(asked(stranger))).status_code == 422
    assert enter(stranger, key.sign(asked(stranger))).status_code == 303


def test_of_many_who_send_the_same_answer_one_comes_in(served: Served, key: Authenticator) -> None:
    browser = served.browser()
    signed = key.sign(asked(browser))
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: enter(browser, signed).status_code, range(4)))
    assert answers.count(303) == 1


def test_what_was_made_for_somebody_else_is_not_added(served: Served, login: str) -> None:
    own = served.signed_in(login, "editor")
    other = served.signed_in(f"{login}.other", "editor")
    made = Authenticator().make(begin(own))
    other.get(OWN)
    assert other.post(OWN, {"credential": made, "name": "x"}).status_code == 422
    wrong = Authenticator(origin="https://elsewhere.example")
    assert own.post(OWN, {"credential": wrong.make(begin(own))}).status_code == 422
    signed = Authenticator().sign(begin(own))
    assert own.post(OWN, {"credential": signed}).status_code == 422
    assert own.post(f"{OWN}/begin", {"old": "wrong"}).status_code == 422
    with served.instance.store.read(served.instance.system_context()) as session:
        assert list_passkeys(session, find_account(session, login).id) == ()


@pytest.mark.parametrize(
    "odd",
    ["", "x", "[]", "null", "{}", '{"id": 1}', '{"response": []}', "[" * 9000]
    + ['{"response": {"clientDataJSON": "' + each + '"}}' for each in ("ä", "e30", "W10", "MQ")],
)
def test_nonsense_is_refused_like_all_else(served: Served, login: str, odd: str) -> None:
    stranger = served.browser()
    asked(stranger)
    assert enter(stranger, odd).status_code == 422
    own = served.signed_in(login, "editor")
    begin(own)
    assert own.post(OWN, {"credential": odd}).status_code == 422


def test_a_disabled_user_is_refused_like_a_stranger(
    served: Served, login: str, key: Authenticator
) -> None:
    with served.instance.store.write(served.instance.system_context()) as session:
        set_disabled(session, find_account(session, login).id, disabled=True)
    browser = served.browser()
    answer = enter(browser, key.sign(asked(browser)))
    assert answer.status_code == 422
    assert "does not open anything here" in answer.text


def test_under_an_address_without_a_name_none_is_offered(fresh: Served) -> None:
    browser = fresh.signed_in("wen", "editor")
    assert "need an address with a name" in browser.get(OWN).text
    assert browser.post(f"{OWN}/begin", {"old": PASSWORD}).status_code == 404
    stranger = fresh.browser()
    assert 'data-cw="passkey"' not in stranger.get("/sign-in").text
    assert stranger.post(ASK).status_code == 404


def test_who_manages_users_removes_a_passkey_of_somebody_else(
    served: Served, login: str, key: Authenticator
) -> None:
    boss = served.signed_in(f"boss.{login}", "admin")
    with served.instance.store.read(served.instance.system_context()) as session:
        account = find_account(session, login)
        (passkey,) = list_passkeys(session, account.id)
    place = f"/access/passkeys/{account.id}"
    assert "phone" in boss.get(place).text
    gone = f"{place}/{passkey.id}/remove"
    wrong = boss.post(gone, {"old": "nothing of the kind"})
    assert wrong.status_code == 422
    assert "phone" in wrong.text
    other = served.signed_in(f"mate.{login}", "editor")
    assert other.get(place).status_code == 403
    assert other.post(gone, {"old": PASSWORD}).status_code == 403
    assert boss.post(f"{place}/{passkey.id + 999}/remove", {"old": PASSWORD}).status_code == 404
    program = Program(served, "admin", login=f"program.{login}")
    token = program.headers["Authorization"]
    assert program.client.post(gone, headers={"Authorization": token}).status_code == 403
    assert boss.post(gone, {"old": PASSWORD}).location == place
    browser = served.browser()
    assert enter(browser, key.sign(asked(browser))).status_code == 422
    with served.instance.store.read(served.instance.system_context()) as session:
        deed = list_deeds(session, Narrowing(kind="passkey_removed"), limit=1)[0]
    assert (deed.name, deed.target, deed.detail["account"]) == (
        f"Boss.{login}".title(),
        "phone",
        account.id,
    )


def test_who_asks_to_stay_stays_with_a_passkey_too(
    served: Served, login: str, key: Authenticator
) -> None:
    for stay, kept in (({}, False), ({"stay": "1"}, True)):
        browser = served.browser()
        answer = enter(browser, key.sign(asked(browser)), **stay)
        cookie = next(
            each for each in answer.headers.getlist("Set-Cookie") if each.startswith("cw_session=")
        )
        assert ("Max-Age" in cookie or "Expires" in cookie) is kept
