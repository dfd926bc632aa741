"""The demo company on a real server, in a folder that is thrown away."""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from running import CARDWRIGHT, running


@dataclass(frozen=True)
class Company:
    """The demo company as its operator sees it."""

    address: str
    folder: Path

    def command(self, *arguments: str) -> dict[str, str]:
        """Run a command of the product beside the server; give its JSON."""
        ran = subprocess.run(
            [str(CARDWRIGHT), *arguments, "--json"],
            cwd=self.folder,
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", **variables(self)},
            capture_output=True,
            check=True,
            text=True,
        )
        found: dict[str, str] = json.loads(ran.stdout)
        return found


def variables(company: Company) -> dict[str, str]:
    """Return what a command has to know of the company."""
    port = company.address.rpartition(":")[2]
    return {"CARDWRIGHT_FOLDER": str(company.folder), "CARDWRIGHT_PORT": port}


@contextmanager
def demo_company(place: Path) -> Iterator[Company]:
    """Serve the demo company in a folder until the block ends."""
    folder = place / "var"
    folder.mkdir()
    company = Company(f"http://127.0.0.1:{_free_port()}", folder)
    with running(place, "serve", "--demo", ready="Ctrl+C", **variables(company)):
        yield company


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
