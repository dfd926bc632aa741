"""A server may be killed anywhere: what it answered is there once, nothing is there by half."""

from __future__ import annotations

import io
import json
import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from faults.clients import Client, HttpApi, Ledger, ServerDiedError, follow_script, write_on
from faults.sites import Running, Servers, Site, copier
from faults.truths import broken_promises, doubled, untruths
from flask.testing import FlaskClient
from services.postgresql import PostgresqlServer

from cardwright_platform.app import create_app, make_theming
from cardwright_platform.cli.entry import run
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance
from cardwright_platform.worker.assembly import build_loop, open_bell

AIMED = 10
#: ``make soak`` asks for more.
RANDOM = int(os.environ.get("CARDWRIGHT_KILLS", "5"))
CLIENTS = 4


class InnerApi:
    """An API within this process."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self._client = client
        self._token = token

    def send(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Authorization"] = f"Bearer {self._token}"
        # A key stands for the very bytes that were sent with it: encode as the other client does.
        asked = httpx.Request(method, f"http://127.0.0.1/api/v1{path}", json=body, headers=named)
        answer = self._client.open(
            f"/api/v1{path}",
            method=method,
            data=asked.read(),
            headers=named,
            content_type="application/json",
        )
        return answer.status_code, answer.get_json()

    def upload(self, name: str, content: bytes) -> int:
        raise NotImplementedError("nothing is brought after a kill")


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    started = Servers()
    yield started
    started.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fresh_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], Site]:
    """Makes installations that nobody has used yet."""
    server: PostgresqlServer | None = None
    if request.param == "postgresql":
        server = request.getfixturevalue("postgresql_server")
    return copier(server, tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="module")
def points(
    fresh_site: Callable[[], Site], servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> tuple[int, int]:
    """How many points an undisturbed server passes until it serves, and until all is written."""
    trace = tmp_path_factory.mktemp("trace") / "points"
    site = fresh_site()
    server = servers.start(site, trace=str(trace))
    ready = len(trace.read_text("utf-8").splitlines())
    ledger = Ledger()
    write_script(server, site, ledger)
    total = len(trace.read_text("utf-8").splitlines())
    assert servers.end(server, signal.SIGTERM) == 0, server.printed.read_text("utf-8")
    check_after_restart(site, ledger)
    assert ledger.answers > 8
    return ready, total


def write_script(server: Running, site: Site, ledger: Ledger) -> bool:
    """Follow the script; tell whether the server lived to its end."""
    api = HttpApi(server.port, site.token)
    try:
        follow_script(Client("one", api, ledger))
    except ServerDiedError:
        return False
    finally:
        api.close()
    return True


def check_after_restart(site: Site, ledger: Ledger) -> None:
    """Start again, much later; send again what was not answered, finish the jobs, count all."""
    later = timedelta(hours=1)
    instance = replace(site.open(), clock=lambda: datetime.now(UTC) + later)
    try:
        prepare(instance)
        api = InnerApi(create_app(instance, make_theming(instance)).test_client(), site.token)
        broken = broken_promises(ledger, api)
        ledger.settle(api)
        finish_jobs(instance)
        assert broken + broken_promises(ledger, api) == []
        assert untruths(instance) == []
        assert doubled(instance, ledger) == []
    finally:
        instance.close()
    assert ailments(site) == []


def ailments(site: Site) -> list[str]:
    """Ask doctor; leave out the front end, which no kill of a server touches."""
    said = io.StringIO()
    with redirect_stdout(said):
        run(["--in", str(site.folder), "doctor", "--json"])
    findings = [each for each in json.loads(said.getvalue()) if each["advice"]]
    return [each["advice"] for each in findings if not each["subject"].startswith("theme")]


def finish_jobs(instance: Instance) -> None:
    """Take back what a dead worker held, and run all that is due."""
    loop = build_loop(instance, open_bell(instance.config))
    loop.tend()
    loop.drain()


@pytest.mark.parametrize("tenth", range(AIMED))
def test_a_server_killed_at_an_aimed_point_keeps_what_it_promised(
    tenth: int, fresh_site: Callable[[], Site], servers: Servers, points: tuple[int, int]
) -> None:
    ready, total = points
    # Two while it starts, the others while it writes; the worker's own points come and go.
    stop_at = (
        1 + tenth * ready // 2 if tenth < 2 else ready + (tenth - 1) * (total - ready) // AIMED
    )
    site, ledger = fresh_site(), Ledger()
    server = servers.start(site, stop_at=stop_at)
    if server.ready:
        write_script(server, site, ledger)
    assert servers.end(server, signal.SIGKILL) == -signal.SIGKILL, f"point {stop_at}"
    check_after_restart(site, ledger)


@pytest.mark.parametrize("number", range(RANDOM))
def test_a_server_killed_while_four_clients_write_keeps_what_it_promised(
    number: int, fresh_site: Callable[[], Site], servers: Servers
) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    site = fresh_site()
    server = servers.start(site)
    last = chance.randint(1, 60)
    ledger = Ledger(
        when=lambda count: os.kill(server.pid, signal.SIGKILL) if count == last else None
    )
    write_together(server, site, ledger, seed)
    assert servers.end(server, signal.SIGKILL) == -signal.SIGKILL
    again = servers.start(site)
    assert again.ready
    api = HttpApi(again.port, site.token)
    assert broken_promises(ledger, api) == []
    api.close()
    assert servers.end(again, signal.SIGTERM) == 0, again.printed.read_text("utf-8")
    check_after_restart(site, ledger)


def write_together(server: Running, site: Site, ledger: Ledger, seed: int) -> None:
    """Let some clients write until the server dies; raise what else went wrong in them."""
    wrong: list[BaseException] = []

    def work(number: int) -> None:
        api = HttpApi(server.port, site.token)
        try:
            write_on(Client(f"c{number}", api, ledger), random.Random(seed + number))
        except ServerDiedError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised below, in the test's own thread
            wrong.append(error)
        finally:
            api.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        raise wrong[0]
