"""A service is not installed: a failure in CI, elsewhere a skip that says what to install."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def give_up(service: str, packages: str) -> NoReturn:
    """Fail with CI=true, else skip; both say which Debian packages bring the service."""
    reason = f"{service} is not installed; on Debian: apt-get install {packages}"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
