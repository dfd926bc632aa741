"""``python tests/bench/start.py``: how long a server with 100 entities takes, and how much memory.

Also how long it is from "add a field" until a running server answers with it.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from services.children import free_port

ENTITIES, FIELDS, TRIES = 100, 20, 5
_TYPES = (
    "text",
    "integer",
    "decimal",
    "money",
    "date",
    "datetime",
    "boolean",
    "percent",
    "email",
    "phone",
)
_CARDWRIGHT = str(Path(sys.executable).parent / "cardwright")


def main() -> int:
    """Print one table."""
    with tempfile.TemporaryDirectory(prefix="cardwright-start-") as name:
        folder = Path(name)
        _write_pack(folder / "many", FIELDS)
        (folder / "config.yaml").write_text("packs: [many]\n", encoding="utf-8")
        environment = {**os.environ, "CARDWRIGHT_FOLDER": str(folder / "var")}
        first, _, _ = _start(folder, environment)
        later = [_start(folder, environment) for _ in range(TRIES)]
        added = [_add_field(folder, environment, FIELDS + number + 1) for number in range(3)]
    print("| | |\n|---|---|")
    print(f"| first start, {ENTITIES} entities × {FIELDS} fields created | {first:.1f} s |")
    print(
        f"| later start to the sign-in page | {statistics.median(t for t, _, _ in later):.2f} s |"
    )
    print(
        f"| memory after the first page, RSS / PSS | {later[-1][1]:.0f} / {later[-1][2]:.0f} MiB |"
    )
    print(
        f"| add a field: command to its end, a running server answers with it "
        f"| {statistics.median(added):.2f} s |"
    )
    return 0


def _write_pack(folder: Path, fields: int) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pack.yaml").write_text(
        "kind: pack\nname: many\nlabel: {zh: 多, en: Many}\nlanguage: 1\n"
        "version: '1.0'\nwords: zh\n",
        encoding="utf-8",
    )
    for number in range(ENTITIES):
        lines = [
            "kind: entity",
            f"name: thing_{number}",
            f"label: {{zh: 物{number}, en: Thing {number}}}",
            "fields:",
            "  name: {type: text, required: true, label: {zh: 名称, en: Name}}",
        ]
        count = fields if number == 0 else FIELDS
        lines += [
            f"  f{index}: {{type: {_TYPES[index % len(_TYPES)]},"
            f" label: {{zh: 字段{index}, en: Field {index}}}}}"
            for index in range(1, count)
        ]
        if number:
            lines.append(
                f"  before: {{type: link, to: thing_{number - 1}, label: {{zh: 前, en: Before}}}}"
            )
        (folder / f"thing_{number}.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def _start(folder: Path, environment: dict[str, str]) -> tuple[float, float, float]:
    port = free_port()
    start = time.perf_counter()
    command = [_CARDWRIGHT, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            spent = time.perf_counter() - start
            return spent, *_memory(server.pid)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _add_field(folder: Path, environment: dict[str, str], fields: int) -> float:
    port = free_port()
    command = [_CARDWRIGHT, "serve", "--port", str(port)]
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL
    ) as server:
        try:
            _wait(port)
            _write_pack(folder / "many", fields)
            start = time.perf_counter()
            subprocess.run([_CARDWRIGHT, "apply", "--yes"], cwd=folder, env=environment, check=True,
                           stdout=subprocess.DEVNULL)  # fmt: skip
            _wait(port)
            return time.perf_counter() - start
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def _wait(port: int) -> None:
    deadline = time.perf_counter() + 300
    while time.perf_counter() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")


def _memory(process: int) -> tuple[float, float]:
    text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in text.splitlines()[1:]}
    return sizes["Rss"] / 1024, sizes["Pss"] / 1024


if __name__ == "__main__":
    raise SystemExit(main())
