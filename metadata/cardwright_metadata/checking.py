"""Everything that is wrong with packs, in one go, for people and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cardwright_metadata.catalog import Catalog, Examine, build_catalog, sort_problems
from cardwright_metadata.extending import NO_HISTORY, History
from cardwright_metadata.loading import Pack
from cardwright_metadata.pack_folders import load_packs
from cardwright_metadata.problems import MetadataError, Problem
from cardwright_metadata.type_catalogue import TypeCatalogue


def check(
    paths: Iterable[Path],
    types: TypeCatalogue,
    examine: Examine | None = None,
    *,
    installed: Sequence[Pack] = (),
    history: History = NO_HISTORY,
) -> tuple[Catalog | None, tuple[Problem, ...]]:
    """Read, merge and link the packs at the paths; return their catalog and all problems.

    ``installed`` are packs that are in use beside those, of which no folder is there; ``history``
    is what is known of the changes that packs make to each other's definitions.
    """
    found, problems = load_packs(paths)
    names = {each.definition.name for each in found}
    packs = [*(each for each in installed if each.definition.name not in names), *found]
    if not packs:
        return None, tuple(problems)
    try:
        catalog: Catalog | None = build_catalog(packs, types, examine, history=history)
    except MetadataError as error:
        catalog = None
        problems += error.problems
    return catalog, tuple(sort_problems(problems))


def write_problems(problems: Sequence[Problem]) -> str:
    """Write problems for people: by file, each with its place, what it says and what helps."""
    if not problems:
        return "No problems found."
    lines: list[str] = []
    file = None
    for each in problems:
        here = each.place.file if each.place else "-"
        if here != file:
            lines += [*([""] if lines else []), here]
            file = here
        at = f"{each.place.line}:{each.place.column}" if each.place else "-"
        path = f"{each.path}: " if each.path else ""
        lines.append(f"  {at:<8} {path}{each.message}")
        if each.nearest:
            lines.append(f"           Did you mean '{each.nearest}'?")
        elif each.expected and each.expected not in each.message:
            lines.append(f"           Expected: {each.expected}")
    count = len(problems)
    lines += ["", f"{count} problem{'' if count == 1 else 's'} found."]
    return "\n".join(lines)


def problems_to_json(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """Return problems as plain JSON, for editors and other programs."""
    return [
        {
            "file": each.place.file if each.place else None,
            "line": each.place.line if each.place else None,
            "column": each.place.column if each.place else None,
            "path": each.path,
            "code": each.code,
            "message": each.message,
            "found": each.found,
            "expected": each.expected,
            "nearest": each.nearest,
        }
        for each in problems
    ]
