"""Requests made from the map of addresses: each part and each parameter with nonsense in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from odd_input.ground import CANARY, Ground, Person
from odd_input.values import PARTS, TEXTS, VALUES
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import cardwright_platform.web
from cardwright_platform.api.operations import CHANGE, NEW, operation_of

_NAME = re.compile(r'(?:args|arguments|form|typed)\.(?:get|getlist)\(\s*f?"([\w.]+)')

#: Posts of which the sweep would lose its own way in.
SIGNING_OUT = frozenset({"accounts.sign_out", "own_page.sign_out_others"})


@dataclass(frozen=True)
class Request:
    """One request of the sweep; ``about`` says in few words what is odd in it."""

    method: str
    path: str
    about: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, person: Person) -> TestResponse:
        """Send it as somebody: pages with cookies, the API with a token."""
        headers = dict(self.headers)
        if self.path.startswith("/api/"):
            headers.setdefault("Authorization", f"Bearer {person.token}")
            if self.method == "PATCH":
                # What came before may have changed the record.
                now = person.client.get(self.path.partition("?")[0], headers=headers)
                headers["If-Match"] = now.headers.get("ETag", '"1"')
        else:
            headers |= {"X-CSRF-Token": person.browser.token, "Sec-Fetch-Site": "same-origin"}
        return person.client.open(self.path, method=self.method, data=self.body, headers=headers)


def names_of_inputs() -> tuple[str, ...]:
    """Find in the sources every name under which a page reads a parameter or a form's field."""
    folder = Path(cardwright_platform.web.__file__).parent
    found = {
        name for path in folder.rglob("*.py") for name in _NAME.findall(path.read_text("utf-8"))
    }
    return tuple(sorted(found - {"csrf_token"}))


def odd_addresses(app: Flask, ground: Ground, methods: frozenset[str]) -> Iterator[Request]:
    """Every address with nonsense in one of its parts."""
    for rule, method in rules(app, methods):
        for name in sorted(rule.arguments):
            for part in PARTS:
                path = address(rule, ground, {name: part})
                yield Request(method, path, f"{name}={part[:40]}")


def odd_parameters(app: Flask, ground: Ground, *, each: int = 0) -> Iterator[Request]:
    """Every address that is read, with nonsense in all parameters, and in ``each`` one by one."""
    pages = (*names_of_inputs(), "name", "area", "items.0.thing", "record.firm", "²", CANARY)
    turn = 0
    for rule, method in rules(app, frozenset({"GET"})):
        path = address(rule, ground, {})
        names = pages
        if rule.rule.startswith("/api/"):
            declared = operation_of(app.view_functions[rule.endpoint])
            names = tuple(parameter.name for parameter in declared.parameters)
        for text in TEXTS:
            for some in _shares(names, text):
                full = with_query(path, dict.fromkeys(some, text))
                yield Request(method, full, f"{some[0]}...={text[:40]!r}")
        for name in names:
            for _ in range(each):
                turn += 1
                text = TEXTS[turn % len(TEXTS)]
                yield Request(method, with_query(path, {name: text}), f"{name}={text[:40]!r}")
            yield Request(method, f"{path}?{quote(name)}=1&{quote(name)}=2", f"{name} twice")


def odd_forms(app: Flask, ground: Ground, *, each: int = 0) -> Iterator[Request]:
    """Every page that is posted to, with nonsense in all inputs, and in ``each`` one by one."""
    names = (*names_of_inputs(), *FIELDS)
    turn = 0
    for rule, method in rules(app, frozenset({"POST"})):
        if rule.rule.startswith("/api/") or rule.endpoint in SIGNING_OUT:
            continue
        path = address(rule, ground, {})
        for text in TEXTS:
            for some in _shares(names, text):
                yield form(method, path, dict.fromkeys(some, text), f"{some[0]}...={text[:40]!r}")
        for name in names:
            for _ in range(each):
                turn += 1
                text = TEXTS[turn % len(TEXTS)]
                good = {"name": "Good", "firm": str(ground.numbers["firm"]), "version": "1"}
                yield form(method, path, good | {name: text}, f"{name}={text[:40]!r}")
        yield from odd_contents(method, path)


def odd_contents(method: str, path: str) -> Iterator[Request]:
    """Bodies that are not what their kind says."""
    part = b'--x\r\nContent-Disposition: form-data; name="file"; filename='
    for kind, body in (
        ("multipart/form-data", b"--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na"),
        ("multipart/form-data; boundary=x", part + b'"\0../../a\r\n.csv"\r\n\r\nabc\r\n--x--\r\n'),
        ("multipart/form-data; boundary=x", part + b'"../../../a.csv"\r\n\r\nabc'),
        ("multipart/form-data; boundary=" + "x" * 3_000, b"--x--"),
        ("application/x-www-form-urlencoded", b"%ff=%ff&%00=%00&=&&==&a"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"+AGE-=1"),
        ("application/json", b"{" * 200),
        ("application/json", b'{"a":' * 200 + b"1" + b"}" * 200),
        ("application/json; charset=utf-16", b"\xff\xfe{\0}\0"),
        ("text/plain", CANARY.encode()),
        ("", b"\xff\xfe\x00"),
        ("application/octet-stream\x0b", b"x"),
    ):
        yield Request(method, path, f"content {kind[:40]}", body, {"Content-Type": kind})


def odd_bodies(app: Flask, ground: Ground) -> Iterator[Request]:
    """Every address of the API that takes a body, with nonsense in each of its keys."""
    for rule, method in rules(app, frozenset({"POST", "PATCH", "DELETE"})):
        if not rule.rule.startswith("/api/"):
            continue
        path = address(rule, ground, {"entity": "deal"})
        declared = operation_of(app.view_functions[rule.endpoint])
        if declared.body in (NEW, CHANGE):
            good: dict[str, Any] = {"firm": ground.numbers["firm"]}
            keys: tuple[str, ...] = (*FIELDS, "items", "extras", "about", "confirm", "confirmed")
        elif isinstance(declared.body, type):
            keys = tuple(declared.body().fields)
            good = {}
        else:
            keys, good = (), {}
        for key in keys:
            for value in VALUES:
                body = json.dumps(good | {key: value}).encode()
                yield _json(method, path, body, f"{key}={str(value)[:40]!r}")
                if key == "items":
                    for inner in ("thing", "quantity", "price", "id", "version", CANARY):
                        lines = json.dumps(good | {key: [{inner: value}]}).encode()
                        yield _json(method, path, lines, f"{key}.{inner}={str(value)[:40]!r}")
        for value in VALUES:
            yield _json(method, path, json.dumps(value).encode(), f"body={str(value)[:40]!r}")
        yield from odd_contents(method, path)


#: Inputs of the forms of the workshop: fields, lines, confirmations.
FIELDS = (
    "name", "code", "level", "tags", "area", "mother", "phone", "email", "credit", "staff", "share",
    "founded", "seen_at", "partner", "note", "owner", "version", "id", "deleted_at", "created_by",
    "firm", "due", "stage", "extras", "about", "items.0.thing", "items.0.quantity", "items.0.id",
    "items.0.version", "items.0.remove", "items.².thing", "items.x.thing", "items.99999999999.id",
    "items.shown", "confirm.big_credit", "reason.big_credit", "resolve.name", "column.0",
    "items.*", "match.0", "total.staff", "total.nothing", CANARY,
)  # fmt: skip


def rules(app: Flask, methods: frozenset[str]) -> Iterator[tuple[Rule, str]]:
    """Every rule of the application with each of the methods that it takes."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda each: each.rule):
        for method in sorted(methods & (rule.methods or set())):
            yield rule, method


def address(rule: Rule, ground: Ground, odd: Mapping[str, str]) -> str:
    """Return an address that fits a rule, with odd parts where they are given."""
    numbers = ground.numbers
    good = {
        "name": "firm",
        "entity": "firm",
        "field": "area",
        "target": "area",
        "lines": "items",
        "message": "1",
        "record": str(numbers["firm"]),
        "change_set": str(numbers["set"]),
        "file": str(numbers["file"]),
        "job": str(numbers["job"]),
        "secret": CANARY,
        "identifier": CANARY,
        "theme": "standard",
        "action": "copy",
        "conversion": "nothing",
        "rule": "nothing",
        "template": "usual",
        "notification": "1",
        "commit": "1",
        "number": "1",
        "place": "nowhere",
        "share": "1",
        "passkey": "1",
        "plan": "1",
        "role": "admin",
        "account": "1",
        "version": "1",
        "view": "1",
        "mark": "1",
        "picklist": "nothing",
    }
    parts = good | dict(odd)
    return re.sub(r"<(?:[^:<>]*:)?(\w+)>", lambda found: parts[found[1]], rule.rule)


def with_query(path: str, pairs: Mapping[str, str]) -> str:
    """Return an address with its query; what is no text at all is sent as its bytes."""
    query = "&".join(f"{_quoted(name)}={_quoted(text)}" for name, text in pairs.items())
    return f"{path}?{query}" if query else path


def form(method: str, path: str, pairs: Mapping[str, str], about: str) -> Request:
    """Return a posted form."""
    body = with_query("", pairs)[1:].encode()
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return Request(method, path, about, body, kind)


def _shares(names: tuple[str, ...], text: str) -> Iterator[tuple[str, ...]]:
    """Part names so that an address with the text under each of them stays one that is sent."""
    size = max(1, 24_000 // (len(text) + 10))
    for start in range(0, len(names), size):
        yield names[start : start + size]


def _json(method: str, path: str, body: bytes, about: str) -> Request:
    headers = {"Content-Type": "application/json"}
    return Request(method, path, about, body, headers)


@lru_cache(maxsize=1_000)
def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")
