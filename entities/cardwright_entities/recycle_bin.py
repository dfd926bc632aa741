"""The recycle bin, on screen and for programs: what somebody finds there, and brings back.

What goes for good is decided by ``records.purging``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cardwright_entities.access.features import PURGE
from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.queries.titles import Titles, titles_of
from cardwright_entities.records.gate import SaveOptions
from cardwright_entities.records.history import open_change_set

#: A record: the name of its entity, and its number.
Place = tuple[str, int]


@dataclass(frozen=True)
class Restored:
    """What came back by one change set (0 where nothing did), and why the others did not."""

    change_set: int
    count: int
    left: Mapping[Place, CardwrightError]


def purgeable(desk: Desk) -> list[tuple[EntityModel, str]]:
    """Return the entities whose deleted records the principal may read, with the right for rows."""
    names = desk.model.catalog.entities
    may = desk.policy.may
    known = [desk.model.entity(each) for each in names if may(desk.context.principal, each, "read")]
    return [(each, "read") for each in known if not each.definition.owner]


def entities_of_bin(desk: Desk) -> list[tuple[EntityModel, str]]:
    """Return the entities whose deleted records somebody finds, with the right that a row needs."""
    principal, policy = desk.context.principal, desk.policy
    readable = purgeable(desk)
    if policy.has_feature(principal, PURGE):
        return readable
    return [(each, "delete") for each, _ in readable if policy.may(principal, each.name, "delete")]


def restore_together(desk: Desk, chosen: Sequence[Place]) -> Restored:
    """Take records out of the bin as one change set; where none comes back nothing stays of it."""
    left = dict.fromkeys(chosen, CardwrightError(Message("not_found")))
    try:
        with desk.session.savepoint():
            change_set = open_change_set(desk.session, desk.context, "restore")
            _restore(desk, change_set, left)
            if len(left) == len(chosen):
                raise _NothingRestoredError
    except _NothingRestoredError:
        change_set = 0
    return Restored(change_set, len(chosen) - len(left), left)


def titles_of_places(desk: Desk, places: Iterable[Place]) -> Titles:
    """Return the titles of those records that may be read."""
    by_entity: defaultdict[str, set[int]] = defaultdict(set)
    for name, record in places:
        if name in desk.model.catalog.entities and desk.reading.rows(name):
            by_entity[name].add(record)
    titles: Titles = {}
    for name, ids in sorted(by_entity.items()):
        titles |= titles_of(desk.session, desk.reading, name, ids)
    return titles


class _NothingRestoredError(Exception):
    """Nothing of what was chosen came back."""


def _restore(desk: Desk, change_set: int, left: dict[Place, CardwrightError]) -> None:
    # What points at another comes back after it, in whichever order they were chosen.
    while True:
        back = [place for place in left if _is_back(desk, place, change_set, left)]
        for place in back:
            del left[place]
        if not back or not left:
            return


def _is_back(desk: Desk, place: Place, change_set: int, left: dict[Place, CardwrightError]) -> bool:
    """Restore one record, or note what stood in the way."""
    name, record = place
    together = frozenset(number for other, number in left if other == name)
    options = SaveOptions(kind="restore", change_set=change_set, together=together)
    try:
        with desk.session.savepoint():
            desk.records.restore(name, record, options)
    except CardwrightError as error:
        left[place] = error
        return False
    return True
