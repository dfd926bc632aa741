"""Archives of packs: the same for the same pack; whatever a stranger sends is refused in words."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from odd_input.archives import BAD_ARCHIVES, PACK, archive

from cardwright_platform.confined.packs import make_key, sign, unpacked
from cardwright_platform.confined.running import ConfinedError
from cardwright_platform.packs.archives import write_archive
from cardwright_platform.packs.building import SUFFIXES
from cardwright_platform.packs.manifests import MANIFEST, SIGNATURE


def signed(content: bytes, key: Path, over: bytes | None = None) -> bytes:
    """Return an archive with a signature over its manifest, or over something else."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    public, signature = sign(over if over is not None else files[MANIFEST], key)
    files[SIGNATURE] = json.dumps({"key": public, "signature": signature}).encode()
    return write_archive(files)


@pytest.fixture
def code_of(tmp_path: Path) -> Callable[[bytes], str]:
    """Open an archive; return the code of its refusal, empty when it is taken."""

    def code(content: bytes) -> str:
        path = tmp_path / "sent.zip"
        path.write_bytes(content)
        try:
            with unpacked(path, SUFFIXES) as opened:
                assert (opened.folder / "pack.yaml").read_bytes() == PACK
        except ConfinedError as error:
            return error.message.code
        return ""

    return code


def test_equal_packs_are_equal_archives() -> None:
    files = {"b.yaml": b"b", "a.yaml": b"a", "folder/c.csv": b"c"}
    assert write_archive(files) == write_archive(dict(reversed(files.items())))


def test_a_good_archive_is_taken_signed_or_not(
    code_of: Callable[[bytes], str], tmp_path: Path
) -> None:
    content = archive({"pack.yaml": PACK, "more/things.yaml": b"x: 1\n"})
    assert code_of(content) == ""
    key = tmp_path / "key"
    public = make_key(key)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    path = tmp_path / "signed.zip"
    path.write_bytes(signed(content, key))
    with unpacked(path, SUFFIXES) as opened:
        assert opened.key == public
        folder = opened.folder
    assert not folder.exists()


def test_a_wrong_signature_is_refused(code_of: Callable[[bytes], str], tmp_path: Path) -> None:
    make_key(tmp_path / "key")
    content = archive({"pack.yaml": PACK})
    assert code_of(signed(content, tmp_path / "key", over=b"another manifest")) == "pack_signature"
    broken = {"pack.yaml": PACK, SIGNATURE: b"{}", MANIFEST: b'{"files": {}}'}
    assert code_of(write_archive(broken)) == "pack_signature"


@pytest.mark.parametrize(("content", "code"), BAD_ARCHIVES)
def test_bad_archives_are_refused_and_write_nothing(
    code_of: Callable[[bytes], str], tmp_path: Path, content: bytes, code: str
) -> None:
    before = sorted(path.name for path in tmp_path.parent.iterdir())
    assert code_of(content) == code
    assert sorted(path.name for path in tmp_path.parent.iterdir()) == before
