"""The server process: pages, the worker's thread, and a heartbeat, until somebody ends it."""

from __future__ import annotations

import errno
import gc
import logging
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from cardwright_entities.accounts.one_time_links import sweep_links
from cardwright_entities.accounts.rates import sweep_rates
from cardwright_entities.accounts.round_trips import sweep_round_trips
from cardwright_entities.accounts.sessions import sweep_sessions
from cardwright_entities.errors import CardwrightError
from cardwright_entities.store import processes
from cardwright_entities.store.sessions import Session
from cardwright_platform.config import Config
from cardwright_platform.instance import Instance
from cardwright_platform.security.server_refusals import guarded_channel

_LOG = logging.getLogger("cardwright")
#: So often a process looks which commit is in use, asked or not.
_LOOK_SECONDS = 0.5
_SWEEP_EVERY = timedelta(hours=1)


class AddressInUseError(Exception):
    """Another program listens where the server should; holds the address."""


class Presence:
    """Says in the database that this process lives and which commit it uses."""

    def __init__(self, instance: Instance, kind: str) -> None:
        self._instance = instance
        self._kind = kind
        self._name = secrets.token_hex(8)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="presence", daemon=True)
        self._swept = instance.clock()
        self._told = 0  # the commit that others were told

    def start(self) -> None:
        """Begin to report; the first report is made before this returns."""
        self._report()
        self._thread.start()

    def stop(self) -> None:
        """Say goodbye, so that nobody waits for this process."""
        self._ended.set()
        self._instance.in_flight.passed.set()
        self._thread.join(5)
        self._write(lambda session: processes.leave(session, self._name))

    def _run(self) -> None:
        due = self._instance.clock() + processes.HEARTBEAT
        passed = self._instance.in_flight.passed
        while not self._ended.is_set():
            # Work by an older commit that ends is told at once, a new commit within a look.
            passed.wait(_LOOK_SECONDS)
            passed.clear()
            if self._instance.clock() >= due or self._moved():
                self._report()
                due = self._instance.clock() + processes.HEARTBEAT

    def _moved(self) -> bool:
        """Tell whether another commit is served than others were told."""
        system = self._instance.system_context()
        try:
            return self._instance.store.glance(system, self._serves) != self._told
        except CardwrightError:
            return False  # the database is away; the next heartbeat says so

    def _serves(self, session: Session) -> int:
        """Return the oldest commit that this process works by."""
        # Also a process that nobody asks anything goes on to what is in use.
        return self._instance.in_flight.oldest(self._instance.models.current(session).commit)

    def _report(self) -> None:
        def report(session: Session) -> None:
            commit = self._serves(session)
            processes.report(session, self._name, self._kind, commit)
            session.after_commit(lambda: self._tell(commit))

        self._write(report)
        if self._instance.clock() - self._swept > _SWEEP_EVERY:
            self._swept = self._instance.clock()
            self._write(_sweep)

    def _tell(self, commit: int) -> None:
        self._told = commit

    def _write(self, action: Callable[[Session], None]) -> None:
        try:
            self._instance.store.run_write(self._instance.system_context(), action)
        except CardwrightError as error:
            _LOG.warning("could not report this process: %s", error.message.code)


def _sweep(session: Session) -> None:
    sweep_sessions(session)
    sweep_links(session)
    sweep_round_trips(session)
    sweep_rates(session)


def serve(app: Flask, instance: Instance, *, when_ready: Callable[[], None]) -> None:
    """Answer requests until the process is asked to end; requests in flight are finished."""
    server = _listen(app, instance.config)

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(0)

    previous = signal.signal(signal.SIGTERM, end)
    presence = Presence(instance, "web")
    presence.start()
    set_apart_what_stays()
    try:
        when_ready()
        server.run()
    finally:
        signal.signal(signal.SIGTERM, previous)
        server.close()
        presence.stop()


def _listen(app: Flask, config: Config) -> BaseWSGIServer | MultiSocketServer:
    server = create_server(
        app,
        sockets=[bind(config)],
        threads=config.threads,
        ident=None,
        max_request_header_size=64 * 1024,
        max_request_body_size=(config.upload_megabytes + 1) * 1024 * 1024,
        channel_timeout=120,
    )
    assert isinstance(server, BaseWSGIServer)  # it is of one socket
    server.channel_class = guarded_channel(is_https=config.is_https)
    return server


def set_apart_what_stays() -> None:
    """Exempt what is loaded by now from the search for garbage: it stays as long as the process.

    Looking through it took a quarter of a second, within whatever request it happened to meet;
    processes that part afterwards go on sharing it.
    """
    gc.collect()
    gc.freeze()


def bind(config: Config) -> socket.socket:
    """Listen on the configured address; raise AddressInUseError when somebody else does."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    try:
        return socket.create_server((config.host, config.port), family=family)
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        raise AddressInUseError(f"{config.host}:{config.port}") from error
