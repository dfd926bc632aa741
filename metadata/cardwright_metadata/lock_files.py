"""The two files that a built pack carries: identities of what it defines, bases of its changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from cardwright_metadata.marks import plain
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.three_ways import Entry, Spotted
from cardwright_metadata.yaml_files import read_yaml

IDS_FILE = "ids.lock.yaml"
BASES_FILE = "base.lock.yaml"
LOCK_FILES = (IDS_FILE, BASES_FILE)

#: Identities are part of the names of tables and columns.
_IDENTITY = re.compile("[a-z2-7]{10}")
_HEADS = {
    IDS_FILE: "# Identities of what this pack defines, alike in every installation. "
    "Written by `cardwright pack build`.\n",
    BASES_FILE: "# What this pack's changes to other packs were made over. "
    "Written by `cardwright pack build`.\n",
}


def read_ids(content: bytes, file: str) -> tuple[dict[str, str], list[Problem]]:
    """Return address → identity."""
    body, problems = _read(content, file, "ids")
    ids = body if isinstance(body, dict) else {}
    wrong = [each for each, identity in ids.items() if not _IDENTITY.fullmatch(str(identity))]
    if wrong or not isinstance(body, dict):
        return {}, [*problems, _wrong(file, f"ids.{wrong[0]}" if wrong else "ids")]
    return {address: str(identity) for address, identity in ids.items()}, problems


def read_bases(content: bytes, file: str) -> tuple[dict[Spotted, Entry], list[Problem]]:
    """Return the changes with what stood there when they were made, by their places."""
    body, problems = _read(content, file, "bases")
    if not isinstance(body, list) or not all(map(_is_entry, body)):
        return {}, [*problems, _wrong(file, "bases")]
    entries = [Entry.from_json(each) for each in body]
    return {(each.target, each.path): each for each in entries}, problems


def write_ids(ids: Mapping[str, str]) -> str:
    """Write identities, in the order of their addresses."""
    return _HEADS[IDS_FILE] + _dump({"ids": dict(sorted(ids.items()))})


def write_bases(entries: Iterable[Entry]) -> str:
    """Write the bases of changes, in the order of their places."""
    ordered = sorted(entries, key=lambda each: (each.target, each.path))
    return _HEADS[BASES_FILE] + _dump({"bases": [each.to_json() for each in ordered]})


def _read(content: bytes, file: str, key: str) -> tuple[Any, list[Problem]]:
    """Return what stands under the one key of a file; an empty file has nothing there."""
    documents, problems = read_yaml(content, file)
    empty: Any = {} if key == "ids" else []
    body = plain(documents[0].content) if documents else {key: empty}
    if problems:
        return empty, problems
    return (body.get(key) if isinstance(body, dict) else None), problems


def _is_entry(body: object) -> bool:
    """Tell whether this is a change as ``Entry.to_json`` writes one."""
    if not isinstance(body, dict):
        return False
    texts = [body.get("target"), body.get("op"), body.get("choice", "")]
    path = body.get("path")
    steps = path if isinstance(path, list) else [None]
    return all(isinstance(each, str) for each in (*texts, *steps))


def _wrong(file: str, path: str) -> Problem:
    return Problem(
        place=Place(file, 1, 1),
        path=path,
        code="wrong_lock",
        message="This is not what `cardwright pack build` writes; build the pack again.",
        found=path[:100],
    )


def _dump(body: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)
    return text
