"""Many records in one request: created, updated and deleted as one change set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import CardwrightError, InputError, LimitError, Message
from cardwright_entities.records.gate import Saved, SaveOptions
from cardwright_entities.records.history import open_change_set
from cardwright_platform.api.answers import BASE, Answer, answer_once
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, flag, load_body, many, text, whole
from cardwright_platform.api.desks import find_entity
from cardwright_platform.api.errors import api_error, error_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.saving import CHANGE_SET, outcome, split_body
from cardwright_platform.current import current_request_id
from cardwright_platform.failures import Failure, explain
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_bulk", __name__, url_prefix=BASE)

#: Records of one request at most.
MOST_ITEMS = 1_000

#: What is done in this order, and the right that it needs.
_RIGHTS = {"create": "create", "update": "edit", "delete": "delete"}
_STATUSES = {"create": 201, "update": 200, "delete": 200}

Item = Mapping[str, Any]


class Named(Body):
    """A record in the version that the caller has seen."""

    id = whole("The record.", 1, 2**53 - 1, required=True)
    version = whole("The version that was seen.", 1, 2**31 - 1, required=True)


class Bulk(Body):
    """What is to be done with records of one entity."""

    create = many(Plain("Values of a new record."), "New records.", MOST_ITEMS)
    update = many(Plain("Id and version of a record, and new values."), "Changes.", MOST_ITEMS)
    delete = many(Plain("Id and version of a record."), "Records to delete.", MOST_ITEMS)
    atomic = flag("All or nothing; true unless said otherwise.")
    lines_mode = text("What becomes of lines that are not sent.", choices=("keep", "replace"))


@pages.post("/records/<entity>/bulk")
@requires(RECORDS)
@operation(Operation(answer="Bulk", action=("create", "edit", "delete"), body=Bulk, once=True))
def write_records(entity: str) -> ResponseReturnValue:
    """Create, update and delete records, all or nothing unless ``atomic`` is false."""
    read_parameters()
    asked = load_body(Bulk(), read_object())
    items: dict[str, list[Item]] = {kind: asked.get(kind, []) for kind in _RIGHTS}
    if sum(map(len, items.values())) > MOST_ITEMS:
        raise LimitError(Message.of("too_many", max=MOST_ITEMS))
    atomic = asked.get("atomic", True)
    replaces = asked.get("lines_mode") == "replace"

    def allowed(desk: Desk) -> None:
        find_entity(desk, entity)
        for kind, right in _RIGHTS.items():
            if items[kind]:
                find_entity(desk, entity, right)

    def work(desk: Desk) -> Answer:
        change_set = open_change_set(desk.session, desk.context, "bulk")
        options = SaveOptions(kind="bulk", change_set=change_set, replace_lines=replaces)
        run = _Run(desk, entity, options)
        run.create(items["create"])
        run.each("update", items["update"], run.update_one)
        run.each("delete", items["delete"], run.delete_one)
        if not run.done or (atomic and run.fields):
            raise _TakenBack(run)
        return Answer(value={CHANGE_SET: change_set, **run.told()})

    try:
        return answer_once(work, allowed)
    except _TakenBack as back:
        if atomic and back.run.fields:
            return api_error(_refusal(back.run))
        return Answer(value={CHANGE_SET: None, **back.run.told()}).respond()


class _TakenBack(CardwrightError):  # noqa: N818 - no error: it carries results out
    """Nothing of what was tried is to stay; ``run`` knows what became of each item."""

    def __init__(self, run: _Run) -> None:
        super().__init__(Message("bulk_refused"))
        self.run = run


def _refusal(run: _Run) -> Failure:
    return Failure(
        status=422,
        message=Message("bulk_refused"),
        request_id=current_request_id(),
        fields=run.fields,
        details={"results": run.results},
    )


@dataclass
class _Run:
    """One bulk request at its desk, with what became of each item."""

    desk: Desk
    entity: str
    options: SaveOptions
    results: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    fields: dict[str, tuple[Message, ...]] = field(default_factory=dict)
    done: int = 0

    def create(self, items: Sequence[Item]) -> None:
        """Create all records together; one by one where they cannot be stored beside each other."""
        if any("$confirmed" in item for item in items):
            self.each("create", items, self.create_one)
            return
        try:
            with self.desk.session.savepoint():
                outcomes = self.desk.records.create_many(
                    self.entity, items, self.options, atomic=False
                )
        except CardwrightError:
            self.each("create", items, self.create_one)
            return
        for each in outcomes:
            self._note("create", each)

    def each(self, kind: str, items: Sequence[Item], action: Callable[[Item], Saved]) -> None:
        """Do something with every item; what is wrong with one leaves the others alone."""
        for item in items:
            try:
                with self.desk.session.savepoint():
                    result: Saved | CardwrightError = action(item)
            except CardwrightError as error:
                result = error
            self._note(kind, result)

    def create_one(self, item: Item) -> Saved:
        """Create one record."""
        values, options = self._split(item)
        return self.desk.records.create(self.entity, values, options)

    def update_one(self, item: Item) -> Saved:
        """Change one record in the version that was seen."""
        values, options = self._split(item)
        keys = {name: values.pop(name) for name in ("id", "version") if name in values}
        named = load_body(Named(), keys)
        return self.desk.records.update(self.entity, named["id"], values, named["version"], options)

    def delete_one(self, item: Item) -> Saved:
        """Move one record to the recycle bin."""
        named = load_body(Named(), item)
        return self.desk.records.delete(self.entity, named["id"], named["version"], self.options)

    def told(self) -> dict[str, Any]:
        """Return what became of all items."""
        counted = sum(map(len, self.results.values()))
        return {"done": self.done, "failed": counted - self.done, "results": self.results}

    def _split(self, item: Item) -> tuple[dict[str, Any], SaveOptions]:
        values, confirmed = split_body(item)
        return values, replace(self.options, confirmed=confirmed)

    def _note(self, kind: str, result: Saved | CardwrightError) -> None:
        results = self.results.setdefault(kind, [])
        if isinstance(result, Saved):
            self.done += 1
            told = {key: each for key, each in outcome(result).items() if key != CHANGE_SET}
            results.append(
                {"status": _STATUSES[kind], "id": result.id, "version": result.version, **told}
            )
            return
        self._mark(f"{kind}.{len(results)}", result)
        failure = explain(result)
        results.append({"status": failure.status, "error": error_json(failure)})

    def _mark(self, place: str, error: CardwrightError) -> None:
        fields = error.fields if isinstance(error, InputError) else {}
        for name, messages in fields.items():
            self.fields[f"{place}.{name}" if name else place] = messages
        if not fields:
            asked = error.confirm.values() if isinstance(error, InputError) else ()
            self.fields[place] = tuple(asked) or (error.message,)
