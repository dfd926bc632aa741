"""Who may not, and every forged way: what each of them sends, and what must come of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from guarded.asked import Asked
from guarded.company import Company, Person
from serving import Browser
from werkzeug.test import TestResponse

#: Of an attempt: the answer to what it sends as it is refused.
Attempt = Callable[[Company, str, Asked], TestResponse]


def the_right_one(company: Company, method: str, asked: Asked) -> TestResponse:
    """Send the request as somebody who may."""
    if asked.signature:
        return _send(company.served.browser(), method, asked, **asked.signature)
    # What no program may, somebody does who is signed in himself.
    if asked.is_api and asked.browser is None:
        return _program(company, method, asked, company.admin.token)
    browser = asked.browser or company.admin.browser
    return _send(browser, method, asked, X_CSRF_Token=browser.token, Sec_Fetch_Site="same-origin")


def refused(company: Company, method: str, asked: Asked) -> Iterator[tuple[str, TestResponse]]:
    """Send the request in every way in which it must change nothing; yield name and answer."""
    for name, attempt in ATTEMPTS.items():
        if name not in asked.may:
            yield name, attempt(company, method, asked)


def _anonymous(company: Company, method: str, asked: Asked) -> TestResponse:
    browser = company.served.browser()
    browser.get("/sign-in")
    return _send(browser, method, asked, X_CSRF_Token=browser.token)


def _somebody(find: Callable[[Company], Person]) -> Attempt:
    def send(company: Company, method: str, asked: Asked) -> TestResponse:
        person = find(company)
        if asked.is_api:
            return _program(company, method, asked, person.token)
        browser = person.browser
        return _send(
            browser, method, asked, X_CSRF_Token=browser.token, Sec_Fetch_Site="same-origin"
        )

    return send


def _disabled_program(company: Company, method: str, asked: Asked) -> TestResponse:
    return _program(company, method, asked, company.disabled.token)


def _reading_token(company: Company, method: str, asked: Asked) -> TestResponse:
    return _program(company, method, asked, company.reading)


def _bad_token(company: Company, method: str, asked: Asked) -> TestResponse:
    # A bad token beside a good cookie: nobody by the token, and not whom the cookie says either.
    return _forged({"Authorization": "Bearer nonsense"})(company, method, asked)


def _forged(headers: Mapping[str, str], *, token: bool = True) -> Attempt:
    """Return what the admin's own browser sends for a page that is not ours."""

    def send(company: Company, method: str, asked: Asked) -> TestResponse:
        browser = _browser(company, asked)
        own = {"X-CSRF-Token": browser.token} if token else {}
        return _open(browser, method, asked, {**asked.headers, **own, **headers}, asked.content())

    return send


def _token_of_another(company: Company, method: str, asked: Asked) -> TestResponse:
    # Whoever is not signed in with this browser has tokens of his own that are as good as any.
    return _forged({"X-CSRF-Token": company.rep.browser.token})(company, method, asked)


def _text(company: Company, method: str, asked: Asked) -> TestResponse:
    # A form of another site can send text that looks like JSON, or like a form with the token.
    browser = _browser(company, asked)
    told = asked.content()["data"]
    body = told if isinstance(told, bytes) else f"csrf_token={browser.token}".encode()
    content = {"data": body, "content_type": "text/plain"}
    return _open(browser, method, asked, asked.headers, content)


def _as_get(company: Company, method: str, asked: Asked) -> TestResponse:
    return _disguised(company, "GET", method, asked)


def _as_head(company: Company, method: str, asked: Asked) -> TestResponse:
    return _disguised(company, "HEAD", method, asked)


def _as_options(company: Company, method: str, asked: Asked) -> TestResponse:
    return _disguised(company, "OPTIONS", method, asked)


def _disguised(company: Company, sent: str, method: str, asked: Asked) -> TestResponse:
    """Send a harmless method that says it is another one."""
    browser = _browser(company, asked)
    path = f"{asked.path}?_method={method}&csrf_token={browser.token}"
    headers = {"X-HTTP-Method-Override": method, "X-Method-Override": method, **asked.headers}
    return browser.client.open(path, method=sent, headers=headers, **asked.content())


def _as_post(company: Company, method: str, asked: Asked) -> TestResponse:
    """Send a post that says it is what is wanted, without a token."""
    browser = _browser(company, asked)
    path = f"{asked.path}?_method={method}"
    headers = {"X-HTTP-Method-Override": method, **asked.headers}
    return browser.client.open(path, method="POST", headers=headers, **asked.content())


def _browser(company: Company, asked: Asked) -> Browser:
    return asked.browser or company.admin.browser


def _program(company: Company, method: str, asked: Asked, token: str) -> TestResponse:
    client = company.served.app.test_client()
    headers = {"Authorization": f"Bearer {token}", **asked.headers}
    return client.open(asked.path, method=method, headers=headers, **asked.content())


def _send(browser: Browser, method: str, asked: Asked, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return _open(browser, method, asked, {**asked.headers, **named}, asked.content())


def _open(
    browser: Browser,
    method: str,
    asked: Asked,
    headers: Mapping[str, str],
    content: Mapping[str, object],
) -> TestResponse:
    return browser.client.open(asked.path, method=method, headers=dict(headers), **content)


#: Harmless methods may be answered well: they change nothing, whatever they say they are.
DISGUISED = frozenset({"as GET", "as HEAD", "as OPTIONS"})

ATTEMPTS: Mapping[str, Attempt] = MappingProxyType(
    {
        "anonymous": _anonymous,
        "looker": _somebody(lambda company: company.looker),
        "rep": _somebody(lambda company: company.rep),
        "caller": _somebody(lambda company: company.caller),
        "disabled": _somebody(lambda company: company.disabled),
        "disabled program": _disabled_program,
        "reading token": _reading_token,
        "bad token": _bad_token,
        "no token": _forged({}, token=False),
        "wrong token": _forged({"X-CSRF-Token": "0" * 64}),
        "another's token": _token_of_another,
        "cross-site": _forged({"Sec-Fetch-Site": "cross-site"}),
        "same-site": _forged({"Sec-Fetch-Site": "same-site"}),
        "other origin": _forged({"Origin": "https://evil.example"}),
        "no origin": _forged({"Origin": "null"}),
        "text": _text,
        "as GET": _as_get,
        "as HEAD": _as_head,
        "as OPTIONS": _as_options,
        "as POST": _as_post,
    }
)
