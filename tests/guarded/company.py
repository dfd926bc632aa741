"""A company with something for every request to change, and everybody who may not change it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import re
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from odd_input.ground import SqlWatch
from openid_provider import liar, way
from outgoing import outgoing, send_due
from serving import PACKS, PASSWORD, Browser, Served, serve
from untouched import holdings

from cardwright_entities.accounts.accounts import set_disabled, set_roles
from cardwright_entities.accounts.tokens import create_token
from cardwright_entities.errors import Message
from cardwright_entities.marks.keeping import named_mark
from cardwright_entities.notifications import Notice, notify
from cardwright_entities.restores import note_restore

_STEP = "/account/second-step"


@dataclass(frozen=True)
class Person:
    """Somebody with a browser in which he is signed in, and a token of a program of his."""

    login: str
    account: int
    browser: Browser
    token: str


@dataclass
class Company:
    """The application, its people, and what makes the things that requests are about."""

    served: Served
    watch: SqlWatch
    admin: Person
    looker: Person
    rep: Person
    caller: Person  #: a portal contact, for whom every task is done
    disabled: Person
    client: int  #: the record that he is
    reading: str  #: a token of the admin that may only read
    _names: Iterator[int] = field(default_factory=lambda: count(1))

    def digest(self) -> Mapping[str, str]:
        """Tell what there is in tables, the queue and the outbox among them, and in files."""
        instance = self.served.instance
        return holdings(instance.store, instance.config.folder)

    def api(self, method: str, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Let the admin's program send something that must be taken; return the answer."""
        sent = {"Authorization": f"Bearer {self.admin.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        client = self.served.app.test_client()
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers=sent)
        assert answer.status_code < 300, (path, answer.text)
        return answer.get_json()

    def fresh(self) -> str:
        """Return a name that nothing has yet."""
        return f"n{next(self._names)}"

    def task(self, **values: object) -> int:
        """Let the admin make a task."""
        return int(self.made_task(**values)["id"])

    def made_task(self, **values: object) -> dict[str, Any]:
        """Let the admin make a task; return it with the change set that made it."""
        made: dict[str, Any] = self.api(
            "POST", "/records/task", {"name": self.fresh(), "asked_by": self.client, **values}
        )
        return made

    def shared(self) -> str:
        """Return a task's number and its share's, as addresses say them."""
        task = self.task()
        body = {"with": [{"role": "admin"}]}
        told = self.api("POST", f"/records/task/{task}/shares", body)
        return f"{task}/shares/{told['items'][0]['id']}"

    def folder(self) -> tuple[int, int]:
        """Let the admin put a task into a folder of his own; return both."""
        task, name = self.task(), self.fresh()
        self.api("PATCH", f"/records/task/{task}/marks", {"favourites": [name]})
        store, system = self.served.instance.store, self.served.instance.system_context()
        principal = replace(system.principal, account=self.admin.account)
        with store.read(replace(system, principal=principal)) as session:
            found = named_mark(session, "folder", name)
        assert found is not None
        return found.id, task

    def thing(self) -> int:
        """Let the admin make a thing."""
        return int(self.api("POST", "/records/thing", {"name": self.fresh()})["id"])

    def file(self) -> int:
        """Let the admin bring a file of tasks."""
        answer = self.served.app.test_client().post(
            "/api/v1/files",
            data={"file": (io.BytesIO(b"Name\nX\n"), "a.csv")},
            headers={"Authorization": f"Bearer {self.admin.token}"},
        )
        assert answer.status_code == 201, answer.text
        return int(answer.get_json()["id"])

    def backup(self) -> str:
        """Put something into the folder of backups; return its name."""
        folder = self.served.instance.config.backups
        folder.mkdir(exist_ok=True)
        (folder / (name := f"{self.fresh()}.zip")).write_bytes(b"everything")
        return name

    def job(self) -> int:
        """Let the admin ask for a dry run of an import that nobody has begun yet."""
        asked = {"file": self.file(), "columns": {"Name": "name"}, "dry_run": True}
        return int(self.api("POST", "/records/task/import", asked)["id"])

    def plan(self) -> str:
        """Let the admin plan a picklist."""
        return str(self.api("POST", "/plans", {"documents": self.documents()})["id"])

    def documents(self) -> dict[str, str]:
        """Return a document that is not there yet."""
        name = self.fresh()
        text = f"kind: picklist\nname: p_{name}\nlabel: {{zh: 表, en: List}}\nchoices:\n  a: 甲\n"
        return {f"guarded/{name}.yaml": text}

    def commit(self) -> int:
        """Let the admin change a definition; return the commit."""
        return int(self.api("POST", f"/plans/{self.plan()}/apply", {})["commit"])

    def message(self, state: str) -> int:
        """Return a message to the outside that waits or has failed."""
        instance = self.served.instance
        # What others asked the worker for is done first: it may empty what this is about.
        send_due(self.served)
        with instance.store.write(instance.system_context()) as session:
            note_restore(session, instance.clock())
        self.task(mail="a@example.com")
        send_due(self.served)
        (*_, waiting) = sorted(each.id for each in outgoing(self.served, state="waiting"))
        if state == "failed":
            self.api("POST", f"/outbox/{waiting}/give-up", {})
        return waiting

    def notification(self) -> int:
        """Return a notification that the admin has not read."""
        task, instance = self.task(), self.served.instance
        with instance.engine.write(instance.system_context()) as desk:
            entity = desk.model.entity("task").definition.id
            notice = Notice(kind="reminder", message=Message("x"), entity=entity, record=task)
            notify(desk.session, [self.admin.account], notice)
        return int(self.api("GET", "/notifications")["items"][0]["id"])

    def somebody(self) -> Browser:
        """Return the browser of an admin of whom no other request knows."""
        login = self.fresh()
        self._wait()
        browser = self.served.signed_in(login, "admin")
        browser.get("/account")
        return browser

    def again(self) -> tuple[Browser, Browser]:
        """Return two browsers in which the same admin is signed in."""
        login = self.fresh()
        self._wait()
        first = self.served.signed_in(login, "admin")
        second = self.served.browser()
        assert second.sign_in(login, PASSWORD).status_code == 303
        for browser in (first, second):
            browser.get("/account")
        return first, second

    def step(self, state: str) -> tuple[Browser, str]:
        """Bring somebody's second step into a state: proposed, in use; return his code."""
        own = self.somebody()
        return own, self._begin_step(own, state)

    def door(self) -> tuple[Browser, str, str]:
        """Let somebody with a second step give his password; return browser, step and code."""
        login = self.fresh()
        self._wait()
        own = self.served.signed_in(login)
        own.get("/account")
        code = self._begin_step(own, "in use")
        browser = self.served.browser()
        page = browser.sign_in(login, PASSWORD)
        found = re.search(r'name="step" value="([^"]+)"', page.text)
        assert found is not None
        return browser, found[1], code

    def _begin_step(self, own: Browser, state: str) -> str:
        assert own.post(_STEP, {"old": PASSWORD}).status_code == 303
        letters = re.search(r'cw-letters">([A-Z2-7 ]+)<', own.get(_STEP).text)
        assert letters is not None
        code = code_of(letters[1], self.served.clock().timestamp())
        if state == "proposed":
            return code
        assert own.post(f"{_STEP}/confirm", {"code": code}).status_code == 200
        self.served.clock.forward(minutes=1)
        return code_of(letters[1], self.served.clock().timestamp())

    def _wait(self) -> None:
        """Let the time pass after which somebody from this address may try again."""
        self.served.clock.forward(minutes=11)

    def be_seen(self) -> None:
        """Let everybody be seen now, so that no attempt is the one by which he is."""
        for person in (self.admin, self.looker, self.rep, self.caller):
            assert person.browser.client.get("/notifications/count").status_code == 200
            self._ask(person.token)
        self._ask(self.reading)

    def _ask(self, token: str) -> None:
        client = self.served.app.test_client()
        headers = {"Authorization": f"Bearer {token}"}
        assert client.get("/api/v1/notifications", headers=headers).status_code == 200


def code_of(letters: str, moment: float) -> str:
    """Return what an app shows (RFC 6238)."""
    counter = struct.pack(">Q", int(moment) // 30)
    made = hmac.digest(base64.b32decode(letters.replace(" ", "")), counter, hashlib.sha1)
    start = made[-1] & 15
    number = struct.unpack(">I", made[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


@contextmanager
def company_on(url: str, folder: Path) -> Iterator[Company]:
    """Build the company in a fresh database."""
    with liar() as provider:
        # Browsers make passkeys for names only.
        bell = {"url": f"{provider.issuer}/bell", "json": {"text": "{text}"}}
        choices = {
            **way(provider.issuer),
            "base_url": "http://localhost",
            "notice_channels": {"bell": bell},
        }
        served = serve(url, folder, PACKS / "workshop", PACKS / "guarded", **choices)
        watch = SqlWatch()
        watch.listen(served.instance.store.engine)
        people = [_person(served, login, role) for login, role in _PEOPLE]
        admin, _, _, caller, disabled = people
        context = served.instance.system_context()
        with served.instance.store.write(context) as session:
            set_disabled(session, disabled.account, disabled=True)
            reading = create_token(session, admin.account, "reading", scopes=("read",))
        with served.instance.engine.write(context) as desk:
            client = desk.records.create("patron", {"name": "Carl", "account": caller.account}).id
        yield Company(served, watch, *people, client, reading)
        served.instance.close()


_PEOPLE = (
    ("admin", "admin"),
    ("looker", "looker"),
    ("rep", "rep"),
    ("caller", "caller"),
    ("gone", "admin"),
)


def _person(served: Served, login: str, role: str) -> Person:
    account = served.add(login, role).id
    instance = served.instance
    with instance.store.write(instance.system_context()) as session:
        set_roles(session, account, (role,))
        token = create_token(session, account, "tests", scopes=("read", "write"))
    browser = served.browser()
    assert browser.sign_in(login, PASSWORD).status_code == 303
    browser.get("/account")
    return Person(login, account, browser, token)
