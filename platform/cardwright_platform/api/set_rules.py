"""Rules with a button above the list: begun as a job."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cardwright_entities.engine import Desk
from cardwright_entities.flows.rules.lists import find_rule, start_rule
from cardwright_platform.api.answers import BASE, Answer, answer_once, location
from cardwright_platform.api.bodies import read_object
from cardwright_platform.api.body_fields import Body, Plain, load_body
from cardwright_platform.api.desks import find_entity
from cardwright_platform.api.jobs import job_json
from cardwright_platform.api.operations import Operation, operation, read_parameters
from cardwright_platform.current import current_instance
from cardwright_platform.permissions import RECORDS, requires

pages = Blueprint("api_set_rules", __name__, url_prefix=BASE)


class RuleBody(Body):
    """What a rule asks before it begins."""

    values = Plain("Answers to what the rule asks, by field.")


@pages.post("/records/<entity>/rules/<rule>")
@requires(RECORDS)
@operation(Operation(answer="Job", status=202, action=("read",), body=RuleBody, once=True))
def run_rule(entity: str, rule: str) -> ResponseReturnValue:
    """Begin a rule on its whole set; the job tells how far it is."""
    read_parameters()
    values = load_body(RuleBody(), read_object()).get("values", {})

    def work(desk: Desk) -> Answer:
        found = find_rule(desk.records, entity, rule)
        jobs = current_instance().jobs
        job = start_rule(desk.records, jobs, found.name, values)
        return Answer(
            value=job_json(jobs.read(desk.session, job)),
            status=202,
            headers={"Location": location(f"jobs/{job}")},
        )

    return answer_once(work, lambda desk: find_entity(desk, entity))
