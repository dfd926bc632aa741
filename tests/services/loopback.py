"""A server on loopback that answers while a test runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import HTTPServer
from threading import Thread
from typing import TypeVar

#: Seconds between two looks whether it is to end, which hundreds of tests wait for.
_LOOK = 0.02
Server = TypeVar("Server", bound=HTTPServer)


@contextmanager
def answering(server: Server) -> Iterator[Server]:
    """Let the server answer in a thread of its own; it is closed afterwards."""
    thread = Thread(target=server.serve_forever, args=(_LOOK,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
