"""Look-ups of one transaction: asked once, and for all lines of a record together.

What was found counts as long as nothing is written. When one line asks, the lines beside it that
will ask the same are answered by the same statement: an order of a thousand lines asks each of
its prices no more often than an order of one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.lookups import (
    Asked,
    asked_paths,
    look_up,
    look_up_many,
    may_ask_together,
)
from cardwright_entities.queries.reading import Reading
from cardwright_entities.records.drafts import Draft
from cardwright_entities.store.sessions import Session
from cardwright_metadata.expressions.tree import Find, Path

#: Those that one statement answers.
_TOGETHER = 500


class Asking(Protocol):
    """A record in the making that asks."""

    @property
    def entity(self) -> EntityModel: ...
    @property
    def values(self) -> Mapping[str, object]: ...
    @property
    def draft(self) -> Draft | None: ...

    def asked(self, path: Path) -> object:
        """Return its value at a path."""
        ...


@dataclass(eq=False)
class LookUps:
    """What was found since the last write of the transaction."""

    _found: dict[tuple[int, Asked], object] = field(default_factory=dict)
    #: By their identity; kept, so that no other node takes it.
    _paths: dict[int, tuple[Find, tuple[Path, ...]]] = field(default_factory=dict)
    _changes: int = -1

    def find(
        self,
        session: Session,
        reading: Reading,
        node: Find,
        record: Asking,
        of_draft: Callable[[Draft], Asking],
    ) -> object:
        """Return what a look-up finds for a record, and note what it finds for those beside it."""
        if id(node) not in self._paths:
            self._paths[id(node)] = node, asked_paths(node)
        paths = self._paths[id(node)][1]
        asked = _asked(record, node, paths)
        if not may_ask_together(asked):
            return look_up(session, reading, node, record.asked, asked.own)
        key = (id(node), asked)
        if session.changes != self._changes:
            self._found.clear()
            self._changes = session.changes
        if key not in self._found:
            others = map(of_draft, _still_to_ask(record.draft, paths))
            every = dict.fromkeys((asked, *(_asked(each, node, paths) for each in others)))
            for some in _alike(every):
                self._find_some(session, reading, node, some)
        if key not in self._found:
            self._found[key] = look_up(session, reading, node, record.asked, asked.own)
        return self._found[key]

    def _find_some(
        self, session: Session, reading: Reading, node: Find, some: Sequence[Asked]
    ) -> None:
        found = look_up_many(session, reading, node, some)
        if found is not None:
            self._found.update(
                ((id(node), asked), value) for asked, value in zip(some, found, strict=True)
            )


def _asked(record: Asking, node: Find, paths: Sequence[Path]) -> Asked:
    own = record.values.get("id") if node.entity == record.entity.name else None
    return Asked(tuple(map(record.asked, paths)), own if isinstance(own, int) else None)


def _alike(every: Iterable[Asked]) -> Iterator[Sequence[Asked]]:
    """Yield those that one statement can answer; who asks in a form of his own asks alone."""
    forms: defaultdict[Hashable, list[Asked]] = defaultdict(list)
    for each in every:
        if may_ask_together(each):
            forms[each.form].append(each)
    for alike in forms.values():
        if len(alike) > 1:
            yield from (
                alike[start : start + _TOGETHER] for start in range(0, len(alike), _TOGETHER)
            )


def linked_beside(draft: Draft | None, name: str) -> list[int]:
    """Return the ids that a link field holds in a line and in the lines beside it."""
    found = (each.values.get(name) for each in _beside(draft))
    return [each for each in found if isinstance(each, int)]


def _beside(draft: Draft | None) -> Sequence[Draft]:
    """Return the lines of a record among which a draft is, itself included."""
    if draft is None or draft.head is None:
        return ()
    for lines in draft.head.lines.values():
        if lines and lines[0].entity is draft.entity:
            return lines
    return ()


def _still_to_ask(draft: Draft | None, paths: Sequence[Path]) -> Iterator[Draft]:
    """Yield the lines beside a draft whose suggestions are still to be found.

    Not those of which a value that is asked for is itself still to be filled.
    """
    own = [each.names for each in paths if each.root != "$head"]
    if any(len(each) != 1 for each in own):
        return
    names = {each[0] for each in own}
    for each in _beside(draft):
        waits = not each.suggested.keys().isdisjoint(each.pending)
        if each is not draft and waits and names.isdisjoint(each.pending):
            yield each
