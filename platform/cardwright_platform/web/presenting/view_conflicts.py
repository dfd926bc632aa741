"""Two people changed one view: what both changed otherwise is laid side by side, to be chosen."""

from __future__ import annotations

from collections.abc import Sequence

from cardwright_entities.engine import Desk
from cardwright_entities.errors import QueryError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.bodies import Body
from cardwright_entities.saved_views.resolving import told_body
from cardwright_entities.saved_views.rows import StoredView
from cardwright_metadata.expressions.tree import Literal
from cardwright_metadata.expressions.walking import operands
from cardwright_platform.views.cells import Action, Cell
from cardwright_platform.views.forms import Conflict, ConflictField
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.filters import describe_condition
from cardwright_platform.web.presenting.list_views import kept_url
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import list_url, new_view_url, view_url


def view_conflict(
    desk: Desk,
    reader: Reader,
    entity: EntityModel,
    found: StoredView,
    mine: Body,
    parts: Sequence[str],
    who: str,
    state: ListState,
) -> Conflict:
    """Return the page on which one of two states is chosen, part by part."""
    theirs = told_body(desk.reading, entity, found)
    fields = tuple(
        ConflictField(
            name=part,
            label=reader.t(f"views.part_{part}"),
            base=Cell(),
            theirs=Cell(text=say_part(desk, reader, entity, theirs, part)),
            mine=Cell(text=say_part(desk, reader, entity, mine, part)),
        )
        for part in parts
    )
    kept = tuple(pair for pair in state.hidden() if pair[0] != "query")
    another = Action(
        label=reader.t("views.save_as"),
        url=new_view_url(entity.name, state.hidden()),
        dialog=True,
    )
    return Conflict(
        title=reader.t("views.conflict", who=who or reader.t("conflict.somebody")),
        text=reader.t("views.conflict_text"),
        entity=reader.list_label(entity),
        record=found.name,
        record_url=kept_url(entity.name, str(found.id)),
        list_url=list_url(entity.name),
        action=view_url(found.id, "save"),
        who=who or reader.t("conflict.somebody"),
        fields=fields,
        hidden=(("version", str(found.version)), *kept),
        cancel=another,
        with_base=False,
    )


def say_part(desk: Desk, reader: Reader, entity: EntityModel, body: Body, part: str) -> str:
    """Return one part of a view in words."""
    if part == "where":
        return say_condition(desk, reader, entity, body.where)
    if part == "sort":
        keys = (
            f"{reader.path_label(entity, key.path)} {'↓' if key.descending else '↑'}"
            for key in body.sort
        )
        return reader.listed(keys)
    if part == "mode":
        return reader.t(f"list.mode_{body.mode}") if body.mode else reader.t("views.usual")
    return reader.locale.number(body.size) if body.size else reader.t("views.usual")


def say_condition(desk: Desk, reader: Reader, entity: EntityModel, text: str) -> str:
    """Return a condition in words, as its text where it cannot be asked."""
    try:
        node = desk.condition(entity.name, text)
    except QueryError:
        return text
    if node is None or node == Literal(True):
        return ""
    chips = (describe_condition(desk, reader, entity, each) for each in operands(node, "and"))
    return " · ".join(
        " ".join(word for word in (chip.label, chip.operator, chip.value) if word) for chip in chips
    )
