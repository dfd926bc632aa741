"""The end of a warm command that its caller sees; see starting.py. It imports next to nothing."""

from __future__ import annotations

import os
import sys
from socket import AF_UNIX, send_fds, socket

#: What goes on until it is told to end; a signal has to find the process itself.
STAYING = ("dev", "serve", "worker")


def ask(folder: str, real: str) -> None:
    """Have a command run with what this process was given, and end as it ends."""
    if any(each in STAYING for each in sys.argv[1:2]):
        os.execv(real, [real, *sys.argv[1:]])
    with socket(AF_UNIX) as asked:
        asked.connect(f"{folder}/socket")
        variables = [f"{name}={value}" for name, value in os.environ.items()]
        lines = [os.getcwd(), str(len(sys.argv) - 1), *sys.argv[1:], *variables]
        send_fds(asked, [b"-"], [0, 1, 2])
        asked.sendall("\0".join(lines).encode() + b"\0\0")
        answer = b"".join(iter(lambda: asked.recv(64), b""))
    code = int(answer)
    if code < 0:
        os.kill(os.getpid(), -code)
    sys.exit(code)
