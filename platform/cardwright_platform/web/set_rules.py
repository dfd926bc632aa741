"""Rules with a button above the list: the small form of one, and beginning it as a job."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message
from cardwright_entities.flows.rules.answers import asked_fields
from cardwright_entities.flows.rules.lists import find_rule, start_rule
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.posting import failure_of, read_inputs, read_typed
from cardwright_platform.web.presenting.set_rules import rule_form
from cardwright_platform.web.uploads import uploaded_places
from cardwright_platform.web.urls import job_url

pages = Blueprint("set_rules", __name__)


@pages.get("/list/<name>/rules/<rule>")
@requires(RECORDS)
def show_rule(name: str, rule: str) -> ResponseReturnValue:
    """Show what a rule asks before it begins."""
    with reading_desk() as desk:
        entity = find_entity(desk.model, name)
        found = find_rule(desk.records, name, rule)
        return show(rule_form(desk, reader_at(desk), entity, found), desk, entity=name)


@pages.post("/list/<name>/rules/<rule>")
@requires(RECORDS)
def begin(name: str, rule: str) -> ResponseReturnValue:
    """Begin a rule and show its job, or its form with every message."""
    typed = read_typed(request.form.items(multi=True))

    def work(desk: Desk) -> int:
        find_entity(desk.model, name)
        found = find_rule(desk.records, name, rule)
        problems: dict[str, list[Message]] = {}
        asked = {each.name: each for each in asked_fields(desk.model, found)}
        raw = read_inputs(asked, typed, {}, problems)
        if problems:
            raise InputError(problems)
        return start_rule(desk.records, current_instance().jobs, rule, raw)

    try:
        job = write_at_desk(work)
    except InputError as error:
        with reading_desk() as desk:
            entity = find_entity(desk.model, name)
            reader = reader_at(desk)
            found = find_rule(desk.records, name, rule)
            failure = failure_of(reader, entity, error, typed, uploaded_places())
            page = rule_form(desk, reader, entity, found, typed=typed, failure=failure)
            return show(page, desk, status=422, entity=name)
    return sent_on(go(job_url(job)))
