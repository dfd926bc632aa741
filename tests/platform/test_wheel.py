from __future__ import annotations

import shutil
import site
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from services.children import free_port, start, stop

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("platform", "metadata", "entities", "plugins", "themes")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout; building it asks no index for anything."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
        + ["--no-index", "--wheel-dir", str(target), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty environment with the wheel in it; its dependencies are those of this run."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    packages = next((folder / "lib").glob("python3*")) / "site-packages"
    python = str(folder / "bin" / "python")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet"]
        + ["--no-deps", "--no-index", str(wheel)],
        check=True,
        capture_output=True,
    )
    # Dependencies only: a .pth file of a .pth's folder is not read, so this checkout stays out.
    (packages / "dependencies.pth").write_text(site.getsitepackages()[0] + "\n")
    yield folder
    shutil.rmtree(folder)


def test_the_wheel_carries_every_package_and_the_built_assets(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names if not name.startswith("cardwright-")}
    assert tops == {f"cardwright_{folder}" for folder in PACKAGES}
    for wanted in ("manifest.json", "sign_in.html", "messages.yaml", "pack.yaml"):
        assert any(name.endswith(f"/{wanted}") for name in names), wanted
    assert not [name for name in names if "/static/src/" in name or "__pycache__" in name]


def test_an_installed_wheel_serves_a_page_with_no_node_and_no_network(
    environment: Path, tmp_path: Path
) -> None:
    cardwright = environment / "bin" / "cardwright"
    # No other program is in reach, and whoever asks the network meets a closed door.
    alone = {
        "PATH": str(environment / "bin"),
        "LC_ALL": "C.UTF-8",
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    where = subprocess.run(
        [str(environment / "bin" / "python"), "-c", "import cardwright_platform as p; print(p)"],
        capture_output=True,
        text=True,
        env=alone,
        check=True,
    )
    assert str(environment) in where.stdout
    version = subprocess.run(
        [str(cardwright), "--version"], capture_output=True, text=True, env=alone, check=True
    )
    assert version.stdout.startswith("cardwright, version ")
    address = f"http://127.0.0.1:{free_port()}"
    command = [str(cardwright), "--in", str(tmp_path), "serve", "--port", address[17:]]
    server = start(
        ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in alone.items()), *command],
        tmp_path / "log",
        lambda: _answers(address),
    )
    try:
        page = httpx.get(f"{address}/sign-in", trust_env=False)
        sheet = page.text.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert page.status_code == 200
        assert httpx.get(address + sheet, trust_env=False).status_code == 200
    finally:
        stop(server)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/readyz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
