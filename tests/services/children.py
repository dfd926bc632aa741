"""Servers as children of the test run: they end with it, by their own process id."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

START_SECONDS = 60.0
_STOP_SECONDS = 60.0


class ServerNotStartedError(Exception):
    """A server ended or did not answer in time; holds the end of what it wrote."""


def as_account(account: str | None, command: Sequence[str], *, dies_by: str = "KILL") -> list[str]:
    """Wrap a command so that it runs as another account and dies with the test run."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return list(command)
    wrapped = [setpriv, f"--pdeathsig={dies_by}"]
    if account is not None:
        wrapped += [f"--reuid={account}", f"--regid={account}", "--init-groups"]
    return [*wrapped, "--", *command]


def start(
    command: Sequence[str], log: Path, answers: Callable[[], bool]
) -> subprocess.Popen[bytes]:
    """Start a server and return when it answers; raise ServerNotStartedError with its log."""
    with log.open("ab") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        if answers():
            return server
        time.sleep(0.02)
    stop(server)
    raise ServerNotStartedError(f"{command[0]}: {log.read_text(errors='replace')[-2000:]}")


def stop(server: subprocess.Popen[bytes], ask: signal.Signals = signal.SIGTERM) -> None:
    """Ask a server to end, and end it when it does not."""
    if server.poll() is not None:
        return
    server.send_signal(ask)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait(_STOP_SECONDS)


def free_port() -> int:
    """Find a port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_root() -> bool:
    """Tell whether the test run has all rights, with which PostgreSQL refuses to start."""
    return os.geteuid() == 0
