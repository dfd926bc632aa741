"""``python tests/bench/bench_changes.py``: definitions change while clients write.

A server runs on PostgreSQL (or SQLite) with a table of so many records; 20 clients, in a process
of their own, change records over HTTP without pause. Meanwhile a field is added, a text becomes
a number, the change is taken back, and, with ``--cycles``, a field is added, retired and purged
again and again. Printed are the times of the writes before and during each change, answers of
5xx, and acknowledged writes lost.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from services.children import free_port
from services.postgresql import PostgresqlServer
from sqlalchemy import text

from cardwright_entities.changes.purging import make_purge
from cardwright_entities.contexts import SYSTEM, Context
from cardwright_platform.config import read_config
from cardwright_platform.installing import (
    apply_plan,
    plan_packs,
    plan_revert,
    prepare,
    read_packs,
)
from cardwright_platform.instance import Instance, open_instance

_CARDWRIGHT = str(Path(sys.executable).parent / "cardwright")
#: A client waits so long for an answer, also while the whole machine stands still: whoever gave up
#: would not know whether his write was done, and meet its version at the next one.
_PATIENCE = 600
#: Cycles of one line, so that one sees whether the last cost what the first did.
_A_TURN = 100
#: What the server wrote to its standard error, shown when something failed.
_SAID = "said.txt"
_PACK = "kind: pack\nname: load\nlabel: {zh: 压测, en: Load}\nlanguage: 1\nversion: '1.0'\n"
_THING = """
kind: entity
name: thing
label: {zh: 物品, en: Thing}
fields:
  name: {type: text, required: true}
  size: {type: text}
  note: {type: text}
list: {columns: [name, size]}
search: [name]
"""


@dataclass
class Written:
    """What the clients did in one phase."""

    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@dataclass
class Clients:
    """Threads that change records by number, each its own ones."""

    port: int
    token: str
    rows: int
    count: int
    phase: Written = field(default_factory=Written)
    sizes: dict[int, int] = field(default_factory=dict)  #: the last acknowledged one by record
    versions: dict[int, int] = field(default_factory=dict)
    unsure: set[int] = field(default_factory=set)
    ended: threading.Event = field(default_factory=threading.Event)

    def run(self, number: int) -> None:
        """Change records until told to stop."""
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        while not self.ended.is_set():
            record = 1 + number + self.count * chance.randrange(self.rows // self.count - 1)
            size = chance.randrange(1_000_000)
            # A string: what a text field takes as it is and a number field reads as a number.
            body = json.dumps({"size": str(size)})
            start = time.perf_counter()
            status, version = self._send(connection, record, body)
            self.phase.seconds.append(time.perf_counter() - start)
            if status == 200:
                self.sizes[record] = size
                self.versions[record] = version
                self.unsure.discard(record)
            else:
                self.phase.failed.append(f"{status} {record}")
                self.unsure.add(record)

    def _send(
        self, connection: http.client.HTTPConnection, record: int, body: str
    ) -> tuple[int, int]:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "If-Match": f'"{self.versions.get(record, 1)}"',
        }
        try:
            connection.request("PATCH", f"/api/v1/records/thing/{record}", body, headers)
            answer = connection.getresponse()
            told = json.loads(answer.read())
        except (OSError, http.client.HTTPException):
            connection.close()
            return 0, 0
        return answer.status, int(told.get("version", 0))


class Crowd:
    """The clients as seen from here: in their own process, not to share an interpreter's lock."""

    def __init__(self, port: int, token: str, options: argparse.Namespace) -> None:
        spawning = multiprocessing.get_context("spawn")
        self._pipe, far = spawning.Pipe()
        crowd = (far, port, token, options.rows, options.clients)
        self._process = spawning.Process(target=run_clients, args=crowd)
        self._process.start()

    def written(self) -> Written:
        """Return what was written since last asked."""
        self._pipe.send("written")
        told: Written = self._pipe.recv()
        return told

    def end(self) -> dict[int, int]:
        """Send the clients home; return the acknowledged size of each record that is sure."""
        self._pipe.send("end")
        sizes: dict[int, int] = self._pipe.recv()
        self._process.join()
        return sizes


def run_clients(pipe: Connection, port: int, token: str, rows: int, count: int) -> None:
    """Let clients write until the other end of the pipe says that it is enough."""
    clients = Clients(port, token, rows, count)
    threads = [threading.Thread(target=clients.run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    while pipe.recv() != "end":
        told, clients.phase = clients.phase, Written()
        pipe.send(told)
    clients.ended.set()
    for thread in threads:
        thread.join()
    pipe.send({n: size for n, size in clients.sizes.items() if n not in clients.unsure})


def main() -> int:
    """Print one table; return 1 if anything was lost or failed."""
    options = _options()
    print(f"{options.engine}, {options.rows:,} records, {options.clients} clients, "
          f"{date.today().isoformat()}\n")  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="cardwright-changes-") as name:
        folder = Path(name)
        server = PostgresqlServer() if options.engine == "postgresql" else None
        url = server.url(server.create_database()) if server else f"sqlite:///{folder / 's.sqlite'}"
        try:
            return _measure(folder, url, options)
        finally:
            if server is not None:
                server.stop()


def _measure(folder: Path, url: str, options: argparse.Namespace) -> int:
    (folder / "load").mkdir()
    (folder / "load" / "pack.yaml").write_text(_PACK, encoding="utf-8")
    (folder / "config.yaml").write_text("packs: [load]\n", encoding="utf-8")
    environment = {"CARDWRIGHT_FOLDER": str(folder / "var"), "CARDWRIGHT_DATABASE_URL": url}
    _write(folder, _THING)
    instance = open_instance(read_config(folder, environment))
    prepare(instance)
    _load(instance, options.rows)
    with _serving(folder, environment, options) as crowd:
        try:
            failed = _changes(folder, instance, crowd, options)
        finally:
            sizes = crowd.end()
    if failed:
        print((folder / _SAID).read_text("utf-8")[-8_000:], file=sys.stderr)
    lost = _lost(instance, sizes)
    print(f"\nacknowledged writes lost: {lost}; answers that were no success: {failed}")
    instance.close()
    return 1 if lost or failed else 0


def _changes(folder: Path, instance: Instance, clients: Crowd, options: argparse.Namespace) -> int:
    print("| meanwhile | took s | writes | p50 ms | p99 ms | max ms | failed |")
    print("|---|---|---|---|---|---|---|", flush=True)
    time.sleep(2)
    failed = _phase("nothing", clients, lambda: time.sleep(options.seconds))
    added = _THING.replace("  note:", "  city: {type: text}\n  note:")
    failed += _phase("a field is added", clients, lambda: _apply(folder, instance, added))
    typed = added.replace("size: {type: text}", "size: {type: integer}")
    failed += _phase("text becomes a number", clients, lambda: _apply(folder, instance, typed))
    if not options.keep_type:
        failed += _phase("that is taken back", clients, lambda: _revert(instance))
    for start in range(0, options.cycles, _A_TURN):
        turn = range(start, min(start + _A_TURN, options.cycles))
        cycles = f"add, retire, purge {start + 1} to {turn.stop}"
        failed += _phase(cycles, clients, lambda turn=turn: _cycle(folder, instance, turn, added))
    if options.cycles:
        with instance.store.read(instance.system_context()) as session:
            if session.dialect == "postgresql":
                query = "SELECT max(attnum), count(*) FILTER (WHERE NOT attisdropped) FROM " \
                    "pg_attribute WHERE attrelid = 'e_thing'::regclass AND attnum > 0"  # fmt: skip
            else:
                query = "SELECT count(*), count(*) FROM pragma_table_xinfo('e_thing')"
            ever, now = session.rows(text(query))[0]
        print(f"\ncolumns of the table: {now} now, {ever} counted")
    return failed


def _phase(name: str, clients: Crowd, work: Callable[[], object]) -> int:
    clients.written()
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    phase = clients.written()
    spent = sorted(phase.seconds) or [0.0]
    marks = [spent[int(share * (len(spent) - 1))] * 1000 for share in (0.5, 0.99, 1)]
    told = " | ".join(f"{mark:.0f}" for mark in marks)
    if phase.failed:
        statuses = Counter(each.split()[0] for each in phase.failed)
        print(dict(statuses), phase.failed[:3], file=sys.stderr)
    print(f"| {name} | {took:.1f} | {len(spent)} | {told} | {len(phase.failed)} |", flush=True)
    return len(phase.failed)


def _apply(folder: Path, instance: Instance, thing: str) -> int:
    _write(folder, thing)
    plan = plan_packs(instance, read_packs(instance))
    return apply_plan(instance, plan, author="bench", reason="bench")


def _revert(instance: Instance) -> int:
    with instance.store.read(instance.system_context()) as session:
        number = int(session.scalar(text("SELECT number FROM cw_active")))
    plan = plan_revert(instance, number).plan
    return apply_plan(instance, plan, author="bench", reason="bench")


def _cycle(folder: Path, instance: Instance, turn: range, thing: str) -> None:
    for _ in turn:
        _apply(folder, instance, thing.replace("  note:", "  passing: {type: text}\n  note:"))
        _apply(folder, instance, thing)
        _purge(instance)


def _purge(instance: Instance) -> None:
    plan = make_purge(instance.store, instance.system_context(), instance.types, "thing.passing")
    apply_plan(instance, plan, author="bench", reason="bench")


def _write(folder: Path, thing: str) -> None:
    (folder / "load" / "thing.yaml").write_text(thing, encoding="utf-8")


def _load(instance: Instance, rows: int) -> None:
    context = Context(SYSTEM, datetime.now(UTC))
    columns = '"version", "name", "size", "created_at", "changed_at"'
    moment = "2024-01-01 00:00:00.000000"
    if instance.store.dialect == "postgresql":
        numbers = f"generate_series(1, {rows}) AS n(n)"
        values = f"1, 'thing ' || n, CAST(n AS text), '{moment}+00', '{moment}+00'"
    else:
        numbers = (
            "(WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT "
            f"{rows}) SELECT n FROM c)"
        )
        values = f"1, 'thing ' || n, CAST(n AS text), '{moment}', '{moment}'"
    with instance.store.write(context, timeout=600) as session:
        session.execute(text(f"INSERT INTO e_thing ({columns}) SELECT {values} FROM {numbers}"))


def _lost(instance: Instance, sizes: dict[int, int]) -> int:
    with instance.store.read(instance.system_context(), timeout=600) as session:
        column = session.scalar(
            text("SELECT physical FROM cw_identity WHERE address = 'entity/thing#fields.size'")
        )
        rows = session.rows(text(f'SELECT id, "{column}" FROM e_thing'))
    stored = {int(record): size for record, size in rows}
    return sum(1 for record, size in sizes.items() if str(stored[record]) != str(size))


@contextmanager
def _serving(
    folder: Path, environment: dict[str, str], options: argparse.Namespace
) -> Iterator[Crowd]:
    variables = {**os.environ, **environment}
    _command(folder, variables, "user", "add", "bench", "--role", "admin")
    token = json.loads(_command(folder, variables, "token", "create", "bench", "--json"))["token"]
    port = free_port()
    command = [_CARDWRIGHT, "serve", "--port", str(port)]
    with (
        (folder / _SAID).open("w", encoding="utf-8") as said,
        subprocess.Popen(
            command, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=said
        ) as server,
    ):
        try:
            _wait(port)
            yield Crowd(port, token, options)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


def _command(folder: Path, variables: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [_CARDWRIGHT, *words], cwd=folder, env=variables, check=True, capture_output=True, text=True
    )
    return done.stdout


def _wait(port: int) -> None:
    deadline = time.perf_counter() + 120
    while time.perf_counter() < deadline:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the server does not answer")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--engine", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--keep-type", action="store_true", help="do not take it back")
    parser.add_argument("--cycles", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
