"""Two people changed one record: what both changed is asked, the other's own is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import ConflictError
from cardwright_entities.model.entities import EntityModel
from cardwright_platform.views.cards import Change
from cardwright_platform.views.forms import ConflictField
from cardwright_platform.web.presenting.cells import cell_of
from cardwright_platform.web.presenting.reader import Reader

_SIDES = ("base", "theirs", "mine")
#: What an input that was never filled may be stored as.
_EMPTY: tuple[object, ...] = (None, "", (), [], {})


@dataclass(frozen=True)
class Differences:
    """What has to be chosen, and what goes without saying."""

    fields: tuple[ConflictField, ...] = ()
    merged: tuple[Change, ...] = ()
    #: Names of the fields that the writer left as he had found them.
    untouched: frozenset[str] = frozenset()


def find_differences(
    desk: Desk, reader: Reader, entity: EntityModel, error: ConflictError
) -> Differences:
    """Compare what both wrote with what the writer had seen."""
    details = error.details.get("fields")
    fields: list[ConflictField] = []
    merged: list[Change] = []
    untouched: set[str] = set()
    for name, values in details.items() if isinstance(details, dict) else ():
        field = entity.fields[name]
        found = {
            side: None if values[side] is None else field.parse(values[side], desk.context)
            for side in _SIDES
        }
        label = reader.field_label(field)
        base, theirs, mine = (cell_of(reader, field, found[side]) for side in _SIDES)
        if _same(found["mine"], found["base"]):
            untouched.add(name)
            if not _same(found["theirs"], found["base"]):
                merged.append(Change(label=label, old=base.text, new=theirs.text))
        else:
            fields.append(
                ConflictField(name=name, label=label, base=base, theirs=theirs, mine=mine)
            )
    return Differences(tuple(fields), tuple(merged), frozenset(untouched))


def writer_of(desk: Desk, reader: Reader, error: ConflictError) -> str:
    """Return the name of whoever saved meanwhile."""
    account = error.details.get("changed_by")
    names = names_of_accounts(desk.session, {account}) if isinstance(account, int) else {}
    return next(iter(names.values()), "") or reader.t("conflict.somebody")


def moment_of(reader: Reader, error: ConflictError) -> str:
    """Return when the other saved, empty where nobody knows."""
    at = error.details.get("changed_at")
    return reader.locale.datetime(at) if isinstance(at, datetime) else ""


def _same(one: object, other: object) -> bool:
    return one == other or (one in _EMPTY and other in _EMPTY)
