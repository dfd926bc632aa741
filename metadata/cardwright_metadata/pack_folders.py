"""Where packs are: folders that somebody names, and the packs that come with the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from cardwright_metadata.loading import PACK_FILE, Pack, load_pack
from cardwright_metadata.problems import Place, Problem

#: How deep below a named folder packs are looked for.
_MAX_DEPTH = 3


def bundled_packs() -> Mapping[str, Traversable]:
    """Return the folders of the packs that come with the product, by name."""
    folder = resources.files("cardwright_metadata") / "packs"
    return {
        each.name: each
        for each in sorted(folder.iterdir(), key=lambda item: item.name)
        if each.is_dir() and each.joinpath(PACK_FILE).is_file()
    }


def load_packs(paths: Iterable[Path]) -> tuple[list[Pack], list[Problem]]:
    """Read the packs at the paths, and the bundled ones that they require.

    A path is the folder of a pack, a folder that holds such folders, or a file inside a pack.
    """
    problems: list[Problem] = []
    folders: dict[Path, None] = {}
    for path in paths:
        found = list(_folders_at(path))
        folders.update(dict.fromkeys(found))
        if not found:
            problems.append(_no_pack(path))
    packs = [load_pack(folder) for folder in folders]
    return _with_required(packs), problems


def _folders_at(path: Path) -> Iterator[Path]:
    if path.is_file():
        inside = next((each for each in path.parents if (each / PACK_FILE).is_file()), None)
        if inside is not None:
            yield inside
        return
    yield from _folders_below(path, _MAX_DEPTH)


def _folders_below(folder: Path, depth: int) -> Iterator[Path]:
    if (folder / PACK_FILE).is_file():
        yield folder
        return
    if depth and folder.is_dir():
        for each in sorted(folder.iterdir()):
            if each.is_dir() and not each.name.startswith(".") and not each.is_symlink():
                yield from _folders_below(each, depth - 1)


def _with_required(packs: list[Pack]) -> list[Pack]:
    bundled = bundled_packs()
    known = {each.definition.name for each in packs}
    waiting = [name for pack in packs for name in pack.definition.requires]
    while waiting:
        name = waiting.pop(0)
        if name in known or name not in bundled:
            continue
        pack = load_pack(bundled[name])
        known.add(name)
        packs = [*packs, pack]
        waiting += pack.definition.requires
    return packs


def _no_pack(path: Path) -> Problem:
    there = path.exists()
    return Problem(
        place=Place(str(path), 1, 1),
        path="",
        code="no_pack" if there else "no_file",
        message="There is no pack.yaml here." if there else "There is no such file or folder.",
        found=str(path),
        expected="the folder of a pack",
    )
