"""How much of a source is still open: counted under its lock, kept in its field, never overdrawn.

Every write that may change it ends here, in the same transaction: of targets, of the condition by
which they count, and of the source itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from sqlalchemy import func, select

from cardwright_entities.errors import ConflictError, InputError, Message
from cardwright_entities.flows.origins import is_source
from cardwright_entities.flows.strands import Strand, strands_from, strands_into, strands_keeping
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.model.model import Model
from cardwright_entities.queries.conditions import typed_condition
from cardwright_entities.queries.pages import open_records
from cardwright_entities.queries.requests import PageRequest
from cardwright_entities.queries.sources import Joins
from cardwright_entities.records.closed_records import is_closed
from cardwright_entities.records.computing import compute_after
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import lock_rows, write_kept
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import UNDO

#: Ids asked for in one statement.
_MOST = 500

ZERO = Decimal(0)


@dataclass
class Sources:
    """The records from which is taken, by entity, whose rests are to be found anew."""

    ids: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def add(self, entity: EntityModel, record: object) -> None:
        """Note a record; what is empty is passed over."""
        if isinstance(record, int):
            self.ids[entity.name].add(record)


def settle_rests(gate: Records, draft: Draft, messages: Messages) -> None:
    """Put the rest into a source in the making; note where less is left than was taken."""
    changed: set[tuple[str, str]] = set()
    for strand in _kept_once(strands_from(gate.model, draft.entity.name)):
        parts = draft.lines.get(strand.definition.lines, []) if strand.from_lines else [draft]
        known = [each.id for each in parts if each.id is not None]
        taken = taken_of(gate, strands_of_rest(gate.model, strand), known)
        for part in parts:
            before = part.values.get(strand.definition.open)
            _settle_rest(gate, strand, part, taken.get(part.id or 0, ZERO), messages)
            if part.values.get(strand.definition.open) != before:
                changed.add((part.entity.name, strand.definition.open))
    if changed:
        compute_after(draft, gate.evaluator, messages, changed)


def _settle_rest(
    gate: Records, strand: Strand, part: Draft, taken: Decimal, messages: Messages
) -> None:
    kept = strand.definition.open
    typed = kept in part.given and part.meant.kind != UNDO
    if typed and part.values.get(kept) != (part.stored or {}).get(kept):
        messages.add(part.prefix + kept, Message("read_only"))
    whole = whole_of(gate, strand, gate.evaluator.of_draft(part))
    part.values[kept] = _as_kept(strand, whole, taken)
    if part.is_new:
        return
    names = gate.evaluator.of_draft(part)
    if _is_overdrawn(gate, strand, names, (whole, taken, (part.stored or {}).get(kept))):
        place = part.prefix + _place_of_whole(strand)
        messages.add(place, Message.of("less_than_taken", taken=_plain(taken)))


def follow_rests(gate: Records, written: Sequence[Written], change_set: int) -> None:
    """Keep the rests of all sources that a write touches; raise InputError if one is overdrawn."""
    sources = Sources()
    for each in written:
        _note_targets(gate, each, sources)
        _note_sources(gate, each, sources)
    if sources.ids:
        _keep(gate, sources, written, change_set)


def strands_of_rest(model: Model, strand: Strand) -> list[Strand]:
    """Return the strands that use up the same rest as this one."""
    if not strand.definition.open:
        return [strand]
    return strands_keeping(model, strand.source.name, strand.definition.open)


def _as_kept(strand: Strand, whole: Decimal | None, taken: Decimal) -> Decimal | int | None:
    if whole is None:
        return None
    rest = whole - taken
    if strand.source.fields[strand.definition.open].value_type.scale != 0:
        return rest
    if rest != rest.to_integral_value():
        raise InputError({strand.definition.open: [Message("not_an_integer")]})
    return int(rest)


def rests_of(gate: Records, strand: Strand, parts: Sequence[Values]) -> dict[int, Decimal]:
    """Return how much of some stored sources is open."""
    kept = strand.definition.open
    found = {int(str(each["id"])): each.get(kept) for each in parts} if kept else {}
    if found and all(isinstance(each, Decimal | int) for each in found.values()):
        return {record: Decimal(str(rest)) for record, rest in found.items()}
    ids = [int(str(each["id"])) for each in parts]
    taken = taken_of(gate, strands_of_rest(gate.model, strand), ids)
    rests: dict[int, Decimal] = {}
    for values in parts:
        record = int(str(values["id"]))
        names = RecordValues(gate.evaluator, strand.source, values)
        rests[record] = (whole_of(gate, strand, names) or ZERO) - taken.get(record, ZERO)
    return rests


def whole_of(gate: Records, strand: Strand, names: RecordValues) -> Decimal | None:
    """Return how much a source gives in all."""
    total = strand.definition.total
    value = gate.evaluator.value(total, names) if total is not None else None
    return Decimal(str(value)) if isinstance(value, Decimal | int) else None


def taken_of(gate: Records, strands: Iterable[Strand], ids: Sequence[int]) -> dict[int, Decimal]:
    """Return how much was taken of some sources by all targets that count, whoever may see them."""
    taken: dict[int, Decimal] = {}
    for strand in strands:
        for start in range(0, len(ids), _MOST):
            some = ids[start : start + _MOST]
            for record, amount in _taken_by(gate, strand, some):
                taken[record] = taken.get(record, ZERO) + amount
    return taken


def _taken_by(gate: Records, strand: Strand, ids: Sequence[int]) -> Iterable[tuple[int, Decimal]]:
    quantity = strand.quantity
    if quantity is None or not quantity.columns or not ids:
        return
    reading = gate.beyond_rights().reading
    counts = strand.definition.counts
    where = None if counts is None else typed_condition(reading, strand.target.name, counts.tree)
    request = PageRequest(entity=strand.target.name, where=where)
    names, condition = open_records(reading, strand.target, request)
    _, (link, *_) = names.cells((strand.link.name,))
    _, (cell, *_) = names.cells((quantity.name,))
    statement = (
        select(link, func.sum(cell))
        .select_from(cast(Joins, names.joins).clause)
        .where(condition, link.in_(list(ids)))
        .group_by(link)
    )
    for record, amount in gate.session.rows(statement):
        if amount is not None:
            yield int(record), Decimal(str(amount))


# -- what a write touches ------------------------------------------------------------------------


def _note_targets(gate: Records, written: Written, sources: Sources) -> None:
    draft = written.draft
    head = draft.entity.definition.owner or draft.entity.name
    for strand in strands_into(gate.model, head):
        if not strand.takes:
            continue
        for part in _parts_of(draft, strand):
            sources.add(strand.source, part.values.get(strand.link.name))
            sources.add(strand.source, (part.stored or {}).get(strand.link.name))
        if strand.target is not draft.entity and strand.target_head is draft.entity:
            for record in _linked_by(gate, strand, draft.id or 0):
                sources.add(strand.source, record)


def _parts_of(draft: Draft, strand: Strand) -> list[Draft]:
    if draft.entity is strand.target:
        return [draft]
    gone = [each for each in draft.removed if each.entity is strand.target]
    return draft.lines.get(strand.definition.to, []) + gone


def _linked_by(gate: Records, strand: Strand, head: int) -> list[int]:
    """Return where all lines of a head came from, those in the recycle bin too."""
    table = strand.target.table
    link = table.c[strand.link.columns[0].name]
    statement = select(link).where(table.c["head"] == head, link.is_not(None)).distinct()
    return [int(row[0]) for row in gate.session.rows(statement)]


def _note_sources(gate: Records, written: Written, sources: Sources) -> None:
    draft = written.draft
    if written.operation in ("create", "delete"):
        return
    head = draft.entity.definition.owner or draft.entity.name
    for strand in _kept_once(strands_from(gate.model, head)):
        if draft.entity is strand.source:
            sources.add(strand.source, draft.id)
        elif draft.entity is strand.source_head:
            for record in _lines_of(gate, draft, strand.definition.lines):
                sources.add(strand.source, record)


def _lines_of(gate: Records, draft: Draft, name: str) -> list[object]:
    """Return the ids of a head's lines: those just written, else those that are stored."""
    if name in draft.lines:
        return [each.id for each in draft.lines[name]]
    return [each["id"] for each in gate.loader.lines(draft.entity, name, [draft.id or 0])]


def _kept_once(strands: Iterable[Strand]) -> list[Strand]:
    """Return one strand for each rest that is kept."""
    kept: dict[tuple[str, str], Strand] = {}
    for each in strands:
        if each.definition.open:
            kept.setdefault((each.source.name, each.definition.open), each)
    return list(kept.values())


# -- keeping ---------------------------------------------------------------------------------------


def _keep(gate: Records, sources: Sources, written: Sequence[Written], change_set: int) -> None:
    system = gate.beyond_rights()
    stored = _lock(system, sources)
    refused: dict[str, list[Message]] = {}
    changed: list[Draft] = []
    for name, rows in stored.items():
        drafts = {
            record: Draft(system.model.entity(name), dict(values), values)
            for record, values in rows.items()
        }
        for group in _groups(system.model, name):
            taken = taken_of(system, group, list(rows))
            for record, draft in drafts.items():
                _keep_one(system, group, draft, taken.get(record, ZERO), written, refused)
        changed += drafts.values()
    if refused:
        raise InputError(refused)
    write_kept(system, changed, change_set)


def _groups(model: Model, entity: str) -> list[list[Strand]]:
    """Return the strands from an entity, together where they use up the same rest."""
    head = model.entity(entity).definition.owner or entity
    groups: dict[str, list[Strand]] = {}
    for index, strand in enumerate(strands_from(model, head)):
        if strand.source.name == entity and strand.takes:
            key = strand.definition.open or f"{index}"
            groups.setdefault(key, []).append(strand)
    return list(groups.values())


def _keep_one(
    gate: Records,
    group: Sequence[Strand],
    draft: Draft,
    taken: Decimal,
    written: Sequence[Written],
    refused: dict[str, list[Message]],
) -> None:
    strand = group[0]
    names = gate.evaluator.of_draft(draft)
    whole = whole_of(gate, strand, names)
    kept = strand.definition.open
    before = draft.values.get(kept) if kept else None
    if _is_overdrawn(gate, strand, names, (whole, taken, before)):
        most = (whole or ZERO) * (1 + _tolerance(gate, strand, names))
        _refuse(gate, group, draft, most - taken, written, refused)
    if kept:
        draft.values[kept] = _as_kept(strand, whole, taken)
        moved = draft.values[kept] != before
        if moved and is_closed(draft.values) and not _gives_on(gate, group, names):
            # Its sums stay as they are, so what would move it is refused until it is open again.
            raise ConflictError(Message.of("source_closed", source=_title(gate, draft)))


def _gives_on(gate: Records, group: Sequence[Strand], source: RecordValues) -> bool:
    """Tell whether a conversion takes from a source as it stands, closed as it is."""
    return any(
        is_source(gate, each.conversion, source.of_head() if each.from_lines else source)
        for each in group
    )


def _is_overdrawn(
    gate: Records,
    strand: Strand,
    names: RecordValues,
    figures: tuple[Decimal | None, Decimal, object],
) -> bool:
    """Tell whether more was taken than there is, and more so than before.

    ``figures`` are the whole, what is taken, and the rest that was kept so far. Of less than
    nothing, such as a line that takes back, less is taken too.
    """
    whole, taken, before = figures
    given = whole or ZERO
    sign = -1 if given < 0 else 1
    rest = (given - taken) * sign
    if rest >= -abs(given) * _tolerance(gate, strand, names):
        return False
    return not (isinstance(before, Decimal | int) and rest >= before * sign)


def _tolerance(gate: Records, strand: Strand, names: RecordValues) -> Decimal:
    share = strand.definition.tolerance
    value = gate.evaluator.value(share, names) if share is not None else None
    return value if isinstance(value, Decimal) and value > 0 else ZERO


def _lock(gate: Records, sources: Sources) -> Mapping[str, dict[int, Values]]:
    """Lock the heads, then the records themselves; return these as they are now."""
    heads = Sources()
    for name, ids in sources.ids.items():
        entity = gate.model.entity(name)
        owner = gate.model.head_of(entity)
        if owner is not None:
            table = entity.table
            statement = select(table.c["head"]).where(table.c["id"].in_(sorted(ids))).distinct()
            for row in gate.session.rows(statement):
                heads.add(owner, row[0])
    for locked in (heads, sources):
        for name in sorted(locked.ids):
            lock_rows(gate.session, gate.model.entity(name), sorted(locked.ids[name]))
    return {
        name: gate.loader.records(gate.model.entity(name), sorted(sources.ids[name]))
        for name in sorted(sources.ids)
    }


# -- words -----------------------------------------------------------------------------------------


def _refuse(
    gate: Records,
    group: Sequence[Strand],
    draft: Draft,
    rest: Decimal,
    written: Sequence[Written],
    refused: dict[str, list[Message]],
) -> None:
    """Say at the targets of this write, or at the source, how much there was to take."""
    places: list[str] = []
    asked = ZERO
    for each in written:
        for strand in group:
            for part in _parts_of(each.draft, strand):
                if part.values.get(strand.link.name) == draft.id and part not in each.draft.removed:
                    places.append(part.prefix + strand.definition.quantity)
                    amount = part.values.get(strand.definition.quantity)
                    asked += Decimal(str(amount)) if amount is not None else ZERO
    message = Message.of(
        "more_than_open", open=_plain(max(rest + asked, ZERO)), source=_title(gate, draft)
    )
    for place in places or [""]:
        refused.setdefault(place, []).append(message)


def _title(gate: Records, draft: Draft) -> str:
    """Return what people call a source: of a line its head and its place."""
    owner = gate.model.head_of(draft.entity)
    if owner is None:
        return str(draft.values.get(draft.entity.definition.title) or draft.id)
    head = gate.loader.record(owner, int(str(draft.values["head"]))) or {}
    return f"{head.get(owner.definition.title) or head.get('id')} #{draft.values.get('position')}"


def _place_of_whole(strand: Strand) -> str:
    total = strand.definition.total
    text = total.text if total is not None else ""
    return text if text in strand.source.fields else strand.definition.open


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return text if value else "0"
