"""Background jobs: one's own, how far each is, cancel, go on, begin after a dry run."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import SEE_JOBS
from cardwright_entities.accounts.accounts import names_of_accounts
from cardwright_entities.engine import Desk
from cardwright_entities.errors import InputError, Message, NotFoundError
from cardwright_entities.exchange.reasons import PLACE, asks_reason
from cardwright_entities.exchange.requests import EXPORT, IMPORT, ExportRequest, ImportRequest
from cardwright_entities.exchange.services import require
from cardwright_entities.jobs.outcomes import read_outcomes
from cardwright_entities.jobs.queue import ENDED, Job
from cardwright_entities.model.entities import EntityModel
from cardwright_entities.saved_views.resolving import PACK
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires
from cardwright_platform.security.numbers import is_number
from cardwright_platform.views.jobs import JobsPage
from cardwright_platform.views.lists import Empty
from cardwright_platform.web.actions import sent_on
from cardwright_platform.web.answers import find_entity, go, show
from cardwright_platform.web.desks import reader_at, reading_desk, write_at_desk
from cardwright_platform.web.list_state import ListState, write_sort
from cardwright_platform.web.lists import back_to_list
from cardwright_platform.web.presenting.asked_lists import understand_all
from cardwright_platform.web.presenting.export_reasons import reason_form
from cardwright_platform.web.presenting.jobs import import_result_view, job_view, progress_view
from cardwright_platform.web.presenting.reader import Reader
from cardwright_platform.web.urls import bulk_url, job_url
from cardwright_platform.worker.assembly import build_exchange

pages = Blueprint("jobs", __name__)

_SHOWN = 50
_MESSAGES = 200


@pages.get("/jobs")
@requires(RECORDS)
def show_jobs() -> ResponseReturnValue:
    """List the reader's jobs; for who may see jobs all that somebody asked for or that failed."""
    with reading_desk() as desk:
        reader = reader_at(desk)
        account = desk.context.principal.account
        everybody = desk.policy.has_feature(desk.context.principal, SEE_JOBS)
        jobs = current_instance().jobs.page(
            desk.session,
            account=None if everybody else account,
            limit=_SHOWN,
            uneventful=False,
        )
        names = names_of_accounts(desk.session, {each.account for each in jobs if each.account})
        page = JobsPage(
            title=reader.t("jobs.title"),
            jobs=tuple(
                job_view(desk, reader, each, names.get(each.account or 0, "")) for each in jobs
            ),
            poll_url="/jobs" if any(each.state not in ENDED for each in jobs) else "",
            empty=None if jobs else Empty(title=reader.t("jobs.empty")),
        )
        return show(page, desk)


@pages.get("/jobs/<int:job>")
@requires(RECORDS)
def show_job(job: int) -> ResponseReturnValue:
    """Show one job: its progress while it runs, then what came of it."""
    with reading_desk() as desk:
        found = _find(desk, job)
        reader = reader_at(desk)
        entity = str(found.arguments.get("entity", ""))
        if found.kind == IMPORT and found.state == "done":
            outcomes = read_outcomes(desk.session, job, limit=_MESSAGES)
            return show(import_result_view(desk, reader, found, outcomes), desk, entity=entity)
        if found.kind not in (IMPORT, EXPORT):
            return show(_alone(desk, reader, found), desk)
        begun = request.args.get("begun") == "1"
        return show(progress_view(desk, reader, found, begun=begun), desk, entity=entity)


@pages.post("/jobs/<int:job>/cancel")
@requires(RECORDS)
def cancel(job: int) -> ResponseReturnValue:
    """Stop a job at its next step."""

    def work(desk: Desk) -> None:
        _find(desk, job)
        current_instance().jobs.cancel(desk.session, job)

    write_at_desk(work)
    return go(job_url(job))


@pages.post("/jobs/<int:job>/resume")
@requires(RECORDS)
def resume(job: int) -> ResponseReturnValue:
    """Let a stopped job go on where it stopped."""

    def work(desk: Desk) -> None:
        _find(desk, job)
        current_instance().jobs.resume(desk.session, job)

    write_at_desk(work)
    return go(job_url(job))


@pages.post("/jobs/<int:job>/begin")
@requires(RECORDS)
def begin(job: int) -> ResponseReturnValue:
    """Import for real what a dry run has tried."""
    exchange = build_exchange(current_instance())

    def work(desk: Desk) -> int:
        found = _find(desk, job)
        if found.kind != IMPORT:
            raise NotFoundError(Message("not_found"))
        tried = ImportRequest.from_arguments(found.arguments)
        return exchange.start_import(desk, replace(tried, dry_run=False))

    return go(job_url(write_at_desk(work)))


@pages.post("/list/<name>/export")
@requires(RECORDS)
def export(name: str) -> ResponseReturnValue:
    """Begin an export of the selected records, or of all that the list finds; ask why if wanted."""
    if PLACE not in request.form:
        with reading_desk() as desk:
            entity = require(desk, find_entity(desk.model, name).name, "export")
            if asks_reason(desk.model, desk.settings, [entity]):
                return _ask_why(desk, entity)
    try:
        return sent_on(go(job_url(_begin_export(name), begun=True)))
    except InputError as error:
        if PLACE not in error.fields:
            raise
        with reading_desk() as desk:
            return _ask_why(desk, find_entity(desk.model, name), error)


def _ask_why(desk: Desk, entity: EntityModel, error: InputError | None = None) -> Response:
    reader = reader_at(desk)
    page = reason_form(
        reader,
        reader.list_label(entity),
        bulk_url(entity.name, "export"),
        back_to_list(entity.name, request.form),
        sent=request.form.items(multi=True),
        typed=request.form.get(PLACE, ""),
        error=error,
    )
    return show(page, desk, status=422 if error else 200, entity=entity.name)


def _begin_export(name: str) -> int:
    exchange = build_exchange(current_instance())

    def work(desk: Desk) -> int:
        entity = find_entity(desk.model, name)
        state = ListState.from_query(name, request.form)
        wanted = understand_all(desk, reader_at(desk), entity, state)
        columns = tuple(wanted.columns)
        ids = tuple(int(each) for each in request.form.getlist("ids") if is_number(each))
        where, view = state.where, wanted.view
        if view is not None and view.origin == PACK and view.text:
            where = f"({view.text}) and ({where})" if where else view.text
        elif view is not None and not (where or state.filter):
            where = view.text
        asked = ExportRequest(
            entity=name,
            columns=columns,
            where=where,
            filter=state.filter_tree(),
            search=state.search,
            sort=tuple(write_sort([each]) for each in wanted.order),
            ids=() if request.form.get("all") == "1" else ids,
            format=request.form.get("format", "xlsx"),
            reason=request.form.get(PLACE, ""),
        )
        return exchange.start_export(desk, asked)

    return write_at_desk(work)


def _alone(desk: Desk, reader: Reader, job: Job) -> JobsPage:
    ended = job.state in ENDED
    view = job_view(desk, reader, job)
    return JobsPage(
        title=view.label,
        jobs=(view,),
        poll_url="" if ended else job_url(job.id),
        note="" if ended else reader.t("job.leave"),
    )


def _find(desk: Desk, job: int) -> Job:
    found = current_instance().jobs.read(desk.session, job)
    principal = desk.context.principal
    own = found.account is not None and found.account == principal.account
    if not own and not desk.policy.has_feature(principal, SEE_JOBS):
        raise NotFoundError(Message("not_found"))
    return found
