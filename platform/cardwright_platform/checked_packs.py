"""Whether files and database were found to agree before: then a start need not read the packs.

Reading, linking and comparing a hundred entities takes seconds (tests/bench/start.py measures it).
What is remembered stands in the folder of the installation and may be deleted at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from cardwright_entities.changes.commits import PartHashes
from cardwright_metadata.loading import files_of_pack

#: What the packs mean depends on the code that reads them.
_CODE = ("cardwright_metadata", "cardwright_entities")
_SUFFIXES = (".py", ".yaml", ".lark", ".json")


class CheckedPacks:
    """The packs of one installation, known by a digest of all that a comparison depends on.

    ``parts`` are those of the commit in use. Code of plugins is not seen here.
    """

    def __init__(self, folder: Path, packs: Sequence[Traversable]) -> None:
        self._place = folder / "cache" / "checked-packs"
        self._packs = packs

    def are_known(self, parts: PartHashes) -> bool:
        """Tell whether these files were found to say what is in use, which are these parts."""
        try:
            return self._place.read_text("ascii") == self._digest(parts)
        except (OSError, UnicodeDecodeError):
            return False

    def remember(self, parts: PartHashes) -> None:
        """Note that the files say what is in use."""
        try:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            self._place.write_text(self._digest(parts), "ascii")
        except OSError:
            return  # the next start takes longer, no more

    def _digest(self, parts: PartHashes) -> str:
        total = hashlib.sha256(repr(parts).encode())
        for pack in self._packs:
            for path, file in files_of_pack(pack):
                total.update(_entry(f"{pack}/{path}", file))
        total.update(_code())
        return total.hexdigest()


@cache  # a process goes on with the code that it has
def _code() -> bytes:
    total = hashlib.sha256()
    for name in _CODE:
        for path, file in _code_below(files(name), name):
            total.update(_entry(path, file))
    return total.digest()


def _code_below(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        path = f"{prefix}/{each.name}"
        if each.is_dir():
            yield from _code_below(each, path)
        elif each.name.endswith(_SUFFIXES):
            yield path, each


def _entry(path: str, file: Traversable) -> bytes:
    """Return path and contents so that no two entries run into one another."""
    return hashlib.sha256(path.encode()).digest() + hashlib.sha256(file.read_bytes()).digest()
