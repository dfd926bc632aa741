"""Two changes of one view laid over each other: what comes of both, and what has to be decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from cardwright_entities.saved_views.bodies import Body, write_body

#: Parts by name → what they are known again by.
Marks = Mapping[str, str]
#: What is saved from a list as it stands: its columns are kept when they are chosen.
PARTS = ("where", "sort", "mode", "size")


@dataclass(frozen=True)
class Laid:
    """Two changes laid over one state: what comes of both, and what has to be decided."""

    body: Body
    open: tuple[str, ...]  #: parts that both have changed, each otherwise


def lay_together(mine: Body, theirs: Body, was: Marks, chosen: Mapping[str, str]) -> Laid:
    """Return what comes of two changes; a part that one side alone has changed is taken.

    ``was`` marks the state that one's own change began with, part by part.
    """
    own, other = marks_of(mine), marks_of(theirs)
    parts: dict[str, Any] = {}
    undecided: list[str] = []
    for part in PARTS:
        decided = chosen.get(part, "")
        if own[part] == other[part] or own[part] == was.get(part):
            decided = "theirs"
        elif other[part] == was.get(part):
            decided = "mine"
        if decided not in ("mine", "theirs"):
            undecided.append(part)
        parts[part] = getattr(mine if decided == "mine" else theirs, part)
    return Laid(replace(theirs, **parts), tuple(undecided))


def marks_of(body: Body) -> Marks:
    """Return a mark for each part, by which it is known again without being said."""
    document = write_body(body)
    texts = {part: repr(document.get(part) or "") for part in PARTS}
    return {part: sha256(text.encode()).hexdigest()[:12] for part, text in texts.items()}
