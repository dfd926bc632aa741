"""Debian's Chromium, driven by Playwright's Python wheel."""

from __future__ import annotations

import shutil
from pathlib import Path

from services.children import is_root
from services.missing import give_up

PACKAGES = "chromium chromium-driver fonts-noto-cjk"


def find_chromium() -> Path:
    """Give the path of the browser; fail or skip when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        give_up("Chromium", PACKAGES)
    return Path(found)


def launch_arguments() -> list[str]:
    """Give the switches that a browser needs here; as root it refuses to start with a sandbox."""
    return ["--no-sandbox"] if is_root() else []
