"""Changes that packs and the site make to each other's definitions, merged in three ways."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from cardwright_metadata.loading import Document, Pack
from cardwright_metadata.marks import MarkedMap, write_path
from cardwright_metadata.overlays import Operation, apply_operations, operations_of
from cardwright_metadata.pack_order import all_required
from cardwright_metadata.problems import Place, Problem
from cardwright_metadata.shapes import check_document
from cardwright_metadata.three_ways import Entry, Merging, Spotted
from cardwright_metadata.words import list_words, nearest

#: What is known of earlier changes: pack → place → the change as it was last applied.
History = Mapping[str, Mapping[Spotted, Entry]]
#: What was decided where both sides changed a property.
Choices = Mapping[Spotted, str]

NO_HISTORY: History = MappingProxyType({})
NO_CHOICES: Choices = MappingProxyType({})
#: Locks everything of a definition.
_EVERYTHING = "*"

Contents = dict[str, dict[str, MarkedMap]]


class Extending:
    """Lays every ``extend`` document over its target; ``merged`` tells what came of it."""

    def __init__(
        self,
        packs: Sequence[Pack],
        prepare: Callable[[Document], MarkedMap],
        history: History,
        choices: Choices,
    ) -> None:
        self._packs = packs
        self._prepare = prepare
        self._choices = choices
        self._history = {
            pack.definition.name: history.get(pack.definition.name) or pack.bases for pack in packs
        }
        self._locks = {
            (target, path): pack.definition.name
            for pack in packs
            for target, paths in pack.definition.locked.items()
            for path in paths
        }
        self.problems: list[Problem] = []
        self.merged: list[Merging] = []

    def extend(
        self, contents: Contents, owners: Mapping[str, str], documents: Sequence[Document]
    ) -> None:
        """Change the contents by the documents, in the order of packs and files."""
        by_pack: dict[str, Merging] = {}
        known = {pack.definition.name: all_required(pack, self._packs) for pack in self._packs}
        for document in documents:
            if not document.extend:
                continue
            merging = by_pack.get(document.pack)
            if merging is None:
                history = self._history[document.pack]
                merging = Merging(document.pack, history, self._choices)
                by_pack[document.pack] = merging
            name = self._target_of(document, contents)
            if name is None:
                self._park_or_report(document, merging, contents)
                continue
            owner = owners[f"{document.kind}/{name}"]
            if owner not in known[document.pack]:
                self.problems.append(_not_required(document, owner))
            self._change(document, name, owner, merging, contents)
        self.merged = list(by_pack.values())

    def _target_of(self, document: Document, contents: Contents) -> str | None:
        """Return the name that the definition has now, None when it is gone."""
        named = contents.get(document.kind, {})
        if document.extend in named:
            return document.extend
        return next(
            (name for name, each in named.items() if document.extend in _former(each)), None
        )

    def _park_or_report(self, document: Document, merging: Merging, contents: Contents) -> None:
        if not merging.park(document.content, f"{document.kind}/{document.extend}"):
            self.problems.append(_nothing_to_extend(document, contents))

    def _change(
        self, document: Document, name: str, owner: str, merging: Merging, contents: Contents
    ) -> None:
        target = f"{document.kind}/{name}"
        current = contents[document.kind][name]
        change = _without_provenance(self._prepare(document), current)
        if owner == document.pack:
            operations = list(operations_of(change, current, target))
        else:
            merged = merging.merge(change, current, target)
            operations = [each for each in merged if not self._is_locked(each)]
        changed = apply_operations(current, operations)
        contents[document.kind][name] = changed
        # A change may lack what only the whole must have.
        self.problems += [
            problem
            for problem in check_document(changed, document.kind)
            if problem.code == "missing_key" and problem.path
        ]

    def _is_locked(self, operation: Operation) -> bool:
        places = [write_path(operation.path[: size + 1]) for size in range(len(operation.path))]
        for path in (_EVERYTHING, *places):
            pack = self._locks.get((operation.target, path))
            if pack is not None:
                self.problems.append(_locked(operation, pack))
                return True
        inside = write_path(operation.path) + "."
        held = [
            pack
            for (target, path), pack in self._locks.items()
            if target == operation.target and path.startswith(inside) and operation.base is not None
        ]
        self.problems += [_locked(operation, pack) for pack in held[:1]]
        return bool(held)


def _former(content: MarkedMap) -> Sequence[str]:
    was = content.get("was")
    return was if isinstance(was, list) else ()


def _without_provenance(change: MarkedMap, current: MarkedMap) -> MarkedMap:
    """Leave a changed field with the pack that it comes from."""
    there = current.get("fields")
    for name, field in (change.get("fields") or {}).items():
        if isinstance(field, MarkedMap) and isinstance(there, dict) and _is_known(name, there):
            field.drop("pack")
    return change


def _is_known(name: str, fields: Mapping[str, object]) -> bool:
    return name in fields or any(
        isinstance(each, MarkedMap) and name in _former(each) for each in fields.values()
    )


def _nothing_to_extend(document: Document, contents: Contents) -> Problem:
    names = list(contents.get(document.kind, {}))
    spot = document.content.values_at.get("extend")
    return Problem(
        place=spot.place if spot else document.place,
        path="extend",
        code=f"unknown_{document.kind}",
        message=f"There is no {document.kind} '{document.extend}' to extend.",
        found=document.extend,
        expected=list_words(names),
        nearest=nearest(document.extend, names),
    )


def _not_required(document: Document, pack: str) -> Problem:
    spot = document.content.values_at.get("extend")
    return Problem(
        place=spot.place if spot else document.place,
        path="extend",
        code="pack_not_required",
        message=f"'{document.extend}' belongs to the pack '{pack}', which '{document.pack}' does "
        f"not require; add it to 'requires' in pack.yaml.",
        found=document.extend,
        expected=f"requires: [{pack}]",
    )


def _locked(operation: Operation, pack: str) -> Problem:
    place: Place | None = operation.key_at
    if place is None and operation.value_at is not None:
        place = operation.value_at.place
    path = write_path(operation.path)
    return Problem(
        place=place,
        path=path,
        code="locked_property",
        message=f"The pack '{pack}' has locked this; '{path}' of {operation.target} stays as it "
        "is.",
        found=path,
        expected="a property that is not locked",
    )
