"""``python tests/bench/bench_backups.py``: a backup of so many records, tried and brought back.

Each step runs in a process of its own, whose largest memory is printed beside its time. The digests
of all backups have to be equal, whatever engine they are of.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.loading import build, fill_sqlite
from installation import Installation, open_installation
from keepsakes import Kept
from services.postgresql import PostgresqlServer
from sqlalchemy import text

from cardwright_entities.backups.archives import BackupReader, read_backup
from cardwright_entities.backups.manifests import TableEntry
from cardwright_entities.backups.restoring import verify_backup

_WRITTEN = 20_000
_LOG = "cw_audit"
_DURABLE = {"fsync": "on", "shared_buffers": "512MB", "max_wal_size": "4GB"}


@dataclass(frozen=True)
class Step:
    """One thing that is measured, in the process that does it."""

    what: str
    url: str
    folder: Path
    file: Path

    def run(self) -> tuple[float, float]:
        """Return seconds, and the largest memory of this process in MB."""
        installation = open_installation(self.url)
        self.folder.mkdir(exist_ok=True)
        kept = Kept(installation, self.folder)
        begun = time.monotonic()
        _WORK[self.what](kept, self.file)
        took = time.monotonic() - begun
        installation.store.close()
        # Not getrusage: that begins with what the parent had.
        (line,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
        return took, int(line) / 1024


def main() -> None:
    """Fill a SQLite file, bring it to PostgreSQL and back, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    records = parser.parse_args().records
    server = PostgresqlServer(_DURABLE)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lite, back = (f"sqlite:///{folder / name}.sqlite" for name in ("lite", "back"))
        central = server.url(server.create_database())
        installation = build(lite)
        _fill(installation, records)
        installation.store.close()
        first, second, third = (folder / f"{name}.zip" for name in ("lite", "central", "back"))
        steps = (
            ("create", "SQLite", Step("create", lite, folder / "a", first)),
            ("verify", "SQLite", Step("verify", lite, folder / "a", first)),
            ("restore", "SQLite → PostgreSQL", Step("restore", central, folder / "b", first)),
            ("create", "PostgreSQL", Step("create", central, folder / "b", second)),
            ("restore", "PostgreSQL → SQLite", Step("restore", back, folder / "c", second)),
            ("create", "SQLite", Step("create", back, folder / "c", third)),
        )
        print(f"{records:,} records\n\n| step | engine | minutes | memory, MB |\n|---|---|---|---|")
        for what, engine, step in steps:
            print(f"| {what} | {engine} | {_measured(step)} |", flush=True)
        with read_backup(first) as backup:
            logged = _entry(backup, _LOG).rows
        found = [_digests(each, logged) for each in (first, second, third)]
        others = sorted({name for each in found for name in each if not _is_equal(found, name)})
        said = f"differ: {', '.join(others)}" if others else "equal"
        print(f"\nThe file has {first.stat().st_size / 1e6:,.0f} MB; digests {said}.")
    server.stop()


def _fill(installation: Installation, records: int) -> None:
    """Write some customers the way the engine does, then copy them until there are enough."""
    first = min(records, _WRITTEN)
    fill_sqlite(installation, first)
    with installation.store.read(installation.system()) as session:
        found = session.rows(text("SELECT name FROM pragma_table_info('e_customer')"))
    others = ", ".join(f'"{name}"' for (name,) in found if name not in ("id", "code"))
    for number in range(1, records // first):
        with installation.store.write(installation.system(), timeout=600) as session:
            session.execute(
                text(
                    f"INSERT INTO e_customer (code, {others}) "
                    f"SELECT code || '-{number}', {others} FROM e_customer WHERE id <= {first}"
                )
            )


def _measured(step: Step) -> str:
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        seconds, memory = pool.submit(step.run).result()
    return f"{seconds / 60:.1f} | {memory:,.0f}"


def _digests(path: Path, logged: int) -> dict[str, tuple[int, str]]:
    """Return rows and digest of each table; of the log so many rows, as each restore adds one."""
    with read_backup(path) as backup:
        found = {
            each.shape.name: (each.rows, each.digest)
            for each in backup.manifest.tables
            if each.shape.name != "cw_restore"
        }
        rows = hashlib.sha256()
        for line in islice(backup.lines(_entry(backup, _LOG)), logged):
            rows.update(line)
        return found | {_LOG: (logged, rows.hexdigest())}


def _entry(backup: BackupReader, name: str) -> TableEntry:
    return next(each for each in backup.manifest.tables if each.shape.name == name)


def _is_equal(found: list[dict[str, tuple[int, str]]], name: str) -> bool:
    return len({each.get(name) for each in found}) == 1


def _create(kept: Kept, file: Path) -> None:
    kept.back_up(str(file))


def _restore(kept: Kept, file: Path) -> None:
    kept.restore(file)


def _verify(kept: Kept, file: Path) -> None:
    with read_backup(file) as backup:
        verify_backup(kept.system(), kept.installation.types, backup)


_WORK: dict[str, Callable[[Kept, Path], None]] = {
    "create": _create,
    "restore": _restore,
    "verify": _verify,
}

if __name__ == "__main__":
    main()
