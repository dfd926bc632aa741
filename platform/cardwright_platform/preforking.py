"""Several server processes that share what was loaded before they parted."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http import wsgi
from gunicorn.workers.base import Worker

from cardwright_platform.instance import Instance
from cardwright_platform.security.server_refusals import guarded_writer
from cardwright_platform.serving import Presence, bind, set_apart_what_stays

#: What a process does beside answering requests; left when it ends.
Beside = Callable[[], AbstractContextManager[None]]


def serve_processes(
    app: Flask, instance: Instance, *, when_ready: Callable[[], None], beside: Beside
) -> None:
    """Answer requests in as many processes as configured until the first one is asked to end."""
    # Which library answers is nobody's business.
    wsgi.SERVER = "web"  # type: ignore[attr-defined] # read by each answer, in no stub
    # It has no other place to say how a refusal is written.
    util.write_error = guarded_writer(is_https=instance.config.is_https)
    listening = bind(instance.config)
    set_apart_what_stays()
    when_ready()
    # A connection must not be shared by two processes: each opens its own.
    instance.store.close()
    _Server(app, _settings(instance, listening, _Children(instance, beside))).run()


class _Server(BaseApplication):
    def __init__(self, app: Flask, settings: Mapping[str, Any]) -> None:
        self._app = app
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:  # noqa: ANN401 - the library's own alias for applications
        return self._app


class _Children:
    """What is begun in each process after it has parted, and ended with it."""

    def __init__(self, instance: Instance, beside: Beside) -> None:
        self._instance = instance
        self._beside = beside
        self._begun: ExitStack | None = None

    def begin(self, arbiter: Arbiter, worker: Worker) -> None:
        """Report the process and begin what runs beside its requests."""
        presence = Presence(self._instance, "web")
        presence.start()
        self._begun = ExitStack()
        self._begun.callback(presence.stop)
        self._begun.enter_context(self._beside())

    def end(self, arbiter: Arbiter, worker: Worker) -> None:
        """Leave what was begun; the first process, which began nothing, has nothing to leave."""
        if self._begun is not None:
            self._begun.close()
            self._begun = None


def _settings(instance: Instance, listening: socket.socket, children: _Children) -> dict[str, Any]:
    config = instance.config
    return {
        "bind": f"fd://{listening.fileno()}",
        "workers": config.processes,
        "threads": config.threads,
        "worker_class": "gthread",
        "preload_app": True,
        "timeout": 120,
        "graceful_timeout": 30,
        # Whatever a process should leak over days goes with it.
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "limit_request_line": 8_190,
        "limit_request_fields": 100,
        "loglevel": "warning",
        "control_socket_disable": True,
        "post_fork": children.begin,
        "worker_exit": children.end,
    }
