"""Actions on the selected records of a list: what they ask is asked once, for all of them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.actions import Action, Asking
from cardwright_entities.flows.owners.buttons import KIND as OWNER_KIND
from cardwright_entities.flows.owners.buttons import OWNER, with_plan
from cardwright_entities.flows.selections import (
    Done,
    actions_of_sets,
    check_answers,
    perform_on_all,
    reason_of,
)
from cardwright_entities.queries.titles import titles_of
from cardwright_entities.records.history import open_change_set
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.views.forms import ActionForm
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import current_reader, reader_at, reading_desk, write_if_done
from cardwright_platform.web.lists import back_to_list, selected_ids
from cardwright_platform.web.posting import failure_of, read_inputs, read_typed
from cardwright_platform.web.presenting.set_rules import selection_form
from cardwright_platform.web.uploads import uploaded_places

pages = Blueprint("selected_actions", __name__)

#: Refusals that are told one by one.
MOST_TOLD = 5
#: Kinds of actions that one press does as one change set, to be undone together.
_UNDONE = frozenset({"move", "share"})
#: Before the names of what says which records are meant, in a form whose fields have any name.
_OF = "of."


@dataclass(frozen=True)
class SentSelection:
    """What was posted: which records are meant, and the answers, if they were asked for."""

    selection: MultiDict[str, str]
    answers: dict[str, list[str]] | None = None

    @classmethod
    def read(cls) -> SentSelection:
        pairs = [(key, value) for key, value in request.form.items(multi=True)]
        meant = [(key.removeprefix(_OF), value) for key, value in pairs if key.startswith(_OF)]
        if not meant:
            return cls(request.form)
        typed = read_typed((key, value) for key, value in pairs if not key.startswith(_OF))
        return cls(MultiDict(meant), typed)

    @property
    def hidden(self) -> tuple[tuple[str, str], ...]:
        """Return what the small form carries along."""
        pairs = self.selection.items(multi=True)
        return tuple((_OF + key, value) for key, value in pairs if key != "csrf_token")


@pages.post("/list/<name>/actions/<action>")
@requires(RECORDS)
def perform_on_selected(name: str, action: str) -> ResponseReturnValue:
    """Do an action on the selected records, and say what refused the others."""
    sent = SentSelection.read()
    if sent.answers is None:
        with reading_desk() as desk:
            offered = _offered(desk, name, action)
            if offered is not None and offered.asks:
                ids = selected_ids(desk, find_entity(desk.model, name), sent.selection)
                offered = with_plan(desk.records, name, offered, ids)
                page = _form(desk, name, offered, sent)
                return show(page, desk, entity=name)
    try:
        change_set, count, refused = write_if_done(
            lambda desk: _perform(desk, name, action, sent), lambda result: result[1] > 0
        )
    except InputError as error:
        return _again(name, action, sent, error)
    reader = current_reader()
    text = reader.t("list.performed", count=count)
    if refused:
        text = reader.t("list.performed_some", count=count, refused="; ".join(refused))
    tone = "warning" if refused else "done"
    url = back_to_list(name, sent.selection)
    return sent_on(go(url, text, change_set=change_set if count else 0, tone=tone))


def _perform(desk: Desk, name: str, action: str, sent: SentSelection) -> tuple[int, int, list[str]]:
    entity = find_entity(desk.model, name)
    ids = selected_ids(desk, entity, sent.selection)
    offered = _offered(desk, name, action)
    raw: dict[str, object] = {}
    if offered is not None and offered.asks:
        problems: dict[str, list[Message]] = {}
        asked = {each.name: each for each in offered.asks}
        raw = read_inputs(asked, sent.answers or {}, {}, problems)
        if problems:
            raise InputError(problems)
        check_answers(desk.records, offered, raw)
    change_set = None
    if offered is not None and offered.kind in _UNDONE:
        label = offered.label.in_language(desk.context.language, name=action)
        change_set = open_change_set(desk.session, desk.context, offered.kind, label)
    if offered is not None and offered.kind == OWNER_KIND:
        kind = offered.name.removeprefix(OWNER)
        change_set = open_change_set(desk.session, desk.context, kind)
    done = perform_on_all(desk.actions, name, ids, action, Asking(values=raw), change_set)
    refused = [each for each in done if each.refusal is not None]
    return change_set or 0, len(done) - len(refused), _told(desk, name, refused)


def _told(desk: Desk, name: str, refused: list[Done]) -> list[str]:
    reader, first = reader_at(desk), refused[:MOST_TOLD]
    titles = titles_of(desk.session, desk.reading, name, [each.record for each in first])
    texts = [
        f"{titles.get((name, each.record), each.record)}: {reader.say(reason_of(each))}"
        for each in first
    ]
    if len(refused) > MOST_TOLD:
        texts.append(f"… +{len(refused) - MOST_TOLD}")
    return texts


def _offered(desk: Desk, name: str, action: str) -> Action | None:
    find_entity(desk.model, name)
    found = actions_of_sets(desk.records, name)
    return next((each for each in found if each.name == action), None)


def _again(name: str, action: str, sent: SentSelection, error: InputError) -> ResponseReturnValue:
    with reading_desk() as desk:
        offered = _offered(desk, name, action)
        if offered is None or sent.answers is None:
            raise error
        return show(_form(desk, name, offered, sent, error), desk, status=422, entity=name)


def _form(
    desk: Desk, name: str, offered: Action, sent: SentSelection, error: InputError | None = None
) -> ActionForm:
    reader, entity, typed = reader_at(desk), find_entity(desk.model, name), sent.answers or {}
    failure = None
    if error is not None:
        failure = failure_of(reader, entity, error, typed, uploaded_places())
    back = back_to_list(name, sent.selection)
    return selection_form(
        desk, reader, entity, offered, sent.hidden, back=back, typed=typed, failure=failure
    )
