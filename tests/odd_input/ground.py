"""A small company to send nonsense to: records, people, files and jobs of several owners."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask.testing import FlaskClient
from serving import PACKS, Browser, Served, serve
from sqlalchemy import Connection, Engine, event, text
from untouched import holdings
from werkzeug.datastructures import Headers
from werkzeug.test import run_wsgi_app

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import create_token

#: What no statement's text may hold: it is in everything that is sent.
CANARY = "zqcanary"

#: Whom requests of tests are addressed to, unless they forge it.
_HOST = "localhost"
_CHANGES = ("insert", "update", "delete")
#: What is counted and noted of tries that are refused; and what any answer ends, also a wrong one.
_COUNTED = ("cw_rate", "cw_audit", "cw_round_trip")

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass
class SqlWatch:
    """Looks at each statement: does its text hold what was sent, and was a change committed."""

    found: list[str] = field(default_factory=list)
    statements: int = 0
    commits: int = 0  #: of transactions that changed something but rates
    _changed: set[int] = field(default_factory=set)

    def listen(self, engine: Engine) -> None:
        """Begin to look at what an engine sends."""
        event.listen(engine, "before_cursor_execute", self._look)
        event.listen(engine, "commit", self._count)
        event.listen(engine, "rollback", lambda connection: self._changed.discard(id(connection)))

    def _look(self, connection: Connection, cursor: object, statement: str, *rest: object) -> None:
        self.statements += 1
        text = statement.lower()
        if CANARY in text:
            self.found.append(statement)
        if text.startswith(_CHANGES) and not any(each in text for each in _COUNTED):
            self._changed.add(id(connection))

    def _count(self, connection: Connection) -> None:
        if id(connection) in self._changed:
            self._changed.discard(id(connection))
            self.commits += 1


class ShortSighted(FlaskClient):
    """Finds the cookies of a request without reading its query, which is long here, twice over."""

    def run_wsgi_app(
        self, environ: WSGIEnvironment, buffered: bool = False
    ) -> tuple[Iterable[bytes], str, Headers]:
        query, environ["QUERY_STRING"] = environ["QUERY_STRING"], ""
        self._add_cookies_to_wsgi(environ)
        environ["QUERY_STRING"] = query
        body, status, headers = run_wsgi_app(self.application, environ, buffered=buffered)
        set_now = headers.getlist("Set-Cookie")
        self._update_cookies_from_response(_HOST, environ["PATH_INFO"], set_now)
        return body, status, headers


@dataclass(frozen=True)
class Person:
    """Somebody with a browser and a token."""

    account: int
    browser: Browser
    token: str

    @property
    def client(self) -> FlaskClient:
        """Return what sends requests with the person's cookies."""
        return self.browser.client


@dataclass(frozen=True)
class Ground:
    """An application with records that requests may name."""

    served: Served
    chief: Person
    clerk: Person
    admin: Person  #: who may define
    watch: SqlWatch
    #: By what they are: firm, deleted, deal, thing, file, job, others_file, others_job, set.
    numbers: dict[str, int]

    def digest(self) -> Mapping[str, str]:
        """Tell what there is in tables and files."""
        instance = self.served.instance
        return holdings(instance.store, instance.config.folder)


@contextmanager
def ground_on(url: str, folder: Path, *packs: Path) -> Iterator[Ground]:
    """Build a company in a fresh database."""
    served = serve(url, folder, *(packs or (PACKS / "workshop",)))
    served.app.test_client_class = ShortSighted
    watch = SqlWatch()

    watch.listen(served.instance.store.engine)
    chief, clerk, admin = (_person(served, each) for each in ("chief", "clerk", "admin"))
    numbers = _plant(served, chief, clerk) if not packs else {}
    yield Ground(served, chief, clerk, admin, watch, numbers)
    served.instance.close()


def send_json(
    person: Person, method: str, path: str, body: object = None, **headers: str
) -> tuple[int, Any]:
    """Send JSON with the person's token; return status and answer."""
    sent = {"Authorization": f"Bearer {person.token}"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    answer = person.client.open(f"/api/v1{path}", method=method, json=body, headers=sent)
    return answer.status_code, answer.get_json()


def _person(served: Served, role: str) -> Person:
    browser = served.signed_in(role)
    instance = served.instance
    context = instance.system_context()
    account = _number(served, "select id from cw_account where login = :login", login=role)
    with instance.store.write(context) as session:
        set_roles(session, account, (role,))
        token = create_token(session, account, "tests", scopes=("read", "write"))
    browser.get("/account")
    return Person(account, browser, token)


def _number(served: Served, statement: str, **values: str) -> int:
    with served.instance.store.read(served.instance.system_context()) as session:
        return int(session.scalar(text(statement), values))


def _plant(served: Served, chief: Person, clerk: Person) -> dict[str, int]:
    def made(entity: str, **values: object) -> int:
        status, answer = send_json(chief, "POST", f"/records/{entity}", values)
        assert status == 201, answer
        return int(answer["id"])

    area = made("area", code="N", name="North")
    firm = made("firm", name="Acme", area=area, staff=12, credit="500", note="a note")
    gone = made("firm", name="Gone")
    thing = made("thing", code="T1", name="Thing", price="2.50")
    deal = made("deal", firm=firm, items=[{"thing": thing, "quantity": "2"}])
    status, answer = send_json(chief, "DELETE", f"/records/firm/{gone}")
    assert status == 200, answer
    return {
        "area": area,
        "firm": firm,
        "deleted": gone,
        "thing": thing,
        "deal": deal,
        "set": _number(served, "select max(id) from cw_change_set"),
        "file": bring_file(chief),
        "others_file": bring_file(clerk),
        "job": _export(chief),
        "others_job": _export(clerk),
    }


def bring_file(person: Person, content: bytes = b"code,name\nX,Y\n", name: str = "a.csv") -> int:
    """Store a file by the API; return its number."""
    answer = person.client.post(
        "/api/v1/files",
        data={"file": (io.BytesIO(content), name)},
        headers={"Authorization": f"Bearer {person.token}"},
    )
    assert answer.status_code == 201, answer.text
    return int(answer.get_json()["id"])


def _export(person: Person) -> int:
    status, answer = send_json(person, "POST", "/records/firm/export", {"format": "csv"})
    assert status == 202, answer
    return int(answer["id"])
