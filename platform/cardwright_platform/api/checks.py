"""Whether stored computed values are what they would be now: the last look, a new one, a repair."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.access.features import DEFINE
from cardwright_entities.engine import Desk
from cardwright_platform.api.answers import BASE, Answer, answer_write, dumps, location, respond
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, flag, load_body
from cardwright_platform.api.desks import reading_desk
from cardwright_platform.api.jobs import job_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import requires
from cardwright_platform.worker.checks import CHECK, ask_for_check

pages = Blueprint("api_checks", __name__, url_prefix=BASE)


class CheckBody(Body):
    """How a look is meant."""

    repair = flag("First compute anew the fields in which the last look found differences.")


@pages.get("/checks")
@requires(DEFINE)
@operation(Operation(answer="Check"))
def show_check() -> ResponseReturnValue:
    """Answer the newest look at stored values: what was compared, and what differs."""
    read_parameters()
    with reading_desk() as desk:
        found = current_instance().jobs.latest(desk.session, CHECK)
    job: dict[str, Any] | None = None if found is None else job_json(found)
    return respond(dumps({"job": job, "result": found.result if found is not None else None}))


@pages.post("/checks")
@requires(DEFINE)
@operation(Operation(answer="Job", status=202, body=CheckBody))
def begin_check() -> ResponseReturnValue:
    """Look at samples of the stored values in the background."""
    read_parameters()
    asked = load_body(CheckBody(), read_object())

    def work(desk: Desk) -> Answer:
        job = ask_for_check(current_instance(), desk, repair=bool(asked.get("repair")))
        found = current_instance().jobs.read(desk.session, job)
        return Answer(
            value=job_json(found), status=202, headers={"Location": location(f"jobs/{job}")}
        )

    return answer_write(work)
