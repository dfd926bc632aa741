"""What was done to a record, and taking back what was done in one go."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.records.history import ChangeEntry, read_history
from cardwright_entities.records.series import series_field, series_of
from cardwright_entities.records.undoing import undo
from cardwright_platform.api.answers import BASE, Answer, answer_once, dumps, respond
from cardwright_platform.api.asking import DELETED
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter, bad_parameter
from cardwright_platform.api.reading import record_json
from cardwright_platform.api.records import RECORD
from cardwright_platform.api.rows import conversion
from cardwright_platform.api.values import plain_value
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_history", __name__, url_prefix=BASE)

MOST_ENTRIES = 200

ENTRIES = (
    Parameter(
        "limit",
        "Entries of one answer.",
        {"type": "integer", "minimum": 1, "maximum": MOST_ENTRIES, "default": 50},
    ),
    Parameter("before", "Only entries older than this one: next of the answer before."),
    DELETED,
)


@pages.get(f"/history/<entity>/{RECORD}")
@requires(RECORDS)
@operation(Operation(answer="History", action=("read",), parameters=ENTRIES))
def show_history(entity: str, record: int) -> ResponseReturnValue:
    """Answer the changes of a record and its lines, newest first."""
    asked = read_parameters()
    limit, before = asked.number("limit", 50), asked.number("before", 0)
    if not 1 <= limit <= MOST_ENTRIES:
        raise bad_parameter("limit")
    with reading_desk() as desk:
        # Whoever may not read the record has no history of it either.
        record_json(desk, entity, record, fields=("id",), deleted=asked.flag("deleted"))
        entries = read_history(
            desk.session,
            desk.reading,
            desk.model.entity(entity),
            record,
            limit=limit + 1,
            below=before or None,
        )
    shown = [_entry_json(entry) for entry in entries[:limit]]
    more = entries[limit - 1].id if len(entries) > limit else None
    return respond(dumps({"items": shown, "next": more}))


@pages.get(f"/records/<entity>/{RECORD}/series/<field>")
@requires(RECORDS)
@operation(Operation(answer="Series", action=("read",)))
def show_series(entity: str, record: int, field: str) -> ResponseReturnValue:
    """Answer the values that a field has had, oldest first; of fields with `history: series`."""
    read_parameters()
    with reading_desk() as desk:
        model = find_entity(desk, entity)
        found = series_field(desk.reading, model, field)
        read = tuple(name for name in (field, "created_at") if name in desk.reading.readable(model))
        values = desk.record(entity, record, fields=read, lines=False, titles=False).values
        points = series_of(desk.session, desk.reading, model, record, values, found)
    convert = conversion(found) or plain_value
    items = [
        {
            "since": plain_value(each.since),
            "value": None if each.value is None else convert(each.value),
        }
        for each in points
    ]
    return respond(dumps({"items": items}))


@pages.post("/change-sets/<int(min=1, max=9007199254740991):change_set>/undo")
@requires(RECORDS)
@operation(Operation(answer="Undone", once=True, conflicts=True))
def undo_change_set(change_set: int) -> ResponseReturnValue:
    """Take back what was done together, but for what was changed since."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        undone = undo(desk.records, change_set)
        return Answer(
            value={
                "$change_set": undone.change_set,
                "undone": undone.undone,
                "skipped": [{"entity": entity, "id": record} for entity, record in undone.skipped],
            }
        )

    return answer_once(work, lambda desk: None)


def _entry_json(entry: ChangeEntry) -> dict[str, object]:
    return {
        "id": entry.id,
        "change_set": entry.change_set,
        "at": plain_value(entry.at),
        "by": entry.principal,
        "kind": entry.kind,
        "label": entry.label,
        "entity": entry.entity,
        "record": entry.record,
        "version": entry.version,
        "op": entry.op,
        "before": dict(entry.before),
    }
