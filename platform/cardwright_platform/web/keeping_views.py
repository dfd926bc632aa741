"""A list as it stands → the view that keeps it."""

from __future__ import annotations

from dataclasses import replace

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.bodies import Body
from cardwright_entities.saved_views.resolving import PACK
from cardwright_metadata.expressions.text import write
from cardwright_metadata.expressions.tree import Literal
from cardwright_platform.web.list_state import ListState
from cardwright_platform.web.presenting.asked_lists import Asked, understand
from cardwright_platform.web.presenting.reader import Reader


def body_of_list(
    desk: Desk, reader: Reader, entity: EntityModel, state: ListState, *, anew: bool
) -> Body:
    """Return the body that keeps a list as it stands; raise InputError for a bad condition.

    ``anew``: as a view of its own, with nothing that is not there for the reader; else to be laid
    over the open one, of which nothing gets lost.
    """
    asked = understand(desk, reader, entity, state)
    if asked.problem is not None:
        raise InputError({"where": [asked.problem.message]})
    view, opened = asked.view, asked.state
    before = view.stored.body if view is not None and view.stored is not None else Body()
    laid = asked.layout
    is_arranged = bool(laid.columns) or bool(laid.widths)
    chosen = list(asked.columns) if anew else laid.columns or list(asked.columns)
    columns = replace(laid, columns=chosen).definitions()
    totals = laid.totals
    if anew and totals is not None:
        totals = {path: each for path, each in totals.items() if path in asked.columns}
    return Body(
        where=_condition(asked),
        sort=(asked.order if asked.sort else ()) if anew else asked.sort,
        columns=columns if is_arranged else (),
        totals=totals,
        mode=opened.mode or before.mode,
        size=opened.size or before.size,
    )


def _condition(asked: Asked) -> str:
    own = "" if asked.own is None or asked.own == Literal(True) else write(asked.own)
    view = asked.view
    if (
        view is not None
        and view.stored is not None
        and not (asked.state.where or asked.state.filter)
    ):
        return view.text or own
    if view is None or view.origin != PACK or not view.text:
        return own
    return f"({view.text}) and ({own})" if own else view.text
