"""``python tests/bench/run.py``: both sides in turns, one table of medians and ratios."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.asking import Line
from bench.cases import Case, cases
from bench.loading import build, fill_postgresql, fill_sqlite
from services.children import free_port
from services.postgresql import PostgresqlServer

from cardwright_entities.accounts.accounts import NewAccount, create_account
from cardwright_entities.accounts.tokens import create_token

#: Durable, with memory for a million rows: what PERFORMANCE figures were taken with.
SETTINGS = {
    "max_connections": "60",
    "shared_buffers": "2GB",
    "work_mem": "32MB",
    "jit": "off",
    "timezone": "UTC",
    "listen_addresses": "127.0.0.1",
    "max_wal_size": "4GB",
}
_HERE = Path(__file__).parent


def main() -> int:
    """Run and print; return 0."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="cardwright-bench-") as folder:
        if options.engine == "sqlite":
            _run(f"sqlite:///{folder}/bench.sqlite", "", Path(folder), options)
            return 0
        server = PostgresqlServer(SETTINGS)
        try:
            database = server.create_database()
            url = server.url(database)
            _run(url, url.replace("+psycopg", ""), Path(folder), options)
        finally:
            server.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30, help="requests a work and side")
    parser.add_argument("--clients", type=int, default=8)
    return parser.parse_args()


def _run(url: str, plain_url: str, folder: Path, options: argparse.Namespace) -> None:
    start = time.perf_counter()
    installation = build(url)
    if plain_url:
        fill_postgresql(url, plain_url, options.records)
    else:
        fill_sqlite(installation, options.records)
    with installation.store.write(installation.system()) as session:
        account = create_account(session, NewAccount(login="bench", name="Bench", roles=["admin"]))
        token = create_token(session, account.id, "bench")
    installation.store.close()
    print(f"loaded {options.records:,} in {time.perf_counter() - start:.0f} s", file=sys.stderr)
    with serving("bench.ours", environment_of(url, folder)) as port:
        if plain_url:
            with serving("bench.by_hand", {"BY_HAND_URL": plain_url}) as other:
                _measure(Line(port, token), Line(other, "bench"), port, other, token, options)
        else:
            _measure(Line(port, token), None, port, 0, token, options)


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """Return what the product is told of its database and folder."""
    return {
        "CARDWRIGHT_DATABASE_URL": url,
        "CARDWRIGHT_FOLDER": str(folder),
        "CARDWRIGHT_WORKER": "embedded",
        "CARDWRIGHT_TOKEN_REQUESTS": "0",
    }


@contextmanager
def serving(module: str, environment: dict[str, str]) -> Iterator[int]:
    """Serve a module's application with gunicorn meanwhile; return the port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", f"{module}:create_app()", "--bind",
               f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "--worker-class",
               "gthread", "--log-level", "warning", "--keep-alive", "75"]  # fmt: skip
    path = os.pathsep.join([str(_HERE.parent), os.environ.get("PYTHONPATH", "")])
    with subprocess.Popen(command, env={**os.environ, **environment, "PYTHONPATH": path}) as child:
        try:
            _wait(port)
            yield port
        finally:
            child.terminate()
            child.wait(20)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            Line(port, "").close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def _measure(
    ours: Line, by_hand: Line | None, port: int, other: int, token: str, options: argparse.Namespace
) -> None:
    versions: dict[int, int] = {}

    def version(record: int) -> int:
        return versions.get(record, 1)

    print(
        f"\n{platform.python_implementation()} {platform.python_version()}, "
        f"{options.engine}, {options.records:,} customers, {date.today().isoformat()}\n"
    )
    print("| work | by hand, ms | ours, ms (p95) | ratio | target |")
    print("|---|---|---|---|---|")
    for case in cases(options.records, version):
        times: tuple[list[float], list[float]] = ([], [])
        rounds = max(3, options.rounds * case.rounds // (10 if case.rounds > 1 else 1))
        for index in range(rounds + 3):
            pair = _ask_both(case, ours, by_hand, index, versions)
            if index >= 3:
                times[0].append(pair[0])
                times[1].append(pair[1])
        _print(case, times)
    _throughput(options, port, other, token)


def _ask_both(
    case: Case, ours: Line, by_hand: Line | None, index: int, versions: dict[int, int]
) -> tuple[float, float]:
    hand = 0.0
    if by_hand is not None and case.by_hand is not None:
        hand, _ = by_hand.ask(case.by_hand(index))
    asked = case.ours(index)
    own, _ = ours.ask(asked)
    if asked.method == "PATCH":
        record = int(asked.path.rpartition("/")[2])
        versions[record] = versions.get(record, 1) + 1
    return hand, own


def _print(case: Case, times: tuple[list[float], list[float]]) -> None:
    hand, own = (statistics.median(each) for each in times)
    high = sorted(times[1])[int(len(times[1]) * 0.95) - 1]
    ratio = f"{own / hand:.2f}" if hand else "–"
    shown = f"{hand:.2f}" if hand else "–"
    print(
        f"| {case.name} | {shown} | {own:.2f} ({high:.1f}) | {ratio} | {case.target} |", flush=True
    )


def _throughput(options: argparse.Namespace, port: int, other: int, token: str) -> None:
    print(
        f"\n| {options.clients} clients | by hand, requests/s | ours, requests/s |\n|---|---|---|"
    )
    for case in cases(options.records, lambda record: 1)[:5]:
        if case.name.startswith("list") and "capped" not in case.name:
            continue
        hand = _rate(options.clients, other, "bench", case.by_hand) if other else 0.0
        own = _rate(options.clients, port, token, case.ours)
        print(f"| {case.name} | {hand:.0f} | {own:.0f} |", flush=True)


def _rate(clients: int, port: int, token: str, make: object, *, each: int = 150) -> float:
    def work(first: int) -> None:
        line = Line(port, token)
        for index in range(each):
            line.ask(make(first * 1_000 + index))  # type: ignore[operator]  # a request maker
        line.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients * each / (time.perf_counter() - start)


if __name__ == "__main__":
    raise SystemExit(main())
