"""Clients that write to a server that may die, and remember what they were promised."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import httpx

ROWS = 12
REFUSED = 2


class ServerDiedError(Exception):
    """No answer came: whatever was asked may have been done or not."""


class Api(Protocol):
    """Sends requests with the chief's token."""

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        """Send JSON; return status and answer; raise ServerDiedError."""
        ...

    def upload(self, name: str, content: bytes) -> int:
        """Bring a file; return its number; raise ServerDiedError."""
        ...


class HttpApi:
    """An API at the other end of a connection."""

    def __init__(self, port: int, token: str) -> None:
        self._client = httpx.Client(
            base_url=f"http://127.0.0.1:{port}/api/v1",
            headers={"Authorization": f"Bearer {token}"},
            trust_env=False,
            timeout=60,
        )

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self._client.request(method, path, json=body, headers=named)
        except httpx.TransportError as error:
            raise ServerDiedError from error
        return answer.status_code, answer.json()

    def upload(self, name: str, content: bytes) -> int:
        try:
            answer = self._client.post("/files", files={"file": (name, io.BytesIO(content))})
        except httpx.TransportError as error:
            raise ServerDiedError from error
        assert answer.status_code == 201, answer.text
        return int(answer.json()["id"])

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


@dataclass(frozen=True)
class Promise:
    """How a record was left by an answer; ``deleted`` is in the recycle bin."""

    entity: str
    id: int
    version: int
    values: Mapping[str, Any]
    deleted: bool = False


@dataclass(frozen=True)
class Unanswered:
    """A request with a key to which no answer came: sent again, it is done once."""

    path: str
    body: object
    key: str
    promised: Callable[[Mapping[str, Any]], list[Promise]]


@dataclass
class Ledger:
    """What all clients were promised, and what may or may not have been done."""

    promises: dict[tuple[str, int], Promise] = field(default_factory=dict)
    pending: dict[tuple[str, int], Promise] = field(default_factory=dict)
    unanswered: list[Unanswered] = field(default_factory=list)
    jobs: list[int] = field(default_factory=list)
    answers: int = 0
    when: Callable[[int], None] = lambda count: None  #: called at each answer
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, *promises: Promise) -> None:
        """Note what an answer has promised."""
        with self._lock:
            for each in promises:
                self.promises[each.entity, each.id] = each
                self.pending.pop((each.entity, each.id), None)
            self.answers += 1
            count = self.answers
        self.when(count)

    def expect(self, promise: Promise) -> None:
        """Note what a change without a key may do to a record."""
        with self._lock:
            self.pending[promise.entity, promise.id] = promise

    def settle(self, api: Api) -> None:
        """Send again what was not answered."""
        for each in self.unanswered:
            status, answer = api.send("POST", each.path, each.body, Idempotency_Key=each.key)
            assert status in (200, 201, 202), answer
            self.keep(*each.promised(answer))
        self.unanswered.clear()


class Client:
    """One program that writes records of its own."""

    def __init__(self, name: str, api: Api, ledger: Ledger) -> None:
        self.name = name
        self.api = api
        self.ledger = ledger
        self._made: dict[str, list[tuple[str, int]]] = {}
        self._keys = 0

    # -- what it does --------------------------------------------------------------------------

    def create_deal(self) -> None:
        """Create a head with two lines."""
        lines = [{"thing": 1, "quantity": str(n), "price": "2.50"} for n in (1, self._next())]
        self._post("deal", "/records/deal", {"firm": 1, "items": lines}, self._one("deal"))

    def change_deal(self) -> None:
        """Change the head, one line, and add another."""
        kept = self._last("deal")
        if kept is None or kept.deleted:
            return
        first = dict(kept.values["items"][0])
        lines = [
            {"id": first["id"], "quantity": str(self._next())},
            {"thing": 1, "quantity": "1", "price": "1.25"},
        ]
        stage = "sent" if kept.values["stage"] == "draft" else "draft"
        self._patch(kept, {"stage": stage, "items": lines})

    def drop_deal(self) -> None:
        """Move a deal to the bin, or take it back out of it."""
        kept = self._last("deal")
        if kept is None:
            return
        self.ledger.expect(replace(kept, version=kept.version + 1, deleted=not kept.deleted))
        if kept.deleted:
            status, answer = self.api.send("POST", f"/records/deal/{kept.id}/restore")
        else:
            status, answer = self.api.send("DELETE", f"/records/deal/{kept.id}")
        assert status == 200, answer
        self.ledger.keep(replace(kept, version=answer["version"], deleted=not kept.deleted))

    def create_area(self) -> None:
        """Hang a new area under the newest one."""
        above = self._last("area")
        body = {
            "code": f"{self.name}-{self._next()}".upper(),
            "name": "an area",
            "above": above.id if above else 1,
        }
        self._post("area", "/records/area", body, self._one("area"))

    def move_area(self) -> None:
        """Hang the newest area under the root."""
        kept = self._last("area")
        if kept is not None:
            self._patch(kept, {"above": 1, "name": f"moved {self._next()}"})

    def write_firms(self) -> None:
        """Create some firms, change one and delete one, all or nothing."""
        firms = [each for each in self._all("firm") if not each.deleted]
        create = [{"name": f"{self.name} {self._next()}", "staff": n} for n in range(4)]
        body: dict[str, Any] = {"create": create}
        if len(firms) > 2:
            body["update"] = [{"id": firms[0].id, "version": firms[0].version, "staff": 99}]
            body["delete"] = [{"id": firms[1].id, "version": firms[1].version}]
            self.ledger.expect(
                replace(firms[0], version=firms[0].version + 1, values={"staff": 99})
            )
            self.ledger.expect(replace(firms[1], version=firms[1].version + 1, deleted=True))
        self._post("firm", "/records/firm/bulk", body, lambda answer: _bulk(answer, firms))

    def import_areas(self) -> None:
        """Bring a file and ask for its import."""
        mark = f"{self.name}i{self._next()}".upper()
        rows = [f"{mark}-{n},{'' if n < REFUSED else 'imported'}" for n in range(ROWS)]
        file = self.api.upload(f"{mark}.csv", "\n".join(["code,name", *rows]).encode())

        def promised(answer: Mapping[str, Any]) -> list[Promise]:
            self.ledger.jobs.append(answer["id"])
            return []

        self._post("area", "/records/area/import", {"file": file}, promised)

    # -- how -----------------------------------------------------------------------------------

    def _post(
        self,
        entity: str,
        path: str,
        body: object,
        promised: Callable[[Mapping[str, Any]], list[Promise]],
    ) -> None:
        key = f"{self.name}-{self._next()}"

        def noted(answer: Mapping[str, Any]) -> list[Promise]:
            promises = promised(answer)
            self._made.setdefault(entity, []).extend((each.entity, each.id) for each in promises)
            return promises

        try:
            status, answer = self.api.send("POST", path, body, Idempotency_Key=key)
        except ServerDiedError:
            self.ledger.unanswered.append(Unanswered(path, body, key, noted))
            raise
        assert status in (200, 201, 202), answer
        self.ledger.keep(*noted(answer))

    def _patch(self, kept: Promise, body: Mapping[str, Any]) -> None:
        changed = {name: value for name, value in body.items() if name != "items"}
        self.ledger.expect(
            replace(kept, version=kept.version + 1, values={**_plain(kept.values), **changed})
        )
        path = f"/records/{kept.entity}/{kept.id}"
        status, answer = self.api.send("PATCH", path, body, If_Match=f'"{kept.version}"')
        assert status == 200, answer
        self.ledger.keep(_promise(kept.entity, answer))

    def _one(self, entity: str) -> Callable[[Mapping[str, Any]], list[Promise]]:
        return lambda answer: [_promise(entity, answer)]

    def _all(self, entity: str) -> list[Promise]:
        made = dict.fromkeys(self._made.get(entity, ()))
        return [self.ledger.promises[key] for key in made]

    def _last(self, entity: str) -> Promise | None:
        found = self._all(entity)
        return found[-1] if found else None

    def _next(self) -> int:
        self._keys += 1
        return self._keys


#: What a client does one after the other when a kill is aimed.
SCRIPT = (
    Client.create_deal,
    Client.change_deal,
    Client.import_areas,
    Client.create_area,
    Client.create_area,
    Client.move_area,
    Client.write_firms,
    Client.write_firms,
    Client.drop_deal,
    Client.drop_deal,
)


def follow_script(client: Client) -> None:
    """Do all of the script, then wait until the server has done the imports."""
    for step in SCRIPT:
        step(client)
    while any(
        client.api.send("GET", f"/jobs/{job}")[1]["state"] in ("waiting", "running")
        for job in client.ledger.jobs
    ):
        pass


def write_on(client: Client, chance: random.Random) -> None:
    """Write this and that until the server dies."""
    while True:
        chance.choice(SCRIPT)(client)


def _promise(entity: str, answer: Mapping[str, Any]) -> Promise:
    return Promise(entity, answer["id"], answer["version"], dict(answer))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what follows from a change, which nobody was told yet."""
    following = ("items", "total", "version", "changed_at", "$change_set")
    return {name: value for name, value in values.items() if name not in following}


def _bulk(answer: Mapping[str, Any], firms: list[Promise]) -> list[Promise]:
    promises = [_saved(each) for each in answer["results"]["create"]]
    if "update" in answer["results"]:
        changed = answer["results"]["update"][0]
        promises.append(replace(firms[0], version=changed["version"], values={"staff": 99}))
        promises.append(replace(firms[1], version=firms[1].version + 1, deleted=True))
    return promises


def _saved(item: Mapping[str, Any]) -> Promise:
    return Promise("firm", item["id"], item["version"], {})
