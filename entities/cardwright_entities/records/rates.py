"""Amounts in the base currency: the rate of a record's own currency on the record's day.

A record has a currency when its entity, or that of its head, has a link to the player of
``currency``; a field called ``currency`` goes before others. A currency without any rates is the
base itself. The day is that of the field ``rate_date``, else the one on which the record was made;
a field ``rate`` keeps the rate and may be set by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

from cardwright_entities.contexts import Context
from cardwright_entities.errors import Message, ValueProblem
from cardwright_entities.model.currencies import currency_link, keeps_rate
from cardwright_entities.model.entities import EntityModel, FieldModel
from cardwright_entities.model.model import Model
from cardwright_entities.records.drafts import Draft, Messages
from cardwright_entities.records.loading import Loader, Values
from cardwright_metadata.currencies import RATE, RATE_DATE
from cardwright_metadata.expressions.tree import Path


class Record(Protocol):
    """What a rate needs of a record, stored or in the making."""

    entity: EntityModel
    values: Mapping[str, object]
    draft: Draft | None

    def value(self, path: Path) -> object:
        """Return the value at a path."""
        ...

    def of_head(self) -> Record | None:
        """Return the head of a line."""
        ...


@dataclass(eq=False)
class Rates:
    """The rates that the records of one transaction need."""

    model: Model
    loader: Loader
    context: Context
    _currencies: dict[str, FieldModel | None] = field(default_factory=dict)  #: by entity
    _lines: dict[int, list[Values]] = field(default_factory=dict)  #: by currency

    def rate(self, record: Record) -> Decimal | None:
        """Return the rate of a record, None for the base currency; raise ValueProblem."""
        own = self._currency_of(record.entity)
        if own is None:
            head = record.of_head() if record.entity.definition.owner else None
            return None if head is None else self.rate(head)
        currency = record.value(Path((own.name,)))
        if not isinstance(currency, int):
            return None
        kept = record.values.get(RATE) if keeps_rate(record.entity) else None
        if isinstance(kept, Decimal) and not self._is_stale(record, own):
            return kept
        return self._rate_on(currency, self._day_of(record))

    def base(self, record: Record, found: FieldModel, value: object) -> object:
        """Return an amount of a record in the base currency, None where it has no rate."""
        try:
            rate = self.rate(record)
            if rate is None:
                return value
            return found.type.to_row_at_rate(value, found.definition, rate)[1]
        except ValueProblem:
            return None

    def settle(self, draft: Draft, record: Record, messages: Messages) -> None:
        """Note the rate of a draft, and whether it is another one than before."""
        own = self._currency_of(draft.entity)
        if own is None and draft.head is None:
            return
        try:
            draft.rate = self.rate(record)
            if draft.rate is not None:
                _try_amounts(draft, draft.rate)
        except ValueProblem as problem:
            messages.add(draft.prefix + (own.name if own else ""), problem.message)
            return
        if own is None:
            draft.restated = draft.head is not None and draft.head.restated
            return
        draft.restated = self.is_restated(draft)
        # Without a rate: that of the currency before must not come back at the next save.
        settled = draft.rate is not None or self._is_stale(record, own)
        if settled and keeps_rate(draft.entity):
            draft.values[RATE] = draft.rate

    def given_by(self, entity: EntityModel) -> tuple[str, ...]:
        """Return what the kept rate of an entity's records follows from, itself among it."""
        own = self._currency_of(entity)
        if own is None or not keeps_rate(entity):
            return ()
        has_default = entity.fields[RATE].definition.default is not None
        return () if has_default else (own.name, RATE, RATE_DATE)

    def found(self, record: Record) -> Callable[[], object]:
        """Return what finds the rate of a record; a day without one is refused by settling."""

        def rate() -> Decimal | None:
            try:
                return self.rate(record)
            except ValueProblem:
                return None

        return rate

    def is_restated(self, draft: Draft) -> bool:
        """Tell whether a change of the draft changes what its amounts are worth."""
        own = self._currency_of(draft.entity)
        if own is None or draft.stored is None:
            return False
        names = (own.name, RATE, RATE_DATE)
        return any(draft.values.get(name) != draft.stored.get(name) for name in names)

    def bring_lines(self, draft: Draft) -> None:
        """Take the lines that nobody touched along, if their head's currency changes them."""
        if not self.is_restated(draft):
            return
        for each in draft.entity.lines:
            line = self.model.lines_of(draft.entity, each.name)
            moneyed = any(found.base_column is not None for found in line.stored)
            if each.name not in draft.lines and moneyed and self._currency_of(line) is None:
                self.take_lines(draft, each)

    def take_lines(self, draft: Draft, field: FieldModel) -> None:
        """Take the stored lines of a field along into a draft."""
        line = self.model.lines_of(draft.entity, field.name)
        stored = self.loader.lines(draft.entity, field.name, [draft.id or 0])
        draft.take_lines(field.name, line, stored)

    def _currency_of(self, entity: EntityModel) -> FieldModel | None:
        if entity.name not in self._currencies:
            self._currencies[entity.name] = currency_link(self.model, entity)
        return self._currencies[entity.name]

    def _is_stale(self, record: Record, own: FieldModel) -> bool:
        """Tell whether the kept rate belongs to another currency or day than the record's now."""
        draft = record.draft
        if draft is None or draft.stored is None:
            return False
        if RATE in draft.given and draft.values.get(RATE) != draft.stored.get(RATE):
            return False  # set by hand; a form sends along the one that it showed
        names = [name for name in (own.name, RATE_DATE) if name in draft.entity.fields]
        # Read as a path, so that a suggested day is filled before.
        return any(record.value(Path((name,))) != draft.stored.get(name) for name in names)

    def _day_of(self, record: Record) -> date:
        if RATE_DATE in record.entity.fields:
            day = record.value(Path((RATE_DATE,)))
            if isinstance(day, date) and not isinstance(day, datetime):
                return day
        made = record.values.get("created_at")
        moment = made if isinstance(made, datetime) else self.context.now
        return moment.astimezone(self.context.zone).date()

    def _rate_on(self, currency: int, day: date) -> Decimal | None:
        catalog = self.model.catalog
        start, end = catalog.part("rate", "from"), catalog.part("rate", "to")
        lines = self._lines_of(currency)
        if not lines:
            return None
        for each in reversed(lines):
            since, until = each.get(start or ""), each.get(end or "")
            if _reaches(since, day) and (until is None or _reaches(day, until)):
                rate = each.get(catalog.part("rate", "rate") or "")
                if isinstance(rate, Decimal):
                    return rate
        raise ValueProblem(Message.of("no_rate", currency=self._title(currency), day=day))

    def _lines_of(self, currency: int) -> list[Values]:
        catalog = self.model.catalog
        player, lines = catalog.player("currency"), catalog.part("currency", "rates")
        if player is None or lines is None:
            return []
        if currency not in self._lines:
            start = catalog.part("rate", "from") or ""
            entity = self.model.entity(player.name)
            found = self.loader.lines(entity, lines, [currency])
            self._lines[currency] = sorted(found, key=lambda each: str(each.get(start) or ""))
        return self._lines[currency]

    def _title(self, currency: int) -> str:
        player = self.model.catalog.player("currency")
        if player is None:
            return ""
        values = self.loader.record(self.model.entity(player.name), currency) or {}
        return str(values.get(player.title) or currency)


def _try_amounts(draft: Draft, rate: Decimal) -> None:
    """Raise ValueProblem for an amount that is worth more than can be kept."""
    for found in draft.entity.stored:
        if found.base_column is not None:
            found.type.to_row_at_rate(draft.values.get(found.name), found.definition, rate)


def _reaches(earlier: object, later: object) -> bool:
    """Tell whether one day is not after another; an empty beginning is before all."""
    if earlier is None:
        return True
    return isinstance(earlier, date) and isinstance(later, date) and earlier <= later
