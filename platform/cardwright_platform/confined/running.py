"""The parent's side: start a confined child, feed it, wait for it, understand how it ended."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cardwright_entities.errors import CardwrightError, Message

_MEGABYTE = 1024 * 1024
#: Of what a child says on its error stream only the end is read.
_REPORT_BYTES = 64 * 1024
#: How Python and the loader of libraries say that something is not installed.
_MISSING = re.compile(rb"(?:No module named|cannot load library) '?([\w.+-]{1,80})")


class ConfinedError(CardwrightError):
    """A child refused the file, or was stopped at one of its limits (422)."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one child may use: bytes of address space and output, seconds of CPU and of waiting."""

    memory: int = 1024 * _MEGABYTE
    output: int = 1024 * _MEGABYTE
    cpu: int = 60
    wall: float = 120.0


def run_confined(
    program: str,
    request: Mapping[str, Any],
    *,
    limits: Limits,
    folder: Path,
    output: IO[bytes] | None = None,
    lines: Iterable[bytes] = (),
) -> dict[str, Any]:
    """Run ``confined.<program>`` on a request and return its report, or raise ConfinedError.

    ``folder`` is where the child works and puts its temporary files; ``output`` takes what it
    writes; ``lines`` are fed to it after the request, without line ends.
    """
    with tempfile.TemporaryFile(dir=folder) as complaints:
        child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-m", f"cardwright_platform.confined.{program}"],
            stdin=subprocess.PIPE,
            stdout=output or subprocess.DEVNULL,
            stderr=complaints,
            cwd=folder,
            # Nothing of the server's environment: no address of a database, no secret.
            env={"PATH": os.defpath, "LANG": "C.UTF-8", "TMPDIR": str(folder)},
        )
        watch = threading.Timer(limits.wall, child.kill)
        watch.start()
        try:
            _feed(child, request, limits, lines)
            code = child.wait()
        finally:
            watch.cancel()
            if child.poll() is None:
                child.kill()
                child.wait()
        return _outcome(code, complaints)


def _feed(
    child: subprocess.Popen[bytes],
    request: Mapping[str, Any],
    limits: Limits,
    lines: Iterable[bytes],
) -> None:
    envelope = {
        "limits": {"memory": limits.memory, "output": limits.output, "cpu": limits.cpu},
        "request": request,
    }
    stream = child.stdin
    if stream is None:
        raise AssertionError("a child is fed through a pipe")
    # A child that has ended is asked for its reason below; writing to it is no fault of ours.
    try:
        with suppress(BrokenPipeError):
            stream.write(json.dumps(envelope).encode() + b"\n")
            for line in lines:
                stream.write(line)
                stream.write(b"\n")
    finally:
        with suppress(BrokenPipeError):
            stream.close()


def _outcome(code: int, complaints: IO[bytes]) -> dict[str, Any]:
    size = complaints.seek(0, os.SEEK_END)
    complaints.seek(max(0, size - _REPORT_BYTES))
    told = complaints.read()
    last = told.rstrip().rpartition(b"\n")[2]
    report: dict[str, Any] = {}
    with suppress(ValueError):
        report = json.loads(last)
    if code == 0 and "done" in report:
        done: dict[str, Any] = report["done"]
        return done
    if "refused" in report:
        raise ConfinedError(Message.of(report["refused"]["code"], **report["refused"]["params"]))
    if code < 0:
        # Stopped at a limit: no memory (abort), no time (kill, SIGXCPU).
        raise ConfinedError(Message("file_too_large"))
    missing = _MISSING.search(told)
    if missing is not None:
        raise ConfinedError(Message.of("library_missing", name=missing[1].decode()))
    raise ConfinedError(Message("file_unreadable"))
