"""Two changes of the same JSON joined: what only one side changed is taken from that side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

#: Stands for a key that is not there.
ABSENT: Any = object()


@dataclass
class Join:
    """Gathers the paths at which both sides changed the same value to different ones."""

    conflicts: list[str] = field(default_factory=list)

    def values(self, base: Any, ours: Any, theirs: Any, path: str) -> Any:  # noqa: ANN401 - JSON
        """Return the joined value; ours where both changed it."""
        if theirs == base or ours == theirs:
            return ours
        if ours == base:
            return theirs
        if all(isinstance(each, Mapping) for each in (ours, theirs)):
            held = base if isinstance(base, Mapping) else {}
            return self._maps(held, ours, theirs, path)
        self.conflicts.append(path)
        return ours

    def _maps(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any], path: str
    ) -> dict[str, Any]:
        joined: dict[str, Any] = {}
        for key in _keys(ours, theirs):
            inner = f"{path}.{key}" if path else key
            value = self.values(
                base.get(key, ABSENT), ours.get(key, ABSENT), theirs.get(key, ABSENT), inner
            )
            if value is not ABSENT:
                joined[key] = value
        return joined


def _keys(ours: Iterable[str], theirs: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys([*ours, *theirs])
