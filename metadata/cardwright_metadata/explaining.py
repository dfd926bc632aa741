"""Why a value of a definition is what it is: every layer that speaks of it, and which one won.

All that is known comes from ``layers_of``: packs and their changes to each other's definitions, in
the order in which they are laid over each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cardwright_metadata.catalog import Catalog
from cardwright_metadata.loading import Document, Pack
from cardwright_metadata.marks import key_place_of, plain, spot_of, value_at
from cardwright_metadata.pack_order import order_packs
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.three_ways import TAKE
from cardwright_metadata.words import nearest

Path = tuple[str, ...]
#: What no document says: a default of the language, or what the engine adds.
ENGINE = "engine"
#: A change instead of which the pack's value was taken, or whose target is gone.
SET_ASIDE = "set_aside"


@dataclass(frozen=True)
class Layer:
    """One place that speaks of a value: the definition itself, or a change to it."""

    pack: str
    kind: str  #: definition, change, trait, engine; set_aside: a change that does not hold
    place: Place | None
    value: Any
    base: Any = None  #: of a change: what it was made over


@dataclass(frozen=True)
class Explanation:
    """A value in use, the layer that set it, and all that speak of it, the lowest first."""

    address: str
    path: Path
    value: Any
    layers: tuple[Layer, ...]

    @property
    def set_by(self) -> Layer:
        """Return the layer that won: the highest one that holds."""
        holding = [each for each in self.layers if each.kind != SET_ASIDE]
        return holding[-1] if holding else Layer("", ENGINE, None, self.value)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {
            "address": self.address,
            "path": ".".join(self.path),
            "value": plain(self.value),
            "set_by": _layer_json(self.set_by),
            "layers": [_layer_json(each) for each in self.layers],
        }


class NothingThere(Exception):  # noqa: N818 - an answer
    """No definition or value of that name; ``near`` is the nearest one, perhaps empty."""

    def __init__(self, name: str, near: str) -> None:
        self.name = name
        self.near = near
        super().__init__(name)


def explain(catalog: Catalog, packs: Sequence[Pack], name: str) -> Explanation:
    """Explain ``customer.code.required``, ``customer.list.columns`` or ``entity/customer#…``.

    Raise NothingThere for what is not there.
    """
    parts = catalog.to_parts()
    address, path = _find(parts, name)
    value = value_at(parts[address], path)
    entries = _entries(parts, address)
    layers = tuple(
        _as_decided(each, path, entries.get(each.pack, ()))
        for each in layers_of(packs, parts[address], address, path)
    )
    if value is None and not layers and not _is_there(parts[address], path):
        held = value_at(parts[address], path[:-1])
        names = list(held) if isinstance(held, Mapping) else []
        raise NothingThere(name, nearest(path[-1], names) or "")
    return Explanation(address, path, value, layers)


def layers_of(
    packs: Sequence[Pack], part: Mapping[str, Any], address: str, path: Path
) -> Iterator[Layer]:
    """Yield every layer that speaks of a value, the lowest first."""
    kind, _, name = address.partition("/")
    problems: list[Problem] = []
    ordered = order_packs(packs, problems)
    documents = [each for pack in ordered for each in pack.documents]
    traits = set(part.get("traits", ()))
    for document in documents:
        if document.kind == "trait" and (document.name in traits or _full(document) in traits):
            yield from _said(document, path, "trait")
    for document in documents:
        if document.kind == kind and document.name == name and not document.extend:
            yield from _said(document, path, "definition")
    for document in documents:
        if document.kind == kind and name in (document.extend, document.name) and document.extend:
            yield from _said(document, path, "change")


def _said(document: Document, path: Path, kind: str) -> Iterator[Layer]:
    if not path:
        yield Layer(document.pack, kind, document.place, None)
        return
    holder = value_at(document.content, path[:-1]) if len(path) > 1 else document.content
    if not isinstance(holder, Mapping) or path[-1] not in holder:
        return
    spot = spot_of(document.content, path)
    place = spot.place if spot is not None else key_place_of(document.content, path)
    yield Layer(document.pack, kind, place, plain(holder[path[-1]]))


def _entries(parts: Mapping[str, Mapping[str, Any]], address: str) -> dict[str, list[Path]]:
    """Return by pack the paths of its changes to a definition that do not hold."""
    return {
        part["name"]: [
            tuple(each["path"])
            for each in part.get("overlays", ())
            if each["target"] == address and (each.get("choice") == TAKE or each.get("parked"))
        ]
        for place, part in parts.items()
        if place.startswith("pack/")
    }


def _as_decided(layer: Layer, path: Path, passed: Sequence[Path]) -> Layer:
    """Return a change as far as it holds: what was decided otherwise is taken out of it."""
    if layer.kind != "change":
        return layer
    size = len(path)
    if any(each == path[: len(each)] for each in passed):
        return replace(layer, kind=SET_ASIDE)
    value = layer.value
    for each in passed:
        if each[:size] == path:
            value = _without(value, each[size:])
    return replace(layer, value=value)


def _without(value: Any, path: Path) -> Any:
    if not isinstance(value, Mapping) or path[0] not in value:
        return value
    rest = {key: each for key, each in value.items() if key != path[0]}
    return rest if len(path) == 1 else {**value, path[0]: _without(value[path[0]], path[1:])}


def _full(document: Document) -> str:
    return f"{document.pack}.{document.name}"


def _find(parts: Mapping[str, Mapping[str, Any]], name: str) -> tuple[str, Path]:
    if "/" in name:
        address, _, inner = name.partition("#")
    else:
        entity, _, inner = name.partition(".")
        address = f"entity/{entity}"
    if address not in parts:
        near = nearest(address, parts) or ""
        raise NothingThere(name, near.removeprefix("entity/"))
    path = tuple(each for each in inner.split(".") if each)
    fields = parts[address].get("fields", {})
    # ``customer.code.label`` is short for ``customer.fields.code.label``.
    if path and path[0] not in parts[address] and path[0] in fields:
        path = ("fields", *path)
    if path and path[0] not in parts[address]:
        raise NothingThere(name, nearest(path[0], [*parts[address], *fields]) or "")
    return address, path


def _is_there(part: Mapping[str, Any], path: Path) -> bool:
    held = value_at(part, path[:-1]) if path else part
    return not path or (isinstance(held, Mapping) and path[-1] in held)


def _layer_json(layer: Layer) -> dict[str, Any]:
    place = layer.place
    return {
        "pack": layer.pack,
        "kind": layer.kind,
        "file": place.file if place else "",
        "line": place.line if place else 0,
        "value": plain(layer.value),
        "base": plain(layer.base),
    }
