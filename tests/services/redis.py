"""A throw-away Redis that listens on a socket file only."""

from __future__ import annotations

import shutil

import redis
from services.children import as_account, start, stop
from services.in_memory import throw_away_folder
from services.missing import give_up

PACKAGES = "redis-server"


class RedisServer:
    """One server of the test run, without persistence."""

    def __init__(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            give_up("Redis", PACKAGES)
        self._folder = throw_away_folder("redis")
        self._socket = self._folder / "redis.sock"
        command = [binary, "--port", "0", "--unixsocket", str(self._socket)]
        command += ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._server = start(as_account(None, command), self._folder / "log", self._answers)

    @property
    def url(self) -> str:
        """Give the URL that redis-py and RQ take."""
        return f"unix://{self._socket}?db=0"

    def empty(self) -> None:
        """Forget everything, so that a test begins with nothing."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """End the server and remove its folder."""
        stop(self._server)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                return bool(client.ping())
        except redis.ConnectionError:
            return False
