"""Views of lists: those that the caller keeps and those shared with him; kept, changed, deleted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.bodies import (
    FUNCTIONS,
    MOST_COLUMNS,
    MOST_KEYS,
    MOST_ROWS,
    NARROWEST,
    WIDEST,
    Body,
    read_columns,
    read_sort,
    read_totals,
    write_body,
)
from cardwright_entities.saved_views.changing import (
    LONGEST_NAME,
    MOST_HOLDERS,
    Keeping,
    Wanted,
)
from cardwright_entities.saved_views.resolving import (
    all_kept_views,
    may_change,
    told_body,
)
from cardwright_entities.saved_views.rows import Holder, StoredView, holders_of
from cardwright_platform.api import body_fields
from cardwright_platform.api.answers import BASE, Answer, answer_once, answer_write, dumps, respond
from cardwright_platform.api.answers import location as address
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Plain, load_body, many, text, whole
from cardwright_platform.api.desks import find_entity, reading_desk
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.api.parameters import Parameter
from cardwright_platform.api.values import plain_value
from cardwright_platform.api.versions import entity_tag, wanted_version
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_saved_views", __name__, url_prefix=BASE)

_VIEW = "/views/<int(min=1, max=9007199254740991):view>"

_HOLDER = {
    "properties": {
        "entity": {"type": "string", "maxLength": 200},
        "id": {"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
        "role": {"type": "string", "maxLength": 200},
        "everybody": {"const": True},
    }
}
_COLUMN = {
    "properties": {
        "path": {"type": "string", "maxLength": 400},
        "width": {"type": "integer", "minimum": NARROWEST, "maximum": WIDEST},
    },
    "required": ["path"],
}
_TOTALS = {"additionalProperties": {"enum": list(FUNCTIONS)}}
#: What of a body says how the list is.
_PARTS = ("where", "sort", "columns", "totals", "mode", "size")


class ChangedBody(body_fields.Body):
    """What of a view is to be otherwise; what is left out stays."""

    # ``with`` is a word of Python's own.
    class Meta(body_fields.Body.Meta):
        """The key under which a body says with whom."""

        include = {
            "with": many(
                Plain("A user group by entity and id, a role, or everybody.", _HOLDER),
                "With whom the view is shared; nobody by an empty list.",
                MOST_HOLDERS,
            )
        }

    name = text("The name, the only one of its entity.", most=LONGEST_NAME)
    folder = text("The folder; empty for none.", most=LONGEST_NAME, blank=True)
    where = text("A condition as text; empty for all records.", blank=True)
    sort = many(
        text("A path, a minus before one that runs downwards.", most=400), "Order.", MOST_KEYS
    )
    columns = many(Plain("A column.", _COLUMN), "The columns in their order.", MOST_COLUMNS)
    totals = Plain("Functions below the columns: path to function.", _TOTALS)
    mode = text("How records are shown, such as table or cards.", most=20)
    size = whole("Records of a page.", 1, MOST_ROWS)


class NewBody(ChangedBody):
    """A new view: of which entity, under which name."""

    entity = text("The entity whose list it is.", most=200, required=True)
    name = text("The name, the only one of its entity.", most=LONGEST_NAME, required=True)


@pages.get("/views")
@requires(RECORDS)
@operation(
    Operation(
        answer="Views",
        parameters=(Parameter("entity", "Only those of one entity."),),
    )
)
def list_views() -> ResponseReturnValue:
    """Answer the views that the caller keeps, then those that others share with him."""
    name = read_parameters().text("entity")
    with reading_desk() as desk:
        if name:
            find_entity(desk, name)
        found = [
            (entity, view.stored)
            for entity, view in all_kept_views(desk.session, desk.reading)
            if view.stored is not None and name in ("", entity.name)
        ]
        held = holders_of(desk.session, [stored.id for _, stored in found])
        items = [_json(desk, entity, stored, held[stored.id]) for entity, stored in found]
    return respond(dumps({"items": items}))


@pages.post("/views")
@requires(RECORDS)
@operation(Operation(answer="View", status=201, body=NewBody, once=True, tagged=True))
def keep_view() -> ResponseReturnValue:
    """Keep a view of a list."""
    read_parameters()
    body = load_body(NewBody(), read_object())

    def work(desk: Desk) -> Answer:
        entity = find_entity(desk, body["entity"])
        wanted = _wanted(desk, body, Body())
        stored = Keeping(desk.session, desk.reading).create(entity, wanted)
        answer = _answer(desk, entity, stored, 201)
        return replace(
            answer, headers={**answer.headers, "Location": address(f"views/{stored.id}")}
        )

    return answer_once(work, lambda desk: find_entity(desk, body["entity"]))


@pages.get(_VIEW)
@requires(RECORDS)
@operation(Operation(answer="View", tagged=True))
def show_view(view: int) -> ResponseReturnValue:
    """Answer one view."""
    read_parameters()
    with reading_desk() as desk:
        entity, stored = Keeping(desk.session, desk.reading).find(view)
        return _answer(desk, entity, stored).respond()


@pages.patch(_VIEW)
@requires(RECORDS)
@operation(Operation(answer="View", body=ChangedBody, takes_version="required", tagged=True))
def change_view(view: int) -> ResponseReturnValue:
    """Change a view in the version that the caller has seen."""
    read_parameters()
    version = wanted_version()
    body = load_body(ChangedBody(), read_object())

    def work(desk: Desk) -> Answer:
        keeping = Keeping(desk.session, desk.reading)
        entity, stored = keeping.find(view)
        changed = keeping.change(view, _wanted(desk, body, stored.body), version)
        return _answer(desk, entity, changed)

    return answer_write(work)


@pages.delete(_VIEW)
@requires(RECORDS)
@operation(Operation(answer="View"))
def delete_view(view: int) -> ResponseReturnValue:
    """Delete a view; it can be taken back for a while."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        keeping = Keeping(desk.session, desk.reading)
        entity, _ = keeping.find(view)
        return _answer(desk, entity, keeping.delete(view))

    return answer_write(work)


@pages.post(f"{_VIEW}/restore")
@requires(RECORDS)
@operation(Operation(answer="View"))
def restore_view(view: int) -> ResponseReturnValue:
    """Take back the deletion of a view."""
    read_parameters()

    def work(desk: Desk) -> Answer:
        keeping = Keeping(desk.session, desk.reading)
        keeping.restore(view)
        entity, stored = keeping.find(view)
        return _answer(desk, entity, stored)

    return answer_write(work)


def _wanted(desk: Desk, body: Mapping[str, Any], before: Body) -> Wanted:
    """Return what a request wants of a view; raise InputError for what is no part of one."""
    problems: dict[str, list[Message]] = {}
    made = before
    if any(part in body for part in _PARTS):
        made = replace(
            before,
            where=body.get("where", before.where),
            sort=read_sort(body["sort"]) if "sort" in body else before.sort,
            columns=read_columns(body["columns"]) if "columns" in body else before.columns,
            totals=read_totals(body["totals"]) if "totals" in body else before.totals,
            mode=body.get("mode", before.mode),
            size=body.get("size", before.size),
        )
        for part, read in (("sort", made.sort), ("columns", made.columns), ("totals", made.totals)):
            if part in body and len(read or ()) < len(body[part]):
                problems[part] = [Message("view_part")]
    holders = _holders(desk, body["with"], problems) if "with" in body else None
    if problems:
        raise InputError(problems)
    return Wanted(name=body.get("name"), folder=body.get("folder"), body=made, holders=holders)


def _holders(desk: Desk, given: list[Any], problems: dict[str, list[Message]]) -> list[Holder]:
    found: list[Holder] = []
    for index, each in enumerate(given):
        match each:
            case {"entity": str() as name, "id": int() as number} if len(each) == 2:
                known = name in desk.model.catalog.entities
                found.append(Holder(desk.model.entity(name).key if known else name, number))
            case {"role": str() as role} if len(each) == 1 and role:
                found.append(Holder(role=role))
            case {"everybody": True} if len(each) == 1:
                found.append(Holder())
            case _:
                problems[f"with.{index}"] = [Message("view_holder")]
    return found


def _answer(desk: Desk, entity: EntityModel, stored: StoredView, status: int = 200) -> Answer:
    held = holders_of(desk.session, [stored.id])[stored.id]
    return Answer(
        value=_json(desk, entity, stored, held),
        status=status,
        headers={"ETag": entity_tag(stored.version)},
    )


def _json(
    desk: Desk, entity: EntityModel, stored: StoredView, held: list[Holder]
) -> dict[str, Any]:
    own = stored.account == desk.context.principal.account
    tells = own or may_change(desk.reading, entity, stored)
    body = write_body(told_body(desk.reading, entity, stored))
    return {
        "id": stored.id,
        "version": stored.version,
        "entity": entity.name,
        "name": stored.name,
        "folder": stored.folder if own else "",
        "owner": stored.account,
        "own": own,
        "where": body.get("where", ""),
        "sort": body.get("sort", []),
        "columns": body.get("columns", []),
        "totals": body.get("totals"),
        "mode": body.get("mode", ""),
        "size": body.get("size"),
        "with": [each for one in held for each in _holder(desk, one)] if tells else [],
        "changed_by": stored.changed_by,
        "changed_at": plain_value(stored.changed_at),
    }


def _holder(desk: Desk, holder: Holder) -> Iterator[dict[str, Any]]:
    entity = desk.model.by_id(holder.kind) if holder.kind else None
    if entity is not None:
        yield {"entity": entity.name, "id": holder.id}
    elif holder.role:
        yield {"role": holder.role}
    elif not holder.kind:
        yield {"everybody": True}
