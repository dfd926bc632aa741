"""A throw-away PostgreSQL on loopback; Debian's own cluster is never touched."""

from __future__ import annotations

import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from itertools import count
from pathlib import Path

import psycopg
from services.children import ServerNotStartedError, as_account, free_port, is_root, start, stop
from services.in_memory import throw_away_folder
from services.missing import give_up

PACKAGES = "postgresql"
ACCOUNT = "postgres"
# Nothing here outlives the run, so nothing needs to reach the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # Nothing here is large enough to be worth compiling a statement, or a second process.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "listen_addresses": "127.0.0.1",
}
#: How an empty database is called that nobody needs now; copying one takes long.
SPARE = "spare_"
_FIND_SPARE = f"SELECT datname FROM pg_database WHERE starts_with(datname, '{SPARE}') LIMIT 1"
#: Address space of each server process of the tests.
_MOST_MEMORY = 3 * 1024**3


class PostgresqlServer:
    """One server of the test run; hands out fresh databases by name."""

    def __init__(self, settings: Mapping[str, str] = SETTINGS) -> None:
        self._settings = dict(settings)
        self._binaries = _find_binaries()
        self._account = _find_account()
        self._folder = throw_away_folder("postgresql")
        self._numbers = count(1)
        if self._account is not None:
            shutil.chown(self._folder, self._account, self._account)
        self._initialise()
        self.port, self._server = self._start()

    def url(self, database: str) -> str:
        """Give the SQLAlchemy URL of a database of this server."""
        return f"postgresql+psycopg://{ACCOUNT}@127.0.0.1:{self.port}/{database}"

    def create_database(self, *, template: str = "template1") -> str:
        """Create a database with a name of its own, cloned from a template; return the name.

        An empty one that was handed out and not used is handed out again.
        """
        name = f"t{next(self._numbers)}"
        with self._administering() as connection:
            spare = connection.execute(_FIND_SPARE).fetchone()
            if spare and template == "template1":
                connection.execute(f'ALTER DATABASE "{spare[0]}" RENAME TO "{name}"')
            else:
                connection.execute(
                    f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
                )
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database together with whoever is still connected."""
        with self._administering() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def stop(self) -> None:
        """End the server (fast shutdown) and remove its folder."""
        stop(self._server, signal.SIGINT)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _initialise(self) -> None:
        command = [
            str(self._binaries / "initdb"),
            f"--pgdata={self._folder / 'cluster'}",
            f"--username={ACCOUNT}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        subprocess.run(
            as_account(self._account, command), check=True, capture_output=True, cwd=self._folder
        )

    def _start(self) -> tuple[int, subprocess.Popen[bytes]]:
        # Another program may take the port between finding and binding it: try again then.
        for _ in range(4):
            port = free_port()
            try:
                return port, self._start_on(port)
            except ServerNotStartedError as error:
                last = error
        raise last

    def _start_on(self, port: int) -> subprocess.Popen[bytes]:
        settings = self._settings | {
            "port": str(port),
            "unix_socket_directories": str(self._folder),
        }
        command = [str(self._binaries / "postgres"), "-D", str(self._folder / "cluster")]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        limiter = shutil.which("prlimit")
        if limiter and self._settings == SETTINGS:
            # A statement that grows without end is an error here and not the machine's end.
            command = [limiter, f"--as={_MOST_MEMORY}", *command]
        # A killed run takes its server along: QUIT is PostgreSQL's immediate shutdown.
        wrapped = as_account(self._account, command, dies_by="QUIT")
        return start(wrapped, self._folder / "log", lambda: self._answers(port))

    def _answers(self, port: int) -> bool:
        try:
            with psycopg.connect(f"host=127.0.0.1 port={port} user={ACCOUNT} dbname=postgres"):
                return True
        except psycopg.OperationalError:
            return False

    def _administering(self) -> psycopg.Connection:
        target = f"host=127.0.0.1 port={self.port} user={ACCOUNT} dbname=postgres"
        return psycopg.connect(target, autocommit=True)


def _find_binaries() -> Path:
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3])
    )
    if found:
        return found[-1].parent
    elsewhere = shutil.which("postgres")
    if elsewhere is None:
        give_up("PostgreSQL", PACKAGES)
    return Path(elsewhere).resolve().parent


def _find_account() -> str | None:
    if not is_root():
        return None
    try:
        return pwd.getpwnam(ACCOUNT).pw_name
    except KeyError:
        give_up("PostgreSQL's account", PACKAGES)
