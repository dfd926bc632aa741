"""Every lie of a provider, a browser or another site, and that none lets anybody in."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from harbour import asked_anew, away, back, come_in, is_in, now, with_way
from joserfc.jwk import RSAKey
from openid_provider import CLIENT, Liar
from serving import Clock, Served

from cardwright_entities.accounts.accounts import (
    Account,
)
from cardwright_entities.accounts.sessions import list_sessions
from cardwright_entities.store.account_tables import cw_round_trip
from cardwright_platform.sign_in_providers.registered import open_ways


def in_base64(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def lies() -> Iterator[tuple[str, Callable[[Liar], None]]]:
    """Yield each lie by its name: what the provider does otherwise than an honest one."""
    strange = RSAKey.generate_key(2048, {"kid": "first"})
    later = {"exp": int(time.time()) - 120, "iat": int(time.time()) - 420}

    def says(**claims: object) -> Callable[[Liar], None]:
        return lambda each: each.claims.update(claims)

    def signs(header: dict[str, object], key: object) -> Callable[[Liar], None]:
        def change(each: Liar) -> None:
            each.header, each.signs_with = header, key

        return change

    def of_a_quarter_from_now(each: Liar) -> None:
        # Reckoned when it is told: a run of all tests takes longer than a quarter of an hour.
        begins = int(time.time()) + 900
        each.claims.update(iat=begins, nbf=begins, exp=begins + 300)

    def unsigned(each: Liar) -> None:
        now = int(time.time())
        said = {
            "iss": each.issuer,
            "sub": each.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
        }
        each.token = ".".join(map(in_base64, ({"alg": "none"}, said))) + "."

    def signed_with_the_public_key(each: Liar) -> None:
        now = int(time.time())
        said = {
            "iss": each.issuer,
            "sub": each.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
        }
        text = ".".join(map(in_base64, ({"alg": "HS256", "kid": "first"}, said)))
        made = hmac.digest(each.keys[0].as_pem(private=False), text.encode(), "sha256")
        each.token = f"{text}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"

    yield "another nonce", says(nonce="of another visit")
    yield "no nonce", says(nonce=None)
    yield "another issuer", says(iss="https://login.elsewhere.example")
    yield "no issuer", says(iss=None)
    yield "another audience", says(aud="another-client")
    yield "many audiences and no party", says(aud=[CLIENT, "another-client"])
    yield "another party", says(azp="another-client")
    yield "no audience", says(aud=None)
    yield "over", says(**later)
    yield "no end", says(exp=None)
    yield "not yet", of_a_quarter_from_now
    yield "no subject", says(sub=None)
    yield "an empty subject", says(sub="")
    yield "a number for a subject", says(sub=1)
    yield "another access token", says(at_hash="AAAAAAAAAAAAAAAAAAAAAA")
    yield "a key that is not published", signs({"kid": "first"}, strange)
    yield "a key that nobody knows", signs({"kid": "second"}, strange)
    yield "the key in its own header", signs({"jwk": strange.as_dict(private=False)}, strange)
    yield "no signature", unsigned
    yield "the public key as a secret", signed_with_the_public_key
    yield "no token", lambda each: setattr(each, "token", "not.a.token")


@pytest.mark.parametrize("lie", [pytest.param(lie, id=name) for name, lie in lies()])
def test_no_lie_lets_anybody_in(
    served: Served, provider: Liar, bound: Account, lie: Callable[[Liar], None]
) -> None:
    lie(provider)
    browser, answer = come_in(served, provider)
    assert answer.status_code == 422
    assert "No user here belongs to that account" in answer.text
    assert not is_in(browser)


def test_clocks_may_be_a_little_apart(served: Served, provider: Liar, bound: Account) -> None:
    provider.claims = {"iat": int(time.time()) + 30, "exp": int(time.time()) - 30}
    assert come_in(served, provider)[1].status_code == 303


def test_an_answer_is_good_once(served: Served, provider: Liar, bound: Account) -> None:
    browser = served.browser()
    answer = provider.let_in(away(browser))
    assert back(browser, answer).status_code == 303
    browser.get("/account")
    browser.post("/sign-out")
    assert not is_in(browser)
    assert back(browser, answer).status_code == 422
    assert not is_in(browser)


def test_a_code_of_another_visit_opens_nothing(
    served: Served, provider: Liar, bound: Account
) -> None:
    stolen = provider.let_in(away(served.browser()))["code"]
    browser = served.browser()
    own = provider.let_in(away(browser))
    assert back(browser, {"code": stolen, "state": own["state"]}).status_code == 422
    assert not is_in(browser)


@pytest.mark.parametrize("state", ["", "x", "0" * 43])
def test_a_state_that_nobody_was_given_opens_nothing(
    served: Served, provider: Liar, bound: Account, state: str
) -> None:
    browser = served.browser()
    answer = provider.let_in(away(browser)) | {"state": state}
    assert back(browser, answer).status_code == 422
    assert not is_in(browser)


def test_nobody_is_signed_in_as_who_sent_him_a_link(
    served: Served, provider: Liar, bound: Account
) -> None:
    answer = provider.let_in(away(served.browser()))
    victim = served.browser()
    victim.get("/sign-in")
    page = back(victim, answer)
    assert page.status_code == 422
    assert "begun elsewhere" in page.text
    assert not is_in(victim)


def test_another_site_cannot_begin_it(served: Served, provider: Liar) -> None:
    browser = served.browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in/with/harbour", Sec_Fetch_Site="cross-site")
    assert answer.status_code == 403
    assert served.browser().get("/sign-in/with/harbour").status_code == 405


def test_it_may_not_take_long(served: Served, provider: Liar, bound: Account) -> None:
    browser = served.browser()
    answer = provider.let_in(away(browser))
    served.clock.forward(minutes=11)
    assert back(browser, answer).status_code == 422


def test_who_says_no_there_is_not_let_in_here(served: Served, provider: Liar) -> None:
    browser = served.browser()
    state = provider.let_in(away(browser))["state"]
    assert back(browser, {"error": "access_denied", "state": state}).status_code == 422


def test_an_answer_of_another_issuer_is_refused(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser = served.browser()
    answer = provider.let_in(away(browser)) | {"iss": "https://login.elsewhere.example"}
    assert back(browser, answer).status_code == 422
    answer = provider.let_in(away(browser)) | {"iss": provider.issuer}
    assert back(browser, answer).status_code == 303


def test_too_many_tries_of_an_address_are_refused(served: Served, provider: Liar) -> None:
    browser = served.browser()
    statuses = {back(browser, {"code": "x", "state": str(each)}).status_code for each in range(61)}
    assert statuses == {422, 429}


def test_what_was_kept_of_a_visit_is_sealed(served: Served, provider: Liar) -> None:
    address = away(served.browser())
    nonce = re.search(r"nonce=([\w-]+)", address)
    assert nonce is not None
    with served.instance.store.read(served.instance.system_context()) as session:
        rows = repr([tuple(each) for each in session.rows(cw_round_trip.select())])
    assert nonce[1] not in rows
    state = re.search(r"state=([\w-]+)", address)
    assert state is not None
    assert state[1] not in rows


def test_only_one_of_many_who_come_back_at_once_comes_in(
    served: Served, provider: Liar, bound: Account
) -> None:
    browser = served.browser()
    answer = provider.let_in(away(browser))
    assert sum(back(browser, answer).status_code == 303 for _ in range(3)) == 1
    with served.instance.store.read(served.instance.system_context()) as session:
        assert len(list_sessions(session, bound.id)) == 1


def test_no_neighbour_is_asked_that_the_operator_has_not_allowed(
    served: Served, provider: Liar
) -> None:
    closed = replace(served.instance.config, outbound_networks=())
    before = len(provider.asked)
    again = with_way(served, provider=open_ways(closed, (), now)["harbour"].provider)
    browser = again.browser()
    browser.get("/sign-in")
    assert "cannot be reached" in browser.post("/sign-in/with/harbour").text
    assert len(provider.asked) == before


def test_keys_that_changed_are_read_again_and_old_ones_are_worthless(
    served: Served, provider: Liar, bound: Account
) -> None:
    clock = Clock()
    clock.now = now()
    again = with_way(
        served, provider=open_ways(served.instance.config, (), clock)["harbour"].provider
    )
    assert come_in(again, provider)[1].status_code == 303
    old, provider.keys = provider.keys, [RSAKey.generate_key(2048, {"kid": "second"})]
    provider.header = {"kid": "second"}
    try:
        # Whoever invents names of keys has them read once a minute at most.
        assert come_in(again, provider)[1].status_code == 422
        clock.forward(seconds=61)
        assert come_in(again, provider)[1].status_code == 303
        provider.header, provider.signs_with = {"kid": "first"}, old[0]
        clock.forward(seconds=61)
        assert come_in(again, provider)[1].status_code == 422
    finally:
        provider.keys = old


@pytest.mark.parametrize(
    "document",
    [{"issuer": "https://another.example"}, {"token_endpoint": "http://login.example/token"}],
    ids=["of another issuer", "without TLS"],
)
def test_a_provider_that_cannot_be_asked_is_said_to_be_away(
    served: Served, provider: Liar, document: dict[str, str]
) -> None:
    provider.document = document
    again = with_way(served, **asked_anew(served))
    browser = again.browser()
    browser.get("/sign-in")
    answer = browser.post("/sign-in/with/harbour")
    assert answer.status_code == 422
    assert "cannot be reached" in answer.text
