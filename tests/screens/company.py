"""The demo company on a real server, in a folder that is thrown away."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from pathlib import Path
from tempfile import TemporaryDirectory

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
def demo_company(place: Path, original: Path | None = None, **settings: str) -> Iterator[Company]:
    """Serve the demo company in a folder until the block ends, from a copy if one was made."""
    folder = place / "var"
    shutil.copytree(original, folder) if original else folder.mkdir()
    company = Company(f"http://127.0.0.1:{_free_port()}", folder)
    told = variables(company) | settings
    with running(place, "serve", "--demo", ready="Ctrl+C", **told):
        yield company


def original_company(place: Path) -> Path:
    """Return the folder of a demo company that nobody has visited.

    Processes that name the same place share it: the first one makes it, the others wait.
    """
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        flock(lock, LOCK_EX)
        made = place / "made"
        if not made.exists():
            with TemporaryDirectory(dir=place) as making:
                with demo_company(Path(making)) as company:
                    pass
                company.folder.rename(made)
        return made


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
