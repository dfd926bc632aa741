"""Installations to kill servers of: prepared once for each engine, copied for each kill."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from running import PATIENCE
from services.children import free_port
from services.postgresql import PostgresqlServer
from serving import PACKS

from cardwright_entities.accounts.accounts import set_roles
from cardwright_entities.accounts.tokens import create_token
from cardwright_platform.config import read_config
from cardwright_platform.installing import prepare
from cardwright_platform.instance import Instance, open_instance
from cardwright_platform.people import add_user

_READY = "Ctrl+C"


@dataclass(frozen=True)
class Site:
    """An installation in a folder of its own, and the token of its chief."""

    folder: Path
    token: str

    def open(self) -> Instance:
        """Open it in this process."""
        return open_instance(read_config(self.folder, {}))


@dataclass(frozen=True)
class Running:
    """A server process that may be killed."""

    pid: int
    port: int
    printed: Path
    ready: bool  #: False if it died before it could serve


class Servers:
    """Starts servers that have loaded their code already."""

    def __init__(self) -> None:
        script = Path(__file__).with_name("serving_child.py")
        self._numbers = count(1)
        self._zygote = subprocess.Popen(
            [sys.executable, str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        )

    def start(self, site: Site, *, stop_at: int = 0, trace: str = "") -> Running:
        """Start a server and wait until it serves, or has died on its way."""
        port = free_port()
        printed = site.folder / f"printed.{next(self._numbers)}"
        printed.touch()
        pid = self._say(
            {
                "folder": str(site.folder),
                "port": port,
                "printed": str(printed),
                "stop_at": stop_at,
                "trace": trace,
            }
        )
        deadline = time.monotonic() + PATIENCE
        while _READY not in printed.read_text("utf-8"):
            if _is_dead(pid):
                return Running(pid, port, printed, ready=False)
            assert time.monotonic() < deadline, printed.read_text("utf-8")
            time.sleep(0.02)
        return Running(pid, port, printed, ready=True)

    def end(self, server: Running, how: signal.Signals) -> int:
        """Send a server a signal, unless it is dead already; return how it ended."""
        if not _is_dead(server.pid):
            os.kill(server.pid, how)
        return self._say({"wait": server.pid})

    def close(self) -> None:
        """End all."""
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.close()
        self._zygote.wait(timeout=60)
        self._zygote.stdout.close()

    def _say(self, order: dict[str, object]) -> int:
        assert self._zygote.stdin is not None
        assert self._zygote.stdout is not None
        self._zygote.stdin.write(json.dumps(order) + "\n")
        self._zygote.stdin.flush()
        return int(self._zygote.stdout.readline())


def _is_dead(pid: int) -> bool:
    """Tell whether a process has ended; its parent has not asked for it yet."""
    state = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    return state == "Z"


def copier(server: PostgresqlServer | None, folder: Path) -> Callable[[], Site]:
    """Prepare an installation, on SQLite without a server; return what makes copies of it."""
    original = folder / "original"
    original.mkdir()
    template = server.create_database() if server is not None else ""
    token = _prepare(original, server.url(template) if server is not None else "")
    numbers = count(1)

    def copy() -> Site:
        target = folder / f"copy{next(numbers)}"
        shutil.copytree(original, target)
        if server is not None:
            _configure(target, server.url(server.create_database(template=template)))
        return Site(target, token)

    return copy


def _configure(folder: Path, url: str) -> None:
    chosen: dict[str, object] = {"packs": [str(PACKS / "workshop")], "language": "en"}
    # A statement may wait for its turn on a busy machine.
    chosen |= {"database_url": url, "statement_seconds": 120}
    (folder / "config.yaml").write_text(json.dumps(chosen), "utf-8")


def _prepare(folder: Path, url: str) -> str:
    _configure(folder, url)
    instance = open_instance(read_config(folder, {}))
    prepare(instance)
    account = add_user(instance, login="chief", name="Chief", roles=())
    context = instance.system_context()
    with instance.store.write(context) as session:
        set_roles(session, account.id, ("chief",))
        token = create_token(session, account.id, "tests", scopes=("read", "write"))
    with instance.engine.write(context) as desk:
        desk.records.create("thing", {"code": "T", "name": "Thing", "price": "2.50"})
        desk.records.create("firm", {"name": "First"})
        desk.records.create("area", {"code": "ROOT", "name": "Root"})
    instance.close()
    return token
