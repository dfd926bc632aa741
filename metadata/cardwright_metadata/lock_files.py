"""The two files that a built pack carries: identities of what it defines, bases of its changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from cardwright_metadata.marks import plain
from cardwright_metadata.problems import Problem
from cardwright_metadata.three_ways import Entry, Spotted
from cardwright_metadata.yaml_files import read_yaml

IDS_FILE = "ids.lock.yaml"
BASES_FILE = "base.lock.yaml"
LOCK_FILES = (IDS_FILE, BASES_FILE)

_HEADS = {
    IDS_FILE: "# Identities of what this pack defines, alike in every installation. "
    "Written by `cardwright pack build`.\n",
    BASES_FILE: "# What this pack's changes to other packs were made over. "
    "Written by `cardwright pack build`.\n",
}


def read_ids(content: bytes, file: str) -> tuple[dict[str, str], list[Problem]]:
    """Return address → identity."""
    body, problems = _read(content, file)
    ids = body.get("ids")
    return {str(key): str(value) for key, value in (ids or {}).items()}, problems


def read_bases(content: bytes, file: str) -> tuple[dict[Spotted, Entry], list[Problem]]:
    """Return the changes with what stood there when they were made, by their places."""
    body, problems = _read(content, file)
    entries = [Entry.from_json(each) for each in body.get("bases") or () if "target" in each]
    return {(each.target, each.path): each for each in entries}, problems


def write_ids(ids: Mapping[str, str]) -> str:
    """Write identities, in the order of their addresses."""
    return _HEADS[IDS_FILE] + _dump({"ids": dict(sorted(ids.items()))})


def write_bases(entries: Iterable[Entry]) -> str:
    """Write the bases of changes, in the order of their places."""
    ordered = sorted(entries, key=lambda each: (each.target, each.path))
    return _HEADS[BASES_FILE] + _dump({"bases": [each.to_json() for each in ordered]})


def _read(content: bytes, file: str) -> tuple[Mapping[str, Any], list[Problem]]:
    documents, problems = read_yaml(content, file)
    return (plain(documents[0].content) if documents else {}), problems


def _dump(body: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=100)
    return text
