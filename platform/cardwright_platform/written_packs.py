"""Packs from texts that were sent: laid over those in use, read as if they were files."""

from __future__ import annotations

import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from cardwright_entities.errors import InputError, Message
from cardwright_metadata.loading import BESIDE, Pack, load_pack

_PACK = re.compile(r"[a-z_][a-z0-9_]{0,60}")
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}")
#: Folders within a pack.
_DEEPEST = 6
_SUFFIXES = frozenset({".yaml", ".yml", *BESIDE})


@contextmanager
def packs_of(
    documents: Mapping[str, str], changed: Mapping[str, str | None]
) -> Iterator[tuple[Pack, ...]]:
    """Lay texts by ``pack/path`` over others, None takes one away, and read the packs they make.

    Raise InputError for paths that are none.
    """
    texts = {**documents, **{path: text for path, text in changed.items() if text is not None}}
    for path in changed:
        _check(path)
        if changed[path] is None:
            texts.pop(path, None)
    by_pack: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for path, text in texts.items():
        pack, _, inner = path.partition("/")
        by_pack[pack][inner] = text
    with tempfile.TemporaryDirectory(prefix="cardwright-") as folder:
        yield tuple(_read(Path(folder) / pack, held) for pack, held in by_pack.items())


def _read(folder: Path, texts: Mapping[str, str]) -> Pack:
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return load_pack(folder)


def _check(path: str) -> None:
    pack, *parts = path.split("/")
    good = _PACK.fullmatch(pack) and 0 < len(parts) <= _DEEPEST and all(map(_PART.fullmatch, parts))
    if not good or PurePosixPath(path).suffix not in _SUFFIXES:
        raise InputError({"documents": (Message.of("bad_document_path", path=path[:100]),)})
