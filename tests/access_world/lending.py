"""Sharing single records, and asking with whom they are shared, compared with the oracle."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from access_world.deeds import DONE, MISSES, end_of, living, sight_of, tried
from access_world.peopling import LENT
from access_world.probing import Difference, Probe
from access_world.stage import Stage

from cardwright_entities.engine import Desk
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.records.sharing import Wanted, read_shares, share


def shares(stage: Stage, reader: str) -> Iterator[Difference]:
    """Share every record to read and to edit, and ask with whom each is shared."""
    oracle = stage.oracle(reader)
    for entity in LENT:
        for record, row in living(stage, entity):
            for level in ("read", "edit"):
                expected: object = end_of(oracle, entity, row, "share")
                if expected == DONE and level == "edit":
                    expected = end_of(oracle, entity, row, "edit")
                if expected == DONE and not sight_of(oracle).may("worker", "read"):
                    expected = (("with", "unknown_record"),)
                found = tried(stage, reader, _share(entity, record, level))
                if found != expected:
                    yield Difference(("share", entity, record, level), found, expected)
            known: object = MISSES
            if oracle.visible(entity, record):
                known = _lent(stage, entity, record)
            found = tried(stage, reader, _told(entity, record))
            if found != known:
                yield Difference(("shares of", entity, record), found, known)


def _share(entity: str, record: int, level: str) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        wanted = Wanted(records=(RecordRef("worker", 9),), level=level)
        share(desk.records, entity, record, wanted, change_set=1)

    return deed


def _told(entity: str, record: int) -> Callable[[Desk], object]:
    def deed(desk: Desk) -> object:
        found = read_shares(desk.records, entity, record)
        return {
            (("role", each.role) if each.holder is None else each.holder, each.level)
            for each in found
        }

    return deed


def _lent(stage: Stage, entity: str, record: int) -> object:
    lasting = [
        each
        for each in stage.people.shares
        if (each["entity"], each["record"]) == (entity, record) and each["lasts"]
    ]
    return {
        (
            each["holder"] if each["holder"][0] == "role" else RecordRef(*each["holder"]),
            each["level"],
        )
        for each in lasting
    }


#: Ways of sharing.
LENDING: Mapping[str, Probe] = MappingProxyType({"shares": shares})
