from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from cardwright_platform.confined.pictures import SIZES, Pictures
from cardwright_platform.confined.running import ConfinedError

HASH = "ab" * 32


@pytest.fixture
def pictures(tmp_path: Path) -> Pictures:
    folder = tmp_path / "thumbnails"
    folder.mkdir()
    return Pictures(folder=folder)


def refused(pictures: Pictures, tmp_path: Path, content: bytes) -> str:
    (tmp_path / "upload").write_bytes(content)
    with pytest.raises(ConfinedError) as caught:
        pictures.thumbnail(tmp_path / "upload", HASH, SIZES[0])
    return caught.value.message.code


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_a_small_one_of_ours(
    pictures: Pictures, tmp_path: Path, kind: str
) -> None:
    Image.new("RGB", (1200, 600), "navy").save(tmp_path / "big", kind)
    drawn = pictures.thumbnail(tmp_path / "big", HASH, 96)
    with Image.open(drawn) as small:
        assert (small.format, small.size) == ("WEBP", (96, 48))


def test_a_thumbnail_is_drawn_once(pictures: Pictures, tmp_path: Path) -> None:
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(tmp_path / "one", "PNG")
    drawn = pictures.thumbnail(tmp_path / "one", HASH, 480)
    (tmp_path / "one").unlink()
    assert pictures.thumbnail(tmp_path / "one", HASH, 480) == drawn
    assert [path.name for path in pictures.folder.iterdir()] == [HASH[:2]]


def test_what_a_camera_said_is_left_out_but_its_turn_is_kept(
    pictures: Pictures, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "SecretCamera"
    Image.new("RGB", (400, 200)).save(tmp_path / "turned", "JPEG", exif=exif)
    drawn = pictures.thumbnail(tmp_path / "turned", HASH, 96)
    assert b"SecretCamera" not in drawn.read_bytes()
    with Image.open(drawn) as small:
        assert small.size == (48, 96)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + name + body + struct.pack(">L", zlib.crc32(name + body))


def test_a_picture_of_a_billion_pixels_is_refused(pictures: Pictures, tmp_path: Path) -> None:
    header = struct.pack(">LLBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1_000_000)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    assert refused(pictures, tmp_path, png) == "picture_too_large"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"GIF89a" + b"\xff" * 20,
    ],
)
def test_what_is_no_picture_is_refused_in_words(
    pictures: Pictures, tmp_path: Path, content: bytes
) -> None:
    assert refused(pictures, tmp_path, content) == "picture_unreadable"
    assert [path for path in pictures.folder.rglob("*") if path.is_file()] == []


def test_only_sizes_of_ours_are_drawn(pictures: Pictures, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no size"):
        pictures.thumbnail(tmp_path / "any", HASH, 5000)
