"""Three ways to one value: what stood there when a change was made, what stands now, the change.

Works on single properties, in plain JSON, so that what one release changed and what the site
changed meet only where both touched the same property.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from cardwright_metadata.marks import MarkedMap, copy_marked, plain, spot_of, value_at
from cardwright_metadata.overlays import Operation, operations_of
from cardwright_metadata.problems import Place

#: What is done where the pack and the site both changed a property.
KEEP, TAKE = "keep", "take"

#: Maps that hold items by their names.
_KEYED = frozenset(
    {
        "checks", "choices", "columns", "duplicates", "fields", "grants", "items", "queries",
        "sections", "tabs", "unique", "related",
    }
)  # fmt: skip

Path = tuple[str, ...]
#: Address of a definition and path inside it.
Spotted = tuple[str, Path]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A change as it was last applied: over which value, and what was decided about it.

    ``choice`` is take where the pack's value is used although the change still says another.
    ``parked`` entries have lost their target.
    """

    target: str
    path: Path
    op: str
    base: Any = None
    value: Any = None
    choice: str = ""
    parked: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return the entry as plain JSON."""
        written: dict[str, Any] = {
            "op": self.op,
            "target": self.target,
            "path": list(self.path),
            "base": self.base,
            "value": self.value,
        }
        if self.choice:
            written["choice"] = self.choice
        if self.parked:
            written["parked"] = True
        return written

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Entry:
        """Read an entry from plain JSON."""
        return cls(
            target=body["target"],
            path=tuple(body["path"]),
            op=body["op"],
            base=body.get("base"),
            value=body.get("value"),
            choice=body.get("choice", ""),
            parked=body.get("parked", False),
        )


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """A property that both changed: the value before, the pack's, the site's, and the decision."""

    pack: str
    target: str
    path: Path
    base: Any
    theirs: Any
    ours: Any
    choice: str
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Parked:
    """A change whose target is gone: kept and listed, without effect."""

    pack: str
    target: str
    path: Path
    value: Any
    place: Place | None = None


@dataclass
class Merging:
    """What merging the changes of one pack finds out, change by change."""

    pack: str
    history: Mapping[Spotted, Entry]
    choices: Mapping[Spotted, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    parked: list[Parked] = field(default_factory=list)
    followed: list[tuple[str, Path, str]] = field(default_factory=list)  #: target, path, old name

    def merge(self, change: MarkedMap, current: MarkedMap, target: str) -> list[Operation]:
        """Return the operations of a change that hold over a definition as it is now."""
        moved, back = _follow(change, current)
        self.followed += [(target, new, old[-1]) for new, old in back.items()]
        former = _renamed_target(current, target)
        remembered = _Remembered(self.history, target, former, back)
        operations: list[Operation] = []
        for each in operations_of(moved, current, target):
            for operation in self._without_orphans(each, current, remembered):
                if self._holds(operation, remembered):
                    operations.append(operation)
        return operations

    def park(self, change: MarkedMap, target: str) -> bool:
        """Park a whole change whose target is gone; False if it never had one."""
        known = [each for (at, _), each in self.history.items() if at == target]
        for each in known:
            self._park(each, spot_of(change, each.path))
        return bool(known)

    def _park(self, entry: Entry, spot: Any) -> None:
        self.entries.append(replace(entry, parked=True))
        place = spot.place if spot else None
        self.parked.append(
            Parked(
                pack=self.pack, target=entry.target, path=entry.path, value=entry.value,
                place=place,
            )
        )  # fmt: skip

    def _without_orphans(
        self, operation: Operation, current: MarkedMap, remembered: _Remembered
    ) -> Iterator[Operation]:
        """Take out of an addition what once changed something that stood there and is gone."""
        value = operation.value
        if operation.op != "add" or not isinstance(value, MarkedMap):
            yield operation
            return
        below = remembered.below(operation.path)
        if not below:
            yield operation
            return
        left: MarkedMap = copy_marked(value)
        for rest, entry in below.items():
            said = plain(value_at(left, rest))
            if said is not None and not _stands_alone(operation.path, rest, entry):
                self._park(replace(entry, value=said), spot_of(value, rest))
                _take_out(left, rest)
        if set(left) - _PROVENANCE:
            yield replace(operation, value=left)

    def _holds(self, operation: Operation, remembered: _Remembered) -> bool:
        """Decide about one property; note what was decided."""
        theirs = plain(operation.base)
        ours = None if operation.op in ("unset", "retire") else plain(operation.value)
        known = remembered.at(operation.path)
        choice = ""
        if known is not None and known.op in _ALIKE[operation.op] and known.value == ours:
            choice = self._decide(operation, known, theirs, ours)
        self.entries.append(
            Entry(
                target=operation.target, path=operation.path, op=operation.op, base=theirs,
                value=ours, choice=choice if choice == TAKE else "",
            )
        )  # fmt: skip
        return choice != TAKE

    def _decide(self, operation: Operation, known: Entry, theirs: Any, ours: Any) -> str:
        if known.choice == TAKE:
            return TAKE
        if theirs == known.base:
            return ""
        if theirs == ours:
            return TAKE  # the pack says the same now, and is followed from here on
        choice = self.choices.get((operation.target, operation.path), KEEP)
        place = operation.value_at.place if operation.value_at else operation.key_at
        self.meetings.append(
            Meeting(
                pack=self.pack, target=operation.target, path=operation.path, base=known.base,
                theirs=theirs, ours=ours, choice=choice, place=place,
            )
        )  # fmt: skip
        return choice


#: What is noted of an added field, not said of it: alone it is no change.
_PROVENANCE = frozenset({"pack"})

#: set and add differ only in whether something stood there.
_ALIKE: Mapping[str, Sequence[str]] = {
    "set": ("set", "add"),
    "add": ("set", "add"),
    "unset": ("unset", "retire"),
    "retire": ("unset", "retire"),
    "move": ("move",),
}


class _Remembered:
    """The entries about one definition, by the paths that it has now."""

    def __init__(
        self,
        history: Mapping[Spotted, Entry],
        target: str,
        former: Sequence[str],
        back: Mapping[Path, Path],
    ) -> None:
        self._entries: dict[Path, Entry] = {}
        forward = {old: new for new, old in back.items()}
        for at in (*former, target):
            for (place, path), entry in history.items():
                if place == at:
                    self._entries[_moved(path, forward)] = entry

    def at(self, path: Path) -> Entry | None:
        """Return what is known of a property, also from a change that held it inside."""
        if path in self._entries:
            return self._entries[path]
        for length in range(len(path) - 1, 0, -1):
            entry = self._entries.get(path[:length])
            if entry is not None and entry.op in ("set", "add"):
                return Entry(
                    target=entry.target, path=path, op=entry.op, choice=entry.choice,
                    base=value_at(entry.base, path[length:]),
                    value=value_at(entry.value, path[length:]),
                )  # fmt: skip
        return None

    def below(self, path: Path) -> dict[Path, Entry]:
        """Return the changes of properties inside a path, by the rest of theirs."""
        size = len(path)
        return {
            at[size:]: entry
            for at, entry in self._entries.items()
            if len(at) > size and at[:size] == path
        }


def _stands_alone(gone: Path, rest: Path, entry: Entry) -> bool:
    """Tell whether an added item needs nothing of what is gone but the map that held it."""
    whole = (*gone, *rest)
    missing = len(gone) - 1
    items = [at + 1 for at, key in enumerate(whole[:-1]) if key in _KEYED and at + 1 >= missing]
    return entry.op == "add" and items == [len(whole) - 1]


def _take_out(content: MarkedMap, path: Path) -> None:
    """Remove a value and the maps that are empty without it."""
    parent = value_at(content, path[:-1])
    if isinstance(parent, MarkedMap):
        parent.drop(path[-1])
        if not parent and len(path) > 1:
            _take_out(content, path[:-1])


def _moved(path: Path, forward: Mapping[Path, Path]) -> Path:
    for length in range(len(path), 0, -1):
        new = forward.get(path[:length])
        if new is not None:
            return (*new, *path[length:])
    return path


def _renamed_target(current: MarkedMap, target: str) -> list[str]:
    kind = target.partition("/")[0]
    return [f"{kind}/{name}" for name in current.get("was") or ()]


# -- names that were given up ------------------------------------------------------------------

#: Keys behind which the names of fields stand.
_OF_FIELDS = ("fields", "columns", "totals", "search", "sort")


def _follow(change: MarkedMap, current: MarkedMap) -> tuple[MarkedMap, dict[Path, Path]]:
    """Return a change with the names that things have now, and new path → old path."""
    back: dict[Path, Path] = {}
    renamed = _renamed(change.get("fields"), current.get("fields")) | _renamed_below(current)
    return _follow_map(change, current, (), renamed, back), back


def _follow_map(
    change: MarkedMap, current: Any, path: Path, fields: Mapping[str, str], back: dict[Path, Path]
) -> MarkedMap:
    names = _renamed(change, current)
    if path and path[-1] in _OF_FIELDS:
        held = current if isinstance(current, dict) else {}
        names |= {
            old: new
            for old, new in fields.items()
            if old in change and old not in held and new not in change
        }
    made = MarkedMap()
    for key, value in change.items():
        name = names.get(key, key)
        here = (*path, name)
        if name != key:
            back[here] = (*path, key)
        inner = current.get(name) if isinstance(current, dict) else None
        if isinstance(value, MarkedMap):
            value = _follow_map(value, inner, here, fields, back)
        made.put(name, value, change.keys_at.get(key), change.values_at.get(key))
    return made


def _renamed(change: Any, current: Any) -> dict[str, str]:
    """Return old name → new name for what a change calls by a name that it has no more."""
    if not isinstance(change, dict) or not isinstance(current, dict):
        return {}
    found: dict[str, str] = {}
    for name, item in current.items():
        was = item.get("was") if isinstance(item, dict) else None
        for old in was if isinstance(was, list) else ():
            if old in change and old not in current and name not in change:
                found[old] = name
    return found


def _renamed_below(current: MarkedMap) -> dict[str, str]:
    fields = current.get("fields")
    found: dict[str, str] = {}
    for name, item in fields.items() if isinstance(fields, dict) else ():
        was = item.get("was") if isinstance(item, dict) else None
        for old in was if isinstance(was, list) else ():
            if old not in current["fields"]:
                found[old] = name
    return found
