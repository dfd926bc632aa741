"""过账: a document has in ledgers what follows from what it is; the rest is taken back (冲销).

Entries belong to a record, a posting and a line. Nothing is ever changed or removed: an entry that
should not stand any more is met by its counter-entry, and the two find each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from cardwright_entities.errors import InputError, Message
from cardwright_entities.expressions.values import RecordRef
from cardwright_entities.flows.balances import Measures, move_balances
from cardwright_entities.flows.wanted import Dimensions, Place, Wanted, wanted_of
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.effects import Written
from cardwright_entities.records.evaluating import RecordValues
from cardwright_entities.records.gate import Records
from cardwright_entities.records.kept import write_kept
from cardwright_entities.records.loading import Values
from cardwright_entities.records.saving import SaveOptions
from cardwright_metadata.definitions.flows import LedgerDefinition
from cardwright_metadata.expressions.names import paths_of


class PostingEffect:
    """Keeps the entries of documents that post."""

    def settle(self, gate: Records, draft: Draft, messages: Messages) -> None:
        """Nothing: what a document posts follows from what is stored."""

    def follow(self, gate: Records, written: Sequence[Written], change_set: int) -> None:
        """Post what the written documents are now, and take back what they are no longer."""
        if not gate.model.catalog.ledgers:
            return
        for entity, record in _documents(gate, written):
            drafts = [each.draft for each in written]
            _Posting(gate, entity, record, drafts, change_set).post()


def post_to(
    gate: Records, ledger: LedgerDefinition, entity: EntityModel, record: int, change_set: int
) -> None:
    """Bring the entries of a stored document in one ledger to what the document is."""
    posting = _Posting(gate, entity, record, (), change_set)
    posting.post(only=ledger.name)


def has_entries(gate: Records, entity: EntityModel, record: int) -> bool:
    """Tell whether a document stands in any ledger."""
    system = gate.beyond_rights()
    known = system.model.catalog.ledgers
    ledgers = {each.ledger for each in entity.definition.post.values()} & known.keys()
    return any(standing_entries(system, known[name], entity, record) for name in sorted(ledgers))


def standing_entries(
    system: Records, ledger: LedgerDefinition, entity: EntityModel, record: int
) -> Sequence[Values]:
    """Return the entries of a document in a ledger that nothing has taken back."""
    entry = system.model.entity(ledger.entry)
    number, kind = entry.fields["document"].columns
    key = entity.key
    reverses, reversed_by = (entry.fields[name].columns[0] for name in ("reverses", "reversed_by"))
    return system.loader.where(
        entry,
        (number == record) & (kind == key) & reverses.is_(None) & reversed_by.is_(None),
    )


def _documents(gate: Records, written: Sequence[Written]) -> list[tuple[EntityModel, int]]:
    """Return the documents to which what was written belongs, each once, in order."""
    found: dict[tuple[str, int], EntityModel] = {}
    for each in written:
        entity, record = each.draft.entity, each.draft.id
        head = gate.model.head_of(entity)
        if head is not None:
            entity, record = head, int(str(each.draft.values.get("head") or 0))
        if entity.definition.post and record:
            found[entity.name, record] = entity
    return [(entity, record) for (_, record), entity in sorted(found.items(), key=lambda e: e[0])]


class _Posting:
    """One document and its ledgers."""

    def __init__(
        self,
        gate: Records,
        entity: EntityModel,
        record: int,
        drafts: Sequence[Draft],
        change_set: int,
    ) -> None:
        self._gate = gate
        self._system = gate.beyond_rights()
        self._entity = entity
        self._record = record
        self._drafts = drafts
        self._options = SaveOptions(kind="post", change_set=change_set)
        self._change_set = change_set

    def post(self, only: str = "") -> None:
        """Bring the entries of all ledgers, or of one, to what the document is."""
        wanted: defaultdict[str, list[Wanted]] = defaultdict(list)
        for each in wanted_of(self._system, self._entity, self._record):
            wanted[each.ledger.name].append(each)
        ledgers = {each.ledger for each in self._entity.definition.post.values()}
        for name in sorted(ledgers):
            ledger = self._system.model.catalog.ledgers.get(name)
            if ledger is not None and only in ("", name):
                self._post_to(ledger, wanted[name])

    def _post_to(self, ledger: LedgerDefinition, wanted: Sequence[Wanted]) -> None:
        standing = self._standing(ledger)
        missing = [each for each in wanted if not _is_same(ledger, standing.get(each.place), each)]
        places = {each.place for each in wanted} - {each.place for each in missing}
        gone = [values for place, values in standing.items() if place not in places]
        if not missing and not gone:
            return
        deltas: dict[Dimensions, Measures] = {}
        for values in gone:
            _add(deltas, _dimensions(ledger, values), _negated(ledger, values))
        for each in missing:
            _add(deltas, each.dimensions, each.measures)
        spots = {each.dimensions: self._spot_of(each) for each in missing}
        move_balances(self._gate, ledger, deltas, spots, self._change_set)
        self._write(ledger, missing, gone)

    def _standing(self, ledger: LedgerDefinition) -> dict[Place, Values]:
        """Return the entries of the document that nothing has taken back."""
        found = standing_entries(self._system, ledger, self._entity, self._record)
        return {
            (str(v["posting"]), int(str(v["line"] or 0)), int(str(v["part"] or 0))): v
            for v in found
        }

    def _write(
        self, ledger: LedgerDefinition, missing: Sequence[Wanted], gone: Sequence[Values]
    ) -> None:
        closed = self._closed(ledger)
        raws = [self._counter(ledger, values, closed) for values in gone]
        raws += [self._entry(ledger, each, closed) for each in missing]
        made = self._system.create_many(ledger.entry, raws, self._options)
        entry = self._system.model.entity(ledger.entry)
        marked = []
        for values, saved in zip(gone, made, strict=False):
            if isinstance(saved, InputError):
                raise saved
            marked.append(Draft(entry, {**values, "reversed_by": saved.id}, values))
        write_kept(self._system, marked, self._change_set)

    def _entry(self, ledger: LedgerDefinition, wanted: Wanted, closed: date | None) -> Values:
        day = wanted.day or self._today()
        if closed is not None and day <= closed:
            raise InputError({"": [Message.of("period_closed", day=closed)]})
        return {
            **dict(zip(ledger.dimensions, wanted.dimensions, strict=True)),
            **dict(zip(ledger.measures, wanted.measures, strict=True)),
            "day": day,
            "document": RecordRef(self._entity.name, self._record),
            "posting": wanted.posting.name,
            "line": wanted.place[1] or None,
            "part": wanted.place[2] or None,
        }

    def _counter(self, ledger: LedgerDefinition, values: Values, closed: date | None) -> Values:
        day = values["day"]
        if closed is not None and (not isinstance(day, date) or day <= closed):
            day = max(self._today(), closed + timedelta(days=1))
        kept = ("document", "posting", "line", "part", *ledger.dimensions)
        return {
            **{name: values[name] for name in kept},
            **dict(zip(ledger.measures, _negated(ledger, values), strict=True)),
            "day": day,
            "reverses": values["id"],
        }

    def _today(self) -> date:
        context = self._gate.context
        return context.now.astimezone(context.zone).date()

    def _closed(self, ledger: LedgerDefinition) -> date | None:
        if ledger.closed is None:
            return None
        balance = self._system.model.entity(ledger.balance)
        names = RecordValues(self._system.evaluator, balance, {})
        value = self._system.evaluator.value(ledger.closed, names)
        return value if isinstance(value, date) else None

    def _spot_of(self, wanted: Wanted) -> str:
        """Return the field by which an entry takes too much, as far as it was just written."""
        measure = wanted.ledger.measures[0]
        expression = wanted.posting.values.get(measure)
        paths = paths_of(expression.tree) if expression is not None else ()
        name = paths[0].names[0] if paths and paths[0].names else ""
        for head in self._drafts:
            for draft in head.walk():
                owns = draft.id == wanted.place[1] and draft.head is not None
                if wanted.posting.path and owns and name in draft.entity.fields:
                    return draft.prefix + name
        return name if not wanted.posting.path and name in self._entity.fields else ""


def _is_same(ledger: LedgerDefinition, stored: Values | None, wanted: Wanted) -> bool:
    if stored is None or _dimensions(ledger, stored) != wanted.dimensions:
        return False
    if wanted.day is not None and stored["day"] != wanted.day:
        return False
    return tuple(stored[name] for name in ledger.measures) == wanted.measures


def _dimensions(ledger: LedgerDefinition, values: Values) -> Dimensions:
    return tuple(
        value if isinstance(value := values[name], int) else None for name in ledger.dimensions
    )


def _negated(ledger: LedgerDefinition, values: Values) -> Measures:
    return tuple(-Decimal(str(values[name] or 0)) for name in ledger.measures)


def _add(deltas: dict[Dimensions, Measures], key: Dimensions, delta: Measures) -> None:
    before = deltas.get(key, (Decimal(0),) * len(delta))
    deltas[key] = tuple(left + right for left, right in zip(before, delta, strict=True))
