from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cardwright_platform.security.keys import KeyFileError, derive, is_signed, load_key, sign


def test_the_first_start_makes_a_key_that_only_the_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "var" / "secret.key"
    key = load_key(path)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path) == key


def test_processes_that_start_together_agree_on_the_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_key(tmp_path / "secret.key"), range(16)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize(
    "content", ["", "changeme", "00" * 32, "ab" * 40, "0123456789abcdef", "卡匠"]
)
def test_a_missing_short_or_regular_key_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "secret.key"
    path.write_text(content, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(KeyFileError, match=r"secret\.key"):
        load_key(path)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret.key"
    load_key(path)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_key(path)


def test_each_purpose_has_a_key_of_its_own(tmp_path: Path) -> None:
    key = load_key(tmp_path / "secret.key")
    signature = sign(derive(key, "cursors"), "page 2")
    assert is_signed(derive(key, "cursors"), "page 2", signature)
    assert not is_signed(derive(key, "forms"), "page 2", signature)
    assert not is_signed(derive(key, "cursors"), "page 3", signature)
    assert not is_signed(derive(key, "cursors"), "page 2", "卡")
