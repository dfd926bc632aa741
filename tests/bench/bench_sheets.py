"""``python tests/bench/bench_sheets.py``: imports and exports beside the bare reader and writer.

Each line runs in a process of its own, so that its peak memory is its own; children that it
starts are counted beside it.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

import python_calamine
import xlsxwriter  # type: ignore[import-untyped] # brings no types
from bench.company import FIELDS, customers
from bench.loading import build
from faults.importing_child import open_exchange
from services.postgresql import PostgresqlServer

from cardwright_entities.contexts import SYSTEM, Context
from cardwright_entities.exchange.requests import ExportRequest, ImportRequest
from cardwright_entities.files.register import add_file, read_file
from cardwright_entities.jobs.kinds import JobKinds
from cardwright_entities.jobs.running import JobRunner, Worker

DURABLE = {"shared_buffers": "512MB", "listen_addresses": "127.0.0.1", "timezone": "UTC"}
ZONE = ZoneInfo("Asia/Shanghai")
_LIMIT = 1_000_000_000


def main() -> int:
    """Run all lines, or the one that a child was started for; return 0."""
    options = _options()
    if options.one:
        _run_one(options)
        return 0
    print(f"Python {platform.python_version()}, {options.engine}, {options.rows:,} rows × "
          f"{len(FIELDS)} columns, {date.today().isoformat()}\n")  # fmt: skip
    print("| work | s | CPU s | peak MiB: process + children |\n|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory(prefix="cardwright-sheets-") as folder:
        server = PostgresqlServer(DURABLE) if options.engine == "postgresql" else None
        try:
            for name in WORKS:
                _measure(name, options, Path(folder), server)
        finally:
            if server is not None:
                server.stop()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["postgresql", "sqlite"], default="postgresql")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--one", choices=[*WORKS], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    return parser.parse_args()


def _measure(
    name: str, options: argparse.Namespace, folder: Path, server: PostgresqlServer | None
) -> None:
    url = folder / "url"
    if name.startswith("ours: import"):
        made = folder / f"{abs(hash(name))}.sqlite"
        url.write_text(server.url(server.create_database()) if server else f"sqlite:///{made}")
        build(url.read_text()).store.close()
    command = [sys.executable, __file__, "--one", name, "--folder", str(folder)]
    command += ["--rows", str(options.rows), "--url", url.read_text() if url.exists() else ""]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    told = json.loads(done.stdout)
    memory = f"{told['own']} + {told['children']}" if told["children"] else f"{told['own']}"
    print(f"| {name} | {told['seconds']:.1f} | {told['cpu']:.1f} | {memory} |", flush=True)


def _run_one(options: argparse.Namespace) -> None:
    start = time.perf_counter()
    seconds = WORKS[options.one](options)
    cpu = _cpu_seconds()
    peaks = {
        name: resource.getrusage(who).ru_maxrss // 1024
        for name, who in (("own", resource.RUSAGE_SELF), ("children", resource.RUSAGE_CHILDREN))
    }
    print(json.dumps({"seconds": seconds or time.perf_counter() - start, "cpu": cpu, **peaks}))


def _cpu_seconds() -> float:
    used = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


# --- By hand -------------------------------------------------------------------------------------


def _rows(number: int) -> Iterator[list[Any]]:
    for values in customers(number):
        region = {"region": f"R{values['region']}"}
        shown = {"seen_at": values["seen_at"].astimezone(ZONE).replace(tzinfo=None)}
        yield [{**values, **region, **shown}[name] for name in FIELDS]


def bare_write(options: argparse.Namespace) -> float:
    """XlsxWriter with constant memory, cells by their kind."""
    rows = [list(row) for row in _rows(options.rows)]
    start = time.perf_counter()
    book = xlsxwriter.Workbook(
        str(options.folder / "rows.xlsx"),
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    page = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    page.write_row(0, 0, FIELDS)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(number, column, value)
            elif isinstance(value, bool):
                page.write_boolean(number, column, value)
            elif isinstance(value, datetime):
                page.write_datetime(number, column, value, moment)
            elif isinstance(value, date):
                page.write_datetime(number, column, value, day)
            elif value is not None:
                page.write_number(number, column, value)
    book.close()
    return time.perf_counter() - start


def bare_read(options: argparse.Namespace) -> None:
    """python-calamine, every row as a list."""
    book = python_calamine.CalamineWorkbook.from_path(str(options.folder / "rows.xlsx"))
    assert sum(1 for _ in book.get_sheet_by_index(0).iter_rows()) == options.rows + 1


def bare_csv_write(options: argparse.Namespace) -> float:
    """The csv module."""
    rows = [list(row) for row in _rows(options.rows)]
    start = time.perf_counter()
    with (options.folder / "rows.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(FIELDS)
        writer.writerows(rows)
    return time.perf_counter() - start


def bare_csv_read(options: argparse.Namespace) -> None:
    """The csv module."""
    with (options.folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == options.rows + 1


# --- Ours ----------------------------------------------------------------------------------------


def import_file(options: argparse.Namespace, name: str) -> float:
    """Import the file as a job, checks, history and search tokens included."""
    installation, exchange = open_exchange(options.url, options.folder / "files")
    content = io.BytesIO((options.folder / name).read_bytes())
    blob = exchange.services.blobs.put(content, limit=_LIMIT, name=name)
    content.close()
    with installation.engine.write(installation.system()) as desk:
        file = add_file(desk.session, blob, name)
        job = exchange.start_import(desk, ImportRequest(file=file, entity="customer"))
    seconds = _work(installation, exchange)
    with installation.store.read(installation.system()) as session:
        result = exchange.services.jobs.read(session, job).result
    assert result is not None
    assert result["created"] == options.rows, result
    return seconds


def export_file(options: argparse.Namespace, ending: str) -> float:
    """Export all records as a job."""
    installation, exchange = open_exchange(options.url, options.folder / "files")
    request = ExportRequest(entity="customer", columns=FIELDS, format=ending, sort=("id",))
    with installation.engine.write(installation.system()) as desk:
        job = exchange.start_export(desk, request)
    seconds = _work(installation, exchange)
    with installation.store.read(installation.system()) as session:
        result = exchange.services.jobs.read(session, job).result
        assert result is not None
        assert result["rows"] == options.rows
        assert read_file(session, result["file"]).size > 0
    return seconds


def _work(installation: Any, exchange: Any) -> float:
    def now() -> datetime:
        return datetime.now(UTC)

    def context(asker: object) -> Context:
        return Context(principal=SYSTEM, now=now(), zone=ZONE, language="en")

    worker = Worker(installation.store, JobKinds(exchange.kinds()), context, now)
    start = time.perf_counter()
    JobRunner(worker).run_next()
    return time.perf_counter() - start


WORKS: dict[str, Callable[[argparse.Namespace], float | None]] = {
    "bare: write xlsx (XlsxWriter)": bare_write,
    "bare: read xlsx (calamine)": bare_read,
    "ours: import xlsx": lambda options: import_file(options, "rows.xlsx"),
    "ours: export xlsx": lambda options: export_file(options, "xlsx"),
    "bare: write CSV": bare_csv_write,
    "bare: read CSV": bare_csv_read,
    "ours: export CSV": lambda options: export_file(options, "csv"),
    "ours: import CSV": lambda options: import_file(options, "rows.csv"),
}

if __name__ == "__main__":
    raise SystemExit(main())
