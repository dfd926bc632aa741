"""The process of which warm commands are forks; see starting.py."""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from socket import AF_UNIX, recv_fds, socket

from cardwright_platform.cli.entry import main
from cardwright_platform.cli.verbs import VERBS, find_verb


def wait(listener: socket) -> None:
    """Return in a fork of this process only, which has become what somebody asked for."""
    while True:
        asked, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            if _is_command(asked):
                return
            os._exit(0)
        asked.close()
        _forget_who_ended()


def _forget_who_ended() -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def _is_command(asked: socket) -> bool:
    """Fork what was asked for: True in the fork, False here as soon as it has ended."""
    _, streams, _, _ = recv_fds(asked, 1, 3)
    said = b""
    while not said.endswith(b"\0\0"):
        said += asked.recv(65536)
    command = os.fork()
    if command == 0:
        asked.close()
        _become(said[:-2].decode().split("\0"), streams)
        return True
    _, status = os.waitpid(command, 0)
    asked.sendall(str(os.waitstatus_to_exitcode(status)).encode())
    return False


def _become(said: list[str], streams: list[int]) -> None:
    folder, count, *rest = said
    arguments, variables = rest[: int(count)], rest[int(count) :]
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(each.split("=", 1) for each in variables)
    time.tzset()
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.argv = ["cardwright", *arguments]


if __name__ == "__main__":
    for name in VERBS:
        find_verb(name)
    gc.freeze()
    with socket(AF_UNIX) as own:
        own.bind(str(Path(sys.argv[1]) / "socket"))
        own.listen()
        print("ready", flush=True)
        wait(own)
    main()
