"""Sixty-four people with tokens of their own, and a server process that all of them ask at once."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from running import running
from services.children import free_port
from serving import PACKS

from cardwright_entities.accounts.tokens import create_token
from cardwright_platform.config import read_config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user
from cardwright_platform.signing_in import create_link

PEOPLE = 64
_PATIENCE = 300.0
#: What somebody who does not give up is told until it is his turn.
_LATER = frozenset({429, 503})


@dataclass(frozen=True)
class Crowd:
    """The people, the plots that nobody owns, and links that work once."""

    address: str
    tokens: tuple[str, ...]
    plots: tuple[int, ...]
    links: tuple[str, ...]

    def all_at_once(
        self,
        ask: Callable[[httpx.Client, int], httpx.Response],
        begin: Callable[[httpx.Client], object] = lambda client: None,
    ) -> list[httpx.Response]:
        """Let everybody ask in the same moment; who is told to come again does so."""
        ready = threading.Barrier(PEOPLE)

        def one(number: int) -> httpx.Response:
            with self.client(number) as client:
                begin(client)
                ready.wait(_PATIENCE)
                while (answer := ask(client, number)).status_code in _LATER:
                    assert "Retry-After" in answer.headers, answer.text
                return answer

        with ThreadPoolExecutor(PEOPLE) as people:
            return list(people.map(one, range(PEOPLE)))

    def client(self, number: int = 0) -> httpx.Client:
        """Return a client with somebody's token."""
        return httpx.Client(
            base_url=f"{self.address}/api/v1",
            # A server closes a connection that waits: each request has one of its own.
            headers={
                "Authorization": f"Bearer {self.tokens[number]}",
                "Accept-Language": "en",
                "Connection": "close",
            },
            trust_env=False,
            verify=False,  # nothing is encrypted: no certificates are read for each of them
            timeout=_PATIENCE,
        )

    def create(self, **values: object) -> dict[str, Any]:
        """Make a ticket that must be taken."""
        with self.client() as client:
            answer = client.post("/records/ticket", json=values)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def records(self, entity: str, **asked: str) -> list[dict[str, Any]]:
        """Return all records of an entity that the first of them may read."""
        found: list[dict[str, Any]] = []
        query: Mapping[str, str] = {"limit": "200", **asked}
        with self.client() as client:
            while True:
                page = client.get(f"/records/{entity}", params=query).json()
                found += page["items"]
                if page["next"] is None:
                    return found
                query = {**query, "cursor": page["next"]}


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    """Count the answers by status."""
    return Counter(each.status_code for each in answers)


@contextmanager
def crowd_on(url: str, folder: Path, *, processes: int) -> Iterator[Crowd]:
    """Prepare an installation with the people in it and serve it in processes of its own."""
    chosen: dict[str, object] = {
        "packs": [str(PACKS / "orchard"), str(PACKS / "rush")],
        "language": "en",
        "processes": processes,
        # A statement may wait for its turn on a busy machine.
        "statement_seconds": 120,
    }
    chosen |= {"database_url": url} if url else {}
    (folder / "config.yaml").write_text(json.dumps(chosen), "utf-8")
    instance = open_instance(read_config(folder, {}))
    try:
        prepare(instance)
        tokens = tuple(_person(instance, number) for number in range(PEOPLE))
        plots = _plots(instance)
        links = tuple(_link(instance, number) for number in range(2))
    finally:
        instance.close()
    port = free_port()
    with running(folder, "serve", "--port", str(port), ready="Ctrl+C"):
        yield Crowd(f"http://127.0.0.1:{port}", tokens, plots, links)


def _person(instance: Instance, number: int) -> str:
    account = add_user(instance, login=f"hand{number}", roles=("hand", "buyer"))
    with instance.engine.write(instance.system_context()) as desk:
        gardener = desk.records.create("gardener", {"name": f"Hand {number}", "login": account.id})
        desk.records.update("login", account.id, {"of": gardener.id}, None)
        return create_token(desk.session, account.id, "tests")


def _plots(instance: Instance) -> tuple[int, ...]:
    with instance.engine.write(instance.system_context()) as desk:
        plots = [desk.records.create("plot", {"name": f"Plot {n}"}).id for n in range(PEOPLE)]
        for plot in plots[:4]:
            desk.records.create("tree", {"name": "Oak", "plot": plot})
    return tuple(plots)


def _link(instance: Instance, number: int) -> str:
    account = add_user(instance, login=f"guest{number}", roles=("buyer",))
    return create_link(instance, account, "set_password").rpartition("/")[2]
