"""Ways of reading and doing that the workshop has not, each compared by brute force.

Duplicates, files, suggestions, look-ups, reports over traits, chains, conversions, undo, merge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from access_world.annex import Annex
from access_world.deeds import DONE, FORBIDDEN, MISSES, tried
from access_world.eyes import Row
from access_world.probing import Difference
from access_world.sight import Sight

from cardwright_entities.access.choosing import offered
from cardwright_entities.engine import Desk
from cardwright_entities.errors import NotFoundError, QueryError
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.files.rights import readable_file
from cardwright_entities.flows.chains import read_chain
from cardwright_entities.flows.proposals import propose
from cardwright_entities.flows.pulls import sources_request
from cardwright_entities.notifications import read_notifications
from cardwright_entities.records.duplicates import groups_of
from cardwright_entities.records.merging import Merge, merge
from cardwright_entities.records.undoing import undo

Probe = Callable[[Annex, str], Iterator[Difference]]
_RULE = "same_subject"
_OUTINGS = ("visit", "call")


def _sight(annex: Annex, reader: str) -> Sight:
    sight = annex.oracle(reader).sight
    assert sight is not None
    return sight


def duplicates(annex: Annex, reader: str) -> Iterator[Difference]:
    """Write what looks like others, and ask for the groups of those that look alike."""
    sight = _sight(annex, reader)
    groups: dict[str, list[int]] = defaultdict(list)
    if sight.shows("visit", "subject"):
        for row in annex.seen(reader, "visit"):
            if row["subject"] is not None:
                groups[row["subject"]].append(row["id"])
    for subject in ("报价", "Delivery", "Changed"):
        if sight.writes("visit", "subject"):
            found = tried(annex.stage, reader, _warned(subject))
            expected = groups.get(subject, [])[:5]
            if found != expected:
                yield Difference(("duplicates of", subject), found, expected)
    with annex.desk(reader) as desk:
        visit = desk.model.entity("visit")
        told = groups_of(desk.session, desk.reading, visit, _RULE, 50)
    wanted = {tuple(each[:10]) for each in groups.values() if len(each) > 1}
    if {*told} != wanted:
        yield Difference("groups of duplicates", told, wanted)


def _warned(subject: str) -> Callable[[Desk], object]:
    def deed(desk: Desk) -> object:
        saved = desk.records.create("visit", {"subject": subject})
        told = [dict(each.params)["records"] for each in saved.warnings.values()]
        return [int(each) for text in told for each in str(text).split()]

    return deed


def files(annex: Annex, reader: str) -> Iterator[Difference]:
    """Open the files of all visits, and put them into a visit of one's own."""
    sight = _sight(annex, reader)
    seen = {row["id"] for row in annex.seen(reader, "visit")}
    for record, row in annex.world["visit"].items():
        expected = record in seen and sight.shows("visit", "paper")
        with annex.desk(reader) as desk:
            found = _opens(desk, row["paper"])
        if found != expected:
            yield Difference(("file of visit", record), found, expected)
        if sight.writes("visit", "paper"):
            given = tried(annex.stage, reader, _visit({"paper": row["paper"]}))
            if given != (DONE if expected else (("paper", "unknown_file"),)):
                yield Difference(("give file of visit", record), given, expected)


def _opens(desk: Desk, file: int) -> bool:
    try:
        readable_file(desk.session, desk.reading, file)
    except NotFoundError:
        return False
    return True


def _visit(raw: Row) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        desk.records.create("visit", raw)

    return deed


def suggestions(annex: Annex, reader: str) -> Iterator[Difference]:
    """Make visits whose values are suggested from what stands behind links, and by a look-up."""
    oracle, world = annex.oracle(reader), annex.stage.world
    for firm, row in world["firm"].items():
        if row["deleted"] or not oracle.visible("firm", firm):
            continue
        for thing, of_thing in world["thing"].items():
            if (firm + thing) % 5 or of_thing["deleted"] or not oracle.visible("thing", thing):
                continue
            raw = {"firm": firm, "thing": thing, "subject": world["firm"][firm % 40 + 1]["name"]}
            if not _sight(annex, reader).writes("visit", "subject"):
                del raw["subject"]
            expected = (
                oracle.value("thing", of_thing, "price")
                if oracle.readable("thing", "price")
                else None,
                oracle.value("firm", row, "mother.name")
                if oracle.exists("firm", "mother.name")
                else None,
                _note_of(annex, reader, raw.get("subject")),
            )
            found = tried(annex.stage, reader, _suggested(raw))
            if found != expected:
                yield Difference(("suggest for", raw), found, expected)


def _note_of(annex: Annex, reader: str, name: object) -> object:
    """Return the note of the first firm of a name that the reader sees."""
    oracle = annex.oracle(reader)
    for firm, row in annex.stage.world["firm"].items():
        called = name is not None and row["name"] == name and not row["deleted"]
        if called and oracle.visible("firm", firm):
            return row["note"] if oracle.readable("firm", "note") else None
    return None


def _suggested(raw: Row) -> Callable[[Desk], object]:
    def deed(desk: Desk) -> object:
        saved = desk.records.create("visit", raw)
        visit = desk.model.entity("visit")
        stored = desk.records.loader.records(visit, [saved.id])[saved.id]
        return stored["price"], stored["house"], stored["alike"]

    return deed


def reports(annex: Annex, reader: str) -> Iterator[Difference]:
    """Read a report that counts and adds up, and one that lists, over all with a trait."""
    sight = _sight(annex, reader)
    oracle = annex.oracle(reader)
    cells: dict[object, list[Any]] = defaultdict(lambda: [0, Decimal(0)])
    hours: dict[tuple[str, int], object] = {}
    for entity in _OUTINGS:
        for row in annex.seen(reader, entity):
            # A firm that may not be read is none to a report.
            cell = cells[row["firm"] if oracle.visible("firm", row["firm"]) else None]
            cell[0] += 1
            shown = row["hours"] if sight.shows(entity, "hours") else None
            hours[entity, row["id"]] = None if shown is None else Decimal(str(shown))
            if shown is not None:
                cell[1] += Decimal(str(shown))
    with annex.desk(reader) as desk:
        table = desk.report("outings")
        try:
            listed = desk.listed("outing_list")
        except QueryError as error:
            yield Difference("list of outings", error.message, hours)
            return
    found = {
        getattr(row[0], "id", row[0]): [_number(values, "all"), _number(values, "hours")]
        for (row, _), values in table.cells.items()
    }
    if found != dict(cells):
        yield Difference("report of outings", found, dict(cells))
    rows = {
        (each.record.entity, each.record.id): each.values.get("hours") for each in listed.records
    }
    if rows != hours:
        yield Difference("list of outings", rows, hours)
    ranks = [(value is None, -(value or 0)) for value in rows.values()]
    both = all(sight.shows(each, "hours") for each in _OUTINGS if sight.may(each, "read"))
    if both and ranks != sorted(ranks):
        yield Difference("order of outings", ranks, sorted(ranks))


def _number(values: Mapping[str, object], name: str) -> Decimal:
    return Decimal(str(values.get(name) or 0))


def conversions(annex: Annex, reader: str) -> Iterator[Difference]:
    """Follow the chain of every deal, ask what it would become, and which may be chosen."""
    oracle, world = annex.oracle(reader), annex.stage.world
    sight = _sight(annex, reader)
    living = [each for each, row in world["deal"].items() if not row["deleted"]]
    visible = {each for each in living if oracle.visible("deal", each)}
    with annex.desk(reader) as desk:
        conversion = desk.model.catalog.conversions["deal_to_visit"]
        request = sources_request(desk, conversion)
        offered = {*request.ids} if request is not None else set()
        if offered != visible:
            yield Difference("deals to choose from", offered, visible)
        for deal in visible:
            linked = {
                RecordRef("visit", row["id"])
                for row in annex.seen(reader, "visit")
                if row["deal"] == deal and sight.shows("visit", "deal")
            }
            found = {each.record for each in read_chain(desk, "deal", deal).records}
            if found != linked:
                yield Difference(("chain of deal", deal), found, linked)
        for row in annex.seen(reader, "visit"):
            origins = {RecordRef("deal", each) for each in visible & {row["deal"]}}
            origins = origins if sight.shows("visit", "deal") else set()
            found = {each.record for each in read_chain(desk, "visit", row["id"]).records}
            if found != origins:
                yield Difference(("chain of visit", row["id"]), found, origins)
    for deal in living:
        expected = DONE if deal in visible else MISSES
        proposed = tried(annex.stage, reader, _propose(deal))
        if proposed != expected:
            yield Difference(("propose from deal", deal), proposed, expected)


def _propose(deal: int) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        propose(desk.records, desk.model.catalog.conversions["deal_to_visit"], [deal])

    return deed


def undos(annex: Annex, reader: str) -> Iterator[Difference]:
    """Take back what the system did to each visit."""
    sight = _sight(annex, reader)
    seen = {row["id"] for row in annex.seen(reader, "visit")}
    for record, row in annex.world["visit"].items():
        if row["deleted"]:
            continue
        expected = MISSES
        if record in seen:
            may = sight.covers(annex.world, "visit", row, "edit")
            expected = DONE if may and sight.writes("visit", row["changed"]) else FORBIDDEN
        found = tried(annex.stage, reader, _undo(row["change_set"]))
        if found != expected:
            yield Difference(("undo of visit", record, row["changed"]), found, expected)


def _undo(change_set: int) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        undo(desk.records, change_set)

    return deed


def merges(annex: Annex, reader: str) -> Iterator[Difference]:
    """Make one visit of two, and say which value of a field shall stay."""
    living = [each for each, row in annex.world["visit"].items() if not row["deleted"]]
    for master, other in zip(living, living[1:], strict=False):
        for choices in ({}, {"hours": other}):
            expected = _merged(annex, reader, master, other, choices)
            found = tried(annex.stage, reader, _merge(master, other, choices))
            if found != expected:
                yield Difference(("merge", master, other, choices), found, expected)


def _merged(
    annex: Annex, reader: str, master: int, other: int, choices: Mapping[str, int]
) -> object:
    sight, world = _sight(annex, reader), annex.world
    if not sight.may("visit", "merge"):
        return FORBIDDEN
    if not all(sight.writes("visit", each) for each in choices):
        return (("choices", "merge_choice"),)
    for record in sorted((master, other)):
        row = world["visit"][record]
        if not sight.covers(world, "visit", row, "read"):
            return MISSES
        needed = ("merge", "edit") if record == master else ("merge", "edit", "delete")
        if not all(sight.covers(world, "visit", row, each) for each in needed):
            return FORBIDDEN
    for row in world["remark"].values():
        if row["visit"] == other and not (
            sight.covers(world, "remark", row, "read")
            and sight.covers(world, "remark", row, "edit")
            and sight.writes("remark", "visit")
        ):
            return "in the way", "merge_out_of_reach"
    return DONE


def _merge(master: int, other: int, choices: Mapping[str, int]) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        asked = Merge(entity="visit", master=master, others=(other,), choices=choices, confirmed={})
        merge(desk.records, asked)

    return deed


def choices(annex: Annex, reader: str) -> Iterator[Difference]:
    """Choose what is for the overseer alone, in new visits and in those that may be changed."""
    sight = _sight(annex, reader)
    codes = ["good", "bad"] if "overseer" in sight.names else ["good"]
    with annex.desk(reader) as desk:
        mood = desk.model.entity("visit").fields["mood"].definition
        known = mood.options["choices"]
        offer = [each.code for each in offered(desk.context.principal, known)]
    if offer != codes:
        yield Difference("offered choices", offer, codes)
    mine = [
        row["id"]
        for row in annex.world["visit"].values()
        if not row["deleted"] and sight.covers(annex.world, "visit", row, "edit")
    ]
    for code in ("good", "bad"):
        expected = DONE if code in codes else (("mood", "choice_of_others"),)
        for deed in (_visit({"mood": code}), *(_change(each, {"mood": code}) for each in mine)):
            found = tried(annex.stage, reader, deed)
            if found != expected:
                yield Difference(("choose", code), found, expected)


def _change(record: int, raw: Row) -> Callable[[Desk], None]:
    def deed(desk: Desk) -> None:
        desk.records.update("visit", record, raw, None)

    return deed


def notices(annex: Annex, reader: str) -> Iterator[Difference]:
    """Read what one was told of every visit: only of those that one may call by name now."""
    sight = _sight(annex, reader)
    expected = {
        record
        for record, row in annex.world["visit"].items()
        if sight.shows("visit", "subject") and sight.covers(annex.world, "visit", row, "read")
    }
    with annex.desk(reader) as desk:
        told = read_notifications(desk.session, desk.reading, limit=100)
    found = {each.record for each in told}
    if found != expected:
        yield Difference("notifications", found, expected)


#: Ways of reading and doing in the annex.
ANNEXED: Mapping[str, Probe] = MappingProxyType(
    {
        "choices": choices,
        "notices": notices,
        "duplicates": duplicates,
        "files": files,
        "suggestions": suggestions,
        "reports": reports,
        "conversions": conversions,
        "undos": undos,
        "merges": merges,
    }
)
