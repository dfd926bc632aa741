"""The second pass of an import: links to records that stood further down in the same file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cardwright_entities.errors import CardwrightError, InputError, Message, UnavailableError
from cardwright_entities.exchange.cells import Cell, SheetRow
from cardwright_entities.exchange.documents import WAITS
from cardwright_entities.exchange.finding import LinkFinder
from cardwright_entities.exchange.mapping import ImportPlan
from cardwright_entities.exchange.requests import Desk
from cardwright_entities.exchange.row_values import RowReader, RowValues
from cardwright_entities.jobs.outcomes import (
    LATER,
    WARNED,
    RowOutcome,
    read_outcomes,
    replace_outcomes,
)
from cardwright_entities.records.gate import Records, SaveOptions

#: Links in one transaction.
BATCH = 200


def set_later_links(
    desk: Desk, gate: Records, plan: ImportPlan, job: int, change_set: int | None, after: int
) -> tuple[int, int]:
    """Set the links of the next rows that wait; return the last row (0: none) and the warned ones.

    A link whose record was refused stays empty; its row is imported with a warning.
    """
    waiting = read_outcomes(desk.session, job, (LATER,), after=after, limit=BATCH)
    if not waiting:
        return 0, 0
    paths = {
        path
        for each in waiting
        for path, messages in each.messages.items()
        if any(message.code == WAITS for message in messages)
    }
    columns = tuple(use for use in plan.columns if use.path in paths)
    links = replace(plan, columns=columns, blanks="keep")
    reader = RowReader(desk, links, LinkFinder(), lambda match, text: False)
    rows = reader.read([_row(each, links) for each in waiting])
    options = SaveOptions(kind="import", change_set=change_set)
    warnings: list[RowOutcome] = []
    for outcome, values in zip(waiting, rows, strict=True):
        _set(gate, plan.entity, outcome, values, options, desk)
        said = {**_notes(outcome), **values.problems}
        if said:
            warnings.append(RowOutcome(outcome.row, WARNED, said, outcome.record))
    replace_outcomes(desk.session, job, [each.row for each in waiting], warnings)
    return waiting[-1].row, len(warnings)


def _set(
    gate: Records,
    entity: str,
    outcome: RowOutcome,
    values: RowValues,
    options: SaveOptions,
    desk: Desk,
) -> None:
    if not values.head or outcome.record is None:
        return
    try:
        with desk.session.savepoint():
            gate.update(entity, outcome.record, values.head, None, options)
    except UnavailableError:
        raise
    except InputError as error:
        for place, messages in error.fields.items():
            for message in messages:
                values.refuse(place, message)
    except CardwrightError as error:
        values.refuse("", error.message)


def _notes(outcome: RowOutcome) -> dict[str, list[Message]]:
    notes = {
        path: [each for each in messages if each.code != WAITS]
        for path, messages in outcome.messages.items()
    }
    return {path: messages for path, messages in notes.items() if messages}


def _row(outcome: RowOutcome, plan: ImportPlan) -> SheetRow:
    """Return a row that holds nothing but the texts that wait."""
    cells: list[Cell] = [None] * plan.width
    for use in plan.columns:
        messages: Sequence[Message] = outcome.messages.get(use.path, ())
        for message in messages:
            if message.code == WAITS:
                cells[use.index] = dict(message.params)["text"]
    return SheetRow(outcome.row, tuple(cells))
