"""Values of a definition file that remember where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cardwright_metadata.problems import Place

#: Styles of a scalar: plain, in single or double quotes, or over several lines.
PLAIN, SINGLE, DOUBLE, BLOCK = "", "'", '"', "|"


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a value begins and how it is written, so that a message can point inside it."""

    place: Place
    style: str = PLAIN

    def inside(self, text: str, offset: int) -> Place:
        """Return the place of a character of the text that is written here."""
        if self.style == BLOCK:
            return self.place
        column = self.place.column + offset + len(self.style)
        if self.style == SINGLE:
            column += text[:offset].count("'")
        return Place(self.place.file, self.place.line, column)


class MarkedMap(dict[str, Any]):
    """A mapping whose keys and values know their places."""

    __slots__ = ("keys_at", "values_at")

    def __init__(self) -> None:
        super().__init__()
        self.keys_at: dict[str, Place] = {}
        self.values_at: dict[str, Spot] = {}

    def put(self, key: str, value: Any, key_at: Place | None, value_at: Spot | None) -> None:
        """Set a value together with its places."""
        self[key] = value
        if key_at is not None:
            self.keys_at[key] = key_at
        if value_at is not None:
            self.values_at[key] = value_at

    def take(self, key: str, other: MarkedMap) -> None:
        """Set what another map holds under the key, with its places."""
        self.put(key, other[key], other.keys_at.get(key), other.values_at.get(key))

    def drop(self, key: str) -> None:
        """Remove a key and its places, if it is there."""
        self.pop(key, None)
        self.keys_at.pop(key, None)
        self.values_at.pop(key, None)


class MarkedList(list[Any]):
    """A sequence whose items know their places."""

    __slots__ = ("items_at",)

    def __init__(self) -> None:
        super().__init__()
        self.items_at: list[Spot] = []

    def put(self, value: Any, at: Spot) -> None:
        """Append a value together with its place."""
        self.append(value)
        self.items_at.append(at)


Path = Sequence[str | int]


def spot_of(content: Any, path: Path) -> Spot | None:
    """Return where the value at a path stands, or the nearest value around it that is there."""
    found: Spot | None = None
    for step in path:
        if isinstance(content, MarkedMap) and isinstance(step, str) and step in content:
            found = content.values_at.get(step, found)
            content = content[step]
        elif isinstance(content, MarkedList) and isinstance(step, int) and step < len(content):
            found = content.items_at[step]
            content = content[step]
        else:
            break
    return found


def key_place_of(content: Any, path: Path) -> Place | None:
    """Return where the key at the end of a path stands, or the nearest place around it."""
    parent = value_at(content, path[:-1]) if path else None
    if isinstance(parent, MarkedMap) and path[-1] in parent.keys_at:
        return parent.keys_at[str(path[-1])]
    for length in range(len(path) - 1, 0, -1):
        holder = value_at(content, path[: length - 1])
        if isinstance(holder, MarkedMap) and path[length - 1] in holder.keys_at:
            return holder.keys_at[str(path[length - 1])]
    spot = spot_of(content, path)
    return spot.place if spot else None


def value_at(content: Any, path: Path) -> Any:
    """Return the value at a path, None where there is none."""
    for step in path:
        if isinstance(content, dict):
            content = content.get(str(step))
        elif isinstance(content, list) and isinstance(step, int) and 0 <= step < len(content):
            content = content[step]
        else:
            return None
    return content


def copy_marked(content: Any) -> Any:
    """Return a copy that shares nothing changeable with the original."""
    if isinstance(content, MarkedMap):
        copied = MarkedMap()
        copied.keys_at.update(content.keys_at)
        copied.values_at.update(content.values_at)
        copied.update({key: copy_marked(value) for key, value in content.items()})
        return copied
    if isinstance(content, MarkedList):
        items = MarkedList()
        items.items_at.extend(content.items_at)
        items.extend(copy_marked(value) for value in content)
        return items
    return content


def marked(value: Any) -> Any:
    """Return plain maps and lists as marked ones, of what nobody wrote in a file."""
    if isinstance(value, Mapping):
        made = MarkedMap()
        for key, each in value.items():
            made[key] = marked(each)
        return made
    return [marked(each) for each in value] if isinstance(value, list) else value


def write_path(path: Iterable[str | int]) -> str:
    """Write a path as dotted keys; a key with a dot stands in quotes."""
    return ".".join(f'"{step}"' if "." in str(step) else str(step) for step in path)


def plain(value: Any) -> Any:
    """Return a value as plain JSON: no places, decimals as text."""
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | MarkedList | tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    return str(value)
